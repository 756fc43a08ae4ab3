"""Every address: the admin, the portal, the partner API, and the way in."""

from allauth.account import urls as account_urls
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from corps.accounts import portal as accounts
from corps.accounts.portal.sessions import sessions
from corps.edges import pages, reports

ACCOUNT_PAGES = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
    "account_change_password",
    "account_signup",
}
"""The pages of allauth that have an address; its others would take and keep e-mail addresses."""

urlpatterns = [
    path("", accounts.home, name="home"),
    path("join/<str:token>/", accounts.join, name="join"),
    path("language/", set_language, name="set_language"),
    path("reports/csp/", reports.csp, name="csp_report"),
    path(
        "account/", include([url for url in account_urls.urlpatterns if url.name in ACCOUNT_PAGES])
    ),
    path("account/sessions/", sessions, name="account_sessions"),
    path("admin/", admin.site.urls),
    path("portal/", include("volunteers.urls")),
    path("portal/", include("deployments.urls")),
    path("api/v1/", include("deployments.api_urls")),
    path("identity/o/api/", include("deployments.agencies.urls")),
]

handler400, handler403, handler404 = pages.bad_request, pages.not_permitted, pages.not_found
handler429, handler500 = pages.too_many, pages.failed
