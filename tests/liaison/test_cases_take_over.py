"""The one deployment that a case had is the first of those that it is about, and back again."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections

from deployments.liaison.models import Case
from tests.cast import a_deployment
from tests.liaison.scenes import a_case, a_cast

BEFORE, AFTER = "0012", "0013"


def deployments_kept() -> list[tuple[object, object]]:
    """Return each case and its deployment, as the tables stood before."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id, deployment_id FROM liaison_case ORDER BY number")
        return cursor.fetchall()


def test_a_case_keeps_its_deployment(committed_db: str) -> None:
    cast, heron = a_cast(), a_deployment("HERON")
    about, alone = a_case(cast.liaison, deployments=[heron]), a_case(cast.liaison)
    call_command("migrate", "liaison", BEFORE, verbosity=0)
    assert deployments_kept() == [(about.pk, heron.pk), (alone.pk, None)]
    call_command("migrate", "liaison", AFTER, verbosity=0)
    found = {case.pk: list(case.deployments.all()) for case in Case.objects.all()}
    assert found == {about.pk: [heron], alone.pk: []}


def test_a_case_about_two_deployments_does_not_go_back(committed_db: str) -> None:
    cast, work = a_cast(), [a_deployment("HERON"), a_deployment("CRANE")]
    case = a_case(cast.liaison, deployments=work)
    with pytest.raises(DatabaseError, match="more than one row"):
        call_command("migrate", "liaison", BEFORE, verbosity=0)
    assert set(case.deployments.all()) == set(work)
