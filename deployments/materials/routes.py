"""For whom the addresses about materials and deliveries are."""

from corps.accounts.roles import Role
from corps.routes import Reach, Row, Table, of_desk, sight_of, staff

WRITES = of_desk(Role.EDITOR)
DECIDES = of_desk(Role.APPROVER, note="of versions that somebody else made")
RETIRES = of_desk(Role.EDITOR, Role.APPROVER)
DELIVERS = of_desk(Role.LIAISON)
MATERIAL, VERSION, DELIVERY = (
    "materials.material",
    "materials.materialversion",
    "materials.delivery",
)

REACH = {MATERIAL: Reach.SEEN, VERSION: Reach.SEEN, DELIVERY: Reach.SEEN}
SEES_VERSION = sight_of(Table(reach=REACH), VERSION)
SEES_DELIVERIES = sight_of(Table(), DELIVERY)

TABLE = Table(
    pages={
        "admin:materials_materialversion_preview": Row(
            SEES_VERSION, objects={"version": VERSION}, values={"page": "1"}, sight=SEES_VERSION
        ),
        "admin:materials_materialversion_play": Row(
            SEES_VERSION, objects={"version": VERSION}, sight=SEES_VERSION
        ),
        "admin:materials_delivery_sums": Row(
            staff(*SEES_DELIVERIES.roles, note="of the materials they see")
        ),
    },
    buttons={
        MATERIAL: {
            "new": staff(Role.EDITOR, note="on their own desks"),
            "add-version rename": WRITES,
            "share end-share": DELIVERS,
        },
        VERSION: {
            "submit": WRITES,
            "approve reject": DECIDES,
            "deliver": DELIVERS,
            "fetch": SEES_VERSION,
            "retire": RETIRES,
        },
        DELIVERY: {
            "hand_over acknowledge fail": DELIVERS,
            "receipt": sight_of(Table(reach=REACH), DELIVERY),
        },
    },
    reach=REACH,
)
"""The rows of every address of this app."""
