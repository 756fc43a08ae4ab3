"""Korean names by sound: one key for a name in Hangul and its spellings in Latin letters.

A Hangul syllable has one key; a Latin spelling has every key it could stand for, since "Song" may
be 성 or 송, "Un" 은 or 언, "Yong" 영 or 용. Two names may be the same when their sets of keys meet.
Covered are Revised Romanisation, McCune-Reischauer with and without its marks, the spelling used in
the North, the usual ad hoc ones (Lee, Park, Choi, Young, Hyuk, Hee, Joon), the initial-sound law at
the start of the surname and of the given name (리/이, 련희/연희), and the surname first or last.

Collisions taken into account, because romanisations do not tell them apart: plain, tense and
aspirated consonants (대호/태호, 정/청), ㅜ and ㅡ (운/은), ㅐ and ㅔ, ㅚ, ㅙ and ㅞ, ㅣ and ㅢ, all
but seven coda sounds. In Hangul 영호 and 용호, 성미 and 송미, 성미 and 성민 stay apart. The keys
are meant to be used with an equal birth date, or for an exact look-up that a person then reads.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ONSETS = _listed("K K N T T L M P P S S - J J J K T P H")
_NUCLEI = _listed("A AE YA YAE EO AE YEO YAE O WA OE OE YO U WO OE WI YU U I I")
_CODAS = _listed("- K K K N N N T L K M L L L P L M P P T T NG T T K T P T")
"""What the parts of a Hangul syllable count as, in the order in which Unicode composes them."""


def _spellings(table: str) -> dict[str, tuple[str, ...]]:
    """Turn lines of `SOUND spelling …` into the sounds of each spelling; "-" is silence."""
    sounds: dict[str, tuple[str, ...]] = {}
    for line in table.strip().splitlines():
        sound, *spelled = line.split()
        for word in spelled:
            key = word.replace("-", "")
            sounds[key] = (*sounds.get(key, ()), sound)
    return sounds


_LATIN_ONSETS = _spellings("""
    K k g kk gg kh q c
    N n
    T t d tt dd th
    L r l rh lh rr
    M m
    P p b pp bb ph bh
    S s ss sh
    J j ch jj tch ts z tj dj
    H h
    - -
""")
_LATIN_NUCLEI = _spellings("""
    A a ah aa
    AE ae ai ay e eh ei ey
    YA ya yah
    YAE ye yae yeh
    EO eo o u ou uh eoh ur er eou
    YEO yeo yo yu you yuh yeou
    O o oh oa
    WA wa wah
    OE oe oi oy oei we wae wai
    YO yo yoh
    U u oo ou eu wu woo
    WO wo weo woe
    WI wi wee
    YU yu yoo you yew ew yuu
    I i ih ee ie ea yi yee ui eui euy uy
""")
_LATIN_CODAS = _spellings("""
    K k g ck gg kk
    N n nn
    T t d s
    L l ll
    M m mm
    P p b
    NG ng
    - -
""")
_RESPELLED = _spellings("""
    pak park parck bark barg
    lee leigh reigh li
    yi yie
    choe tsoi tsoy choie chey
    kim kimm
""")
_SURNAMES = frozenset(
    _listed("""
    김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 전 홍 고 문 양 손 배 백 허 유 남
    심 노 하 곽 성 차 주 우 구 민 진 나 지 엄 채 원 천 방 공 현 함 변 염 여 추 도 소 석 선 설
    마 길 연 위 표 명 기 반 왕 금 옥 육 인 맹 제 모 탁 국 어 은 편 용 리 림 로 량 려 라 렴 봉
    사 부 황보 남궁 제갈 선우 서문 독고 동방 사공
    """)
)
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "씨", "님"))
_APOSTROPHES = "'’`ʼ‘"
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d]")
_HANGUL = re.compile("[가-힣]+")
_LATIN = re.compile(f"[A-Za-z{_APOSTROPHES}-]*[A-Za-z][A-Za-z{_APOSTROPHES}-]*")

Syllable = tuple[str, str, str]
Reading = tuple[Syllable, ...]
Group = tuple[str, ...]


def name_keys(name: str) -> frozenset[str]:
    """Return the phonetic keys of a personal name; two spellings of one name share at least one.

    A name in Hangul has one key (two when it seems to be written with the surname last), a name in
    Latin letters as many as it has readings. A text with both has the keys of both. What is
    neither, or no Korean name, falls back to its letters in sorted words. An empty name has no
    keys.
    """
    text = unicodedata.normalize("NFKC", _marked_vowels(name))
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    hangul = tuple(word for word in _HANGUL.findall(text) if word not in _TITLES)
    rest = _DASHES.sub("-", _HANGUL.sub(" ", text))
    latin = tuple(word for word in _LATIN.findall(rest) if word.casefold() not in _TITLES)
    return _hangul_keys(hangul) | _latin_keys(latin, "," in rest) or _letters(text)


def _marked_vowels(name: str) -> str:
    """Write ŏ and ŭ (McCune-Reischauer) as eo and eu, and drop other marks on Latin letters."""
    if name.isascii():
        return name
    apart = unicodedata.normalize("NFD", name)
    apart = re.sub("[oO][\u0302\u0306\u030c]", "eo", apart)
    apart = re.sub("[uU][\u0302\u0306\u030c]", "eu", apart)
    return unicodedata.normalize("NFC", re.sub("(?<=[A-Za-z])[\u0300-\u036f]+", "", apart))


def _letters(text: str) -> frozenset[str]:
    words = sorted(re.findall(r"[^\W_]+", text.casefold()))
    return frozenset([" ".join(words)]) if words else frozenset()


def _hangul_syllable(char: str) -> Syllable:
    index = ord(char) - 0xAC00
    return _ONSETS[index // 588], _NUCLEI[index % 588 // 28], _CODAS[index % 28]


def _hangul_keys(words: tuple[str, ...]) -> frozenset[str]:
    if not words:
        return frozenset()
    orders = [words]
    if len(words) == 2 and len(words[0]) > 1 and words[1] in _SURNAMES:
        orders.append((words[1], words[0]))
    return frozenset(_key([_hangul_syllable(char) for char in "".join(order)]) for order in orders)


def _key(syllables: list[Syllable]) -> str:
    """Join syllables, those that begin the surname and the given name by the initial-sound law."""
    heard = [
        _initial(syllable) if place < 2 else syllable for place, syllable in enumerate(syllables)
    ]
    return ".".join("".join(syllable).replace("-", "") for syllable in heard)


def _initial(syllable: Syllable) -> Syllable:
    onset, nucleus, coda = syllable
    if onset == "L":
        onset = "-" if nucleus[0] in "IY" else "N"
    elif onset == "N" and nucleus[0] == "Y":
        onset = "-"
    return onset, nucleus, coda


def _latin_keys(words: tuple[str, ...], has_comma: bool) -> frozenset[str]:
    groups = [
        tuple(re.findall("[a-z]+", re.sub(f"[{_APOSTROPHES}]", "", word.casefold())))
        for word in words
    ]
    if not groups:
        return frozenset()
    capitals = [len(word) > 1 and word.isupper() for word in words]
    keys = {key for order in _orders(groups, capitals, has_comma) for key in _read_in_order(order)}
    return frozenset(keys) or _letters(" ".join(words))


def _orders(groups: list[Group], capitals: list[bool], has_comma: bool) -> list[list[Group]]:
    """Return the groups with the surname first: as written, turned round, or both if unclear."""
    as_written, turned = groups, [groups[-1], *groups[:-1]]
    if len(groups) < 2 or has_comma:
        return [as_written]
    if capitals.count(True) == 1 and (capitals[0] or capitals[-1]):
        return [as_written] if capitals[0] else [turned]
    first, last = _is_surname(groups[0]), _is_surname(groups[-1])
    if first != last:
        return [as_written] if first else [turned]
    return [as_written, turned]


def _is_surname(group: Group) -> bool:
    known = _surname_keys()
    return len(group) == 1 and any(
        _key(list(reading)) in known for reading in _readings(group[0], 2)
    )


@cache
def _surname_keys() -> frozenset[str]:
    return frozenset(_key([_hangul_syllable(char) for char in surname]) for surname in _SURNAMES)


def _read_in_order(groups: list[Group]) -> set[str]:
    """Return the keys of groups that stand surname first; none when one is not Korean."""
    parts = [part for group in groups for part in group]
    if len(parts) > 4:
        return set()
    if len(parts) == 1:
        readings = [_readings(parts[0], 4)]
    elif len(parts) == 2:
        readings = [_shortest(parts[0]), _readings(parts[1], 3)]
    else:
        readings = [_shortest(part) for part in parts]
    return {
        _key([syllable for read in chosen for syllable in read]) for chosen in product(*readings)
    }


def _shortest(word: str) -> tuple[Reading, ...]:
    readings = _readings(word, 2)
    fewest = min(map(len, readings), default=0)
    return tuple(reading for reading in readings if len(reading) == fewest)


@lru_cache(maxsize=4096)
def _readings(word: str, limit: int) -> tuple[Reading, ...]:
    """Return every way to read a Latin word as one to `limit` Korean syllables."""
    word = _RESPELLED.get(word, (word,))[0].replace("wh", "hw")
    found: set[Reading] = set()
    pending: list[tuple[str, Reading]] = [(word, ())]
    while pending:
        rest, read = pending.pop()
        if not rest:
            found.add(read)
        elif len(read) < limit:
            pending += [
                (rest[used:], (*read, syllable)) for syllable, used in _next_syllables(rest)
            ]
    return tuple(sorted(found))


def _next_syllables(rest: str) -> list[tuple[Syllable, int]]:
    return [
        ((onset, nucleus, coda), o + n + c)
        for onset, o in _starts(rest, _LATIN_ONSETS)
        for nucleus, n in _starts(rest[o:], _LATIN_NUCLEI)
        for coda, c in _starts(rest[o + n :], _LATIN_CODAS)
    ]


def _starts(text: str, table: dict[str, tuple[str, ...]]) -> list[tuple[str, int]]:
    return [(sound, n) for n in range(min(4, len(text)) + 1) for sound in table.get(text[:n], ())]
