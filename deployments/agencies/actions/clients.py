"""What happens to the clients of agencies, and to the tokens of those."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.locks import hold_accounts
from corps.accounts.actions.notices import notify_administrators
from corps.accounts.actions.two_person import ask_for, use_act
from corps.accounts.models import TwoPersonAct, User
from corps.accounts.models.notices import NoticeKind
from corps.accounts.rules.staff import check_somebody_may_grant, check_two, may_act_alone
from corps.accounts.states import TwoPersonKind
from corps.audit.actions import NOBODY, By, record
from corps.errors import NotFound, Refusal
from corps.workflow.moves import NotInThatState
from deployments.agencies.models import Agency, PartnerClient
from deployments.agencies.queries import Partner, partner_behind
from deployments.agencies.rules import (
    SCOPES,
    ClientClosed,
    check_issue_clients,
    check_use_client,
)

LONGEST_DAYS = 730
"""For how many days a client may be issued at most; then it is issued anew, with a new secret."""


class ClientInvalid(Refusal):
    """What was asked for is no client that can be issued; the message says why."""


class ClientEnded(Refusal):
    """The client has ended before."""

    message = _("This client has ended already.")


@dataclass(frozen=True, slots=True)
class IssuedClient:
    """A client's id and its secret. The secret is nowhere else in the clear, so show it now."""

    client_id: str
    secret: str = field(repr=False)


@transaction.atomic
def issue_client(
    *,
    agency: Agency,
    scopes: Sequence[str],
    days: int = 365,
    networks: Sequence[str] = (),
    by: By,
    at: datetime,
    reason: str = "",
) -> IssuedClient:
    """Issue credentials by which `agency` reads the API for `days` days from the instant `at`.

    `networks` are addresses in CIDR form from which it may be used; none means from anywhere.
    It is for commands on the machine and for an administrator who is the only one; the entry then
    says so. Others ask (`ask_for_client`). Effects: one OAuth 2 client (its secret kept as a hash
    only), one ledger entry, a notice to the administrators unless a command does it.
    Raises NotPermitted, TakesTwo, and ClientInvalid for an unknown scope, a network that is none,
    or days that are none or more than LONGEST_DAYS.
    """
    hold_accounts()
    check_issue_clients(by)
    check_two(by, None)
    terms = _terms(scopes, days, networks)
    more = {"alone": True} if isinstance(by, User) else {}
    return _issue(agency, terms, by=by, at=at, reason=reason, more=more)


@transaction.atomic
def ask_for_client(
    *,
    agency: Agency,
    scopes: Sequence[str],
    days: int,
    networks: Sequence[str] = (),
    reason: str,
    by: User,
    at: datetime,
) -> TwoPersonAct | IssuedClient:
    """Ask for credentials for `agency`; the credentials where they are issued at once, because
    `by` is the only administrator. One ledger entry.

    Raises NotPermitted, ClientInvalid, NobodyElse, ReasonMissing.
    """
    hold_accounts()
    check_issue_clients(by)
    terms = _terms(scopes, days, networks)
    if may_act_alone(by):
        return issue_client(agency=agency, **terms, by=by, at=at, reason=reason)
    check_somebody_may_grant(by)
    kind = TwoPersonKind.CLIENT
    return ask_for(kind=kind, reason=reason, by=by, at=at, subject=agency, facts=terms)


@transaction.atomic
def issue_granted_client(*, act: TwoPersonAct, by: User, at: datetime) -> IssuedClient:
    """Use a granted request, once and within its hour: issue the credentials that were asked for,
    to be shown to `by` now.

    Effects like `issue_client`. Raises NotFound for an act of another kind or of somebody else,
    NotInThatState where it was used or is over, or the agency is gone.
    """
    if act.kind != TwoPersonKind.CLIENT:
        raise NotFound
    use_act(act=act, by=by, at=at)
    check_issue_clients(by)
    label, _colon, pk = act.subject.partition(":")
    agency = Agency.objects.filter(pk=pk).first() if label == Agency._meta.label_lower else None
    if agency is None:
        raise NotInThatState
    terms = _terms(**act.facts)
    more = {"granted_by": str(act.decided_by)}
    return _issue(agency, terms, by=by, at=at, reason=act.reason, more=more)


def _issue(
    agency: Agency,
    terms: dict[str, Any],
    *,
    by: By,
    at: datetime,
    reason: str,
    more: dict[str, Any],
) -> IssuedClient:
    scopes, places, days = terms["scopes"], terms["networks"], terms["days"]
    client, secret = _oauth_client(agency, scopes)
    partner = PartnerClient.objects.create(
        client=client,
        agency=agency,
        scopes=scopes,
        networks=places,
        issued_at=at,
        issued_by=by if isinstance(by, User) else None,
        expires_at=at + timedelta(days=days),
    )
    record("client.issued", partner, agency, by=by, at=at, reason=reason, facts={**terms, **more})
    if isinstance(by, User):
        notify_administrators(kind=NoticeKind.CLIENT, at=at, about=partner)
    return IssuedClient(client.pk, secret)


def _terms(scopes: Sequence[str], days: int, networks: Sequence[str]) -> dict[str, Any]:
    """Return what a client is issued on, in plain values. Raises ClientInvalid."""
    check_terms(scopes, days)
    places = [_network(text) for text in networks]
    return {"scopes": sorted(set(scopes)), "days": days, "networks": places}


def check_terms(scopes: Sequence[str], days: int) -> None:
    """Raise ClientInvalid for an unknown scope, or for days that no client is issued for."""
    for scope in scopes:
        if scope not in SCOPES:
            known = ", ".join(SCOPES)
            raise ClientInvalid(
                _("There is no scope %(scope)s; there is: %(known)s.")
                % {"scope": scope, "known": known}
            )
    if not 1 <= days <= LONGEST_DAYS:
        raise ClientInvalid(
            _("A client is issued for 1 to %(longest)s days.") % {"longest": LONGEST_DAYS}
        )


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip()))
    except ValueError:
        raise ClientInvalid(
            _("%(network)s is not a network: write it such as 203.0.113.0/24 or 2001:db8::/32.")
            % {"network": text.strip()}
        ) from None


def _oauth_client(agency: Agency, scopes: Sequence[str]) -> tuple[Client, str]:
    client = Client(
        name=agency.slug,
        type=Client.Type.CONFIDENTIAL,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
    )
    client.set_scopes(sorted(set(scopes)))
    client.set_default_scopes(sorted(set(scopes)))
    secret = secrets.token_urlsafe(32)
    client.set_secret(secret)
    client.save()
    return client, secret


@transaction.atomic
def end_client(*, client: PartnerClient, by: By, at: datetime, reason: str = "") -> None:
    """End a client at once: it receives no token any more, and those it has are gone.

    Effects: the client's end set, its tokens removed, one ledger entry. Raises NotPermitted, and
    ClientEnded when it has ended before.
    """
    check_issue_clients(by)
    ended = PartnerClient.objects.filter(pk=client.pk, ended_at=None).update(ended_at=at)
    if ended != 1:
        raise ClientEnded
    client.ended_at = at
    Token.objects.filter(client_id=client.pk).delete()
    record("client.ended", client, client.agency, by=by, at=at, reason=reason)


@transaction.atomic
def admit_token(*, value: str, address: str, at: datetime) -> None:
    """Let an access token that was just made for a client stand, and enter it in the ledger.

    The caller holds the transaction in which the token was made, so that a refusal undoes it.
    Effects: the client's expired tokens removed, one ledger entry. Raises ClientClosed for a
    client that has ended or expired, or calls from `address` outside its networks.
    """
    partner = partner_behind(value, at=at)
    if partner is None:
        raise ClientClosed
    client = partner.client
    check_use_client(client, address=address, at=at)
    Token.objects.filter(client_id=client.pk, expires_at__lte=at).delete()
    facts = {"scopes": sorted(partner.scopes)}
    record("api.token_issued", client, client.agency, by=partner.actor, at=at, facts=facts)


@transaction.atomic
def note_token_refused(*, named: Partner | None, error: str, at: datetime) -> None:
    """Enter in the ledger that a request for a token was refused with the OAuth error `error`.

    `named` is the partner that the request named; that it is that partner was not shown.
    """
    by: By = named.somebody if named else NOBODY
    objects = [named.client, named.agency] if named else []
    record("access.refused", *objects, by=by, at=at, facts={"error": error, "status": 400})


@transaction.atomic
def note_token_revoked(*, by: Partner, at: datetime) -> None:
    """Enter in the ledger that a client gave up an access token."""
    record("api.token_revoked", by.client, by.agency, by=by.actor, at=at)
