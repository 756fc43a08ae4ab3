"""What happens to materials: made, reviewed, shared, delivered; and stray bytes removed."""

from deployments.materials.actions.deliveries import (
    acknowledge_delivery,
    fail_delivery,
    hand_over,
    prepare_delivery,
)
from deployments.materials.actions.sharing import end_share_material, share_material
from deployments.materials.actions.versions import (
    add_version,
    approve_version,
    fetch_version,
    make_material,
    reject_version,
    rename_material,
    retire_version,
    submit_version,
)

__all__ = [
    "acknowledge_delivery",
    "add_version",
    "approve_version",
    "end_share_material",
    "fail_delivery",
    "fetch_version",
    "hand_over",
    "make_material",
    "prepare_delivery",
    "reject_version",
    "rename_material",
    "retire_version",
    "share_material",
    "submit_version",
]
