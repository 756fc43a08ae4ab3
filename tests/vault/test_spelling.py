"""Normal forms: what must be equal, what must differ, and that nothing breaks on the way."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corps.vault.spelling import (
    clean_text,
    name_keys,
    normal_email,
    normal_passport,
    normal_phone,
    same_name,
)


@pytest.mark.parametrize(
    "written",
    [
        "010-1234-5678",
        "01012345678",
        "010 1234 5678",
        "010.1234.5678",
        "(010) 1234-5678",
        "+82 10-1234-5678",
        "+821012345678",
        "+82-10-1234-5678",
        "+82 (0)10 1234 5678",
        "+8201012345678",
        "82 10 1234 5678",
        "0082 10 1234 5678",
        "1012345678",
        "０１０－１２３４－５６７８",
        "010\u20111234\u20135678",
        "\u200b010-1234-5678\u00a0",
    ],
)
def test_a_korean_mobile_number_has_one_form(written: str) -> None:
    assert normal_phone(written) == "+821012345678"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("02-123-4567", "+8221234567"),
        ("031 123 4567", "+82311234567"),
        ("311234567", "+82311234567"),
        ("070-1234-5678", "+827012345678"),
        ("011-234-5678", "+82112345678"),
        ("+380 50 123 4567", "+380501234567"),
        ("00380501234567", "+380501234567"),
        ("+1 650 253 0000", "+16502530000"),
    ],
)
def test_other_numbers_keep_their_country(written: str, normal: str) -> None:
    assert normal_phone(written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "010-12",
        "123",
        "abc",
        "010-1234-567x",
        "+",
        "++821012345678",
        "1" * 40,
        "a@b.org",
        "없음",
    ],
)
def test_what_is_no_phone_number_has_no_form(written: str) -> None:
    assert normal_phone(written) is None


@given(
    st.integers(0, 99_999_999),
    st.sampled_from(["010{}{}", "+82 10-{}-{}", "10 {} {}", "0082-10.{}.{}"]),
)
def test_every_way_of_writing_a_mobile_number_meets(number: int, shape: str) -> None:
    digits = f"{number:08d}"
    assert normal_phone(shape.format(digits[:4], digits[4:])) == f"+8210{digits}"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("A.B@Example.ORG", "a.b@example.org"),
        (" a@b.co.kr ", "a@b.co.kr"),
        ("ａ＠b.org", "a@b.org"),
        ("a\u200b@b.org", "a@b.org"),
        ("почта@приклад.укр", "почта@приклад.укр"),
        ("not-an-address", None),
        ("a@b", None),
        ("a b@c.org", None),
        ("a..b@c.org", None),
        ("a@b.org, c@d.org", None),
        ("@b.org", None),
        ("", None),
    ],
)
def test_e_mail_addresses(written: str, normal: str | None) -> None:
    assert normal_email(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("M12345678", "M12345678"),
        ("m 1234-5678", "M12345678"),
        ("Ｍ123Ａ4567", "M123A4567"),
        ("12345678", "12345678"),
        ("M12", None),
        ("여권없음", None),
        ("PASSPORT", None),
        ("1" * 13, None),
    ],
)
def test_passport_numbers(written: str, normal: str | None) -> None:
    assert normal_passport(written) == normal


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("한성미", "HAN Song-Mi"),
        ("한성미", "Han Seong-mi"),
        ("한성미", "Sungmi Han"),
        ("한성미", "Han Sung Mi"),
        ("리경학", "RI Kyong-Hak"),
        ("리경학", "Lee Kyung Hak"),
        ("이경학", "Rhee Kyeong-hak"),
        ("이경학", "Yi Gyeonghak"),
        ("이경학", "I Kyonghak"),
        ("박민빈", "Pak Min-Pin"),
        ("박민빈", "Park Minbin"),
        ("박민빈", "Bak Min Been"),
        ("최철수", "Choe Chol Su"),
        ("최철수", "Chul-Soo CHOI"),
        ("최철수", "Choy Cheolsu"),
        ("김광진", "Gim Gwang-jin"),
        ("정정수", "Jong Jong Su"),
        ("정정수", "Chung Jung-soo"),
        ("정정수", "Jeong Jeong Su"),
        ("정정수", "Chong Jong-su"),
        ("류민혁", "Ryu Min Hyok"),
        ("류민혁", "Yoo Min-hyuk"),
        ("류민혁", "Lyu Min Hyeok"),
        ("유민혁", "RYU Min-Hyok"),
        ("림은희", "Rim Un Hui"),
        ("림은희", "Lim Eun-hee"),
        ("림은희", "Im Eunhui"),
        ("임은희", "Yim Eun Hee"),
        ("노무현", "Roh Moo-hyun"),
        ("로무현", "No Mu Hyon"),
        ("로무현", "Noh Moo Hyeon"),
        ("신혁철", "Shin Hyuk-chul"),
        ("신혁철", "Sin Hyok Chol"),
        ("강영희", "Kang Yong-Hui"),
        ("강영희", "Gang Young Hee"),
        ("황순혁", "Hwang Sun Hyok"),
        ("조은희", "Cho, Eun-Hee"),
        ("조은희", "JO UN HUI"),
        ("권금학", "Gwon Geum-hak"),
        ("권금학", "Kwon Kum Hak"),
        ("서민희", "Suh Minhee"),
        ("서민희", "SO Min-Hui"),
        ("서민희", "Seo Min Hui"),
        ("안은옥", "Ahn Eun-ok"),
        ("오영남", "Oh Young-nam"),
        ("윤철일", "Yoon Chul Il"),
        ("장금혁", "Chang Keum-hyuk"),
        ("문국일", "Moon Gook-il"),
        ("전복남", "Jeon Bok-nam"),
        ("전복남", "Chon Pok Nam"),
        ("전복남", "Jun Bok Nam"),
        ("김정은", "Kim Jŏng-ŭn"),
        ("김정은", "Kimjongun"),
        ("리련희", "Lee Yeon-hee"),
        ("이연희", "Ri Ryon Hui"),
        ("최룡해", "Choe Ryong Hae"),
        ("최용해", "Choe Ryong-hae"),
        ("남궁민", "Namgung Min"),
        ("허준", "Hur Jun"),
        ("량금희", "Yang Geum-hui"),
        ("김철수", "Kim Ch'ol-su"),
        ("손흥민", "SON Heungmin"),
        ("반기문", "Ban Ki-moon"),
        ("강경화", "Kang Kyung-wha"),
    ],
)
def test_a_name_in_hangul_meets_its_spellings_in_latin_letters(hangul: str, latin: str) -> None:
    assert same_name(hangul, latin)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("리경학", "이경학"),
        ("림명옥", "임명옥"),
        ("로순희", "노순희"),
        ("김련희", "김연희"),
        ("림명옥", "  림 명옥 "),
        ("신경화", "신경화\u200b"),
        ("조은희", unicodedata.normalize("NFD", "조은희")),
        ("김철수", "철수 김"),
        ("김철수", "김철수(金哲洙)"),
        ("KIM Chol Su", "Chol Su KIM"),
        ("Kim Chol-su", "kim cheolsoo"),
        ("Olena Ivanenko", "IVANENKO Olena"),
    ],
)
def test_other_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("한성미", "한성민"),
        ("김영호", "김용호"),
        ("김영호", "김호영"),
        ("성미란", "송미란"),
        ("이철", "이철수"),
        ("박민희", "박순희"),
        ("박민희", "방민희"),
        ("김미라", "김미나"),
        ("HAN Song-Mi", "HAN Song-Min"),
        ("Kim Chol", "Kim Chol Su"),
        ("Park Min", "Bang Min"),
        ("Олена Іваненко", "Олена Іванова"),
    ],
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_an_empty_name_meets_nobody() -> None:
    assert name_keys("") == name_keys(" \u200b-") == frozenset()
    assert not same_name("", "")


HANGUL_NAMES = st.text(
    st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=4
)


@given(HANGUL_NAMES)
def test_a_hangul_name_has_one_key_however_it_is_encoded(name: str) -> None:
    keys = name_keys(name)
    assert len(keys) == 1
    assert name_keys(unicodedata.normalize("NFD", name)) == keys
    assert name_keys(f" {name[0]} {name[1:]}\ufeff") >= keys


@given(st.text(max_size=60))
def test_any_text_has_few_keys_and_breaks_nothing(text: str) -> None:
    assert len(name_keys(text)) <= 4096
    normal_phone(text)
    normal_email(text)
    normal_passport(text)


@given(st.text())
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert not set(cleaned) & set("\u200b\ufeff\u00ad\u200e\u202e\u00a0\u3000\n\t")
