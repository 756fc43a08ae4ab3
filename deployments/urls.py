"""The portal's addresses about work."""

from django.urls import URLPattern

app_name = "work"
urlpatterns: list[URLPattern] = []
