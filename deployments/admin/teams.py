"""Teams of a deployment: the page on which what each must have is changed."""

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from corps.adminkit.buttons import FormButton, Step, viewer_of
from deployments.actions.teams import TeamRule, set_composition_rules
from deployments.forms.needs import CompositionForm
from deployments.models import Deployment, Team
from deployments.queries.deployments import find_team
from deployments.rules import PLANNED_IN, can_change_deployment

if TYPE_CHECKING:
    from corps.adminkit.guarded import GuardedAdmin

    Base = GuardedAdmin[Deployment]
else:
    Base = object


class TeamPages(Base):
    """Gives deployments the page `<deployment>/teams/<team>/composition/`."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page of a team's composition."""
        composition = path(
            "<uuid:deployment>/teams/<int:team>/composition/",
            self._guarded(self.composition_view),
            name="deployments_deployment_composition",
        )
        return [composition, *super().get_urls()]

    def composition_view(self, request: HttpRequest, deployment: UUID, team: int) -> HttpResponse:
        """Ask what a team must have, then replace its rules."""
        obj = self.visible_or_404(request, str(deployment))
        found = find_team(viewer_of(request), team)
        if found.deployment_id != obj.pk:
            raise Http404
        return self._step(request, obj, composition_of(found))


def composition_of(team: Team) -> Step:
    """Return the step that replaces what a team must have."""

    def run(request: HttpRequest, obj: Deployment, form: CompositionForm) -> None:
        rules = [TeamRule(**rule) for rule in form.rules()]
        set_composition_rules(team=team, rules=rules, by=viewer_of(request), at=timezone.now())

    return FormButton(
        name="composition",
        label=_("Composition of %(team)s") % {"team": team},
        says=_("What there must be among its holders. Empty rows count for nothing."),
        allowed=can_change_deployment,
        when=is_planned,
        asks=partial(CompositionForm, team=team),
        run=run,
        look="primary",
    )


def is_planned(deployment: Any) -> bool:
    """Whether anything about the deployment may still be changed."""
    return deployment.state in PLANNED_IN
