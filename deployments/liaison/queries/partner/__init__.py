"""What an agency reads of materials, deliveries and cases: what was shared with it, handed to it,
or written to it, and nothing of anybody else."""

from deployments.liaison.queries.partner.cases import (
    CASE_STATES,
    CASES,
    CaseQuestion,
    cases_read_by,
)
from deployments.liaison.queries.partner.deliveries import (
    DELIVERIES,
    HANDED_TO_IT,
    DeliveryQuestion,
    handed_to,
)
from deployments.liaison.queries.partner.materials import (
    MATERIALS,
    MaterialFile,
    MaterialQuestion,
    material_file,
    materials_read_by,
    materials_shared_with,
    versions_read_by,
)

__all__ = [
    "CASES",
    "CASE_STATES",
    "DELIVERIES",
    "HANDED_TO_IT",
    "MATERIALS",
    "CaseQuestion",
    "DeliveryQuestion",
    "MaterialFile",
    "MaterialQuestion",
    "cases_read_by",
    "handed_to",
    "material_file",
    "materials_read_by",
    "materials_shared_with",
    "versions_read_by",
]
