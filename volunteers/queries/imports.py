"""Imports of workbooks, as their viewers may see them, and what an import needs to know."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import own_desks
from corps.errors import NotFound
from volunteers.models import ImportRow, ImportRun, Language, Skill, SkillKind
from volunteers.queries.people import volunteers_visible_to
from volunteers.workbook.results import Catalogue

RUN = "volunteers.importrun"

HELD = (ImportRow.Outcome.HELD, ImportRow.Outcome.SAME, ImportRow.Outcome.UNDECIDED)
"""The outcomes that began as held: not added, because somebody is known already."""

AT_WORK = ("waiting", "reading", "confirmed", "importing")
"""The states in which a run is the worker's."""

BEAT_LASTS = timedelta(minutes=2)
"""A run at work that gave no sign of life for so long has lost its worker."""

KEPT = timedelta(days=1)
"""So long after its end a run keeps the rejected rows; so long it waits for a confirmation."""

HELD_KEPT = timedelta(days=30)
"""So long a held row waits for a decision."""


def imports_visible_to(viewer: User) -> QuerySet[ImportRun]:
    """Return the imports of the viewer's own desks, to those whose role sees imports."""
    if not (viewer.is_active and viewer.is_staff and viewer.may_see_kind(RUN)):
        return ImportRun.objects.none()
    return ImportRun.objects.filter(desk__in=own_desks(viewer)).defer("upload", "remarks")


def rows_visible_to(viewer: User, run: ImportRun) -> QuerySet[ImportRow]:
    """Return a run's rows, without those held for being like somebody the viewer may not see."""
    alike = Q(like=None) | Q(like__in=volunteers_visible_to(viewer))
    return ImportRow.objects.filter(alike, run=run)


def rows_waiting(viewer: User) -> QuerySet[ImportRow]:
    """Return the held rows of all imports on the viewer's desks that wait for a decision."""
    alike = Q(like=None) | Q(like__in=volunteers_visible_to(viewer))
    ended = Q(run__in=imports_visible_to(viewer).filter(state="done"))
    return ImportRow.objects.filter(alike, ended, outcome=ImportRow.Outcome.HELD)


def waiting_by_run(viewer: User, runs: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many held rows of each run wait for a decision; runs without any are left out."""
    rows = rows_waiting(viewer).filter(run__in=list(runs)).order_by()
    return dict(rows.values_list("run").annotate(number=Count("pk")))


def find_waiting_row(viewer: User, run: ImportRun, pk: int) -> ImportRow:
    """Return a row that waits for a decision. Raises NotFound for any other."""
    rows = rows_visible_to(viewer, run).select_related("run__desk", "like", "data_key")
    row = rows.filter(pk=pk, outcome=ImportRow.Outcome.HELD, run__state="done").first()
    if row is None:
        raise NotFound
    return row


def counts_of(viewer: User, run: ImportRun) -> dict[str, int]:
    """Return how many of the rows the viewer sees went which way, and how many held ones wait."""
    found = dict(
        rows_visible_to(viewer, run).order_by().values_list("outcome").annotate(number=Count("pk"))
    )
    imported = (
        run.imported if run.state in AT_WORK or run.state == "preview" else found.get("imported", 0)
    )
    return {
        "imported": imported,
        "rejected": found.get("rejected", 0),
        "held": sum(found.get(outcome, 0) for outcome in HELD),
        "waiting": found.get("held", 0),
    }


def is_closed(run: ImportRun) -> bool:
    """Whether the run's data key is destroyed: what it sealed is gone."""
    return run.data_key.wrapped is None


def stalled_imports(at: datetime) -> list[UUID]:
    """Return the runs at work that nobody has worked on lately, as of the instant `at`."""
    silent = Q(beat_at=None) | Q(beat_at__lt=at - BEAT_LASTS)
    since = Q(state_since__lt=at - timedelta(seconds=30))
    runs = ImportRun.objects.filter(silent, since, state__in=AT_WORK)
    return list(runs.order_by("state_since").values_list("pk", flat=True))


def imports_nobody_confirmed(at: datetime) -> QuerySet[ImportRun]:
    """Return the runs that have waited a day for a confirmation."""
    return ImportRun.objects.filter(state="preview", state_since__lt=at - KEPT)


def imports_to_close(at: datetime) -> QuerySet[ImportRun]:
    """Return the runs that ended a day ago and still keep what they sealed."""
    ended = ImportRun.objects.filter(ended_at__lt=at - KEPT, data_key__wrapped__isnull=False)
    return ended.select_related("data_key", "desk").defer("upload", "remarks")


def rows_nobody_decided(at: datetime) -> QuerySet[ImportRow]:
    """Return the held rows that have waited thirty days."""
    rows = ImportRow.objects.filter(
        outcome=ImportRow.Outcome.HELD, run__ended_at__lt=at - HELD_KEPT
    )
    return rows.select_related("data_key", "run__desk")


def sole_desk() -> Desk:
    """Return the installation's desk when it has exactly one. Raises NotFound."""
    desks = list(Desk.objects.all()[:2])
    if len(desks) != 1:
        raise NotFound
    return desks[0]


def catalogue() -> Catalogue:
    """Return every name of a language or skill, in every language and spelling, with its code."""
    skills = list(Skill.objects.all())
    languages = Language.objects.all()
    return Catalogue(
        languages={name: one.code for one in languages for name in _names(one)},
        skills={name: one.code for one in skills for name in _names(one)},
        licences=frozenset(one.code for one in skills if one.kind == SkillKind.LICENCE),
    )


def skill_ids() -> dict[str, int]:
    """Return the id of each skill by its code."""
    return dict(Skill.objects.values_list("code", "pk"))


def _names(one: Language | Skill) -> list[str]:
    return [name for name in (one.name_ko, one.name_en, one.name_uk, *one.also) if name]
