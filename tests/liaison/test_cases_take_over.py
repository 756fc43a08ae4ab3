"""The one deployment that a case had is the first of those that it is about, and back again."""

from django.core.management import call_command
from django.db import connections

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
