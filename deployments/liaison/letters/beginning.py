"""With what a letter begins: the template of its kind and language, with the case filled in.

Templates are templates/letters/<kind>.<language>.txt: the subject, an empty line, the body. In them
stand merge fields such as `{reference}`. A field of which the case knows nothing takes the brackets
around it along, or else the whole line: a letter never begins with a hole. `{people}` stays: it is
filled when the letter is rendered, with what it discloses.
"""

import re
from collections.abc import Collection
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from deployments.liaison.letters.blocks import PEOPLE
from deployments.liaison.letters.persons import numbers_of
from deployments.liaison.letters.text import LetterText, clean_text
from deployments.liaison.letters.words import WORDS, day_in_words
from deployments.liaison.models import Case, Letter, PermitKind
from deployments.models import Deployment
from deployments.queries.deployments import deployments_visible_to
from volunteers.queries.people import volunteers_on_own_desks, volunteers_visible_to

SEOUL = ZoneInfo("Asia/Seoul")
SENT = ("sent", "acknowledged", "bounced")
FIELD = re.compile(r"\{(\w+)\}")
IN_BRACKETS = re.compile(r" ?\([^()]*\{(\w+)\}[^()]*\)")


def begin_text(letter: Letter) -> LetterText:
    """Return the text with which a letter begins."""
    template = _template(letter.kind, letter.language)
    return filled(template, merge_fields(letter))


def filled(template: str, fields: dict[str, str]) -> LetterText:
    """Return a template with its fields filled in; one without a value takes its place along."""
    subject, _empty, body = template.partition("\n\n")
    lines = [_line(line, fields) for line in body.split("\n")]
    kept = "\n".join(line for line in lines if line is not None)
    title = re.sub(r"[:：]?\s*$", "", _line(subject, fields) or _bare(subject))
    return clean_text(title, kept)


def merge_fields(letter: Letter) -> dict[str, str]:
    """Return what the case knows for each merge field, in the letter's language; "" for nothing.
    It counts the people whom the letter's author sees. Deployments, a material, and whom earlier
    letters told of, it knows of the case's own desk alone: what stands in the letter is read by
    whoever sees the case. None holds a callsign: what an agency learns of somebody stands at
    `{people}`."""
    case, language = letter.case, letter.language
    people = volunteers_visible_to(letter.author).filter(cases__case=case)
    own = volunteers_on_own_desks(letter.author).filter(cases__case=case, desk=case.desk_id)
    work = deployments_visible_to(letter.author).filter(cases=case, desk=case.desk_id)
    return {
        "reference": str(letter),
        "agency": str(getattr(letter.agency, f"name_{language}")),
        "post": letter.contact.post if letter.contact else "",
        "deployment": ", ".join(one.codename for one in work.order_by("codename")),
        "count": str(people.count() or ""),
        "persons": _persons(letter, set(own.values_list("pk", flat=True))),
        "permit_kind": _permit_kinds(letter, work),
        "due": day_in_words(case.due, language) if case.due else "",
        "material": _material(case),
        "quantity": _quantity(letter),
        "earlier_letter": _earlier(letter),
    }


def _template(kind: str, language: str) -> str:
    folder = Path(settings.BASE_DIR) / "templates" / "letters"
    return (folder / f"{kind}.{language}.txt").read_text(encoding="utf-8")


def _line(line: str, fields: dict[str, str]) -> str | None:
    """Return one line filled in; None where a field that it names has no value."""
    if line.strip() == PEOPLE:
        return line
    line = IN_BRACKETS.sub(lambda found: found[0] if fields.get(found[1]) else "", line)
    if any(not fields.get(name) for name in FIELD.findall(line)):
        return None
    return FIELD.sub(lambda found: fields[found[1]], line)


def _bare(subject: str) -> str:
    """Return a subject without its fields, for a case that knows none of them."""
    return FIELD.sub("", IN_BRACKETS.sub("", subject)).strip()


def _permit_kinds(letter: Letter, work: QuerySet[Deployment]) -> str:
    kinds = PermitKind.objects.filter(permits__case=letter.case).distinct()
    if not kinds:
        kinds = PermitKind.objects.filter(needs__deployment__in=work).distinct()
    return ", ".join(str(getattr(kind, f"name_{letter.language}")) for kind in kinds)


def _material(case: Case) -> str:
    material = case.version.material if case.version else None
    return material.title if material and material.desk_id == case.desk_id else ""


def _quantity(letter: Letter) -> str:
    deliveries = letter.case.deliveries.exclude(state="failed").filter(agency=letter.agency)
    return str(sum(delivery.made for delivery in deliveries) or "")


def _persons(letter: Letter, people: set[UUID]) -> str:
    """Return by which numbers earlier letters told the agency of these people, be it by another
    agency that passed them on."""
    named = _letters_telling(letter, people)
    return "; ".join(_numbered(one, people, letter.language) for one in named)


def persons_named(letter: Letter, text: LetterText) -> list[str]:
    """Return the ids of those whom a text names as `{persons}` does, in any language: by their
    numbers in letters by which the agency was told of them, its own or another's that was passed
    on. Of those alone whom the case concerns, on its own desk. In a steady order."""
    concerned = letter.case.concerned.filter(volunteer__desk=letter.case.desk_id)
    people = set(concerned.values_list("volunteer_id", flat=True))
    named = set()
    for told in _letters_telling(letter, people):
        numbers = _numbers_said(told, f"{text.subject}\n{text.body}")
        named |= {one for one, number in numbers_of(told).items() if number in numbers}
    return sorted(map(str, named & people))


def _letters_telling(letter: Letter, people: Collection[UUID]) -> QuerySet[Letter]:
    """Return the letters by which a letter's agency was told of any of these people."""
    told = Letter.objects.filter(
        disclosures__agency=letter.agency,
        disclosures__volunteer__in=people,
        disclosures__disclosed_at__isnull=False,
    )
    return told.select_related("case").distinct().order_by("case__year", "case__number", "number")


def _numbers_said(told: Letter, text: str) -> set[int]:
    """Return the numbers by which a text names persons of an earlier letter, as `numbered` does."""
    reference = rf"(?<!\d){re.escape(str(told))}(?!\d)"
    said = set()
    for words in WORDS.values():
        form = re.escape(words.numbered).replace(r"\ ", r"\s+")
        form = form.replace(re.escape("{reference}"), reference)
        form = form.replace(re.escape("{numbers}"), r"(\d{1,6}(?:,\s*\d{1,6})*)")
        for numbers in re.findall(form, text, re.IGNORECASE):
            said |= {int(number) for number in numbers.split(",")}
    return said


def _numbered(told: Letter, people: set[UUID], language: str) -> str:
    numbers = [str(number) for one, number in numbers_of(told).items() if one in people]
    return WORDS[language].numbered.format(reference=told, numbers=", ".join(numbers))


def _earlier(letter: Letter) -> str:
    """Return the letter that was sent before, with its day."""
    before = letter.case.letters.filter(state__in=SENT).exclude(pk=letter.pk).order_by("number")
    last = before.last()
    if last is None or last.sent_at is None:
        return ""
    day = last.sent_at.astimezone(SEOUL).date()
    return f"{last} ({day_in_words(day, letter.language)})"
