"""Where a partner's client receives a token: the paths under which allauth has it."""

from django.urls import path

from deployments.agencies.api import RevokeView, TokenView

urlpatterns = [
    path("token", TokenView.as_view(), name="token"),
    path("revoke", RevokeView.as_view(), name="revoke"),
]
