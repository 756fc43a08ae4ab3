"""The plain text of a letter, cut into paragraphs and items; nothing in it is markup."""

import re
from typing import Any

PEOPLE = "{people}"
"""The line in whose place the persons stand whose identity a letter discloses."""

ITEM = re.compile(r"^( *)(-|–|•|○|\d{1,2}[.)]|[가-하][.)]|[a-zа-яіїєґ]\)) +(.+)$")
"""A dash or a number in front of an item: Korean letters count 1. 가. 1) 가)."""

Block = dict[str, Any]


def blocks_of(body: str) -> list[Block]:
    """Return the body as blocks: `par` with its lines, `item` with label, level and its lines,
    `people` where the persons stand."""
    blocks: list[Block] = []
    fresh = True
    for line in body.split("\n"):
        fresh = _add(blocks, line, fresh=fresh)
    return blocks


def _add(blocks: list[Block], line: str, *, fresh: bool) -> bool:
    """Add one line; return whether the next one begins a paragraph."""
    if not line.strip():
        return True
    if line.strip() == PEOPLE:
        blocks.append({"kind": "people"})
        return True
    item = ITEM.match(line)
    if item:
        level = min(len(item[1]) // 2, 3)
        label = "–" if item[2] == "-" else item[2]
        blocks.append({"kind": "item", "label": label, "level": level, "lines": [item[3]]})
    elif fresh:
        blocks.append({"kind": "par", "lines": [line.strip()]})
    else:
        blocks[-1]["lines"].append(line.strip())
    return False
