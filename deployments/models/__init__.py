"""Work: deployments, their places, and who holds them."""

from deployments.models.assignments import Assignment
from deployments.models.catalogue import Mode, Role, RoleLanguage, RoleSkill
from deployments.models.deployments import (
    Deployment,
    DeploymentGroupObjectPermission,
    DeploymentUserObjectPermission,
)
from deployments.models.slots import Slot, SlotLanguage, SlotSkill
from deployments.models.teams import CompositionRule, Team

__all__ = [
    "Assignment",
    "CompositionRule",
    "Deployment",
    "DeploymentGroupObjectPermission",
    "DeploymentUserObjectPermission",
    "Mode",
    "Role",
    "RoleLanguage",
    "RoleSkill",
    "Slot",
    "SlotLanguage",
    "SlotSkill",
    "Team",
]
