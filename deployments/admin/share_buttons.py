"""The buttons of a deployment by which it is shared, with agencies and with people, and given to
another desk; and what its page says of that."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.rules.sharing import last_day_before
from corps.adminkit.buttons import FormButton, always, viewer_of
from deployments.actions.deployments import hand_over_deployment
from deployments.actions.sharing import (
    end_share,
    end_sharing_with,
    share_deployment,
    share_deployment_with,
)
from deployments.agencies.rules import can_share_deployment
from deployments.forms.staffing import (
    EndShareForm,
    EndSharePersonForm,
    HandOverForm,
    SharePersonForm,
    ShareWithForm,
)
from deployments.models import Deployment
from deployments.queries.partner import agencies_sharing
from deployments.queries.sharing import other_desks, shares_of
from deployments.rules import can_change_deployment


def share(request: HttpRequest, obj: Deployment, form: ShareWithForm) -> None:
    """Let an agency read it."""
    agency, by = form.cleaned_data["agency"], viewer_of(request)
    share_deployment(deployment=obj, agency=agency, by=by, at=timezone.now())


def stop_sharing(request: HttpRequest, obj: Deployment, form: EndShareForm) -> None:
    """Let an agency read it no longer."""
    end_share(deployment=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def share_with_person(request: HttpRequest, obj: Deployment, form: SharePersonForm) -> None:
    """Let one more person see it until a day."""
    person, until, by = form.cleaned_data["person"], form.until(), viewer_of(request)
    share_deployment_with(deployment=obj, person=person, until=until, by=by, at=timezone.now())


def stop_sharing_with(request: HttpRequest, obj: Deployment, form: EndSharePersonForm) -> None:
    """Let a person see it no more."""
    person, by = form.cleaned_data["person"], viewer_of(request)
    end_sharing_with(deployment=obj, person=person, by=by, at=timezone.now())


def hand_over(request: HttpRequest, obj: Deployment, form: HandOverForm) -> HttpResponse:
    """Put it on another desk, and go back to it: it is a desk of the coordinator's too."""
    desk, by = form.cleaned_data["desk"], viewer_of(request)
    hand_over_deployment(deployment=obj, desk=desk, by=by, at=timezone.now())
    return redirect("admin:deployments_deployment_change", obj.pk)


def may_hand_over(user: User, obj: Deployment) -> bool:
    """Whether somebody may change the deployment and has another desk to give it to."""
    return can_change_deployment(user, obj) and other_desks(user, obj).exists()


def shared_with_people(viewer: User, obj: Deployment) -> list[tuple[str, Any]]:
    """Return with which people it is shared, each with the last day in the reader's time zone."""
    return [
        (share.user.username, share.until and last_day_before(share.until, viewer.time_zone))
        for share in shares_of(obj, at=timezone.now())
    ]


SHARE_BUTTONS = (
    FormButton(
        name="share",
        label=_("Share"),
        says=_("The agency can read its accepted assignments through the API from now on."),
        allowed=can_share_deployment,
        when=always,
        asks=ShareWithForm,
        run=share,
        elevated=True,
    ),
    FormButton(
        name="end-share",
        label=_("End sharing"),
        says=_("The agency reads it no longer, from its next request on."),
        allowed=can_share_deployment,
        when=lambda obj: agencies_sharing(obj).exists(),
        asks=EndShareForm,
        run=stop_sharing,
    ),
    FormButton(
        name="share-person",
        label=_("Share with one person"),
        says=_(
            "The person sees this deployment, its places and its teams until a day, and changes "
            "nothing. Sharing again changes the day."
        ),
        allowed=can_change_deployment,
        asks=SharePersonForm,
        run=share_with_person,
        elevated=True,
    ),
    FormButton(
        name="end-share-person",
        label=_("End sharing with one person"),
        says=_("The person sees this deployment no more."),
        allowed=can_change_deployment,
        when=lambda obj: shares_of(obj, at=timezone.now()).exists(),
        asks=EndSharePersonForm,
        run=stop_sharing_with,
    ),
    FormButton(
        name="hand-over",
        label=_("Give to another desk"),
        says=_(
            "The other desk sees it at once, this desk no more. Every share with people and "
            "agencies ends; the other desk decides anew."
        ),
        allowed=may_hand_over,
        asks=HandOverForm,
        run=hand_over,
        elevated=True,
    ),
)
