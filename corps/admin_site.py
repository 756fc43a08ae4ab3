"""Our admin site: sections by job, allauth's sign-in in front, no model's raw pages."""

from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import NotRegistered
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.board import tiles_for
from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.errors import NotPermitted

SECTIONS = [
    (_("People"), ["volunteers.volunteer", "volunteers.vettingcase", "volunteers.importrun"]),
    (_("Work"), ["deployments.deployment", "deployments.slot", "deployments.assignment"]),
    (
        _("Outside"),
        [
            "liaison.case",
            "liaison.letter",
            "liaison.disclosure",
            "liaison.permit",
            "outbox.message",
            "agencies.agency",
            "agencies.contact",
            "agencies.partnerclient",
        ],
    ),
    (
        _("Materials"),
        ["materials.material", "materials.materialversion", "materials.delivery"],
    ),
    (_("Ledger"), ["audit.entry"]),
    (
        _("Catalogue"),
        [
            "volunteers.skill",
            "volunteers.language",
            "volunteers.consentterm",
            "deployments.role",
            "liaison.permitkind",
        ],
    ),
    (_("Second person"), ["accounts.twopersonact"]),
    (_("Accounts"), ["accounts.notice", "accounts.user", "accounts.desk"]),
]

LEFT_OUT = {"password_change", "password_change_done", "view_on_site"}
"""Django's pages that have a better place (allauth's password) or know no scope (view on site)."""


class CorpsAdminSite(AdminSite):
    """The admin: people by callsign, sections by job."""

    site_header = site_title = "Corps"
    index_title = _("What needs doing")
    index_template = "admin/corps/index.html"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody works in the admin at all: active staff, whatever the role."""
        user = request.user
        return isinstance(user, User) and user.is_active and user.is_staff

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return the view for staff; a volunteer who is signed in is told no, calmly, at once."""
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise NotPermitted
            return guarded(request, *args, **kwargs)

        return answer

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take doors of our own kind alone; those that packages bring know no scope."""
        if admin_class is not None and issubclass(admin_class, GuardedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Return Django's addresses without those of LEFT_OUT."""
        return [url for url in super().get_urls() if getattr(url, "name", "") not in LEFT_OUT]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the board of what needs doing, then the sections."""
        board = tiles_for(viewer_of(request))
        return super().index(request, {"board": board, **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer for fields that an admin of ours declares, to those who see that admin."""
        asked = (request.GET.get(key, "") for key in ("app_label", "model_name", "field_name"))
        if not self._completes(request, *asked):
            raise NotPermitted
        return super().autocomplete_view(request)

    def _completes(self, request: HttpRequest, app: str, model: str, field: str) -> bool:
        try:
            door = self.get_model_admin(apps.get_model(app, model))
        except (LookupError, ValueError, NotRegistered):
            return False
        return field in door.get_autocomplete_fields(request) and door.has_view_permission(request)

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
