"""Every address: the admin, the portal, the partner API, and the way in."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from corps.accounts import portal as accounts

urlpatterns = [
    path("", accounts.home, name="home"),
    path("join/<str:token>/", accounts.join, name="join"),
    path("language/", set_language, name="set_language"),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("portal/", include("volunteers.urls")),
    path("portal/", include("deployments.urls")),
    path("api/v1/", include("deployments.api_urls")),
    path("identity/o/api/", include("deployments.agencies.urls")),
]
