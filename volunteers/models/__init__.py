"""The register: people, what they can do, when they are free, whether they are cleared."""

from volunteers.models.availability import AvailabilityWindow, DayKind, WeeklyRule
from volunteers.models.catalogue import Language, Level, Skill, SkillKind
from volunteers.models.consents import Consent, ConsentTerm, Purpose
from volunteers.models.imports import ImportRow, ImportRun
from volunteers.models.people import (
    Identity,
    IdentityMark,
    LanguageHeld,
    SkillHeld,
    Volunteer,
    VolunteerGroupObjectPermission,
    VolunteerUserObjectPermission,
)
from volunteers.models.vetting import Clearance, VettingCase, VettingCheck

__all__ = [
    "AvailabilityWindow",
    "Clearance",
    "Consent",
    "ConsentTerm",
    "DayKind",
    "Identity",
    "IdentityMark",
    "ImportRow",
    "ImportRun",
    "Language",
    "LanguageHeld",
    "Level",
    "Purpose",
    "Skill",
    "SkillHeld",
    "SkillKind",
    "VettingCase",
    "VettingCheck",
    "Volunteer",
    "VolunteerGroupObjectPermission",
    "VolunteerUserObjectPermission",
    "WeeklyRule",
]
