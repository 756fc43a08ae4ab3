"""What may follow what: a deployment, and an assignment."""

from django.utils.translation import gettext_lazy as _

from corps.workflow.tables import Move, State, StateTable

DEPLOYMENT = StateTable(
    name="deployment",
    label=_("Deployment"),
    initial="draft",
    states={
        "draft": State(_("Draft"), owner="coordinator"),
        "open": State(_("Open"), owner="coordinator"),
        "ready": State(_("Ready"), owner="coordinator"),
        "active": State(_("Active"), owner="coordinator"),
        "closed": State(_("Closed")),
        "cancelled": State(_("Cancelled")),
    },
    moves={
        "open": Move(("draft",), "open", "deployment.opened", _("Open for offers")),
        "make_ready": Move(("open",), "ready", "deployment.made_ready", _("Declare ready")),
        "start": Move(("ready",), "active", "deployment.started", _("Start")),
        "close": Move(("active",), "closed", "deployment.closed", _("Close")),
        "cancel": Move(
            ("draft", "open", "ready", "active"),
            "cancelled",
            "deployment.cancelled",
            _("Call off"),
            reason=True,
        ),
    },
)

ASSIGNMENT = StateTable(
    name="assignment",
    label=_("Assignment"),
    initial="proposed",
    states={
        "proposed": State(_("Proposed"), owner="coordinator"),
        "offered": State(_("Offered"), owner="volunteer"),
        "accepted": State(_("Accepted"), owner="coordinator"),
        "confirmed": State(_("Confirmed"), owner="coordinator"),
        "active": State(_("Active"), owner="volunteer"),
        "lost_contact": State(_("Lost contact"), owner="coordinator"),
        "completed": State(_("Completed")),
        "declined": State(_("Declined")),
        "expired": State(_("Expired")),
        "withdrawn": State(_("Withdrawn")),
        "cancelled": State(_("Cancelled")),
    },
    moves={
        "offer": Move(("proposed",), "offered", "assignment.offered", _("Offer")),
        "accept": Move(("offered",), "accepted", "assignment.accepted", _("Accept")),
        "decline": Move(("offered",), "declined", "assignment.declined", _("Decline")),
        "expire": Move(("offered",), "expired", "assignment.expired", _("Expire")),
        "confirm": Move(("accepted",), "confirmed", "assignment.confirmed", _("Confirm")),
        "activate": Move(("confirmed",), "active", "assignment.activated", _("Start")),
        "complete": Move(
            ("active", "lost_contact"), "completed", "assignment.completed", _("Complete")
        ),
        "lose_contact": Move(
            ("active",), "lost_contact", "assignment.contact_lost", _("Report lost contact")
        ),
        "regain_contact": Move(
            ("lost_contact",), "active", "assignment.contact_regained", _("Contact regained")
        ),
        "withdraw": Move(
            ("accepted", "confirmed", "active"),
            "withdrawn",
            "assignment.withdrawn",
            _("Withdraw"),
        ),
        "cancel": Move(
            ("proposed", "offered", "accepted", "confirmed", "active", "lost_contact"),
            "cancelled",
            "assignment.cancelled",
            _("Cancel the place"),
            reason=True,
        ),
    },
)

HOLDING = ("offered", "accepted", "confirmed", "active", "lost_contact")
"""The states that occupy the volunteer's calendar and the slot."""
