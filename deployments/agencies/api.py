"""The door at which a partner's client receives an access token, and gives one up.

allauth's identity provider checks the secret and makes the token. Around it stand our own rules
(expiry, end, networks) and the ledger. Nothing else of the provider has an address.
"""

import base64
import binascii
import json

from allauth.idp.oidc import views as oidc
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from oauthlib.oauth2.rfc6749 import errors

from corps.accounts.guessing import address_of
from deployments.agencies.actions import admit_token, note_token_refused, note_token_revoked
from deployments.agencies.queries import Partner, partner_behind, partner_named
from deployments.agencies.rules import ClientClosed


class TokenView(oidc.TokenView):  # type: ignore[misc]
    """Gives an access token for client credentials (RFC 6749, section 4.4), and nothing else."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer with a token, or with an OAuth error; either is one ledger entry."""
        named = named_partner(request)
        fault = fault_of(request)
        try:
            answer = refuse(fault) if fault else self._issue(request)
        except ClientClosed:
            if named is not None:
                request.actor = named.actor  # type: ignore[attr-defined]
            answer = refuse(errors.InvalidClientError())
        if answer.status_code == errors.InvalidRequestError.status_code:
            error = json.loads(answer.content)["error"]
            note_token_refused(named=named, error=error, at=timezone.now())
        return answer

    @transaction.atomic
    def _issue(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = super().post(request)
        if answer.status_code == 200:
            value = json.loads(answer.content)["access_token"]
            admit_token(value=value, address=address_of(request), at=timezone.now())
        return answer


class RevokeView(oidc.RevokeView):  # type: ignore[misc]
    """Takes back an access token of the client that asks (RFC 7009)."""

    @transaction.atomic
    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer as allauth does; a token of another client stays as if it did not exist."""
        named, now = named_partner(request), timezone.now()
        if request.META.get("QUERY_STRING") or "\x00" in named_id(request):
            return refuse(errors.InvalidRequestError())
        holder = partner_behind(request.POST.get("token", ""), at=now)
        answer: HttpResponse = super().post(request)
        if answer.status_code == 200 and holder is not None:
            if named is not None and holder.client == named.client:
                note_token_revoked(by=named, at=now)
            else:
                transaction.set_rollback(True)
        return answer


def fault_of(request: HttpRequest) -> errors.OAuth2Error | None:
    """Return what is wrong with a request for a token before its secret is looked at.

    A secret in the address would stay in logs; the grants that allauth knows beside client
    credentials and the resource parameter (RFC 8707) are not offered.
    """
    if request.META.get("QUERY_STRING") or not request.POST.get("grant_type"):
        return errors.InvalidRequestError()
    if request.POST["grant_type"] != "client_credentials":
        return errors.UnsupportedGrantTypeError()
    if "resource" in request.POST:
        return errors.CustomOAuth2Error(error="invalid_target")
    return errors.InvalidClientError() if "\x00" in named_id(request) else None


def refuse(error: errors.OAuth2Error) -> HttpResponse:
    """Return the answer for an OAuth error, in the bytes in which the library would give it."""
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache", **error.headers}
    return HttpResponse(
        error.json, status=error.status_code, headers=headers, content_type="application/json"
    )


def named_id(request: HttpRequest) -> str:
    """Return the client id that a request names, "" when none.

    It stands in the header when that holds an id and a secret, else in the form (as in allauth).
    """
    scheme, _space, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        named, _colon, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, ValueError):
        named = secret = ""
    if scheme.lower() == "basic" and named and secret:
        return named
    return str(request.POST.get("client_id", ""))


def named_partner(request: HttpRequest) -> Partner | None:
    """Return the partner that a request names; whether it is that partner is not yet shown.

    An entry about a refusal of this request then says which one was named, by somebody unknown.
    """
    named = partner_named(named_id(request))
    if named is not None:
        request.actor = named.somebody  # type: ignore[attr-defined]
    return named
