"""What in a text may be a mention of somebody."""

import time
from pathlib import Path

import pytest

from corps.vault.marks import EMAIL, NAME, PASSPORT, PHONE
from corps.vault.mentions import mentions
from corps.vault.spelling import name_keys

TEMPLATES = Path(__file__).parents[2] / "templates" / "letters"
NAMED = (NAME, next(iter(name_keys("홍길동"))))


@pytest.mark.parametrize(
    "text",
    [
        "홍길동",
        "신청인 홍길동은 서울에 산다",
        "홍길동씨에게",
        "홍길동 씨는",
        "홍길동님께서는",
        "홍길동이라고 합니다",
        "홍 길동의 여권",
        "홍 길 동",
        "(홍길동, 1990년생)",
        "김철수·홍길동",
        "Mr Hong Gildong came",
        "Hong Gil-dong's passport",
        "the HONG Gil Dong case",
        "Gildong Hong",
    ],
)
def test_a_name_is_found_as_people_write_it(text: str) -> None:
    assert NAMED in mentions(text)


@pytest.mark.parametrize("text", ["홍길", "홍길동구", "길동", "a hong gil dong", "홍보실 길동이"])
def test_what_is_another_word_is_no_name(text: str) -> None:
    assert NAMED not in mentions(text)


@pytest.mark.parametrize(
    "text",
    [
        "01055500000",
        "010-5550-0000로 연락",
        "(010) 5550.0000",
        "+82 10 5550 0000",
        "(+82)10-5550-0000",
        "+82 (0)10–5550–0000",
        "2026-11-22, tel.010-5550-0000/1",
        "０１０ ５５５０ ００００",
    ],
)
def test_a_phone_is_found_in_any_groups(text: str) -> None:
    assert (PHONE, "+821055500000") in mentions(text)


@pytest.mark.parametrize("text", ["M76543210", "여권M76543210이", "m 7654 3210", "no. M-76543210."])
def test_a_passport_is_found(text: str) -> None:
    assert (PASSPORT, "M76543210") in mentions(text)


@pytest.mark.parametrize("text", ["a.b@c.com", "메일a.b@c.com으로", "<A.B@C.COM>", "a.b@c.com."])
def test_an_address_is_found(text: str) -> None:
    assert (EMAIL, "a.b@c.com") in mentions(text)


KOREAN = "\n".join(path.read_text() for path in sorted(TEMPLATES.glob("*.ko.txt")))
ENGLISH = "\n".join(path.read_text() for path in sorted(TEMPLATES.glob("*.en.txt")))


@pytest.mark.parametrize(
    "text",
    [
        KOREAN * 12,
        ENGLISH * 12,
        "Yong " * 4000,
        "Yongyong Chongyonghyok " * 900,
        "가나 다라마바사아 " * 2000,
        "12 34 56 " * 2200,
        "0105550000 " * 1800,
        "A1" * 10_000,
        "+" * 20_000,
        "a" * 20_000,
        "a@" * 10_000,
        "a.b@" + "a." * 9_990,
        "Ab-" * 6600,
        "홍" * 20_000,
    ],
    ids=list(map(str, range(14))),
)
def test_the_longest_text_takes_two_seconds_at_most(text: str) -> None:
    begun = time.process_time()
    mentions(text[:20_000])
    assert time.process_time() - begun < 2
