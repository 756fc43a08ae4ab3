"""For whom the addresses of cases, and of what belongs to them, are."""

from corps.accounts.roles import Role
from corps.routes import Reach, Table, of_desk, staff

KEEPS = of_desk(Role.LIAISON)
OPENS = staff(Role.LIAISON, note="on their own desks")
LINKS = of_desk(Role.LIAISON, note="and of what they see")

CASES = Table(
    buttons={
        "deployments.deployment": {"open-case": OPENS},
        "liaison.case": {
            "new e-mail": OPENS,
            "edit note remind done acknowledge refer reply close": KEEPS,
            "people no-person work deliver no-delivery": LINKS,
        },
    },
    reach={"liaison.case": Reach.SEEN},
)

TABLE = CASES
"""The rows of every address of this app."""
