"""For whom the addresses about people are: the portal's pages, and the admin's buttons."""

from corps.accounts.roles import Role
from corps.routes import Audience, Reach, Row, Rule, Table, of_desk, staff

OWN = Rule(Audience.VOLUNTEER)
PROVED = Rule(Audience.VOLUNTEER, proof=True)
IMPORTS = of_desk(Role.COORDINATOR)

TABLE = Table(
    pages={
        "portal:days": Row(OWN, OWN),
        "portal:weekly": Row(OWN, OWN),
        "portal:entries": Row(OWN, OWN),
        "portal:account": Row(OWN, OWN),
        "portal:language": Row(OWN, OWN),
        "portal:consents": Row(OWN, OWN),
        "portal:record": Row(OWN),
        "portal:own_identity": Row(PROVED),
        "admin:volunteers_importrun_progress": Row(
            IMPORTS, IMPORTS, objects={"pk": "volunteers.importrun"}, sight=IMPORTS
        ),
        "admin:volunteers_importrun_row": Row(
            IMPORTS,
            IMPORTS,
            objects={"pk": "volunteers.importrun", "row": "volunteers.importrow"},
            sight=IMPORTS,
        ),
    },
    buttons={
        "volunteers.volunteer": {
            "find": staff(Role.COORDINATOR, Role.VETTING, note="among those they see"),
            "ask-export": staff(
                Role.COORDINATOR, Role.VETTING, note="of their desk; another grants it"
            ),
            "register": staff(Role.COORDINATOR, note="on their own desks"),
            "reveal": of_desk(Role.COORDINATOR, Role.VETTING, note="a quota a day"),
            "admit pause resume release withdraw return": of_desk(Role.COORDINATOR),
            "consent withdraw-consent": of_desk(Role.COORDINATOR, note="as signed or asked for"),
            "invite vet details identity remove-factors": of_desk(Role.COORDINATOR),
            "language remove-language skill remove-skill": of_desk(Role.COORDINATOR),
            "share end-sharing": of_desk(Role.COORDINATOR),
        },
        "volunteers.vettingcase": {
            "check enter-check recommend": of_desk(Role.VETTING),
            "clear refuse": of_desk(Role.APPROVER, note="who did not recommend it"),
            "revoke": of_desk(Role.APPROVER),
        },
        "volunteers.consentterm": {
            "publish": staff(Role.ADMINISTRATOR),
            "next": staff(Role.ADMINISTRATOR, reach=Reach.EVERY),
        },
        "volunteers.importrun": {
            "upload": staff(Role.COORDINATOR, note="for their own desks"),
            "confirm rejected discard": IMPORTS,
        },
    },
    reach={
        "volunteers.volunteer": Reach.SEEN,
        "volunteers.vettingcase": Reach.SEEN,
        "volunteers.importrun": Reach.DESK,
        "volunteers.skill": Reach.EVERY,
        "volunteers.language": Reach.EVERY,
        "volunteers.consentterm": Reach.EVERY,
    },
)
