"""What a team still lacks among those who hold its places."""

from dataclasses import dataclass

from django.db.models import QuerySet

from deployments.models import Assignment, CompositionRule, Team
from deployments.states import HOLDING


@dataclass(frozen=True, slots=True)
class Gap:
    """A composition rule that is not met: how many there are of the `rule.minimum` it asks for."""

    rule: CompositionRule
    held: int

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return self.rule.minimum - self.held


def team_gaps(team: Team) -> list[Gap]:
    """Return the rules of a team that its holders do not meet; the caller may see the team."""
    holding = Assignment.objects.filter(slot__team=team, state__in=HOLDING)
    rules = team.rules.select_related("role", "language").order_by("pk")
    counted = [Gap(rule, _meeting(rule, holding).count()) for rule in rules]
    return [gap for gap in counted if gap.missing > 0]


def _meeting(rule: CompositionRule, holding: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Return the assignments whose place has the role, or whose volunteer knows the language."""
    if rule.role_id is not None:
        return holding.filter(slot__role_id=rule.role_id)
    known = {
        "volunteer__languages__language_id": rule.language_id,
        f"volunteer__languages__{rule.mode}__gte": rule.level,
    }
    return holding.filter(**known)
