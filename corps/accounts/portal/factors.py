"""Second factors: adding, removing and using them. allauth does the work; these say what we keep.

Every page that changes something is behind `changes_factors`; refused proofs are entered.
"""

from functools import wraps
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from corps.accounts.actions.sign_in import note_failed_sign_in
from corps.accounts.forms import NO_PASSKEY
from corps.accounts.pending import sign_in_is_stale
from corps.accounts.queries.factors import factors_of, kinds_enrolled
from corps.accounts.queries.sight import signed_in
from corps.accounts.rules.factors import (
    APP,
    CODES,
    PASSKEY,
    check_can_change_factors,
    check_can_remove_factor,
    counts_no_more,
    has_accepted_factor,
    kinds_accepted,
    kinds_to_prove_by,
)
from corps.accounts.second_factor import (
    WAY_BACK,
    View,
    factor_used_at,
    keeps_factors,
    proof_required,
)
from corps.audit.actions import NOBODY
from corps.errors import NotPermitted


class IndexView(base.IndexView):  # type: ignore[misc]
    """One's own second factors; for who has none that counts, the page on which to add one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what may be added, what is there, and where the reader wanted to go."""
        user, request = self.request.user, self.request
        factors = factors_of(user)
        return {
            **super().get_context_data(**kwargs),
            "passkeys": [one for one in factors if one.kind == PASSKEY],
            "app": next((one for one in factors if one.kind == APP), None),
            "may_use_app": APP in kinds_accepted(user),
            "may_use_codes": CODES in kinds_accepted(user),
            "has_one": has_accepted_factor(user),
            "counts_no_more": counts_no_more(user),
            "proved": factor_used_at(request) is not None,
            "way_back": request.session.get(WAY_BACK, ""),
        }


class AddPasskeyView(passkeys.AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey: one that the device keeps and that asks for its finger, face or PIN."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the browser is asked to make."""
        context = super().get_context_data(**kwargs)
        options = begin_registration(self.request.user, True)
        return {**context, "js_data": {"creation_options": options}}


class RemovePasskeyView(passkeys.RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey, unless it is the last factor of somebody of the staff."""

    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse before anything is asked."""
        factor = self.get_queryset().filter(pk=kwargs["pk"]).first()
        if factor is not None:
            check_can_remove_factor(signed_in(request.user), factor.pk)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class ActivateAppView(app.ActivateTOTPView):  # type: ignore[misc]
    """Add an authenticator app, where it counts."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse it to staff whose account an administrator has not allowed it."""
        if APP not in kinds_accepted(signed_in(request.user)):
            raise NotPermitted
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class ProveView(base.AuthenticateView):  # type: ignore[misc]
    """Ask for the second factor after the password, while that password still opens anything."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send back to the beginning who began with a password that is over."""
        if sign_in_is_stale(request):
            messages.error(request, _("Sign in once more."))
            return redirect("account_login")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also by which kinds this person may go on."""
        kinds = kinds_enrolled(self.stage.login.user)
        asks = {"by_passkey": PASSKEY in kinds, "by_code": bool(kinds & {APP, CODES})}
        return {**super().get_context_data(**kwargs), **asks}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Enter the refusal, and ask again."""
        note_failed_sign_in(by=self.stage.login.user, at=timezone.now())
        answer: HttpResponse = super().form_invalid(form)
        return answer


class ProveAgainByCodeView(base.ReauthenticateView):  # type: ignore[misc]
    """Ask for a code before something sensitive."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also whether there is an app, or only recovery codes."""
        kinds = kinds_to_prove_by(self.request.user)
        return {**super().get_context_data(**kwargs), "by_app": APP in kinds}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Enter the refusal, and ask again."""
        note_failed_sign_in(by=self.request.user, at=timezone.now())
        answer: HttpResponse = super().form_invalid(form)
        return answer


class ProveAgainByPasskeyView(passkeys.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Ask for a passkey before something sensitive."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Enter the refusal, and ask again; the page that was wanted stays wanted."""
        note_failed_sign_in(by=self.request.user, at=timezone.now())
        messages.error(self.request, str(NO_PASSKEY))
        wanted = get_next_redirect_url(self.request)
        again = self.request.path
        return redirect(f"{again}?{urlencode({'next': wanted})}" if wanted else again)


class SignInByPasskeyView(passkeys.LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with a passkey alone."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Enter the refusal; say the same whatever was wrong."""
        note_failed_sign_in(by=NOBODY, at=timezone.now())
        messages.error(self.request, str(NO_PASSKEY))
        return redirect("account_login")


class RecoveryCodesView(codes.ViewRecoveryCodesView):  # type: ignore[misc]
    """Show the recovery codes, once."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send those for whom codes do not count to what they have."""
        user = signed_in(request.user)
        if CODES not in kinds_enrolled(user) & kinds_accepted(user):
            return redirect("mfa_index")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also where the reader wanted to go."""
        way_back = self.request.session.get(WAY_BACK, "")
        return {**super().get_context_data(**kwargs), "way_back": way_back}


class NewRecoveryCodesView(codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Make new recovery codes in place of the old ones."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse it to those for whom codes do not count."""
        if CODES not in kinds_accepted(signed_in(request.user)):
            raise NotPermitted
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """Make them, and say so."""
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("The old codes no longer work."))
        return answer


def changes_factors(view: View) -> View:
    """Let a page change factors (`keeps_factors`), unless those there are count no more."""
    kept = keeps_factors(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            check_can_change_factors(signed_in(request.user))
        return kept(request, *args, **kwargs)

    return answer


index = never_cache(login_required(IndexView.as_view()))
add_passkey = changes_factors(AddPasskeyView.as_view())
remove_passkey = changes_factors(RemovePasskeyView.as_view())
activate_app = changes_factors(ActivateAppView.as_view())
deactivate_app = changes_factors(app.DeactivateTOTPView.as_view())
prove = ProveView.as_view()
prove_again_by_code = ProveAgainByCodeView.as_view()
prove_again_by_passkey = ProveAgainByPasskeyView.as_view()
sign_in_by_passkey = SignInByPasskeyView.as_view()
recovery_codes = never_cache(proof_required(RecoveryCodesView.as_view()))
new_recovery_codes = changes_factors(NewRecoveryCodesView.as_view())
