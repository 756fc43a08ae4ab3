"""For whom the addresses about work and agencies are; with the other tables, the whole of it."""

from corps import routes as house
from corps.accounts.roles import Role
from corps.routes import (
    NOBODY,
    Audience,
    Reach,
    Route,
    Row,
    Rule,
    Table,
    anybody,
    of_desk,
    routes_of,
    staff,
)
from deployments.liaison import routes as outside
from deployments.materials import routes as leaflets
from volunteers import routes as people

OWN = Rule(Audience.VOLUNTEER)
OWN_OFFER = Rule(Audience.VOLUNTEER, reach=Reach.OWN)
OFFER = Row(OWN_OFFER, OWN_OFFER, objects={"pk": "deployments.assignment"}, sight=OWN_OFFER)
PARTNER = Rule(Audience.PARTNER)
ASSIGNMENTS = Rule(Audience.PARTNER, scope="assignments:read")
OWN_MATERIAL = Rule(Audience.PARTNER, reach=Reach.SEEN, scope="materials:read")
READERS = Rule(Audience.READERS)
CREDENTIALS = anybody("a client with its secret")
PLANS = of_desk(Role.COORDINATOR)
STAFFS = of_desk(Role.COORDINATOR, note="and a volunteer they see")
KEEPS_AGENCIES = staff(Role.LIAISON, Role.ADMINISTRATOR, reach=Reach.EVERY)
KEEPS_CONTACTS = staff(Role.LIAISON, reach=Reach.EVERY)
KEEPS_CLIENTS = staff(Role.ADMINISTRATOR, reach=Reach.EVERY)

WORK = Table(
    pages={
        "work:home": Row(OWN),
        "work:calendar": Row(OWN, OWN),
        "work:offers": Row(OWN),
        "work:places": Row(OWN),
        "work:offer": OFFER,
        "work:withdraw": OFFER,
        "work:leave": Row(OWN, OWN),
        "api_token": Row(None, CREDENTIALS),
        "api_me": Row(PARTNER),
        "api_assignments": Row(ASSIGNMENTS),
        "api_materials": Row(Rule(Audience.PARTNER, scope="materials:read")),
        "api_material_file": Row(
            OWN_MATERIAL,
            objects={"material": "materials.material"},
            values={"number": "1"},
            sight=OWN_MATERIAL,
        ),
        "api_deliveries": Row(Rule(Audience.PARTNER, scope="deliveries:read")),
        "api_cases": Row(Rule(Audience.PARTNER, scope="cases:read")),
        "api_changes": Row(PARTNER),
        "api_ledger_head": Row(Rule(Audience.PARTNER, scope="ledger:read")),
        "api_schema": Row(READERS),
        "api_docs": Row(READERS),
        "api_nothing": Row(NOBODY, NOBODY),
        "api_nothing_below": Row(NOBODY, NOBODY, values={"rest": "nothing/here"}),
        "token": Row(None, CREDENTIALS),
        "revoke": Row(None, CREDENTIALS),
        "admin:deployments_deployment_composition": Row(
            PLANS,
            PLANS,
            objects={"deployment": "deployments.deployment", "team": "deployments.team"},
        ),
        "admin:deployments_slot_staff": Row(
            STAFFS,
            STAFFS,
            objects={"slot": "deployments.slot", "volunteer": "volunteers.volunteer"},
            values={"how": "offer"},
        ),
    },
    buttons={
        "deployments.deployment": {
            "new": staff(Role.COORDINATOR, note="on their own desks"),
            "places team edit": PLANS,
            "open make_ready start close cancel": PLANS,
            "share end-share share-person end-share-person": PLANS,
            "hand-over": of_desk(Role.COORDINATOR, note="to another desk of theirs"),
        },
        "deployments.slot": {"needs days remove": PLANS},
        "deployments.assignment": {
            "confirm activate complete regain_contact lose_contact cancel": PLANS
        },
        "deployments.role": {"defaults": staff(Role.ADMINISTRATOR, reach=Reach.EVERY)},
        "agencies.agency": {
            "edit": KEEPS_AGENCIES,
            "contact": KEEPS_CONTACTS,
            "share-deployment end-share-deployment": staff(Role.COORDINATOR, reach=Reach.EVERY),
            "share-material end-share-material": KEEPS_CONTACTS,
            "issue": KEEPS_CLIENTS,
        },
        "agencies.contact": {
            "find": staff(Role.LIAISON),
            "reveal edit details merge end": KEEPS_CONTACTS,
        },
        "agencies.partnerclient": {"end": KEEPS_CLIENTS},
    },
    reach={
        "deployments.deployment": Reach.SEEN,
        "deployments.slot": Reach.SEEN,
        "deployments.team": Reach.SEEN,
        "deployments.assignment": Reach.SEEN,
        "deployments.role": Reach.EVERY,
        "agencies.agency": Reach.EVERY,
        "agencies.contact": Reach.EVERY,
        "agencies.partnerclient": Reach.EVERY,
    },
)

TABLE = house.TABLE | people.TABLE | WORK | outside.TABLE | leaflets.TABLE
"""The rows of every address of the installation."""


def all_routes() -> list[Route]:
    """Return every address with its row."""
    return routes_of(TABLE)
