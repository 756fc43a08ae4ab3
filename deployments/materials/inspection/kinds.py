"""Which kind a file is, by its content; then the look that its kind needs."""

from deployments.materials.inspection.findings import LONGEST, NAMED, Found, Unfit, begins_like
from deployments.materials.inspection.pictures import inspect_picture
from deployments.materials.inspection.texts import inspect_text


def inspect_content(content: bytes, *, takes: frozenset[str], suffix: str, previews: bool) -> Found:
    """Return what a file is and what is kept of it. Raises Unfit."""
    kinds = begins_like(content) & takes
    if not kinds:
        raise Unfit("kind")
    named = {kind for kind in kinds if suffix in NAMED[kind]}
    if not named:
        raise Unfit("suffix")
    kind = named.pop()
    if len(content) > LONGEST[kind]:
        raise Unfit("long")
    return _look(kind, content, previews)


def _look(kind: str, content: bytes, previews: bool) -> Found:
    if kind == "text/plain":
        return inspect_text(content)
    if kind in ("image/png", "image/jpeg"):
        return inspect_picture(content, kind, previews=previews)
    raise Unfit("kind")
