"""The words by which columns are known, in Korean, English and Ukrainian.

`EXACT` lists whole headers. `RULES` catches what people make of them ("휴대전화 번호(본인)"): the
first rule of which every part, joined by &, is found somewhere in the header; "-" is a column that
is not read. All are compared without spaces, punctuation and case.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from volunteers.workbook.text import words


class Field(StrEnum):
    """What a column may hold."""

    CALLSIGN = "callsign"
    NAME = "name"
    LATIN_NAME = "latin name"
    SURNAME = "surname"
    GIVEN = "given name"
    LATIN_SURNAME = "latin surname"
    LATIN_GIVEN = "latin given name"
    FORMER_NAMES = "former names"
    BIRTH_DATE = "birth date"
    SEX = "sex"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    PASSPORT = "passport"
    PASSPORT_EXPIRY = "passport expiry"
    EMERGENCY = "emergency contact"
    RELATIVES = "relatives"
    BRANCH = "service branch"
    RANK = "rank"
    UNIT = "unit"
    SERVICE_YEARS = "service years"
    SERVICE_PERIOD = "service period"
    LANGUAGES = "languages"
    LANGUAGE_LEVEL = "language level"
    LANGUAGE = "one language"
    SKILLS = "skills"
    SKILL_LEVEL = "skill level"
    SKILL = "one skill"
    WISHES = "wishes"
    WISH = "one wish"
    CLEARANCE = "clearance"
    CLEARANCE_UNTIL = "clearance until"
    AVAILABLE = "available"
    AVAILABLE_FROM = "available from"
    AVAILABLE_UNTIL = "available until"
    UNAVAILABLE = "unavailable"
    UNAVAILABLE_FROM = "unavailable from"
    UNAVAILABLE_UNTIL = "unavailable until"
    HOME_BASE = "home base"
    NOTES = "notes"
    IGNORED = "ignored"


_EXACT = """
callsign: 호출명; 호출부호; 콜사인; 활동명; 암호명; 가명; 코드명; 별칭; callsign; call sign;
    code name; codename; alias; nom de guerre; позивний
name: 성명; 이름; 한글 성명; 한글 이름; 한글명; 성명 한글; 이름 한글; 국문 성명; 국문명; 본명;
    실명; 지원자; 지원자명; 대원명; 성함; 姓名; 氏名; name; full name; name in full; korean name;
    name in korean; name korean; hangul name; name hangul; name in hangul; native name;
    legal name; real name; volunteer; volunteer name; піб; імя; повне імя; імя та прізвище;
    прізвище та імя
latin name: 영문 성명; 영문 이름; 영문명; 영문; 영어 이름; 영어 성명; 영어명; 성명 영문;
    이름 영문; 성명 영어; 로마자 성명; 로마자 이름; 로마자 표기; 로마자; 여권 영문명; 여권 성명;
    여권상 영문 이름; latin name; name latin; name in latin letters; english name;
    name in english; name english; romanized name; romanised name; name romanised; name romanized;
    roman name; name in roman letters; passport name; name as in passport; name on passport;
    name in passport; romanisation; romanization; імя латиницею; піб латиницею; латиницею
surname: 성; 성씨; surname; last name; family name; прізвище
given name: 명; 이름 성 제외; given name; given names; first name; forename; імя без прізвища
latin surname: 영문 성; 성 영문; surname latin; surname english; latin surname; english surname;
    surname in latin letters; last name english
latin given name: 영문 명; 이름 영문 성 제외; given name latin; given name english;
    given names latin; latin given name; english given name; first name english
former names: 이전 이름; 옛 이름; 개명 전 이름; 개명 전 성명; 개명 전; 구명; 전 이름; 다른 이름;
    이명; 북한 이름; 북한에서의 이름; former name; former names; previous name; previous names;
    other names; aka; also known as; maiden name; колишнє імя; інші імена
birth date: 생년월일; 생일; 출생일; 출생일자; 생년; 출생년월일; 주민등록번호; 주민번호;
    birth date; date of birth; birthdate; birthday; dob; born; d o b; дата народження; народжений
sex: 성별; 남녀; 남여; sex; gender; m f; стать
phone: 연락처; 전화; 전화번호; 휴대폰; 휴대전화; 휴대폰 번호; 휴대전화번호; 핸드폰; 핸드폰 번호;
    손전화; 손전화번호; 모바일; 본인 연락처; hp; h p; phone; phone number; phone no; telephone;
    telephone number; tel; tel no; mobile; mobile phone; mobile number; mobile no; cell;
    cell phone; cellphone; contact; contact number; contact no; телефон; номер телефону;
    моб телефон; мобільний
email: 이메일; 전자우편; 전자메일; 메일; 메일주소; 이메일 주소; 전자우편 주소; email; e mail;
    mail; email address; e mail address; пошта; імейл; електронна пошта; ел пошта
address: 주소; 현주소; 거주지; 거주지 주소; 자택 주소; 집 주소; 실거주지; 사는 곳; address;
    home address; residence; postal address; адреса; місце проживання
passport: 여권번호; 여권; 여권 no; 여권 번호; passport; passport number; passport no; passport nr;
    ppt no; паспорт; номер паспорта
passport expiry: 여권 만료일; 여권 만료; 여권 유효기간; 여권 유효기한; 여권 기한; 여권 만기일;
    여권 유효일; 여권 유효기간 만료일; passport expiry; passport expiry date; passport expires;
    passport expiration; passport expiration date; passport valid until; passport validity;
    passport valid to; термін дії паспорта; паспорт дійсний до
emergency contact: 비상연락처; 비상연락망; 긴급연락처; 비상시 연락처; 긴급 연락망; 보호자;
    보호자 연락처; emergency contact; emergency; emergency phone; in case of emergency; ice;
    next of kin; контакт на випадок надзвичайної ситуації; екстрений контакт
relatives: 북한 가족; 재북 가족; 이북 가족; 북한 내 가족; 북한 친척; 재북 친척; 북한 거주 가족;
    북에 있는 가족; 북한 잔류 가족; 가족 재북 여부; 북한 가족 유무; 북한 가족 여부;
    relatives in the north; family in the north; relatives in north korea; family in north korea;
    relatives in dprk; family in dprk; relatives north; relatives nk; family nk; relatives;
    родичі на півночі; родичі в кндр
service branch: 복무 군종; 군종; 병종; 군별; 복무 군; 군 종류; 소속군; service branch; branch;
    branch of service; service arm; arm; military branch; service; рід військ; вид військ
rank: 계급; 최종 계급; 제대 계급; 전역 계급; 군사 칭호; 군사칭호; rank; last rank; final rank;
    military rank; звання; військове звання
unit: 부대; 소속 부대; 복무 부대; 근무 부대; 소속; 부대명; unit; military unit; last unit;
    formation; підрозділ; частина; військова частина
service years: 복무 연수; 복무 년수; 복무연한; 복무 연차; 복무 햇수; 군 경력; 군경력; 복무 년;
    service years; years of service; years served; years in service; length of service;
    yrs of service; роки служби; стаж служби; вислуга
service period: 복무 기간; 군 복무 기간; 복무 시기; 군복무; period of service; service period;
    service dates; dates of service; період служби
languages: 언어; 외국어; 어학; 구사 언어; 가능 언어; 언어 능력; 언어능력; 사용 언어;
    구사 가능 언어; 어학 능력; 외국어 능력; languages; language; language skills;
    languages spoken; spoken languages; languages and levels; language s; мови; мова; знання мов
language level: 언어 수준; 어학 수준; 언어 등급; 어학 등급; 외국어 수준; language level;
    language levels; cefr; рівень мови; рівень володіння
skills: 기술; 기능; 특기; 보유 기술; 기술 능력; 역량; 능력; 자격; 자격증; 보유 자격; 주특기;
    전문 분야; 기술 및 자격; 숙련 기술; skills; skill; abilities; qualifications; competences;
    competencies; expertise; trades; training; навички; вміння; кваліфікація
skill level: 기술 수준; 기술 등급; 숙련도; 숙련 수준; skill level; skill levels; proficiency;
    рівень навичок
wishes: 지원 분야; 지원분야; 희망 분야; 희망 업무; 희망 직무; 희망 역할; 지원 업무; 지원 직무;
    지원 역할; 활동 분야; 희망 활동; 역할; 직무; 임무; 분야; field of work; fields of work;
    preferred field; preferred work; preferred role; preferred roles; role; roles; wishes; wish;
    applied for; applies for; applying for; volunteering for; volunteers for; duty; duties; field;
    fields; position; team; напрям; напрямок; бажана робота; бажана роль; бажаний напрям; роль
clearance: 신원조회; 신원조회 등급; 신원조회 수준; 신원조사; 신원조회 결과; 보안등급; 보안 등급;
    신원등급; 비밀취급 등급; 비취인가; 허가 등급; clearance; clearance level; security clearance;
    vetting; vetting level; vetted; security level; допуск; рівень допуску
clearance until: 신원조회 만료일; 신원조회 만료; 신원조회 유효기간; 신원조회 기한;
    신원조회 유효기한; 보안등급 만료일; 조회 만료일; clearance until; clearance expiry;
    clearance expires; clearance valid until; clearance expiry date; clearance expiration;
    clearance valid to; vetting until; vetting valid until; vetting expiry; cleared until;
    допуск до; термін допуску
available: 참여 가능 기간; 참여가능기간; 가능 기간; 참여 기간; 활동 가능 기간; 파견 가능 기간;
    가능 일정; 참여 가능 일정; 참여 가능일; 가능일; 활동 기간; 파견 기간; 가용 기간;
    참가 가능 기간; 참가 기간; 가능한 기간; availability; available; available dates;
    available period; available periods; available when; dates available; period available;
    when available; free dates; period; dates; доступність; доступний; період доступності
available from: 시작일; 시작; 가능 시작일; 참여 시작일; 참여 가능 시작일; 활동 시작일; 부터;
    가능일 시작; available from; from; start; start date; free from; доступний з; з; початок
available until: 종료일; 종료; 끝; 가능 종료일; 참여 종료일; 참여 가능 종료일; 활동 종료일; 까지;
    가능일 종료; available until; available to; available till; until; till; to; end; end date;
    free until; доступний до; до; кінець
unavailable: 불가 기간; 참여 불가 기간; 불가 일정; 불가일; 참여 불가; 활동 불가 기간; 제외 기간;
    불가능 기간; 참여 불가능 기간; unavailable; unavailable dates; unavailable period;
    not available; blackout dates; away; absent; недоступність; недоступний
home base: 거점; 활동 거점; 소속 거점; 기지; 거주 지역; 활동 지역; 거주 도시; 지역; 도시; 권역;
    home base; base; city; town; region; location; home town; місто; база; регіон
notes: 비고; 참고; 참고사항; 메모; 특이사항; 기타; 기타 사항; 의견; 코멘트; 비고란; note; notes;
    remark; remarks; comment; comments; memo; other; additional information; примітка; примітки;
    коментар; нотатки
ignored: 번호; 연번; 순번; 순서; 일련번호; no; nr; n; #; number; s n; sn; serial; serial no; id;
    index; row; 사유; 반려 사유; reason; причина; 나이; 연령; 만 나이; age; вік; п п; 등록일;
    접수일; 접수번호; 작성일; registered; date registered; timestamp; 타임스탬프; 사진; photo;
    서명; signature
"""

_RULES = """
-                 | 담당자|추천인|관리자|작성자|상담|referee|reference|한자|hanja
emergency contact | 비상|긴급|보호자|배우자|가족연락|가족전화|지인|emergency|nextofkin|екстрен
relatives         | 북|이북|재북|north|nk|dprk|кндр|півн & 가족|친척|친지|혈육|famil|relativ|kin
                    |родич
former names      | 개명|옛이름|이전이름|former|previousname|maiden|колишн
latin name        | 영문|영어|로마자|라틴|여권|latin|english|roman|passport|латин & 성명|이름
                    |성함|name|spelling|імя|піб
passport expiry   | 여권|passport|паспорт & 만료|만기|유효|기한|기간|expir|valid|until|дійс|термін
-                 | 여권|passport|паспорт & 발급|사본|종류|국가|issu|copy|type|country|виданн
passport          | 여권|passport|паспорт
clearance until   | 신원조|신원등급|보안|비취|clearance|cleared|vetting|vetted|допуск & 만료
                    |만기|유효|기한|까지|종료|expir|valid|until|термін
-                 | 신원조|보안|clearance|vetting|допуск & 담당|일자|date|officer|by
clearance         | 신원조[회사]|신원등급|보안등급|비밀취급|clearance|vetting|допуск
-                 | 출생지|생가|birthplace|placeofbirth|місценар
birth date        | 생년|생일|출생|birth|народж|주민등록
sex               | 성별|gender
email             | 이메일|전자우편|전자메일|email|електроннап
unavailable from  | 불가|unavail|notavail|недоступ & 시작|부터|from|start|початок
unavailable until | 불가|unavail|notavail|недоступ & 종료|까지|until|till|to$|end|кінець
unavailable       | 불가|unavail|notavail|blackout|недоступ
service period    | 복무|service|служб & 기간|시기|시작|종료|period|dates|період
service years     | 복무|service|serving|служб & 연수|년수|연한|햇수|years|yrs|length|рок
available from    | 가능|참여|활동|파견|avail|доступ & 시작|부터|from|start|початок
available until   | 가능|참여|활동|파견|avail|доступ & 종료|까지|until|till|to$|end|кінець
available         | 참여|참가|활동|파견|가용 & 기간|일정|날짜|시기
available         | 가능기간|가능일|availab|доступн
address           | 주소|거주지$|address|адрес
language level    | 언어|어학|외국어|language|мов & 수준|등급|level|рівень
languages         | 언어|외국어|어학|language
skill level       | 기술|skill|навич & 수준|등급|숙련|level|рівень
wishes            | 희망|지원|선호|prefer|desired|wish|apply|applied|бажан & 분야|업무|직무|역할
                    |활동|임무|field|work|role|duty|team|робот|рол
skills            | 기술|특기|자격|역량|skill|qualific|навич
service branch    | 군종|병종|branch|рідвійськ
rank              | 계급|군사칭호|rank|звання
unit              | 부대|militaryunit|підрозділ
callsign          | 호출명|호출부호|콜사인|callsign|codename|позивн
-                 | 통화|시간|time|동의|consent|은행|bank|계좌
phone             | 전화|휴대|핸드폰|연락처|phone|mobile|телефон|cellular
home base         | 거점|homebase|거주지역|활동지역
notes             | 비고|특이사항|remark|примітк
name              | 성명|이름|성함|fullname|^name|name$|піб
"""

LEVEL_WORDS = frozenset(
    (
        "수준",
        "등급",
        "레벨",
        "급수",
        "단계",
        "숙련도",
        "level",
        "levels",
        "grade",
        "proficiency",
        "рівень",
    )
)
"""Headers that speak of a level and leave it to the column before them of what."""

EXPIRY_WORDS = words("""
    만료일 만료 만료일자 만기일 유효기간 유효기한 유효일 기한 까지 종료일 expiry expires expirydate
    expirationdate expiration validuntil validto validtill valid until till to термін дійснийдо до
""")
"""Headers that say until when, and leave it to the column before them of what."""

REQUIRED_MARKS = re.compile(
    r"^(?:[*※☆★●○■□▶▷\-]|\(?필수\)?|\d{1,2}\s*[.)])\s*"
    r"|\s*(?:\*+|\(?\s*(?:필수|선택|required|optional)\s*\)?)$",
    re.IGNORECASE,
)
"""What people put around a header that is not part of its name: stars, numbers, "(필수)"."""

_BESIDE = re.compile(r"[\W_]+")


def _exact() -> dict[str, Field]:
    known: dict[str, Field] = {}
    for entry in re.split(r"\n(?=\S)", _EXACT.strip()):
        field, _, headers = entry.partition(":")
        for header in re.split(r"[;\n]", headers):
            if key := _BESIDE.sub("", header).casefold():
                known.setdefault(key, Field(field))
    return known


def _rules() -> Iterator[tuple[Field | None, tuple[re.Pattern[str], ...]]]:
    for line in re.split(r"\n(?=\S)", _RULES.strip()):
        field, _, words = re.sub(r"\n\s*", "", line).partition("|")
        patterns = tuple(re.compile(part.strip()) for part in words.split("&"))
        yield (None if field.strip() == "-" else Field(field.strip())), patterns


EXACT = _exact()
RULES = tuple(_rules())
