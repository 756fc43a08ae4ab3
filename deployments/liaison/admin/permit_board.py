"""The board of one deployment: people, the permits they need, and applying for those ticked."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from corps.accounts.models import User
from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import refuse_side_doors
from corps.adminkit.refusals import note_refusal
from corps.errors import NotFound, NotPermitted, Refusal
from deployments.liaison.actions.permit_cases import open_permit_case, put_into_case
from deployments.liaison.admin.permit_looks import days_of, permit_pill
from deployments.liaison.forms.permits import ApplyForm
from deployments.liaison.models import Case, Permit
from deployments.liaison.queries.permit_board import board_of
from deployments.liaison.queries.permits import find_deployment
from deployments.liaison.rules.permits import can_change_permits
from deployments.models import Deployment

if TYPE_CHECKING:
    from corps.adminkit.guarded import GuardedAdmin

    Base = GuardedAdmin[Permit]
else:
    Base = object


class PermitBoard(Base):
    """Gives permits the page `board/<deployment>/`."""

    def get_urls(self) -> list[URLPattern]:
        """Add the board of a deployment."""
        board = path(
            "board/<uuid:deployment>/",
            self._guarded(self.board_view),
            name="liaison_permit_board",
        )
        return [board, *super().get_urls()]

    def board_view(self, request: HttpRequest, deployment: UUID) -> HttpResponse:
        """Show the board; sent with ticks, apply for them by a case and go there."""
        viewer = viewer_of(request)
        if not self.has_view_permission(request):
            raise NotPermitted
        refuse_side_doors(request)
        obj = find_deployment(viewer, deployment)
        if request.method != "POST":
            return self._board(request, obj, ApplyForm(viewer=viewer, obj=obj))
        if not can_change_permits(viewer, obj):
            raise NotPermitted
        form = ApplyForm(data=request.POST, viewer=viewer, obj=obj)
        if not form.is_valid():
            return self._board(request, obj, form)
        return self._apply(request, obj, form)

    def _apply(self, request: HttpRequest, obj: Deployment, form: ApplyForm) -> HttpResponse:
        try:
            case = apply(viewer_of(request), obj, form)
        except (NotFound, NotPermitted):
            raise
        except Refusal as refusal:
            by, at = viewer_of(request), timezone.now()
            note_refusal(obj, step="liaison.permit.board", refusal=refusal, by=by, at=at)
            form.add_error(None, str(refusal))
            return self._board(request, obj, form)
        messages.success(request, _("The permits are in the case. Write its letter next."))
        return redirect("admin:liaison_case_change", case.pk)

    def _board(self, request: HttpRequest, obj: Deployment, form: ApplyForm) -> HttpResponse:
        viewer, at = viewer_of(request), timezone.now()
        asked = {"state": request.GET.get("state", ""), "number": request.GET.get("page", "1")}
        board = board_of(viewer, obj, at=at, **asked)
        looks: dict[UUID, Any] = {
            cell.permit.pk: {"pill": permit_pill(cell.permit, at=at), "days": days_of(cell.permit)}
            for row in board.rows
            for cell in row.cells
            if cell.permit
        }
        context = {
            **self.object_context(request, None),
            "title": _("Permits of %(deployment)s") % {"deployment": obj},
            "deployment": obj,
            "deployment_url": reverse("admin:deployments_deployment_change", args=[obj.pk]),
            "board": board,
            "rows": [shown(row, looks, form.ticked) for row in board.rows],
            "asked": asked["state"],
            "form": form,
            "may_apply": can_change_permits(viewer, obj),
        }
        return self.page(request, "admin/liaison/permits_board.html", context)


def apply(by: User, obj: Deployment, form: ApplyForm) -> Case:
    """Put the ticked permits into the case that was chosen, or into a new one; return it."""
    given, at = form.cleaned_data, timezone.now()
    case: Case | None = given["case"]
    if case is not None:
        put_into_case(case=case, permits=given["permits"], by=by, at=at)
        return case
    names = ("permits", "agency", "subject", "due")
    new = {name: given[name] for name in names}
    return open_permit_case(deployment=obj, **new, by=by, at=at)


def shown(row: Any, looks: dict[UUID, Any], ticked: set[str]) -> dict[str, Any]:
    """Return a row of the board with how each of its permits looks, and whether it is ticked."""
    cells = [
        {
            "cell": cell,
            "look": looks.get(cell.permit.pk) if cell.permit else None,
            "ticked": cell.permit is not None and str(cell.permit.pk) in ticked,
        }
        for cell in row.cells
    ]
    return {"row": row, "cells": cells}
