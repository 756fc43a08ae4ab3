"""The portal's addresses about work; its front page and calendar show work, so they are here."""

from django.urls import path

from deployments import portal
from deployments.liaison import portal as liaison

app_name = "work"
urlpatterns = [
    path("", portal.home, name="home"),
    path("calendar/", portal.calendar, name="calendar"),
    path("offers/", portal.offers, name="offers"),
    path("offers/places/", portal.places, name="places"),
    path("offers/<uuid:pk>/", portal.offer, name="offer"),
    path("offers/<uuid:pk>/withdraw/", portal.withdraw, name="withdraw"),
    path("record/told/", liaison.told, name="told"),
    path("account/leave/", portal.leave, name="leave"),
]
