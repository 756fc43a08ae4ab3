"""The fixed words of a letter in its own language, whatever the language of who writes it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on every letter of one language. `proof` tells what the code carries."""

    reference: str
    date: str
    to: str
    subject: str
    annexes: str
    draft: str
    sender: str
    proof: str
    masked: str
    mail: str


WORDS = {
    "ko": Words(
        reference="문서번호",
        date="시행일자",
        to="수신",
        subject="제목",
        annexes="붙임",
        draft="초안 — 시행 전 문서",
        sender="발신",
        proof="결재된 본문의 SHA-256 값입니다. 문서번호와 함께 QR 코드에 담겨 있습니다.",
        masked="(발송본에만 기재)",
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
        sender="From",
        proof="SHA-256 of the approved text; the code carries it with our reference.",
        masked="(stated in the letter that is sent)",
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
        sender="Від",
        proof="SHA-256 погодженого тексту; код містить його разом з вихідним номером.",
        masked="(зазначено в надісланому листі)",
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
