"""For whom the addresses of cases, and of what belongs to them, are."""

from corps.accounts.roles import Role
from corps.routes import Audience, Reach, Row, Rule, Table, of_desk, staff

OWN = Rule(Audience.VOLUNTEER)
KEEPS = of_desk(Role.LIAISON)
OPENS = staff(Role.LIAISON, note="on their own desks")
READS = staff(Role.COORDINATOR, Role.LIAISON, Role.APPROVER, reach=Reach.SEEN)
LINKS = of_desk(Role.LIAISON, note="and of what they see")

CASES = Table(
    pages={
        "admin:liaison_reply_attachment": Row(
            READS, objects={"reply": "liaison.reply"}, values={"place": "0"}, sight=READS
        ),
    },
    buttons={
        "deployments.deployment": {"open-case": KEEPS},
        "materials.materialversion": {"open-case": KEEPS},
        "liaison.case": {
            "new e-mail": OPENS,
            "edit note remind done acknowledge refer reply close": KEEPS,
            "deployment no-deployment people no-person": LINKS,
            "material deliver no-delivery": LINKS,
        },
        "liaison.reply": {"attach": KEEPS},
    },
    reach={"liaison.case": Reach.SEEN, "liaison.reply": Reach.SEEN},
)

DISCLOSURES = Table(
    pages={"work:told": Row(OWN)},
    buttons={
        "liaison.letter": {
            "disclose tell-nothing": KEEPS,
            "read-identity": of_desk(Role.LIAISON, note="its author, once it is approved"),
        },
        "volunteers.volunteer": {"recall": KEEPS},
    },
    reach={"liaison.letter": Reach.SEEN, "liaison.disclosure": Reach.DESK},
)

PERMITS = Table(
    pages={
        "admin:liaison_permit_board": Row(
            READS, KEEPS, objects={"deployment": "deployments.deployment"}, sight=READS
        ),
    },
    buttons={
        "deployments.deployment": {"permit-needs": of_desk(Role.COORDINATOR, Role.LIAISON)},
        "liaison.permit": {"grant refuse put_back correct lapse": LINKS},
        "liaison.case": {"permit-answers": KEEPS},
    },
    reach={"liaison.permit": Reach.SEEN, "liaison.permitkind": Reach.EVERY},
)

LETTERS = Table(
    pages={
        "admin:liaison_letter_preview": Row(
            READS, objects={"letter": "liaison.letter"}, sight=READS
        ),
    },
    buttons={
        "liaison.case": {**CASES.buttons["liaison.case"], "letter": KEEPS},
        "liaison.letter": {
            "write submit send acknowledge bounce discard": KEEPS,
            "address attach attach-material detach": KEEPS,
            "approve approve-telling return": of_desk(
                Role.APPROVER, note="who wrote nothing of the letter"
            ),
            "file attachment receipt": READS,
            "file-telling attachment-telling receipt-telling": of_desk(Role.LIAISON, Role.APPROVER),
        },
    },
    reach={"liaison.letter": Reach.SEEN},
)

TABLE = CASES | LETTERS | DISCLOSURES | PERMITS
"""The rows of every address of this app."""
