"""Every button says whether it asks for a second factor of the last five minutes, and why not."""

from django.contrib import admin

from corps.adminkit import guests
from corps.adminkit.buttons import Step
from corps.adminkit.steps import StepPages

ASKS_AGAIN = {
    "accounts.desk.break-glass",
    "accounts.desk.members",
    "accounts.twopersonact.download",
    "accounts.twopersonact.grant",
    "accounts.twopersonact.issue",
    "accounts.twopersonact.link",
    "accounts.user.app",
    "accounts.user.close",
    "accounts.user.link",
    "accounts.user.no-app",
    "accounts.user.recover",
    "accounts.user.reopen",
    "accounts.user.roles",
    "accounts.user[].make",
    "agencies.agency.issue",
    "deployments.deployment.hand-over",
    "deployments.deployment.share",
    "deployments.deployment.share-person",
    "volunteers.importrun.rejected",
    "volunteers.volunteer.details",
    "volunteers.volunteer.identity",
    "volunteers.volunteer.invite",
    "volunteers.volunteer.reveal",
    "volunteers.volunteer.share",
    "volunteers.volunteer[].ask-export",
    "volunteers.volunteer[].find",
}
"""What makes a link, a secret, a share or a file, opens or overwrites an identity, looks somebody
up by one, moves somebody to another desk, or says who may do what."""

NOT_NEEDED = {
    "accounts.notice.seen",
    "accounts.twopersonact.end",
    "accounts.twopersonact.refuse",
    "accounts.twopersonact.withdraw",
    "agencies.agency.edit",
    "agencies.partnerclient.end",
    "deployments.assignment.activate",
    "deployments.assignment.cancel",
    "deployments.assignment.complete",
    "deployments.assignment.confirm",
    "deployments.assignment.lose_contact",
    "deployments.assignment.regain_contact",
    "deployments.deployment.cancel",
    "deployments.deployment.close",
    "deployments.deployment.edit",
    "deployments.deployment.end-share",
    "deployments.deployment.end-share-person",
    "deployments.deployment.make_ready",
    "deployments.deployment.open",
    "deployments.deployment.places",
    "deployments.deployment.start",
    "deployments.deployment.team",
    "deployments.deployment[].new",
    "deployments.role.defaults",
    "deployments.slot.days",
    "deployments.slot.needs",
    "deployments.slot.remove",
    "volunteers.importrun.confirm",
    "volunteers.importrun.discard",
    "volunteers.importrun[].upload",
    "volunteers.vettingcase.check",
    "volunteers.vettingcase.clear",
    "volunteers.vettingcase.enter-check",
    "volunteers.vettingcase.recommend",
    "volunteers.vettingcase.refuse",
    "volunteers.vettingcase.revoke",
    "volunteers.volunteer.admit",
    "volunteers.volunteer.end-sharing",
    "volunteers.volunteer.language",
    "volunteers.volunteer.pause",
    "volunteers.volunteer.release",
    "volunteers.volunteer.remove-factors",
    "volunteers.volunteer.remove-language",
    "volunteers.volunteer.remove-skill",
    "volunteers.volunteer.resume",
    "volunteers.volunteer.skill",
    "volunteers.volunteer.vet",
    "volunteers.volunteer.withdraw",
    "volunteers.volunteer[].register",
}
"""The rest: work by callsign, ends of what was open, and questions that a second person answers."""


def steps() -> dict[str, Step]:
    """Every button of every admin, as `model.name`; on a list `model[].name`."""
    found: dict[str, Step] = {}
    for model, door in admin.site._registry.items():
        if not isinstance(door, StepPages):
            continue
        label = model._meta.label_lower
        for step in (*door.buttons, *guests.buttons_of(model)):
            found[f"{label}.{step.name}"] = step
        for step in door.list_buttons:
            found[f"{label}[].{step.name}"] = step
    return found


def test_every_button_stands_in_one_list() -> None:
    every = {name: step.elevated for name, step in steps().items()}
    assert {name for name, elevated in every.items() if elevated} == ASKS_AGAIN
    assert {name for name, elevated in every.items() if not elevated} == NOT_NEEDED
