"""Reading a register out of a workbook somebody else made, and writing back what needs correcting.

The three calls a door needs:

`read_register(source, filename, catalogue, today)`
    streams the rows of every table in an .xlsx or .csv file, with flat memory.
`count_rows(source)`
    is a cheap upper estimate of how many rows there are, for showing progress.
`write_corrections(rejected, reason_header=…)`
    makes an .xlsx of the rejected rows as they were, with the reason before each. Reading it back
    after correction works: the reason column is known and ignored.
"""

from volunteers.workbook.corrections import write_corrections
from volunteers.workbook.register import count_rows, read_register
from volunteers.workbook.results import (
    Catalogue,
    CellError,
    CellValue,
    LanguageLevel,
    ParsedRow,
    Period,
    Remark,
    RowResult,
    SkillLevel,
    Warned,
    Why,
    WorkbookError,
)

__all__ = [
    "Catalogue",
    "CellError",
    "CellValue",
    "LanguageLevel",
    "ParsedRow",
    "Period",
    "Remark",
    "RowResult",
    "SkillLevel",
    "Warned",
    "Why",
    "WorkbookError",
    "count_rows",
    "read_register",
    "write_corrections",
]
