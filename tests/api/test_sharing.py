"""Sharing a deployment with an agency: a coordinator of its desk, entered, ended likewise."""

import pytest

from corps.accounts.roles import Role
from corps.audit.queries import entries_about
from corps.errors import NotPermitted
from deployments.actions.sharing import NotShared, SharedAlready, end_share, share_deployment
from deployments.agencies.rules import can_share_deployment
from deployments.queries.partner import agencies_sharing
from tests.cast import NOW, a_coordinator, a_deployment, a_desk, a_stranger, a_user, an_agency

pytestmark = pytest.mark.django_db


def test_a_coordinator_shares_a_deployment_and_ends_it() -> None:
    deployment, agency, coordinator = a_deployment(), an_agency(), a_coordinator()
    an_agency("ministry")
    share_deployment(deployment=deployment, agency=agency, by=coordinator, at=NOW)
    assert list(agencies_sharing(deployment)) == [agency]
    assert list(agencies_sharing(a_deployment())) == []
    end_share(deployment=deployment, agency=agency, by=coordinator, at=NOW, reason="Asked to")
    assert list(agencies_sharing(deployment)) == []
    told = [(entry.verb, entry.actor, entry.facts, entry.desk) for entry in entries_about(agency)]
    assert told == [
        ("deployment.share_ended", "coordinator", {"agency": "embassy"}, "seoul"),
        ("deployment.shared", "coordinator", {"agency": "embassy"}, "seoul"),
    ]


def test_sharing_twice_and_ending_what_is_not_shared_is_refused() -> None:
    deployment, agency, coordinator = a_deployment(), an_agency(), a_coordinator()
    with pytest.raises(NotShared):
        end_share(deployment=deployment, agency=agency, by=coordinator, at=NOW)
    share_deployment(deployment=deployment, agency=agency, by=coordinator, at=NOW)
    with pytest.raises(SharedAlready):
        share_deployment(deployment=deployment, agency=agency, by=coordinator, at=NOW)
    assert len(entries_about(agency)) == 1


def test_nobody_but_a_coordinator_of_the_desk_shares() -> None:
    deployment, agency = a_deployment(), an_agency()
    others = [
        a_stranger(),
        a_user("liaison", Role.LIAISON, desk=a_desk()),
        a_user("admin", Role.ADMINISTRATOR),
        a_user("gone", Role.COORDINATOR, desk=a_desk(), is_active=False),
    ]
    assert [can_share_deployment(one, deployment) for one in others] == [False] * 4
    for one in others:
        with pytest.raises(NotPermitted):
            share_deployment(deployment=deployment, agency=agency, by=one, at=NOW)
    assert list(agencies_sharing(deployment)) == []
