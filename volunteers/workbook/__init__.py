"""Reading a register out of a workbook somebody else made, and writing back the rows that need correcting.

The three calls a door needs:

`read_register(source: BinaryIO, filename: str, catalogue: Catalogue, today: date) -> Iterator[RowResult]`
    streams the rows of every table in an .xlsx or .csv file, with flat memory. `source` is seekable and
    stays open; `filename` only tells .csv from .xlsx when the bytes do not. Raises `WorkbookError` on the
    first step when the file cannot be read, or later when it turns out to be damaged.
`count_rows(source: BinaryIO) -> int`
    a cheap upper estimate of how many results will come, for showing progress.
`write_corrections(rejected: Iterable[tuple[RowResult, str]], *, reason_header: str = "reason") -> bytes`
    an .xlsx with the rejected rows as they were and, in a first column, the text given for each. Reading
    it back after correction works: the reason column is known and ignored.
"""
