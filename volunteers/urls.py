"""The portal's addresses about the volunteer."""

from django.urls import URLPattern

app_name = "portal"
urlpatterns: list[URLPattern] = []
