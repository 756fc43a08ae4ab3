"""What the ledger's verbs and facts about work are called."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from corps.adminkit.words import name_facts, name_moves, name_verbs, tell_facts
from corps.audit.queries import narrow_entries
from deployments.agencies.models import AgencyKind
from deployments.liaison.models import CaseKind, LetterKind
from deployments.materials.models import MaterialKind
from deployments.models import Mode
from deployments.queries.entries import about_seen_assignments
from deployments.states import ASSIGNMENT, DEPLOYMENT
from volunteers.models import Clearance, Level

narrow_entries("deployments.assignment", about_seen_assignments)
name_moves(DEPLOYMENT)
name_moves(ASSIGNMENT)
name_verbs(
    {
        "assignment.proposed": _("Volunteer proposed"),
        "deployment.made": _("Deployment made"),
        "deployment.changed": _("Deployment changed"),
        "deployment.shared": _("Deployment shared with an agency"),
        "deployment.share_ended": _("Sharing with an agency ended"),
        "deployment.shared_with_person": _("Deployment shared with one person"),
        "deployment.sharing_changed": _("Sharing with one person lengthened or shortened"),
        "deployment.sharing_ended": _("Sharing with one person ended"),
        "deployment.sharing_over": _("Sharing with one person over"),
        "deployment.handed_over": _("Deployment given to another desk"),
        "slots.added": _("Places added"),
        "slot.changed": _("Place changed"),
        "slot.needs_set": _("Needs of a place set"),
        "slot.removed": _("Place removed"),
        "team.made": _("Team made"),
        "team.rules_set": _("Composition of a team set"),
        "role.changed": _("Role changed"),
        "role.defaults_set": _("Default needs of a role set"),
        "agency.made": _("Agency made"),
        "agency.changed": _("Agency changed"),
        "client.issued": _("Credentials issued"),
        "client.ended": _("Credentials ended"),
        "api.read": _("Read through the API"),
        "api.token_issued": _("Access token issued"),
        "api.token_revoked": _("Access token given up"),
    }
)
name_facts(
    {
        "answer_by": _("answer by"),
        "count": _("how many"),
        "role": _("role"),
        "first": _("first day"),
        "last": _("last day"),
        "until": _("until"),
        "team": _("team"),
        "agency": _("agency"),
        "host_agency": _("host agency"),
        "codename": _("codename"),
        "country": _("country"),
        "region": _("region"),
        "time_zone": _("time zone"),
        "clearance": _("clearance"),
        "skills": _("skills"),
        "languages": _("languages"),
        "rules": _("rules"),
        "scopes": _("scopes"),
        "networks": _("networks"),
        "days": _("days"),
        "slug": _("short name"),
    }
)


def clearance(value: Any) -> Any:
    """Return the name of a clearance."""
    return dict(Clearance.choices).get(value, value)


def country(value: Any) -> Any:
    """Return the name of a country."""
    return countries.name(value) or value


def language_need(text: str, level: Any) -> str:
    """Return "ukr speaking" and a level in words; the code of the language stays."""
    code, _space, mode = text.partition(" ")
    words = (code, dict(Mode.choices).get(mode, mode), dict(Level.choices).get(level, level))
    return " ".join(map(str, words))


def languages(value: Any) -> Any:
    """Return needs of languages, `{"ukr speaking": 4}`, in words."""
    return ", ".join(language_need(*need) for need in value.items()) or "–"


def rule(text: str) -> str:
    """Return one rule of a team, `1 ukr speaking 4` or `1 leaflet-leader`, in words."""
    minimum, _space, what = text.partition(" ")
    language, _space, level = what.rpartition(" ")
    if not level.isdecimal():
        return f"{minimum} × {what}"
    return f"{minimum} × {language_need(language, int(level))}"


KINDS = dict([*AgencyKind.choices, *MaterialKind.choices, *LetterKind.choices, *CaseKind.choices])


def kind(value: Any) -> Any:
    """Return the name of a kind of agency, material, letter or case; anything else that is called
    a kind as it stands."""
    return KINDS.get(value, value)


tell_facts(
    {
        "kind": kind,
        "clearance": clearance,
        "country": country,
        "languages": languages,
        "rules": rule,
    }
)
