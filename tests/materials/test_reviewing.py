"""A version is decided about by somebody who did not make it, on its own desk, once."""

import pytest
from django.db import IntegrityError, transaction

from corps.accounts.models import User
from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted
from corps.vault.files import read_whole
from corps.workflow.moves import NotInThatState, ReasonMissing
from deployments.materials import actions
from deployments.materials.actions.versions import OfferedAlready, OtherKind, TitleStays, TitleTaken
from deployments.materials.models import MaterialVersion
from deployments.materials.queries import previews_of
from deployments.materials.rules import AuthorDecides
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW
from tests.materials.scene import a_file, a_material, a_recording, a_version, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    """Who takes part."""
    return cast()


def test_a_version_is_added_submitted_and_approved_each_with_its_entry(
    people: dict[str, User],
) -> None:
    """What was sent is sealed, and comes back the same; its previews keep their order."""
    began = last_number()
    previews = tuple(f"page {number}".encode() for number in range(5))
    version = a_version(people, "approved", a_file(b"the leaflet", previews=previews))
    assert entries_since(began) == [
        "material.made",
        "version.made",
        "version.submitted",
        "version.approved",
    ]
    assert read_whole(version.file) == b"the leaflet"
    assert tuple(read_whole(row) for row in previews_of(version)) == previews
    assert (version.state, version.decided_by, version.decided_at) == (
        "approved",
        people["approver"],
        NOW,
    )


def test_the_title_of_a_material_stands_in_no_entry_of_its_making(people: dict[str, User]) -> None:
    """The entry names the object; a title is told where it changes."""
    a_material(people["editor"], title="Come home")
    newest = Entry.objects.order_by("-number").first()
    assert newest is not None
    assert newest.facts == {"kind": "leaflet"}


def test_versions_are_numbered_within_their_material(people: dict[str, User]) -> None:
    """Each begins at one."""
    first = a_version(people)
    second = a_version(people, material=first.material)
    assert (first.number, second.number, a_version(people).number) == (1, 2, 1)


def test_the_author_never_decides_also_where_they_are_an_approver(people: dict[str, User]) -> None:
    """By rule, whatever the step."""
    version = a_version({**people, "editor": people["both"]}, "in_review")
    for decide in (
        lambda: actions.approve_version(version=version, by=people["both"], at=NOW),
        lambda: actions.reject_version(version=version, reason="x", by=people["both"], at=NOW),
    ):
        with pytest.raises(AuthorDecides):
            decide()


def test_the_database_lets_no_author_decide(people: dict[str, User]) -> None:
    """By constraint, whatever the code."""
    version = a_version(people, "in_review")
    decided = {"state": "approved", "decided_by": people["editor"], "decided_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialVersion.objects.filter(pk=version.pk).update(**decided)


def test_the_database_knows_no_decision_without_who_and_when(people: dict[str, User]) -> None:
    """They are set together or not at all."""
    version = a_version(people, "in_review")
    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialVersion.objects.filter(pk=version.pk).update(state="approved")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("editor", AuthorDecides),
        ("liaison", NotPermitted),
        ("coordinator", NotPermitted),
        ("other approver", NotFound),
        ("auditor", NotFound),
    ],
)
def test_only_approvers_of_the_desk_decide(
    people: dict[str, User], who: str, refusal: type[Exception]
) -> None:
    """Who may see it is told so; to others it is not there."""
    version = a_version(people, "in_review")
    with pytest.raises(refusal):
        actions.approve_version(version=version, by=people[who], at=NOW)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("approver", NotPermitted), ("liaison", NotPermitted), ("other editor", NotFound)],
)
def test_only_editors_of_the_desk_write(
    people: dict[str, User], who: str, refusal: type[Exception]
) -> None:
    """Versions are added and submitted by them alone."""
    version = a_version(people)
    with pytest.raises(refusal):
        actions.submit_version(version=version, by=people[who], at=NOW)
    with pytest.raises(refusal):
        actions.add_version(
            material=version.material,
            file=a_file(),
            language=version.language,
            by=people[who],
            at=NOW,
        )


def test_a_version_is_rejected_or_retired_with_a_reason(people: dict[str, User]) -> None:
    """Without one nothing happens."""
    version = a_version(people, "in_review")
    with pytest.raises(ReasonMissing):
        actions.reject_version(version=version, reason=" ", by=people["approver"], at=NOW)
    actions.reject_version(version=version, reason="typo", by=people["approver"], at=NOW)
    assert version.state == "rejected"
    old = a_version(people, "approved")
    actions.retire_version(version=old, reason="a newer one", by=people["editor"], at=NOW)
    assert old.state == "retired"


def test_a_decision_is_final(people: dict[str, User]) -> None:
    """What was decided is not decided again."""
    version = a_version(people, "approved")
    with pytest.raises(NotInThatState):
        actions.reject_version(version=version, reason="late", by=people["approver"], at=NOW)


def test_a_file_of_another_kind_is_refused(people: dict[str, User]) -> None:
    """A leaflet is no recording."""
    with pytest.raises(OtherKind):
        a_version(people, file=a_recording(b"sound"), material=a_material(people["editor"]))


def test_the_same_file_is_no_new_version(people: dict[str, User]) -> None:
    """Unless the one before was rejected."""
    first = a_version(people, "in_review", a_file(b"same"))
    with pytest.raises(OfferedAlready):
        a_version(people, file=a_file(b"same"), material=first.material)
    actions.reject_version(version=first, reason="not now", by=people["approver"], at=NOW)
    assert a_version(people, file=a_file(b"same"), material=first.material).number == 2


def test_two_materials_of_a_desk_have_two_titles(people: dict[str, User]) -> None:
    """Large and small letters do not make another one."""
    a_material(people["editor"], title="Come home")
    with pytest.raises(TitleTaken):
        a_material(people["editor"], title="COME HOME")


@pytest.mark.parametrize(
    ("state", "stays"),
    [("draft", False), ("in_review", True), ("approved", True), ("retired", True)],
)
def test_a_title_stays_once_somebody_else_has_it_before_them(
    people: dict[str, User], state: str, stays: bool
) -> None:
    """Agencies read it with every version that was approved."""
    material, began = a_version(people, state).material, last_number()
    given = {"material": material, "title": "Go away", "by": people["editor"], "at": NOW}
    if stays:
        with pytest.raises(TitleStays):
            actions.rename_material(**given)
    else:
        actions.rename_material(**given)
    material.refresh_from_db()
    renamed = ([], False) if stays else (["material.renamed"], True)
    assert (entries_since(began), material.title == "Go away") == renamed


def test_what_was_rejected_leaves_the_title_to_its_editors(people: dict[str, User]) -> None:
    """It may be what was wrong."""
    version = a_version(people, "in_review")
    actions.reject_version(version=version, reason="title", by=people["approver"], at=NOW)
    material = version.material
    actions.rename_material(material=material, title="Come", by=people["editor"], at=NOW)
    assert material.title == "Come"
