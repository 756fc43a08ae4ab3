"""The coordinators' door to imports: upload, preview, confirm, progress, what is left to decide."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit import board
from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.words import name_facts, name_moves, name_verbs
from volunteers.actions import imports, imports_settle
from volunteers.actions.people import CallsignTaken, CallsignTellsName
from volunteers.admin.import_buttons import CONFIRM, DISCARD, FETCH, UPLOAD, may_decide
from volunteers.forms.imports import NewPersonForm
from volunteers.models import ImportRow, ImportRun
from volunteers.queries.import_words import in_words, problem_in_words, same_in_words
from volunteers.queries.imports import (
    AT_WORK,
    HELD,
    RUN,
    counts_of,
    find_waiting_row,
    imports_visible_to,
    is_closed,
    rows_visible_to,
    rows_waiting,
    waiting_by_run,
)
from volunteers.rules import can_change_volunteer
from volunteers.states import IMPORT

ROWS_SHOWN = 100
LOOKS = {
    "preview": "is-attention",
    "done": "is-ok",
    "failed": "is-blocked",
    "discarded": "is-quiet",
}


@admin.register(ImportRun)
class ImportRunAdmin(GuardedAdmin[ImportRun]):
    """Imports of the person's own desks."""

    visible_to = staticmethod(imports_visible_to)
    may_change = staticmethod(may_decide)
    list_display = ("started_at", "desk", "state", "rows_done", "waiting")
    list_filter = ("state", "desk")
    list_select_related = ("desk", "data_key")
    sortable_by = ("started_at",)
    object_page = "admin/volunteers/importrun/page.html"
    list_buttons = (UPLOAD,)
    buttons = (CONFIRM, FETCH, DISCARD)

    @admin.display(description=_("to decide"))
    def waiting(self, run: ImportRun) -> int:
        """How many held rows wait for a decision."""
        return int(getattr(run, "waiting_rows", 0))

    def for_page(self, viewer: User, rows: list[Any]) -> None:
        """Count the rows that wait, for the whole page at once."""
        found = waiting_by_run(viewer, [run.pk for run in rows])
        for run in rows:
            run.waiting_rows = found.get(run.pk, 0)

    def get_urls(self) -> list[URLPattern]:
        """Add the progress of a run and the decision about a row."""
        name = "volunteers_importrun"
        mine = [
            path("<uuid:pk>/progress/", self._guarded(self.progress_view), name=f"{name}_progress"),
            path("<uuid:pk>/rows/<int:row>/", self._guarded(self.row_view), name=f"{name}_row"),
        ]
        return [*mine, *super().get_urls()]

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return what the state of the run has to show."""
        viewer = viewer_of(request)
        at_work = obj.state in AT_WORK
        context = {
            "run": obj,
            "look": LOOKS.get(obj.state, "is-note"),
            "at_work": at_work,
            "problem": problem_in_words(obj.problem) if obj.problem else "",
            "step_urls": {
                step.name: self.step_url(obj, step)
                for step in (CONFIRM, FETCH)
                if step.offered(viewer, obj)
            },
        }
        shown = obj.state in ("preview", "done")
        return {**context, **(self._findings(request, viewer, obj) if shown else {})}

    def _findings(self, request: HttpRequest, viewer: User, run: ImportRun) -> dict[str, Any]:
        rows = rows_visible_to(viewer, run).select_related("like").defer("like__data_key")
        rejected = _page(request, "rejected", rows.filter(outcome=ImportRow.Outcome.REJECTED))
        held = _page(request, "held", rows.filter(outcome__in=HELD))
        remarks = imports.remarks_of(run)
        return {
            "counts": counts_of(viewer, run),
            "closed": is_closed(run),
            "rejected": rejected,
            "rejected_rows": imports.rejected_in_words(run, rejected),
            "held": held,
            "held_rows": [_held(run, row) for row in held],
            "sheets": remarks.get("sheets", []),
            "warnings": [
                {"sheet": sheet, "row": row, "column": column, "why": in_words(why)}
                for sheet, row, column, why in remarks.get("warnings", [])[:ROWS_SHOWN]
            ],
        }

    def progress_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Return the progress alone; when the worker is done, tell the page to load itself anew."""
        run = self.visible_or_404(request, str(pk))
        context = {"run": run, "at_work": run.state in AT_WORK}
        response = self.page(request, "admin/volunteers/importrun/progress.html", context)
        response["Cache-Control"] = "no-store"
        if run.state not in AT_WORK:
            response["HX-Refresh"] = "true"
        return response

    def row_view(self, request: HttpRequest, pk: Any, row: int) -> HttpResponse:
        """Show a held row with whom it is like, and take the decision."""
        run = self.visible_or_404(request, str(pk))
        held = find_waiting_row(viewer_of(request), run, row)
        form = NewPersonForm(
            request.POST if "new" in request.POST else None,
            initial={"callsign": imports_settle.callsign_given(held)},
        )
        if request.method == "POST":
            answer = self._settle(request, held, form)
            if answer is not None:
                return answer
        context = {
            **self.object_context(request, run),
            "steps": [],
            "run": run,
            "row": held,
            "like_url": _volunteer_url(held),
            "same": same_in_words(held.same),
            "form": form,
            "may_decide": may_decide(viewer_of(request), run),
            "may_be_same": _may_be_same(viewer_of(request), held),
        }
        return self.page(request, "admin/volunteers/importrun/row.html", context)

    def _settle(
        self, request: HttpRequest, row: ImportRow, form: NewPersonForm
    ) -> HttpResponse | None:
        by, at = viewer_of(request), timezone.now()
        back = HttpResponseRedirect(self.page_url(row.run))
        if "same" in request.POST:
            imports_settle.settle_as_same(row=row, by=by, at=at)
            messages.success(request, _("Settled: nobody was added."))
            return back
        if "new" not in request.POST or not form.is_valid():
            return None
        try:
            made = imports_settle.settle_as_new(
                row=row, callsign=form.cleaned_data["callsign"], by=by, at=at
            )
        except (CallsignTaken, CallsignTellsName) as refusal:
            form.add_error("callsign", str(refusal))
            return None
        messages.success(request, _("Registered as %(callsign)s.") % {"callsign": made.callsign})
        return back


def _page(request: HttpRequest, name: str, rows: Any) -> "Page[ImportRow]":
    found: Page[ImportRow] = Paginator(rows, ROWS_SHOWN).get_page(request.GET.get(name))
    return found


def _held(run: ImportRun, row: ImportRow) -> dict[str, Any]:
    waits = row.outcome == ImportRow.Outcome.HELD and run.state == "done"
    return {
        "sheet": row.sheet,
        "row": row.row,
        "like": row.like.callsign
        if row.like and not (run.state == "preview" and row.like_row)
        else "",
        "like_row": row.like_row,
        "why": in_words(row.why) if row.why else same_in_words(row.same),
        "outcome": row.get_outcome_display(),
        "url": reverse("admin:volunteers_importrun_row", args=[run.pk, row.pk]) if waits else "",
    }


def _may_be_same(viewer: User, row: ImportRow) -> bool:
    """Whether the viewer may say that a row is the volunteer it is like, who is marked by it."""
    return row.like is None or can_change_volunteer(viewer, row.like)


def _volunteer_url(row: ImportRow) -> str:
    if row.like is None:
        return ""
    try:
        return reverse("admin:volunteers_volunteer_change", args=[quote(row.like.pk)])
    except NoReverseMatch:
        return ""


@board.register
def tiles(viewer: User) -> Iterable[board.Tile]:
    """Say how many imports wait to be confirmed, and how many held rows to be decided."""
    if not viewer.may_see_kind(RUN):
        return []
    url = reverse("admin:volunteers_importrun_changelist")
    previews = imports_visible_to(viewer).filter(state="preview").count()
    return [
        board.Tile(_("Imports to confirm"), previews, f"{url}?state__exact=preview"),
        board.Tile(_("Held rows to decide"), rows_waiting(viewer).count(), url),
    ]


name_moves(IMPORT)
name_verbs(
    {
        "import.started": _("Import: workbook taken"),
        "import.row_settled": _("Import: held row decided"),
        "import.corrections_downloaded": _("Import: rejected rows fetched"),
        "import.closed": _("Import: file and rejected rows destroyed"),
        "import.rows_undecided": _("Import: held rows given up"),
    }
)
name_facts(
    {
        "rows": _("rows"),
        "row": _("row"),
        "imported": _("imported"),
        "rejected": _("rejected"),
        "held": _("held"),
        "as": _("as"),
        "bytes": _("bytes"),
        "rejected rows destroyed": _("rejected rows destroyed"),
    }
)
