"""Which part of a file is asked for (RFC 9110, section 14)."""

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Unsatisfiable(Exception):
    """The range begins after the end of the file."""


def part_asked(header: str, size: int) -> tuple[int, int] | None:
    """Return the bytes that a Range header asks for, half-open; None where the whole is answered.

    A header that is no range of bytes, or asks for several, is passed over, as RFC 9110 section
    14.2 allows. Raises Unsatisfiable.
    """
    found = _RANGE.fullmatch(header.strip())
    first, last = found.groups() if found else ("", "")
    if not (first or last) or (first and last and int(last) < int(first)):
        return None
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    if start >= size or start >= end:
        raise Unsatisfiable
    return start, end
