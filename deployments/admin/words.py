"""What the ledger's verbs and facts about work are called."""

from django.utils.translation import gettext_lazy as _

from corps.adminkit.words import name_facts, name_moves, name_verbs
from deployments.states import ASSIGNMENT, DEPLOYMENT

name_moves(DEPLOYMENT)
name_moves(ASSIGNMENT)
name_verbs(
    {
        "assignment.proposed": _("Volunteer proposed"),
        "deployment.made": _("Deployment made"),
        "deployment.changed": _("Deployment changed"),
        "deployment.shared": _("Deployment shared with an agency"),
        "deployment.share_ended": _("Sharing with an agency ended"),
        "slots.added": _("Places added"),
        "slot.changed": _("Place changed"),
        "slot.needs_set": _("Needs of a place set"),
        "slot.removed": _("Place removed"),
        "team.made": _("Team made"),
        "team.rules_set": _("Composition of a team set"),
        "role.changed": _("Role changed"),
        "agency.made": _("Agency made"),
        "agency.changed": _("Agency changed"),
        "client.issued": _("Credentials issued"),
        "client.ended": _("Credentials ended"),
        "api.read": _("Read through the API"),
        "api.token_issued": _("Access token issued"),
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
    }
)
