"""Who calls the partner API: the client behind an access token, and what its token carries."""

from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from corps.accounts.guessing import address_of
from corps.accounts.models import User
from corps.accounts.second_factor import factor_used_at
from deployments.agencies.queries import Partner, partner_behind
from deployments.agencies.rules import can_use_client, check_scope

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ClientAuthentication(BaseAuthentication):
    """Finds the client behind a bearer token (RFC 6750, in the Authorization header only)."""

    def authenticate(self, request: Request) -> tuple[Partner, str] | None:
        """Return the partner, or None when the request brings no bearer token.

        Raises AuthenticationFailed for a token that is unknown or over, and for a client that has
        ended or expired, or calls from outside its networks; all with the same words.
        """
        scheme, _space, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            return None
        now = timezone.now()
        partner = partner_behind(value.strip(), at=now)
        if partner is None:
            raise AuthenticationFailed(_("The access token is not valid."))
        request._request.actor = partner.actor  # type: ignore[attr-defined]
        if not can_use_client(partner.client, address=address_of(request._request), at=now):
            raise AuthenticationFailed(_("The access token is not valid."))
        return partner, value

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401 answer; it says so when a token was brought and refused."""
        brought = request.META.get("HTTP_AUTHORIZATION", "").lower().startswith("bearer ")
        return 'Bearer realm="corps", error="invalid_token"' if brought else 'Bearer realm="corps"'


class StaffSession(BaseAuthentication):
    """Finds the member of staff who is signed in to the admin, with a second factor as there; for
    pages that change nothing."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the member of staff, or None."""
        user = request._request.user
        if not isinstance(user, User) or not (user.is_active and user.is_staff):
            return None
        return (user, None) if factor_used_at(request._request) else None


class CarriesScope(BasePermission):
    """Lets a partner in whose token carries the view's `scope`; raises ScopeMissing otherwise."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether a partner calls at all."""
        caller: object = request.user
        if not isinstance(caller, Partner):
            return False
        check_scope(caller, getattr(view, "scope", ""))
        return True


def partner_of(request: Request) -> Partner:
    """Return the partner that ClientAuthentication found; CarriesScope has let it in."""
    return cast("Partner", request.user)
