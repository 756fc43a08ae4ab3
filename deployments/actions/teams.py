"""What happens to teams: made, and told what they must have among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import Refusal
from deployments.actions.constraints import refusing
from deployments.actions.locks import wait_for_turn
from deployments.models import CompositionRule, Deployment, Role, Team
from deployments.rules import check_can_change_deployment, check_is_planned


class TeamNameTaken(Refusal):
    """The deployment has a team of this name."""

    message = _("This deployment already has a team of this name.")


class RoleOrLanguage(Refusal):
    """A rule names neither or both."""

    message = _("Name either a role, or a language with a level.")


@dataclass(frozen=True, slots=True)
class TeamRule:
    """At least `minimum` hold `role`, or know `language` (a code) in `mode` at `level` (1 to 7)."""

    minimum: int = 1
    role: Role | None = None
    language: str = ""
    mode: str = "speaking"
    level: int | None = None


@transaction.atomic
def make_team(
    *,
    deployment: Deployment,
    name: str,
    by: By,
    at: datetime,
    rules: Sequence[TeamRule] = (),
) -> Team:
    """Make a team of a deployment, without places yet, with what it must have among its holders.

    Effects: the team, one ledger entry, and one more when there are rules. Raises NotFound,
    NotPermitted, DeploymentOver, TeamNameTaken, RoleOrLanguage.
    """
    check_can_change_deployment(by, deployment)
    wait_for_turn(deployment)
    deployment.refresh_from_db()
    check_is_planned(deployment)
    with refusing({"team_name": TeamNameTaken}):
        team = Team.objects.create(deployment=deployment, name=name.strip())
    record("team.made", team, deployment, by=by, at=at)
    if rules:
        set_composition_rules(team=team, rules=rules, by=by, at=at)
    return team


@transaction.atomic
def set_composition_rules(*, team: Team, rules: Sequence[TeamRule], by: By, at: datetime) -> None:
    """Replace what a team must have among its holders.

    Effects: the rules, one ledger entry. Raises NotFound, NotPermitted, DeploymentOver,
    RoleOrLanguage.
    """
    check_can_change_deployment(by, team.deployment)
    wait_for_turn(team.deployment)
    team.deployment.refresh_from_db()
    check_is_planned(team.deployment)
    team.rules.all().delete()
    wrong: type[Refusal] = RoleOrLanguage
    with refusing({"compositionrule_role_or_language": wrong, "compositionrule_minimum": wrong}):
        made = CompositionRule.objects.bulk_create(
            CompositionRule(
                team=team,
                minimum=rule.minimum,
                role=rule.role,
                language_id=rule.language or None,
                mode=rule.mode,
                level=rule.level,
            )
            for rule in rules
        )
    told = [_told(rule) for rule in made]
    record("team.rules_set", team, team.deployment, by=by, at=at, facts={"rules": told})


def _told(rule: CompositionRule) -> str:
    what = rule.role.code if rule.role else f"{rule.language_id} {rule.mode} {rule.level}"
    return f"{rule.minimum} {what}"
