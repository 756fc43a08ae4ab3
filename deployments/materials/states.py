"""What may follow what: a version of a material, and its delivery to an agency."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from corps.workflow.tables import Move, State, StateTable

VERSION = StateTable(
    name="version",
    label=_("Version of a material"),
    initial="draft",
    states={
        "draft": State(_("Draft"), owner="editor"),
        "in_review": State(_("In review"), owner="approver"),
        "approved": State(_("Approved"), owner="editor"),
        "rejected": State(_("Rejected")),
        "retired": State(_("Retired")),
    },
    moves={
        "submit": Move(("draft",), "in_review", "version.submitted", _("Submit for review")),
        "approve": Move(("in_review",), "approved", "version.approved", _("Approve")),
        "reject": Move(("in_review",), "rejected", "version.rejected", _("Reject"), reason=True),
        "retire": Move(("approved",), "retired", "version.retired", _("Retire"), reason=True),
    },
)

DELIVERY = StateTable(
    name="delivery",
    label=_("Delivery"),
    initial="prepared",
    states={
        "prepared": State(_("Prepared"), owner="liaison officer"),
        "handed_over": State(_("Handed over"), owner="agency"),
        "acknowledged": State(_("Acknowledged")),
        "failed": State(pgettext_lazy("delivery", "Failed")),
    },
    moves={
        "hand_over": Move(("prepared",), "handed_over", "delivery.handed_over", _("Hand over")),
        "acknowledge": Move(
            ("handed_over",), "acknowledged", "delivery.acknowledged", _("Enter the receipt")
        ),
        "fail": Move(
            ("prepared", "handed_over"), "failed", "delivery.failed", _("Give up"), reason=True
        ),
    },
)
