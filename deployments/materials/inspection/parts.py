"""One object of a PDF: what may not stand in it, and what is taken out of it."""

from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Stream

from deployments.materials.inspection.findings import Unfit
from deployments.materials.inspection.streams import Unpacked, check_stream

DEEPEST = 40

RUNNING_KEYS = frozenset({
    "/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/Rendition",
    "/Launch", "/PS", "/3DD", "/Movie", "/Sound",
})  # fmt: skip
RUNNING_ACTIONS = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE",
    "/GoToDp", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView", "/Trans",
    "/Hide", "/Thread",
})  # fmt: skip
RUNNING_KINDS = frozenset({
    "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/PS", "/Flash",
})  # fmt: skip
EMBEDDING_KEYS = frozenset({
    "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/Collection", "/FFilter", "/FDecodeParms",
    "/Ref",
})  # fmt: skip
EMBEDDING_KINDS = frozenset({
    "/EmbeddedFile", "/Filespec", "/F", "/FileAttachment",
})  # fmt: skip
TELLING = (
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/CreatorInfo", "/SpiderInfo",
    "/OpenAction", "/URLS", "/IDS", "/OPI", "/Measure", "/GPTS", "/Perms",
)  # fmt: skip
TOLD_BY_NOTES = (
    "/T", "/M", "/CreationDate", "/NM", "/RC", "/IRT",
)  # fmt: skip
SAFE_LINKS = ("http:", "https:", "mailto:", "tel:")


def check_object(part: Object, unpacked: Unpacked) -> None:
    """Refuse an object in which something runs or lies; take out what it tells. Raises Unfit."""
    _check(part, 0, unpacked)


def _check(part: Any, depth: int, unpacked: Unpacked) -> None:
    if depth > DEEPEST:
        raise Unfit("parts")
    if isinstance(part, Stream):
        _check_entries(part.stream_dict, depth, unpacked)
        check_stream(part, unpacked)
    elif isinstance(part, Dictionary):
        _check_entries(part, depth, unpacked)
    elif isinstance(part, Array):
        for one in part:
            if isinstance(one, Object) and not one.is_indirect:
                _check(one, depth + 1, unpacked)


def _check_entries(entries: Any, depth: int, unpacked: Unpacked) -> None:
    names = set(entries.keys())
    if names & RUNNING_KEYS or _opens_by_itself(entries):
        raise Unfit("runs")
    if names & EMBEDDING_KEYS:
        raise Unfit("embedded")
    _check_kinds(entries)
    for telling in [name for name in TELLING if name in names]:
        del entries[telling]
    if _is_note(entries):
        for telling in [name for name in TOLD_BY_NOTES if name in names]:
            del entries[telling]
    for name in entries.keys():  # noqa: SIM118  (not a dict: iterating it gives no names)
        value = entries[name]
        if isinstance(value, Object) and not value.is_indirect:
            _check(value, depth + 1, unpacked)


def _check_kinds(entries: Any) -> None:
    action, kinds = _name(entries, "/S"), {_name(entries, "/Type"), _name(entries, "/Subtype")}
    if action in RUNNING_ACTIONS or kinds & RUNNING_KINDS or _name(entries, "/Subtype2") == "/PS":
        raise Unfit("runs")
    if kinds & EMBEDDING_KINDS:
        raise Unfit("embedded")
    if "/URI" in entries and action == "/URI":
        link = str(entries["/URI"]).strip().lower()
        if not link.startswith(SAFE_LINKS):
            raise Unfit("runs")


def _opens_by_itself(entries: Any) -> bool:
    """Whether the document does more when opened than turn to one of its own pages."""
    opens = entries.get("/OpenAction")
    return isinstance(opens, Dictionary) and _name(opens, "/S") != "/GoTo"


def _is_note(entries: Any) -> bool:
    if "/Rect" not in entries or _name(entries, "/Subtype") in ("", "/Widget"):
        return False
    return "/Type" not in entries or _name(entries, "/Type") == "/Annot"


def _name(entries: Any, key: str) -> str:
    value = entries.get(key)
    return str(value) if isinstance(value, Name) else ""
