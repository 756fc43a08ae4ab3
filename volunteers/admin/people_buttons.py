"""The buttons of the register and of a volunteer's page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import Button, FormButton, in_source_of, viewer_of
from corps.adminkit.looks import one_time_link
from corps.adminkit.steps import show
from corps.workflow.tables import Text
from volunteers.actions import abilities, identity, people, sharing
from volunteers.actions.invitations import invite_volunteer
from volunteers.actions.people import NewVolunteer
from volunteers.actions.vetting import open_vetting_case
from volunteers.admin.identity_buttons import (
    ASK_FOR_EXPORT,
    ASK_REMOVAL,
    FIND,
    REPLACE,
    REVEAL,
)
from volunteers.forms import people as forms
from volunteers.forms.sharing import EndSharingForm, ShareForm
from volunteers.identity import IdentityDocument
from volunteers.models import Volunteer
from volunteers.queries.people import shares_of
from volunteers.queries.vetting import UNDER_WAY
from volunteers.rules import (
    GONE,
    can_change_volunteer,
    can_open_vetting_case,
    can_register_on,
)
from volunteers.states import STANDING


def may_register(user: User, obj: Any) -> bool:
    """Whether somebody may register people on one of their desks."""
    return any(can_register_on(user, desk) for desk in user.desks.all())


def moved(move: str, says: Text, **more: Any) -> Button:
    """Return the button of one move of STANDING."""
    step = STANDING.moves[move]

    def run(request: HttpRequest, obj: Volunteer, reason: str) -> None:
        given = {"move_name": move, "reason": reason}
        by = viewer_of(request)
        people.change_standing(volunteer=obj, by=by, at=timezone.now(), **given)

    return Button(
        name=move,
        label=step.label,
        says=says,
        reason=step.reason,
        run=run,
        allowed=can_change_volunteer,
        when=in_source_of(STANDING, move),
        **more,
    )


def change_details(request: HttpRequest, obj: Volunteer, form: forms.DetailsForm) -> None:
    """Change the plain facts that differ."""
    changed = form.changes()
    if changed:
        by = viewer_of(request)
        people.change_volunteer(volunteer=obj, changed=changed, by=by, at=timezone.now())


def set_language(request: HttpRequest, obj: Volunteer, form: forms.LanguageForm) -> None:
    """Enter or change a language."""
    abilities.set_language(
        volunteer=obj,
        language=form.cleaned_data["language"],
        levels=form.levels(),
        variety=form.cleaned_data["variety"],
        by=viewer_of(request),
        at=timezone.now(),
    )


def remove_language(request: HttpRequest, obj: Volunteer, form: forms.HeldLanguageForm) -> None:
    """Take a language away."""
    language, by = form.cleaned_data["language"], viewer_of(request)
    abilities.remove_language(volunteer=obj, language=language, by=by, at=timezone.now())


def set_skill(request: HttpRequest, obj: Volunteer, form: forms.SkillForm) -> None:
    """Enter or change a skill."""
    by = viewer_of(request)
    abilities.set_skill(volunteer=obj, **form.cleaned_data, by=by, at=timezone.now())


def remove_skill(request: HttpRequest, obj: Volunteer, form: forms.HeldSkillForm) -> None:
    """Take a skill away."""
    skill, by = form.cleaned_data["skill"], viewer_of(request)
    abilities.remove_skill(volunteer=obj, skill=skill, by=by, at=timezone.now())


def share(request: HttpRequest, obj: Volunteer, form: ShareForm) -> None:
    """Let one more person see the volunteer until a day."""
    person, until, by = form.cleaned_data["person"], form.until(), viewer_of(request)
    sharing.share_volunteer(volunteer=obj, person=person, until=until, by=by, at=timezone.now())


def end_sharing(request: HttpRequest, obj: Volunteer, form: EndSharingForm) -> None:
    """Let a person see the volunteer no more."""
    person, by = form.cleaned_data["person"], viewer_of(request)
    sharing.end_sharing(volunteer=obj, person=person, by=by, at=timezone.now())


def open_case(request: HttpRequest, obj: Volunteer, reason: str) -> HttpResponse:
    """Open a vetting case and go there."""
    case = open_vetting_case(volunteer=obj, by=viewer_of(request), at=timezone.now())
    return redirect("admin:volunteers_vettingcase_change", case.pk)


def register_one(request: HttpRequest, obj: None, form: forms.NewVolunteerForm) -> HttpResponse:
    """Register one person, and go to their page."""
    given = form.cleaned_data
    person = NewVolunteer(
        identity=IdentityDocument(**form.given()),
        callsign=given["callsign"],
        standing=STANDING.initial,
        home_base=given["home_base"],
        wishes=given["wishes"],
    )
    made = identity.register_by_hand(
        person=person,
        desk=given["desk"],
        anyway=given["anyway"],
        by=viewer_of(request),
        at=timezone.now(),
    )
    messages.success(request, str(_("Registered.")))
    return redirect("admin:volunteers_volunteer_change", made.pk)


def invite(request: HttpRequest, obj: Volunteer, reason: str) -> HttpResponse:
    """Make a one-time link, and show it this once."""
    link = invite_volunteer(volunteer=obj, by=viewer_of(request), at=timezone.now())
    return show(request, Volunteer, obj, "admin/corps/one_time_link.html", **one_time_link(link))


def still_here(obj: Volunteer) -> bool:
    """Whether the volunteer has neither been released nor withdrawn."""
    return obj.standing not in GONE


def no_case_under_way(obj: Volunteer) -> bool:
    """Whether a vetting case may be opened."""
    return still_here(obj) and not obj.vetting.filter(state__in=UNDER_WAY).exists()


LIST_BUTTONS = (
    FIND,
    ASK_FOR_EXPORT,
    FormButton(
        name="register",
        label=_("Register by hand"),
        says=_("Adds an applicant. What you type of the identity is sealed and not shown again."),
        asks=forms.NewVolunteerForm,
        run=register_one,
        allowed=may_register,
        look="primary",
    ),
)

BUTTONS = (
    moved("admit", _("The volunteer becomes active and can be offered places."), look="primary"),
    moved("pause", _("No places are offered until the volunteer is back.")),
    moved("resume", _("Places can be offered again."), look="primary"),
    moved("return", _("At the volunteer's own wish, after a fresh consent."), look="primary"),
    Button(
        name="invite",
        label=_("Invite to the portal"),
        says=_(
            "Makes a one-time link and a QR code, good for 72 hours. "
            "An earlier link that was not used ends."
        ),
        run=invite,
        allowed=can_change_volunteer,
        when=still_here,
        elevated=True,
    ),
    Button(
        name="vet",
        label=_("Open a vetting case"),
        says=_("The vetting officers of the desk check and recommend; an approver decides."),
        run=open_case,
        allowed=can_open_vetting_case,
        when=no_case_under_way,
    ),
    moved("release", _("The organisation parts with the volunteer."), look="danger"),
)

PANEL_BUTTONS = (
    FormButton(
        name="details",
        label=_("Change the facts"),
        says=_("Changes what is known by callsign."),
        asks=forms.DetailsForm,
        run=change_details,
        allowed=can_change_volunteer,
        elevated=True,
    ),
    REVEAL,
    REPLACE,
    ASK_REMOVAL,
    FormButton(
        name="language",
        label=_("Enter a language"),
        says=_("A language that is entered already is changed."),
        asks=forms.LanguageForm,
        run=set_language,
        allowed=can_change_volunteer,
    ),
    FormButton(
        name="remove-language",
        label=_("Remove a language"),
        says=_("The language is taken off the register."),
        asks=forms.HeldLanguageForm,
        run=remove_language,
        allowed=can_change_volunteer,
        when=lambda obj: obj.languages.exists(),
    ),
    FormButton(
        name="skill",
        label=_("Enter or verify a skill"),
        says=_("A skill that is entered already is changed."),
        asks=forms.SkillForm,
        run=set_skill,
        allowed=can_change_volunteer,
    ),
    FormButton(
        name="remove-skill",
        label=_("Remove a skill"),
        says=_("The skill is taken off the register."),
        asks=forms.HeldSkillForm,
        run=remove_skill,
        allowed=can_change_volunteer,
        when=lambda obj: obj.skills.exists(),
    ),
    FormButton(
        name="share",
        label=_("Share with one person"),
        says=_(
            "The person sees this volunteer by callsign until a day, and changes nothing. "
            "Sharing again changes the day."
        ),
        asks=ShareForm,
        run=share,
        allowed=can_change_volunteer,
        elevated=True,
    ),
    FormButton(
        name="end-sharing",
        label=_("End sharing"),
        says=_("The person sees this volunteer no more."),
        asks=EndSharingForm,
        run=end_sharing,
        allowed=can_change_volunteer,
        when=lambda obj: shares_of(obj, at=timezone.now()).exists(),
    ),
)
"""Buttons that stand in the panel they belong to, not beside the head."""
