"""Our admin site: sections by job, allauth's sign-in in front, no model's raw pages."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

SECTIONS = [
    (_("People"), ["volunteers.volunteer", "volunteers.vettingcase", "volunteers.importrun"]),
    (_("Work"), ["deployments.deployment", "deployments.slot", "deployments.assignment"]),
    (_("Outside"), ["agencies.agency", "agencies.partnerclient"]),
    (_("Ledger"), ["audit.entry"]),
    (_("Catalogue"), ["volunteers.skill", "volunteers.language", "deployments.role"]),
    (_("Accounts"), ["accounts.user", "accounts.desk"]),
]


class CorpsAdminSite(AdminSite):
    """The admin: people by callsign, sections by job."""

    site_header = site_title = "Corps"
    index_title = _("What needs doing")
    enable_nav_sidebar = True

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the sections of SECTIONS with those models the person may see."""
        found = {
            f"{app['app_label']}.{model['object_name']}".lower(): model
            for app in self._build_app_dict(request, app_label).values()
            for model in app["models"]
        }
        sections = []
        for name, labels in SECTIONS:
            models = [found[label] for label in labels if label in found]
            if models:
                sections.append(
                    {
                        "name": name,
                        "app_label": labels[0].split(".")[0],
                        "app_url": "",
                        "has_module_perms": True,
                        "models": models,
                    }
                )
        return sections

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send to allauth's sign-in, which serves all three audiences."""
        return secure_admin_login(super().login)(request, extra_context)  # type: ignore[no-any-return]
