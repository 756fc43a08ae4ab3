"""Agencies and their API clients."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    """Agencies and their API clients."""

    name = "deployments.agencies"
    label = "agencies"
    verbose_name = _("Agencies")

    def ready(self) -> None:
        """Let contacts take part when the key of the blind indexes changes."""
        from deployments.agencies.actions.contact_details import mark_contacts_anew
        from deployments.agencies.models import ContactMark
        from volunteers.actions.keys import also_mark_anew
        from volunteers.queries.keys import also_count_marks

        also_mark_anew(mark_contacts_anew)
        also_count_marks(ContactMark)
