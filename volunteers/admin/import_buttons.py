"""The buttons of an import: upload, confirm, discard, fetch what was rejected."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import Button, FormButton, in_source_of, viewer_of
from volunteers.actions import imports
from volunteers.forms.imports import UploadForm
from volunteers.models import ImportRun
from volunteers.queries.imports import RUN, is_closed
from volunteers.rules import can_register_on
from volunteers.states import IMPORT

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def may_upload(user: User, obj: Any) -> bool:
    """Whether the person's role imports; onto which desks, the form says."""
    return user.may_change_kind(RUN)


def may_decide(user: User, run: ImportRun) -> bool:
    """Whether the person imports onto the run's desk."""
    return can_register_on(user, run.desk)


def has_rejected(run: ImportRun) -> bool:
    """Whether there are rejected rows to fetch."""
    return run.state in ("preview", "done") and run.rejected > 0 and not is_closed(run)


def upload(request: HttpRequest, obj: None, form: UploadForm) -> HttpResponse:
    """Take a workbook, and show its page."""
    run = imports.start_import(
        upload=form.cleaned_data["file"].read(),
        kind=form.kind,
        desk=form.cleaned_data["desk"],
        by=viewer_of(request),
        at=timezone.now(),
    )
    return HttpResponseRedirect(reverse("admin:volunteers_importrun_change", args=[run.pk]))


def confirm(request: HttpRequest, run: ImportRun, reason: str) -> None:
    """Let the worker import."""
    imports.confirm_import(run=run, by=viewer_of(request), at=timezone.now())


def discard(request: HttpRequest, run: ImportRun, reason: str) -> None:
    """Give the import up."""
    imports.discard_import(run=run, by=viewer_of(request), at=timezone.now())


def fetch_rejected(request: HttpRequest, run: ImportRun, reason: str) -> HttpResponse:
    """Return the rejected rows as a workbook, made in memory and kept by nobody on the way."""
    content = imports.download_corrections(run=run, by=viewer_of(request), at=timezone.now())
    response = HttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = (
        f'attachment; filename="rejected-{run.started_at:%Y%m%d}.xlsx"'
    )
    response["Cache-Control"] = "no-store"
    return response


class OnPage(Button):
    """A button that stands in the page's text instead of its head: the page is the question."""

    def shown(self, user: User, obj: Any) -> bool:
        """Whether it stands in the head."""
        return False

    def offered(self, user: User, obj: Any) -> bool:
        """Whether it stands in the text."""
        return super().shown(user, obj)


CONFIRM = OnPage(
    name="confirm",
    label=_("Import"),
    says=_("The good rows are registered on the desk. Held rows wait for a decision."),
    allowed=may_decide,
    when=in_source_of(IMPORT, "confirm"),
    run=confirm,
    done=_("The import has begun."),
    look="primary",
)
FETCH = OnPage(
    name="rejected",
    label=_("Download the rejected rows"),
    says=_(
        "A workbook with the rejected rows and the reasons. It holds personal data in the clear."
    ),
    allowed=may_decide,
    when=has_rejected,
    run=fetch_rejected,
    elevated=True,
)
UPLOAD = FormButton(
    name="upload",
    label=_("Import a workbook"),
    says=_("The file is read and checked first. Nobody is added before you confirm."),
    allowed=may_upload,
    asks=UploadForm,
    run=upload,
    look="primary",
)
DISCARD = Button(
    name="discard",
    label=_("Discard"),
    says=_("Nobody is added, and the file is destroyed."),
    allowed=may_decide,
    when=in_source_of(IMPORT, "discard"),
    run=discard,
    done=_("The import is discarded."),
    look="danger",
)
