"""The fixed words of a letter in its own language, whatever the language of who writes it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on every letter of one language. `proof` tells what the code carries, `numbered`
    by which numbers an earlier letter names persons; `told` follows persons whom a letter names,
    and `closing` begins its last paragraph."""

    reference: str
    date: str
    to: str
    subject: str
    annexes: str
    draft: str
    proof: str
    closing: str
    numbered: str
    told: str
    mail: str


WORDS = {
    "ko": Words(
        reference="문서번호",
        date="시행일자",
        to="수신",
        subject="제목",
        annexes="붙임",
        draft="초안 — 시행 전 문서",
        proof="결재된 본문의 SHA-256 값입니다. 문서번호와 함께 QR 코드에 담겨 있습니다.",
        closing="끝.",
        numbered="{reference} 문서의 {numbers}번",
        told=(
            "※ 위 인적 사항은 본인이 동의한 범위에서만 제공합니다. 이 문서의 목적 외로 이용하거나 "
            "제3자에게 제공하지 마시고, 처리가 끝나면 파기하여 주시기 바랍니다. "
            "회신하실 때에는 이름 대신 위의 번호를 적어 주시기 바랍니다."
        ),
        mail=(
            "안녕하십니까.\n\n문서번호 {reference} 공문을 붙임과 같이 보내 드립니다. "
            "받으셨는지 회신하여 주시기 바라며, 회신하실 때 문서번호를 적어 주십시오.\n"
        ),
    ),
    "en": Words(
        reference="Our reference",
        date="Date",
        to="To",
        subject="Subject",
        annexes="Enclosures",
        draft="Draft — not for dispatch",
        proof="SHA-256 of the approved text; the code carries it with our reference.",
        closing="Yours faithfully,",
        numbered="no. {numbers} in our letter {reference}",
        told=(
            "These particulars are given only as far as each person has consented. Please use "
            "them for this matter alone, pass them to nobody else, and destroy them once it is "
            "decided. In your answer, please give the numbers above in place of names."
        ),
        mail=(
            "Dear Sir or Madam,\n\nPlease find attached our letter {reference}. "
            "Kindly confirm that you have received it, and quote our reference when you answer.\n"
        ),
    ),
    "uk": Words(
        reference="Вих. №",
        date="Дата",
        to="Кому",
        subject="Тема",
        annexes="Додатки",
        draft="Проєкт — не для надсилання",
        proof="SHA-256 погодженого тексту; код містить його разом з вихідним номером.",
        closing="З повагою",
        numbered="№ {numbers} у нашому листі {reference}",
        told=(
            "Ці дані надаються лише в обсязі, на який погодилася кожна особа. Просимо "
            "використовувати їх виключно для розгляду цього питання, не передавати третім особам "
            "і знищити після його вирішення. У відповіді просимо замість імен зазначати наведені "
            "вище номери."
        ),
        mail=(
            "Шановні пані та панове!\n\nНадсилаємо наш лист {reference} (у додатку). "
            "Просимо підтвердити його отримання та у відповіді зазначити вихідний номер.\n"
        ),
    ),
}

UKRAINIAN_MONTHS = (
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
)
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day_in_words(day: date, language: str) -> str:
    """Return a day as letters of that language write it."""
    if language == "ko":
        return f"{day.year}. {day.month}. {day.day}."
    if language == "uk":
        return f"{day.day} {UKRAINIAN_MONTHS[day.month - 1]} {day.year} р."
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
