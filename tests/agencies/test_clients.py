"""Agencies are made, clients issued and ended: who may, what is kept, what the ledger tells."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.idp.oidc.models import Client, Token
from django.core.management import CommandError, call_command

from corps.accounts.models import Notice
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted
from deployments.agencies.actions import (
    AgencyTaken,
    ClientEnded,
    ClientInvalid,
    end_client,
    issue_client,
    make_agency,
)
from deployments.agencies.models import Agency, PartnerClient
from deployments.agencies.queries import agencies_visible_to, clients_visible_to, find_agency
from tests.audit.ledgers import canonical_of
from tests.cast import NOW, a_coordinator, a_user, an_agency

pytestmark = pytest.mark.django_db

NAMES = {"name_ko": "외교부", "name_en": "Ministry of Foreign Affairs", "name_uk": "МЗС"}


def test_an_agency_is_made_with_its_group_and_entered() -> None:
    liaison = a_user("liaison", Role.LIAISON)
    agency = make_agency(slug="mofa", kind="ministry", country="KR", by=liaison, at=NOW, **NAMES)
    assert (agency.group.name, find_agency("mofa")) == ("agency:mofa", agency)
    assert [(entry.verb, entry.actor) for entry in entries_about(agency)] == [
        ("agency.made", "liaison")
    ]


def test_an_agency_is_made_once() -> None:
    make_agency(slug="mofa", kind="ministry", country="KR", by=COMMAND, at=NOW, **NAMES)
    with pytest.raises(AgencyTaken):
        make_agency(slug="mofa", kind="ministry", country="KR", by=COMMAND, at=NOW, **NAMES)
    assert Agency.objects.filter(slug="mofa").count() == 1


def test_a_coordinator_makes_no_agency_and_issues_no_client() -> None:
    coordinator = a_coordinator()
    with pytest.raises(NotPermitted):
        make_agency(slug="mofa", kind="ministry", country="KR", by=coordinator, at=NOW, **NAMES)
    with pytest.raises(NotPermitted):
        issue_client(agency=an_agency(), scopes=["assignments:read"], by=coordinator, at=NOW)
    assert PartnerClient.objects.count() == 0


def test_a_client_is_issued_with_its_terms_and_its_secret_only_as_a_hash() -> None:
    admin = a_user("admin", Role.ADMINISTRATOR)  # the only one
    issued = issue_client(
        agency=an_agency(),
        scopes=["assignments:read"],
        days=30,
        networks=["203.0.113.0/24", "2001:db8::/32"],
        by=admin,
        at=NOW,
    )
    partner, client = PartnerClient.objects.get(), Client.objects.get()
    assert (partner.pk, partner.expires_at) == (issued.client_id, NOW + timedelta(days=30))
    assert (partner.networks, partner.issued_by) == (["203.0.113.0/24", "2001:db8::/32"], admin)
    assert (client.type, client.get_grant_types()) == ("confidential", ["client_credentials"])
    assert (issued.secret in client.secret, client.check_secret(issued.secret)) == (False, True)
    assert issued.secret not in repr(issued)
    entry = Entry.objects.get(verb="client.issued")
    assert entry.about == [
        f"agencies.partnerclient:{partner.pk}",
        f"agencies.agency:{an_agency().pk}",
    ]
    assert issued.secret not in str(canonical_of(entry))
    assert entry.facts["alone"] is True
    assert Notice.objects.get().kind == "client"


@pytest.mark.parametrize(
    "terms",
    [
        {"scopes": ["volunteers:write"]},
        {"scopes": ["assignments:read"], "days": 0},
        {"scopes": ["assignments:read"], "days": 731},
        {"scopes": ["assignments:read"], "networks": ["10.0.0.5/8"]},
        {"scopes": ["assignments:read"], "networks": ["everywhere"]},
    ],
)
def test_a_client_that_makes_no_sense_is_not_issued(terms: dict[str, object]) -> None:
    with pytest.raises(ClientInvalid):
        issue_client(agency=an_agency(), by=COMMAND, at=NOW, **terms)
    assert Client.objects.count() == 0


def test_ending_a_client_removes_its_tokens_and_is_done_once() -> None:
    issued = issue_client(agency=an_agency(), scopes=[], by=COMMAND, at=NOW)
    Token.objects.create(type="at", hash="x", client_id=issued.client_id, expires_at=NOW)
    partner = PartnerClient.objects.get()
    end_client(client=partner, by=COMMAND, at=NOW, reason="Contract over")
    partner.refresh_from_db()
    assert (partner.ended_at, Token.objects.count()) == (NOW, 0)
    with pytest.raises(ClientEnded):
        end_client(client=partner, by=COMMAND, at=NOW)
    assert [(entry.verb, entry.reason) for entry in entries_about(partner)] == [
        ("client.ended", "Contract over"),
        ("client.issued", ""),
    ]


def test_agencies_are_listed_to_roles_that_see_them_clients_to_administrators() -> None:
    issue_client(agency=an_agency(), scopes=[], by=COMMAND, at=NOW)
    seen = {
        role: (agencies_visible_to(user).count(), clients_visible_to(user).count())
        for role in Role
        for user in [a_user(f"one {role.name}".replace(" ", "."), role)]
    }
    assert seen == {
        Role.COORDINATOR: (1, 0),
        Role.VETTING: (0, 0),
        Role.LIAISON: (1, 0),
        Role.EDITOR: (1, 0),
        Role.APPROVER: (1, 0),
        Role.AUDITOR: (0, 0),
        Role.ADMINISTRATOR: (1, 1),
    }


def test_the_command_prints_id_and_secret() -> None:
    an_agency("embassy")
    out = StringIO()
    terms = ["--scopes", "assignments:read", "--days", "7", "--network", "198.51.100.0/24"]
    call_command("issue_client", "embassy", *terms, stdout=out)
    lines = dict(line.split(": ") for line in out.getvalue().splitlines())
    client = Client.objects.get(pk=lines["client id"])
    assert client.check_secret(lines["secret"])
    assert client.partner.networks == ["198.51.100.0/24"]


def test_the_command_says_what_is_wrong() -> None:
    with pytest.raises(CommandError, match="There is no agency of this short name"):
        call_command("issue_client", "nobody", "--scopes", "assignments:read")
    an_agency("embassy")
    with pytest.raises(CommandError, match="There is no scope everything"):
        call_command("issue_client", "embassy", "--scopes", "everything")


def test_an_unknown_agency_is_not_found() -> None:
    with pytest.raises(NotFound):
        find_agency("nobody")
