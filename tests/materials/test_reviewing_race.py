"""Decisions and deliveries at the same time end as one of them alone would."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.errors import Refusal
from deployments.materials import actions
from deployments.materials.models import Delivery, Material, MaterialVersion
from tests.cast import NOW, a_desk, a_user
from tests.materials.scene import a_delivery, a_file, a_version, cast
from volunteers.models import Language

ROUNDS, AT_ONCE = 6, 6


def at_once(*acts: Callable[[], object]) -> Counter[str]:
    """Let all acts begin together; count what came of them."""
    start = Barrier(len(acts))

    def work(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(work, acts))


def approving(version: MaterialVersion, by: User) -> Callable[[], object]:
    """Approve a version as it was read by this thread alone."""
    own = MaterialVersion.objects.select_related("material__desk").get(pk=version.pk)
    return lambda: actions.approve_version(version=own, by=by, at=NOW)


def test_many_approvers_and_the_author_decide_once(committed_db: str) -> None:
    """One decides, the author is refused, and the ledger has one decision."""
    people = cast()
    approvers = [a_user(f"approver-{n}", Role.APPROVER, desk=a_desk()) for n in range(AT_ONCE)]
    author = people["both"]
    for _round in range(ROUNDS):
        version = a_version({**people, "editor": author}, "in_review")
        acts = [approving(version, by) for by in (*approvers, author)]
        told = at_once(*acts)
        assert told == {"done": 1, "NotInThatState": AT_ONCE - 1, "AuthorDecides": 1}
        version.refresh_from_db()
        assert version.decided_by_id != author.pk
        entries = Entry.objects.filter(verb="version.approved", about__contains=[_named(version)])
        assert entries.count() == 1


def test_a_version_is_not_handed_over_once_it_is_retired(committed_db: str) -> None:
    """Whichever comes first: no entry of a handing over follows that of the retirement."""
    people = cast()
    for _round in range(ROUNDS):
        version = a_version(people, "approved")
        delivery = a_delivery(people, version)
        at_once(
            lambda v=version: actions.retire_version(
                version=v, reason="old", by=people["editor"], at=NOW
            ),
            lambda d=delivery: actions.hand_over(delivery=d, count=5, by=people["liaison"], at=NOW),
        )
        told = list(
            Entry.objects.filter(about__contains=[_named(version)])
            .filter(verb__in=["version.retired", "delivery.handed_over"])
            .order_by("number")
            .values_list("verb", flat=True)
        )
        stands = Delivery.objects.get(pk=delivery.pk).state
        assert (told, stands) in (
            (["version.retired"], "prepared"),
            (["delivery.handed_over", "version.retired"], "handed_over"),
        )


def test_versions_added_at_once_have_numbers_of_their_own(committed_db: str) -> None:
    """None is lost, none is doubled."""
    people = cast()
    first = a_version(people)

    def adding() -> object:
        return actions.add_version(
            material=Material.objects.select_related("desk").get(pk=first.material_id),
            file=a_file(),
            language=Language.objects.get(code="kor"),
            by=people["editor"],
            at=NOW,
        )

    assert at_once(*[adding] * AT_ONCE) == {"done": AT_ONCE}
    numbers = first.material.versions.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, AT_ONCE + 2))


def _named(version: MaterialVersion) -> str:
    return f"materials.materialversion:{version.pk}"
