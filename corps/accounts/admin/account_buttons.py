"""The buttons of accounts. Most of them ask another administrator."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions import requests as actions
from corps.accounts.actions.recovery import ask_recovery
from corps.accounts.actions.staff import invite_staff, takes_two_to_close
from corps.accounts.admin.requests import waits_for_another
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.queries.sight import desks_visible_to
from corps.accounts.queries.staff import was_entered, was_invited
from corps.accounts.roles import LABELS
from corps.accounts.rules.staff import awaits_a_link, can_keep_accounts
from corps.adminkit.buttons import Button, FormButton, ReasonForm, viewer_of
from corps.adminkit.looks import one_time_link
from corps.adminkit.steps import show

TWO = _(
    "Another administrator has to grant it. While you are the only one who may sign in, it holds "
    "at once, and the ledger says so."
)


class RolesForm(ReasonForm):
    """The roles and desks of an account."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(str(role), label) for role, label in LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    desks: Any = forms.ModelMultipleChoiceField(
        Desk.objects.none(),
        label=_("Desks"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order: tuple[str, ...] = ("roles", "desks", "reason")

    def prepare(self) -> None:
        """Offer the desks; begin with what the account has."""
        self.fields["desks"].queryset = desks_visible_to(self.viewer)  # type: ignore[attr-defined]
        if self.obj is not None:
            self.initial.setdefault("roles", sorted(self.obj.role_names))
            self.initial.setdefault("desks", list(self.obj.desks.all()))


class NewAccountForm(RolesForm):
    """A new staff account; its password is set by the person, over the one-time link."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=150,
        validators=User._meta.get_field("username").validators,
        help_text=_("No real names: it stands in the ledger for ever."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    field_order = ("username", "language", "roles", "desks", "reason")


class RecoveryForm(ReasonForm):
    """Why a way back into an account is needed, and whether its second factors are lost."""

    factors = forms.BooleanField(
        label=_("Remove its second factors as well"),
        required=False,
        help_text=_("Only if the passkey or the phone is lost. The person enrols a new one."),
    )
    field_order = ("factors", "reason")


def keeps_accounts(user: User, obj: Any) -> bool:
    """Whether the person keeps accounts."""
    return can_keep_accounts(user)


def keeps_others(user: User, obj: User) -> bool:
    """Whether the person keeps accounts, and this is not their own."""
    return can_keep_accounts(user) and user.pk != obj.pk


def done_alone(request: HttpRequest) -> None:
    """Say that it holds at once, and why."""
    messages.warning(
        request,
        str(
            _(
                "Done at once, since no other administrator may sign in. The ledger says that you "
                "did it alone."
            )
        ),
    )


def answer(request: HttpRequest, act: TwoPersonAct | None, obj: User) -> HttpResponse:
    """Show the request that waits, or the account on which it was done at once."""
    if act is not None:
        return waits_for_another(request, act)
    done_alone(request)
    return redirect("admin:accounts_user_change", obj.pk)


def shown_link(request: HttpRequest, user: User) -> HttpResponse:
    """Make the first one-time link into the account, and show it this once."""
    link = invite_staff(user=user, by=viewer_of(request), at=timezone.now())
    return show(request, User, user, "admin/corps/one_time_link.html", **one_time_link(link))


def make_account(request: HttpRequest, obj: None, form: NewAccountForm) -> HttpResponse:
    """Ask for a staff account; one that is made at once is shown with its link."""
    by = viewer_of(request)
    made = actions.ask_for_account(**form.cleaned_data, by=by, at=timezone.now())
    if isinstance(made, TwoPersonAct):
        return waits_for_another(request, made)
    done_alone(request)
    return shown_link(request, made)


def first_link(request: HttpRequest, obj: User, reason: str) -> HttpResponse:
    """Make the first link."""
    return shown_link(request, obj)


def change_roles(request: HttpRequest, obj: User, form: RolesForm) -> HttpResponse:
    """Ask for other roles and desks."""
    by = viewer_of(request)
    act = actions.ask_for_roles(user=obj, **form.cleaned_data, by=by, at=timezone.now())
    return answer(request, act, obj)


def recover(request: HttpRequest, obj: User, form: RecoveryForm) -> HttpResponse:
    """Ask for a way back into the account."""
    by = viewer_of(request)
    act = ask_recovery(user=obj, **form.cleaned_data, by=by, at=timezone.now())
    return waits_for_another(request, act)


def allow_app(request: HttpRequest, obj: User, reason: str) -> HttpResponse:
    """Ask that an authenticator app counts, or no longer counts."""
    allowed, by = not obj.totp_allowed, viewer_of(request)
    act = actions.ask_for_app(user=obj, allowed=allowed, reason=reason, by=by, at=timezone.now())
    return answer(request, act, obj)


def close(request: HttpRequest, obj: User, reason: str) -> HttpResponse | None:
    """Close the account, or ask for it where it is an administrator's."""
    two, by = takes_two_to_close(obj), viewer_of(request)
    act = actions.ask_for_closing(user=obj, reason=reason, by=by, at=timezone.now())
    return answer(request, act, obj) if two else None


def reopen(request: HttpRequest, obj: User, reason: str) -> HttpResponse:
    """Ask that the account is opened again."""
    by = viewer_of(request)
    act = actions.ask_for_reopening(user=obj, reason=reason, by=by, at=timezone.now())
    return answer(request, act, obj)


LIST_BUTTONS = (
    FormButton(
        name="make",
        label=_("Make an account"),
        says=TWO,
        asks=NewAccountForm,
        run=make_account,
        allowed=keeps_accounts,
        elevated=True,
        look="primary",
    ),
)

BUTTONS = (
    FormButton(
        name="roles",
        label=_("Change roles and desks"),
        says=TWO,
        asks=RolesForm,
        run=change_roles,
        allowed=keeps_others,
        elevated=True,
    ),
    Button(
        name="link",
        label=_("First one-time link"),
        says=_(
            "Makes the link by which the first password is set, once: any later link takes two "
            "administrators."
        ),
        run=first_link,
        allowed=keeps_others,
        elevated=True,
        when=awaits_a_link,
    ),
    FormButton(
        name="recover",
        label=_("Recover the account"),
        says=_(
            "Asks for a one-time link by which a new password is set. Another administrator has "
            "to grant it, always; you then make the link within an hour."
        ),
        asks=RecoveryForm,
        run=recover,
        allowed=keeps_others,
        elevated=True,
        when=lambda obj: obj.is_active and (was_entered(obj) or was_invited(obj)),
    ),
    Button(
        name="app",
        label=_("Allow an authenticator app"),
        says=TWO,
        run=allow_app,
        reason=True,
        allowed=keeps_others,
        elevated=True,
        when=lambda obj: not obj.totp_allowed,
    ),
    Button(
        name="no-app",
        label=_("Allow no authenticator app"),
        says=TWO,
        run=allow_app,
        reason=True,
        allowed=keeps_others,
        elevated=True,
        when=lambda obj: obj.totp_allowed,
    ),
    Button(
        name="close",
        label=_("Close the account"),
        says=_(
            "Nobody signs in with it any more; whoever is signed in is out at once. For the "
            "account of an administrator another administrator has to grant it."
        ),
        run=close,
        reason=True,
        allowed=keeps_others,
        elevated=True,
        when=lambda obj: obj.is_active,
        look="danger",
    ),
    Button(
        name="reopen",
        label=_("Open the account again"),
        says=TWO,
        run=reopen,
        reason=True,
        allowed=keeps_others,
        elevated=True,
        when=lambda obj: not obj.is_active,
    ),
)
