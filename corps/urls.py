"""Every address: the admin, the portal, the partner API, and the way in."""

from allauth.account import urls as account_urls
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from corps.accounts import portal as accounts
from corps.accounts.portal import factors
from corps.accounts.portal.sessions import sessions
from corps.accounts.second_factor import proof_required
from corps.edges import pages, reports

ACCOUNT_PAGES = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_signup",
}
"""The pages of allauth that have an address as they are; its others would take and keep e-mail
addresses, or tell who has an account."""

FACTOR_PAGES = [
    path("", factors.index, name="mfa_index"),
    path("prove/", factors.prove, name="mfa_authenticate"),
    path("prove/code/", factors.prove_again_by_code, name="mfa_reauthenticate"),
    path("prove/passkey/", factors.prove_again_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("passkeys/add/", factors.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", factors.remove_passkey, name="mfa_remove_webauthn"),
    path("passkeys/sign-in/", factors.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("app/add/", factors.activate_app, name="mfa_activate_totp"),
    path("app/remove/", factors.deactivate_app, name="mfa_deactivate_totp"),
    path("codes/", factors.recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", factors.new_recovery_codes, name="mfa_generate_recovery_codes"),
]
"""allauth's names, so that it finds its way; no sign-up by passkey, no browser that is trusted."""

urlpatterns = [
    path("", accounts.home, name="home"),
    path("join/<str:token>/", accounts.join, name="join"),
    path("language/", set_language, name="set_language"),
    path("reports/csp/", reports.csp, name="csp_report"),
    path("account/second-factor/", include(FACTOR_PAGES)),
    path(
        "account/password/change/",
        proof_required(accounts.change_password),
        name="account_change_password",
    ),
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
