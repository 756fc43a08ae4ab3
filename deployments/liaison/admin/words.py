"""What the ledger's verbs and facts about cases are called."""

from django.utils.translation import gettext_lazy as _

from corps.adminkit.words import name_facts, name_moves, name_verbs, tell_facts
from corps.audit.queries import narrow_entries
from deployments.liaison.models import Outcome
from deployments.liaison.queries.cases import cases_visible_to
from deployments.liaison.queries.entries import about_seen, about_told
from deployments.liaison.queries.letters import letters_visible_to
from deployments.liaison.queries.replies import replies_visible_to
from deployments.liaison.states import CASE

narrow_entries("liaison.case", about_seen("liaison.case", cases_visible_to))
narrow_entries("liaison.letter", about_seen("liaison.letter", letters_visible_to))
narrow_entries("volunteers.volunteer", about_told, beside="liaison.letter")
narrow_entries("liaison.reply", about_seen("liaison.reply", replies_visible_to))
name_moves(CASE)
name_verbs(
    {
        "case.opened": _("Case opened"),
        "case.changed": _("Case changed"),
        "case.noted": _("Note added to a case"),
        "case.reminder_added": _("Reminder set"),
        "case.reminder_done": _("Reminder done"),
        "case.overdue": _("Case overdue"),
        "case.volunteers_linked": _("Volunteers linked to a case"),
        "case.volunteer_unlinked": _("Volunteer unlinked from a case"),
        "case.deployment_linked": _("Deployment linked to a case"),
        "case.deployment_unlinked": _("Deployment unlinked from a case"),
        "case.version_linked": _("Material of a case set"),
        "case.delivery_linked": _("Delivery linked to a case"),
        "case.delivery_unlinked": _("Delivery unlinked from a case"),
        "reply.recorded": _("Answer entered"),
        "reply.file_added": _("File of an answer added"),
        "reply.read": _("Answer read"),
        "reply.file_read": _("File of an answer downloaded"),
    }
)
name_facts(
    {
        "outcome": _("what it says"),
        "due": _("due"),
        "on": _("on"),
        "subject": _("subject"),
        "owner": _("owner"),
        "letter": _("letter"),
        "material": _("material"),
        "volunteers": _("volunteers"),
        "deliveries": _("deliveries"),
        "files": _("files"),
    }
)
tell_facts({"outcome": lambda value: dict(Outcome.choices).get(value, value)})
