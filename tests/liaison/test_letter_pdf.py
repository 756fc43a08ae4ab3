"""What a letter looks like: PDF/A with three scripts, the same bytes each time, text as text."""

import re
import time
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deployments.liaison.letters.blocks import blocks_of
from deployments.liaison.letters.rendering import (
    NotPrintable,
    Sheet,
    _values,
    code_of,
    page_images,
    render,
)
from deployments.liaison.letters.text import LetterText, TextRefused, clean_text
from deployments.liaison.letters.words import WORDS
from tests.cast import NOW

HASH = "0123456789abcdef" * 4
THREE = (
    "대한민국 외교부 귀중.\n\nШановний пане, їжак і ґанок є тут.\n\nDear Sir, the quick brown fox."
)


def a_sheet(body: str = THREE, **fields: Any) -> Sheet:
    """A letter with a body, in Korean unless told."""
    values = {
        "reference": "2026-0042/1",
        "language": "ko",
        "to": "외교부 (과장)",
        "text": LetterText("허가 신청", body),
        "text_hash": HASH,
        "at": NOW,
        **fields,
    }
    return Sheet(**values)


def words_of(pdf: bytes) -> str:
    """The text of a PDF without the breaks of its lines; PDFium tells of a hyphen at the end of one
    by U+FFFE, as of a word that was broken there."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    return re.sub(r"\s+", " ", " ".join(pages)).replace("\ufffe", "-")


@pytest.mark.parametrize("language", ["ko", "en", "uk"])
def test_three_scripts_stand_on_one_page(language: str) -> None:
    pdf = render(a_sheet(language=language))
    told = words_of(pdf)
    wanted = [line for line in THREE.split("\n") if line]
    assert [line for line in wanted if line not in told] == []
    assert len(pypdfium2.PdfDocument(pdf)) == 1


def test_it_says_that_it_is_pdf_a_and_brings_its_fonts() -> None:
    with pikepdf.open(BytesIO(render(a_sheet()))) as document:
        told = document.open_metadata()
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "B")
        fonts = [o for o in document.objects if _is(o, "/FontDescriptor")]
        assert [f for f in fonts if "/FontFile3" not in f and "/FontFile2" not in f] == []
        assert len(fonts) >= 2
        assert [o for o in document.objects if _is(o, "/Action") or _is(o, "/Filespec")] == []


def _is(thing: Any, kind: str) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == kind


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert render(a_sheet()) == render(a_sheet())


def test_another_salt_gives_another_file_that_looks_the_same() -> None:
    first, second = (render(a_sheet(salt=salt)) for salt in ("0" * 32, "1" * 32))
    assert first != second
    assert page_images(first) == page_images(second)


def test_another_instant_or_text_gives_others() -> None:
    first = render(a_sheet())
    later = render(a_sheet(at=NOW + timedelta(days=1)))
    assert (first != later, first != render(a_sheet("다른 글"))) == (True, True)


def test_the_date_is_that_of_seoul_in_the_letters_language() -> None:
    late = NOW.replace(hour=20)  # already the next day in Seoul
    told = {
        language: words_of(render(a_sheet(language=language, at=late)))
        for language in ("ko", "en", "uk")
    }
    days = {"ko": "2026. 11. 23.", "en": "23 November 2026", "uk": "23 листопада 2026 р."}
    assert [language for language, day in days.items() if day not in told[language]] == []


def test_reference_and_page_numbers_stand_on_every_page() -> None:
    pdf = render(a_sheet("\n\n".join(f"문단 {n} " + "글 " * 60 for n in range(40))))
    document = pypdfium2.PdfDocument(pdf)
    count = len(document)
    feet = [
        f"2026-0042/1 {n + 1} / {count}"
        in re.sub(r"\s+", " ", document[n].get_textpage().get_text_range())
        for n in range(count)
    ]
    assert (count > 1, feet) == (True, [True] * count)


ATTACKS = [
    '#eval("1+1")',
    '#read("/etc/passwd")',
    '#read("letter.typ")',
    '#image("letter.typ")',
    "$x^2$ and $1/0$",
    "\\ #linebreak() \\u{41}",
    "`raw` ```typ #panic()```",
    "*bold* _slanted_ <label> @reference",
    "// gone /* gone */",
    "#set page(width: 1pt)",
    '"}) #panic("out") ({"',
    "[#] {x} ~ -- --- ... https://example.test",
    "= Heading",
    "+ numbered",
    "%PDF-1.4 trailer <</Root 1 0 R>>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_in_a_text_is_text(attack: str) -> None:
    sheet = a_sheet(
        attack,
        text=LetterText(attack, f"- {attack}\n\n{attack}"),
        to=attack,
        people=[(1, [(attack, attack), (attack, attack)])],
        annexes=[(attack, HASH)],
        language="en",
    )
    told = words_of(render(sheet))
    assert told.count(re.sub(r"\s+", " ", attack)) >= 6


@settings(max_examples=40, deadline=None)
@example("X-\n가")
@given(
    st.text(st.sampled_from("가나다 abcXYZ їєґ 0#$\\`*_[]{}<>@=+-/\"'~^&%|;:,.!?()\n"), max_size=80)
)
def test_whatever_is_typed_is_printed(typed: str) -> None:
    try:
        text = clean_text("제목", typed)
    except TextRefused:
        return
    told = re.sub(r"\s", "", words_of(render(a_sheet(text=text, language="en"))))
    lines = ["".join(line.split()) for b in blocks_of(text.body) for line in b.get("lines", [])]
    assert [line for line in lines if line not in told] == []


def test_signs_that_no_font_has_are_refused() -> None:
    with pytest.raises(NotPrintable):
        render(a_sheet("그림 문자 🦆"))


def test_the_code_carries_reference_and_hash() -> None:
    values = _values(a_sheet())
    assert values["code"].startswith("<svg")
    assert code_of("2026-0042/1", HASH) == f"corps:2026-0042/1:sha256:{HASH}"
    assert HASH[:32] in words_of(render(a_sheet()))


def test_another_hash_gives_another_code() -> None:
    assert _values(a_sheet())["code"] != _values(a_sheet(text_hash="f" * 64))["code"]


def test_people_stand_where_the_text_says_or_at_its_end() -> None:
    people = [(1, [("이름", "홍길동")])]
    inside = words_of(render(a_sheet("앞\n\n{people}\n\n뒤", people=people)))
    after = words_of(render(a_sheet("앞 뒤", people=people)))
    nobody = words_of(render(a_sheet("앞\n\n{people}\n\n뒤")))
    assert inside.index("앞") < inside.index("홍길동") < inside.rindex("뒤")
    assert after.index("앞 뒤") < after.index("홍길동")
    assert "people" not in nobody


def test_persons_stand_by_number_and_before_what_closes_the_letter() -> None:
    people = [(n, [("Name", f"Hong Gildong {n}")]) for n in (1, 2)]
    body = "We ask.\n\nYours faithfully,"
    told = words_of(render(a_sheet(body, language="en", people=people)))
    order = ["We ask.", "1. Name Hong Gildong 1", "2. Name Hong Gildong 2", WORDS["en"].told]
    assert [told.find(words) for words in order] == sorted(told.find(words) for words in order)
    assert told.index(WORDS["en"].told) < told.index("Yours faithfully, Corps")


def test_a_letter_that_names_nobody_says_nothing_of_persons() -> None:
    assert WORDS["ko"].told[:20] not in words_of(render(a_sheet("앞\n\n{people}\n\n끝.")))


def test_a_korean_letter_ends_after_what_goes_with_it() -> None:
    annexes = [("2026-0042-1-annex-01.pdf", HASH)]
    told = words_of(render(a_sheet("글.\n\n끝.", annexes=annexes)))
    english = words_of(render(a_sheet("It.\n\nYours faithfully,", annexes=annexes, language="en")))
    assert told.index("annex-01") < told.index("끝. Corps")
    assert english.index("Yours faithfully, Corps") < english.index("annex-01")


def test_a_line_breaks_between_korean_words_and_an_endless_one_anywhere() -> None:
    document = pypdfium2.PdfDocument(render(a_sheet("바랍니다 " * 60 + "글" * 200)))
    lines = document[0].get_textpage().get_text_range().splitlines()
    wrapped = [line for line in lines if "바랍" in line]
    assert len(wrapped) > 3
    assert {word for line in wrapped for word in line.split()} == {"바랍니다"} | {
        word for line in wrapped for word in line.split() if set(word) == {"글"}
    }
    assert max(len(line) for line in lines if set(line) == {"글"}) < 60


def test_a_draft_says_so() -> None:
    told = [words_of(render(a_sheet(draft=draft))) for draft in (True, False)]
    assert ["초안" in text for text in told] == [True, False]


def test_pages_are_shown_as_pictures() -> None:
    pictures = page_images(render(a_sheet()))
    assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"]


def test_a_letter_takes_a_twentieth_of_a_second() -> None:
    """Of the processor, and the best of ten, since the machine does other things: 0.05 s."""
    render(a_sheet())
    taken = []
    for number in range(10):
        sheet = a_sheet(f"{THREE}\n\n{number} " + "본문입니다. " * 100)
        begun = time.process_time()
        render(sheet)
        taken.append(time.process_time() - begun)
    assert min(taken) < 0.05, taken


def test_blocks_are_paragraphs_and_items() -> None:
    assert blocks_of("하나\n둘\n\n- 셋\n  가. 넷\n다섯\n\n1. 여섯") == [
        {"kind": "par", "lines": ["하나", "둘"]},
        {"kind": "item", "label": "–", "level": 0, "lines": ["셋"]},
        {"kind": "item", "label": "가.", "level": 1, "lines": ["넷", "다섯"]},
        {"kind": "item", "label": "1.", "level": 0, "lines": ["여섯"]},
    ]
