"""The portal's addresses about the volunteer."""

from django.urls import path

from volunteers.portal import account, availability

app_name = "portal"
urlpatterns = [
    path("calendar/days/", availability.days, name="days"),
    path("calendar/weekly/", availability.weekly, name="weekly"),
    path("calendar/entries/", availability.entries, name="entries"),
    path("account/", account.account, name="account"),
    path("account/language/", account.language, name="language"),
]
