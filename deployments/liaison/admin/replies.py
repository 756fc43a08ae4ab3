"""Replies, each on a page with what it says; reached from its case."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.looks import pill
from deployments.liaison.actions.replies import open_reply, read_reply_file
from deployments.liaison.admin.looks import OUTCOME_LOOKS, page_of
from deployments.liaison.admin.reply_steps import ATTACH
from deployments.liaison.models import Reply, ReplyAttachment
from deployments.liaison.queries.replies import replies_visible_to
from deployments.materials.inspection.findings import ending_of


@admin.register(Reply)
class ReplyAdmin(GuardedAdmin[Reply]):
    """What agencies answered."""

    visible_to = staticmethod(replies_visible_to)
    list_display = ("case", "agency", "outcome", "came_on")
    list_filter = ("outcome",)
    sortable_by = ("came_on",)
    ordering = ("-came_on", "pk")
    object_page = "admin/liaison/reply/page.html"
    buttons = (ATTACH,)

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, and where attachments are read."""
        own = path(
            "<uuid:reply>/attachments/<int:place>/",
            self.admin_site.admin_view(require_safe(self.attachment)),
            name="liaison_reply_attachment",
        )
        return [own, *super().get_urls()]

    def page_context(self, request: HttpRequest, obj: Reply) -> dict[str, Any]:
        """Return what a reply says; that it was read stands in the ledger."""
        content = open_reply(reply=obj, by=viewer_of(request), at=timezone.now())
        rows = obj.attachments.select_related("file")
        return {
            "outcome": pill(OUTCOME_LOOKS.get(obj.outcome, "is-attention"), _outcome(obj)),
            "text": content.text,
            "headers": content.headers,
            "files": [
                {"name": name, "row": row, "url": _url(obj, row)}
                for name, row in zip(content.names, rows, strict=True)
            ],
            "case_url": page_of(obj.case),
        }

    def attachment(self, request: HttpRequest, reply: Any, place: int) -> HttpResponse:
        """Hand out one attachment as a file to keep, never to be shown by the browser."""
        found = self.visible_or_404(request, str(reply))
        row = found.attachments.select_related("file__data_key").filter(place=place).first()
        if row is None:
            raise Http404
        row.reply = found
        name = f"{slugify(found.case.reference)}-{place + 1}{ending_of(row.file.media_type)}"
        content = read_reply_file(attachment=row, by=viewer_of(request), at=timezone.now())
        answer = HttpResponse(content, content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _outcome(reply: Reply) -> str:
    return str(reply.get_outcome_display())


def _url(reply: Reply, row: ReplyAttachment) -> str:
    return reverse("admin:liaison_reply_attachment", args=[reply.pk, row.place])
