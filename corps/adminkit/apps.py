"""Makes our site the admin's default."""

from django.contrib.admin.apps import AdminConfig


class CorpsAdminConfig(AdminConfig):
    """Django's admin, on our site."""

    default_site = "corps.admin_site.CorpsAdminSite"
