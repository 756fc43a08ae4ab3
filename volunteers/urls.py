"""The portal's addresses about the volunteer."""

from django.urls import path

from volunteers.portal import account, availability, consents, record

app_name = "portal"
urlpatterns = [
    path("calendar/days/", availability.days, name="days"),
    path("calendar/weekly/", availability.weekly, name="weekly"),
    path("calendar/entries/", availability.entries, name="entries"),
    path("account/", account.account, name="account"),
    path("record/", record.record, name="record"),
    path("record/identity/", record.own_identity, name="own_identity"),
    path("account/consents/", consents.consents, name="consents"),
    path("account/language/", account.language, name="language"),
]
