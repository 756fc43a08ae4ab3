"""Who may keep agencies, their clients and shares; which client may call, and read what."""

from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.actions import Actor, By
from corps.audit.models import ActorKind
from corps.errors import NotPermitted, Refusal
from deployments.agencies.models import Agency, PartnerClient
from deployments.agencies.queries import Partner

if TYPE_CHECKING:
    from deployments.models import Deployment

SCOPES: Mapping[str, str | Promise] = {
    "assignments:read": _("Read the assignments of deployments shared with the agency"),
    "materials:read": _("Read the materials shared with the agency or delivered to it"),
    "deliveries:read": _("Read the deliveries to the agency"),
    "cases:read": _("Read the cases and letters addressed to the agency"),
    "ledger:read": _("Read the signed heads of the ledger"),
}
"""What a client may be allowed to read; each names one resource of the API."""


class ClientClosed(NotPermitted):
    """The client has ended or expired, or calls from outside its networks."""

    message = _("These credentials are not accepted.")


class ScopeMissing(NotPermitted):
    """The access token does not carry the scope a resource asks for (RFC 6750, section 3.1)."""

    def __init__(self, scope: str) -> None:
        super().__init__(
            _("The access token does not carry the scope %(scope)s.") % {"scope": scope}
        )
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"'


class BelongsToItself(Refusal):
    """An agency would belong to itself, directly or through others."""

    message = _("An agency cannot belong to itself.")


def check_belongs(agency: Agency, parent: Agency | None) -> None:
    """Raise BelongsToItself where an agency would come to belong to itself by this parent."""
    above = dict(Agency.objects.values_list("pk", "parent"))
    one, seen = parent.pk if parent else None, set()
    while one is not None and one not in seen:
        if one == agency.pk:
            raise BelongsToItself
        seen.add(one)
        one = above.get(one)


def can_keep_agencies(by: By) -> bool:
    """Whether `by` may make and change agencies: liaison officers, administrators, commands."""
    return _is_command(by) or (isinstance(by, User) and by.may_change_kind("agencies.agency"))


def check_keep_agencies(by: By) -> None:
    """Raise NotPermitted unless `by` may make and change agencies."""
    if not can_keep_agencies(by):
        raise NotPermitted


def can_keep_contacts(by: By) -> bool:
    """Whether `by` may add, change, merge and look up contacts: liaison officers, commands."""
    return _is_command(by) or (isinstance(by, User) and by.may_change_kind("agencies.contact"))


def check_keep_contacts(by: By) -> None:
    """Raise NotPermitted unless `by` may keep contacts."""
    if not can_keep_contacts(by):
        raise NotPermitted


def check_erase_contact(by: By) -> None:
    """Raise NotPermitted unless `by` may erase a contact: a command on the machine."""
    if not _is_command(by):
        raise NotPermitted


def can_issue_clients(by: By) -> bool:
    """Whether `by` may issue and end partner clients: administrators, commands."""
    return _is_command(by) or (
        isinstance(by, User) and by.may_change_kind("agencies.partnerclient")
    )


def check_issue_clients(by: By) -> None:
    """Raise NotPermitted unless `by` may issue and end partner clients."""
    if not can_issue_clients(by):
        raise NotPermitted


def can_share_deployment(by: By, deployment: "Deployment") -> bool:
    """Whether `by` may share this deployment with agencies: a coordinator of its desk, commands."""
    if not isinstance(by, User):
        return _is_command(by)
    return by.has_role(Role.COORDINATOR) and deployment.desk.members.filter(pk=by.pk).exists()


def check_share_deployment(by: By, deployment: "Deployment") -> None:
    """Raise NotPermitted unless `by` may share this deployment with agencies."""
    if not can_share_deployment(by, deployment):
        raise NotPermitted


def can_use_client(client: PartnerClient, *, address: str, at: datetime) -> bool:
    """Whether the client may call at the instant `at` from the network address `address`.

    It has neither ended nor expired; when networks are named, one of them holds the address.
    """
    if client.ended_at is not None or client.expires_at <= at:
        return False
    return not client.networks or _is_within(address, client.networks)


def check_use_client(client: PartnerClient, *, address: str, at: datetime) -> None:
    """Raise ClientClosed unless the client may call (see can_use_client)."""
    if not can_use_client(client, address=address, at=at):
        raise ClientClosed


def check_scope(partner: Partner, scope: str) -> None:
    """Raise ScopeMissing unless the partner's token carries `scope`; no scope is always carried."""
    if scope and scope not in partner.scopes:
        raise ScopeMissing(scope)


def _is_within(address: str, networks: list[str]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ip_network(network) for network in networks)


def _is_command(by: By) -> bool:
    return isinstance(by, Actor) and by.kind == ActorKind.SYSTEM
