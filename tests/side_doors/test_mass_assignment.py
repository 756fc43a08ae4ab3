"""Every model's every field, posted to every form: nothing changes that the form does not offer.

Each form is filled in as it asks and sent twice, the second time with all fields of all models
beside its own; both must change the same columns of the same rows. Forms and models are taken from
the registry and the resolver.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib.admin.utils import quote
from django.db import models
from django.test import Client
from django.urls import reverse

from corps.accounts.models import User
from corps.adminkit.guarded import GuardedAdmin
from tests.admin.doors import as_
from tests.cast import PASSWORD
from tests.edges.walking import addresses
from tests.side_doors.corridor import Reader, Scene, a_scene, label, list_of, readers, walk
from tests.side_doors.snapshots import Changes, Watch
from volunteers.models import Volunteer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.time_machine("2026-11-22T03:00:00Z", tick=False),
]

PLANTED = "planted-7"
OURS = ("corps.", "volunteers", "deployments", "django.contrib.auth")
"""Where the models stand whose fields are posted, by the modules' names."""

NAMED = {
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "on",
    "totp_allowed": "on",
    "state": "cleared",
    "standing": "released",
    "groups": "1",
    "user_permissions": "1",
    "pk": "1",
}
ANSWERS = {200, 202, 204, 302, 400, 401, 403, 404, 405, 406, 413, 415, 429}
"""What a page or a program may be told that asks about nothing there is."""

LEDGER = "ledger.ledger_entry"
MOVING = {"public.accounts_session", "public.accounts_allowance", LEDGER}
"""What any request may leave behind: a session, a count, an entry."""


def planted(field: Any, scene: Scene) -> str:
    """A value that the field would take, and nothing has yet."""
    if field.is_relation:
        other = {"accounts.desk": "accounts.desk", "accounts.user": "accounts.user"}
        kind = field.related_model._meta.label_lower if field.related_model else ""
        thing = scene.things["elsewhere"].get(other.get(kind, kind))
        return str(thing.pk) if thing else "1"
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField):
        return "2031-07-07 07:07"
    if isinstance(field, models.DateField):
        return "2031-07-07"
    if isinstance(field, models.IntegerField):
        return "7"
    if field.choices:
        return str(list(field.flatchoices)[-1][0])
    return PLANTED


def every_field(scene: Scene) -> dict[str, str]:
    """The name of every field of every model of ours, with a value to plant."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if model.__module__.startswith(OURS):
            for field in model._meta.get_fields():
                value = planted(field, scene)
                found[field.name] = value
                found[getattr(field, "attname", f"{field.name}_id")] = value
    return found | NAMED


def sample(form: forms.BaseForm, name: str, field: forms.Field) -> Any:
    """What somebody would fill in; None for a field that may stay as it is."""
    begun = form.get_initial_for_field(field, name)
    if begun not in (None, "", []):
        return begun if isinstance(begun, list | tuple) else field.prepare_value(begun)
    if isinstance(field, forms.ModelChoiceField):
        first = field.queryset.first() if field.queryset is not None else None
        return None if first is None else str(field.prepare_value(first))
    if isinstance(field, forms.ChoiceField):
        values = [value for value, _ in _flat(field.choices) if value not in ("", None)]
        return values[0] if values and field.required else None
    if isinstance(field, forms.BooleanField):
        return "on" if field.required else None
    if isinstance(field, forms.DateField):
        return date(2027, 3, 10)
    if isinstance(field, forms.DateTimeField):
        return datetime(2026, 12, 1, 10)  # noqa: DTZ001  (as it stands in a form)
    if isinstance(field, forms.IntegerField):
        return field.min_value if field.min_value is not None else 1
    return "Because-1" if field.required or name == "reason" else None


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, shown in choices:
        if isinstance(shown, list | tuple):
            yield from shown
        else:
            yield value, shown


def filled_in(form: forms.BaseForm) -> dict[str, Any]:
    """A form as somebody would send it."""
    found = {
        form.add_prefix(name): sample(form, name, field) for name, field in form.fields.items()
    }
    return {name: value for name, value in found.items() if value is not None}


Case = tuple[str, Reader, str, dict[str, Any], set[str]]


def buttons(scene: Scene) -> dict[str, Case]:
    """Each button that somebody of the cast may press, with the page of its form."""
    found: dict[str, Case] = {}
    for reader, door in walk(scene):
        if not door.has_view_permission(reader.request()):
            continue
        rows: list[Any] = [None, *door.get_queryset(reader.request())]
        for row in rows:
            for step in door.list_buttons if row is None else door._buttons():
                name = f"{label(door)}.{step.name}"
                if name in found or not (step.allowed(reader.user, row) and step.when(row)):
                    continue
                form = step.form(initial={}, viewer=reader.user, obj=row)
                found[name] = (
                    name,
                    reader,
                    door.step_url(row, step),
                    filled_in(form),
                    set(form.fields),
                )
    return found


def model_forms(scene: Scene) -> dict[str, Case]:
    """Each form that adds or changes an object, for somebody who may."""
    found: dict[str, Case] = {}
    for reader, door in walk(scene):
        request = reader.request()
        for page, row in _pages(door, request):
            name = f"{label(door)}.{'change' if row else 'add'}"
            if name in found:
                continue
            form = door.get_form(request, row, change=row is not None)(instance=row)
            found[name] = (name, reader, page, filled_in(form), set(form.fields))
    return found


def _pages(door: GuardedAdmin[Any], request: Any) -> Iterator[tuple[str, Any]]:
    if door.object_page or not door.has_view_permission(request):
        return
    if door.has_add_permission(request):
        yield f"{list_of(door)}add/", None
    for row in door.get_queryset(request)[:1]:
        if door.has_change_permission(request, row):
            yield f"{list_of(door)}{quote(row.pk)}/change/", row


def both_ways(watch: Watch, case: Case, everything: dict[str, str]) -> tuple[Changes, Changes]:
    """Send a form as it is meant, then with everything beside it; tell what each has changed."""
    _name, reader, path, given, own = case
    more = {name: value for name, value in everything.items() if name not in own}

    def send(content: dict[str, Any]) -> Any:
        return as_(reader.user).post(path, content)

    _answer, meant = watch.changes_by(lambda: send(given))
    _again, planted_too = watch.changes_by(lambda: send({**more, **given}))
    return meant, planted_too


def without_traces(changes: Changes) -> tuple[Any, ...]:
    """What was changed, without sessions, counts and the sessions' own last use."""
    return (
        {change for change in changes.columns if change[0] not in MOVING},
        {row: count for row, count in changes.added.items() if row[0] not in MOVING},
        {row for row in changes.removed if row[0] not in MOVING},
        sum(count for row, count in changes.added.items() if row[0] == LEDGER),
    )


@pytest.mark.slow
def test_no_button_and_no_form_takes_a_field_that_it_does_not_offer() -> None:
    scene = a_scene()
    everything, watch = every_field(scene), Watch()
    odd, done = {}, set()
    for name, case in {**buttons(scene), **model_forms(scene)}.items():
        meant, planted_too = both_ways(watch, case, everything)
        if meant.tables - MOVING:
            done.add(name)
        if without_traces(meant) != without_traces(planted_too):
            odd[name] = [
                (one, other)
                for one, other in zip(
                    without_traces(meant), without_traces(planted_too), strict=True
                )
                if one != other
            ]
    assert odd == {}
    assert len(done) > 20, f"the control: forms change something when they are filled in: {done}"


def test_the_control_sees_what_a_form_offers_change() -> None:
    scene = a_scene()
    case = buttons(scene)["volunteers.volunteer.details"]
    _name, reader, path, given, _own = case
    watch = Watch()
    _answer, meant = watch.changes_by(lambda: as_(reader.user).post(path, given))
    other = {**given, "callsign": PLANTED}
    _again, changed = watch.changes_by(lambda: as_(reader.user).post(path, other))
    assert ("callsign", PLANTED) in {change[2:] for change in changed.columns}
    assert without_traces(meant) != without_traces(changed)


def own_pages(scene: Scene) -> Iterator[tuple[User, str, dict[str, Any], set[str]]]:
    """The forms of one's own pages, as somebody would fill them in."""
    volunteer = Volunteer.objects.get(pk=scene.things["seoul"]["volunteers.volunteer"].pk)
    [coordinator] = [reader.user for reader in readers(scene) if reader.name == "coordinator"]
    assignment = scene.things["seoul"]["deployments.assignment"].pk
    person = volunteer.user
    assert person is not None
    new = "another battery staple horse"
    password = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    days = {"first": "2027-03-01", "last": "2027-03-02", "kind": "unavailable"}
    weekly = {f"day_{weekday}": "unavailable" for weekday in range(1, 8)}
    window = {"window": str(volunteer.windows.values_list("pk", flat=True)[0])}
    for user in (person, coordinator):
        yield user, reverse("account_change_password"), password, set(password)
        yield user, reverse("set_language"), {"language": "uk"}, {"language"}
        yield user, reverse("account_sessions"), {}, set()
    yield person, reverse("portal:language"), {"language": "uk"}, {"language"}
    yield person, reverse("portal:days"), days, set(days)
    yield person, reverse("portal:weekly"), weekly, set(weekly)
    yield person, reverse("portal:entries"), window, set(window)
    yield person, reverse("work:calendar"), {"set": "2027-03-05.avoid"}, {"set"}
    offer = reverse("work:offer", args=[assignment])
    for answer in ("accept", "decline"):
        yield person, offer, {"answer": answer}, {"answer"}
    yield person, reverse("work:withdraw", args=[assignment]), {}, set()
    yield person, reverse("work:leave"), {"sure": "on"}, {"sure"}


def test_no_page_of_ones_own_takes_a_field_that_it_does_not_offer() -> None:
    scene = a_scene()
    everything, watch = every_field(scene), Watch()
    odd, changed = [], set()
    for user, path, given, own in own_pages(scene):
        more = {name: value for name, value in everything.items() if name not in own}

        def send(content: dict[str, Any], user: User = user, path: str = path) -> Any:
            return as_(user).post(path, content)

        _answer, meant = watch.changes_by(lambda given=given: send(given))
        _again, extra = watch.changes_by(lambda more=more, given=given: send({**more, **given}))
        changed |= meant.tables - MOVING
        if without_traces(meant)[:3] != without_traces(extra)[:3]:
            odd.append((path, without_traces(meant), without_traces(extra)))
    assert odd == []
    assert {"public.accounts_user", "public.volunteers_volunteer"} <= changed, changed


@pytest.mark.parametrize("who", ["nobody", "volunteer", "administrator"])
def test_all_fields_posted_to_every_address_about_nothing_change_nothing(who: str) -> None:
    """Addresses are filled in with keys that nothing has, so what changes was not asked for; but
    for what an address does without being sent any field."""
    scene = a_scene()
    everything = {**every_field(scene), "reason": "", "name": "", "code": "", "language": "xx"}
    users = {reader.name: reader.user for reader in readers(scene)}
    users["volunteer"] = User.objects.get(username="bird-seoul")
    odd, watch = {}, Watch()
    for address in addresses():
        if "logout" in address.name or "/add/" in address.path:
            continue

        def send(given: dict[str, str], path: str = address.path) -> Any:
            client = Client() if who == "nobody" else as_(users[who])
            client.raise_request_exception = False
            return client.post(path, given)

        answer, changes = watch.changes_by(lambda send=send: send(everything))
        if changes.tables - MOVING:
            _answer, usual = watch.changes_by(lambda send=send: send({}))
            if without_traces(usual) != without_traces(changes):
                odd[address.path] = without_traces(usual), without_traces(changes)
        assert answer.status_code in ANSWERS, address.path
    assert odd == {}
