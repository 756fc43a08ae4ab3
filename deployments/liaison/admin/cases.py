"""Cases: the inbox, the page that shows the whole, and its buttons."""

from django.contrib import admin

from corps.adminkit.guarded import GuardedAdmin
from deployments.liaison.models import Case
from deployments.liaison.queries.cases import cases_visible_to
from deployments.liaison.rules.cases import can_keep_case


@admin.register(Case)
class CaseAdmin(GuardedAdmin[Case]):
    """Cases, each on a page with all that belongs to it."""

    visible_to = staticmethod(cases_visible_to)
    may_change = staticmethod(can_keep_case)
    list_display = ("reference", "subject", "state")
