"""Inviting a volunteer: the account is made once, the link opens once, and again when asked."""

import base64
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from corps.accounts.actions.invitations import accept_invitation
from corps.accounts.models import Invitation, User
from corps.adminkit.looks import qr_svg
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound
from tests.cast import NOW, PASSWORD, a_coordinator, a_stranger, a_user, a_volunteer
from volunteers.actions.invitations import NotInvitable, invite_volunteer
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

LINK = re.compile(r"^/join/[\w-]{43}/$")


def account_of(volunteer: Volunteer) -> User:
    user = User.objects.get(volunteer=volunteer)
    assert isinstance(user, User)
    return user


def test_the_first_invitation_makes_the_account() -> None:
    volunteer = a_volunteer("매-700", time_zone="Europe/Kyiv")
    Volunteer.objects.filter(pk=volunteer.pk).update(portal_language="uk")
    link = invite_volunteer(volunteer=volunteer, by=COMMAND, at=NOW)
    user = account_of(volunteer)
    assert LINK.match(link.path)
    assert link.expires_at == NOW + timedelta(hours=72)
    assert (user.username, user.language, str(user.time_zone)) == ("매-700", "uk", "Europe/Kyiv")
    assert (user.is_staff, user.has_usable_password(), user.groups.count()) == (False, False, 0)


def test_the_invitation_is_entered_without_its_token() -> None:
    volunteer = a_volunteer("매-701")
    link = invite_volunteer(volunteer=volunteer, by=COMMAND, at=NOW)
    verbs = [entry.verb for entry in entries_about(volunteer)]
    assert sorted(verbs) == ["account.made", "register.added", "volunteer.invited"]
    token = link.path.split("/")[2]
    assert [e for e in Entry.objects.all() if token in str(vars(e))] == []


def test_the_token_is_kept_as_a_hash_only() -> None:
    link = invite_volunteer(volunteer=a_volunteer(), by=COMMAND, at=NOW)
    kept = bytes(Invitation.objects.get().token_hash)
    assert len(kept) == 32
    assert link.path.split("/")[2].encode() not in kept


def test_inviting_again_keeps_the_old_password_until_the_link_is_used() -> None:
    volunteer = a_volunteer(account=True)
    link = invite_volunteer(volunteer=volunteer, by=COMMAND, at=NOW)
    assert account_of(volunteer).check_password(PASSWORD)
    accept_invitation(token=link.path.split("/")[2], password="열두 글자가 넘는 비밀번호", at=NOW)
    assert account_of(volunteer).check_password("열두 글자가 넘는 비밀번호")
    assert User.objects.filter(username=volunteer.callsign).count() == 1


@pytest.mark.parametrize("standing", ["released", "withdrawn"])
def test_who_has_left_is_not_invited(standing: str) -> None:
    volunteer = a_volunteer(standing=standing)
    with pytest.raises(NotInvitable):
        invite_volunteer(volunteer=volunteer, by=COMMAND, at=NOW)
    assert not User.objects.filter(volunteer=volunteer).exists()


def test_a_closed_account_is_not_opened_by_an_invitation() -> None:
    volunteer = a_volunteer(account=True)
    User.objects.filter(volunteer=volunteer).update(is_active=False)
    with pytest.raises(NotInvitable):
        invite_volunteer(volunteer=volunteer, by=COMMAND, at=NOW)


def test_a_sign_in_name_of_somebody_else_is_not_taken_over() -> None:
    a_user("HAWK-1")
    volunteer = a_volunteer("hawk-1")
    with pytest.raises(NotInvitable):
        invite_volunteer(volunteer=volunteer, by=COMMAND, at=NOW)
    assert not User.objects.filter(volunteer=volunteer).exists()


def test_only_the_desks_coordinators_invite() -> None:
    volunteer = a_volunteer(account=True)
    for by in (a_stranger(), volunteer.user):
        assert by is not None
        with pytest.raises(NotFound):
            invite_volunteer(volunteer=volunteer, by=by, at=NOW)
    assert invite_volunteer(volunteer=volunteer, by=a_coordinator(), at=NOW).path


def test_nothing_is_made_when_the_ledger_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer = a_volunteer("매-702")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("volunteers.actions.invitations.record", broken)
    with pytest.raises(RuntimeError):
        invite_volunteer(volunteer=volunteer, by=COMMAND, at=NOW)
    assert not User.objects.filter(username="매-702").exists()
    assert not Invitation.objects.exists()


def test_the_code_is_an_image_without_style_or_script() -> None:
    source = qr_svg("https://corps.example/join/x/")
    kind, data = source.split(",")
    picture = base64.b64decode(data).decode()
    assert kind == "data:image/svg+xml;base64"
    assert picture.startswith("<svg ")
    assert "style" not in picture
    assert "script" not in picture


def test_the_command_prints_the_link_first_then_code_and_end() -> None:
    a_volunteer("Hawk-2")
    out = StringIO()
    call_command("invite", "hawk-2", stdout=out)
    lines = out.getvalue().splitlines()
    assert re.match(r"^http://[^/]+/join/[\w-]{43}/$", lines[0])
    assert "█" in lines[1]
    assert re.match(r"^Good once, until \d{4}-\d\d-\d\d \d\d:\d\d \(Asia/Seoul\)\.$", lines[-1])


def test_the_command_says_in_words_why_not() -> None:
    a_volunteer("Hawk-3", standing="withdrawn")
    for callsign, says in (("Hawk-9", "no volunteer of that callsign"), ("Hawk-3", "withdrawn")):
        with override("en"), pytest.raises(CommandError, match=says):
            call_command("invite", callsign, stdout=StringIO())
