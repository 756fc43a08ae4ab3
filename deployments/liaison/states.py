"""What may follow what: a case, a letter, a permit."""

from django.utils.translation import gettext_lazy as _

from corps.workflow.tables import Move, State, StateTable

CASE = StateTable(
    name="case",
    label=_("Case"),
    initial="open",
    states={
        "open": State(_("Open"), owner="liaison officer"),
        "drafting": State(_("Letter being written"), owner="liaison officer"),
        "in_review": State(_("Letter in review"), owner="approver"),
        "sent": State(_("Sent"), owner="agency"),
        "acknowledged": State(_("Acknowledged"), owner="agency"),
        "referred": State(_("Referred"), owner="agency"),
        "answered": State(_("Answered"), owner="liaison officer"),
        "closed": State(_("Closed")),
    },
    moves={
        "draft": Move(("open", "answered"), "drafting", "case.drafting", _("Write a letter")),
        "submit": Move(("drafting",), "in_review", "case.submitted", _("Submit for approval")),
        "return": Move(("in_review",), "drafting", "case.returned", _("Return to the author")),
        "send": Move(("in_review", "sent"), "sent", "case.sent", _("Send")),
        "acknowledge": Move(
            ("sent", "referred"), "acknowledged", "case.acknowledged", _("Enter the receipt")
        ),
        "refer": Move(
            ("sent", "acknowledged", "referred"), "referred", "case.referred", _("Enter a referral")
        ),
        "answer": Move(
            ("sent", "acknowledged", "referred"), "answered", "case.answered", _("Enter the answer")
        ),
        "close": Move(
            ("open", "drafting", "sent", "answered"),
            "closed",
            "case.closed",
            _("Close"),
            reason=True,
        ),
    },
)

WITH_AN_AGENCY = ("sent", "acknowledged", "referred")
"""The states in which an agency holds the case, and the clock may find it overdue."""

LETTER = StateTable(
    name="letter",
    label=_("Letter"),
    initial="draft",
    states={
        "draft": State(_("Draft"), owner="author"),
        "submitted": State(_("Submitted"), owner="approver"),
        "returned": State(_("Returned"), owner="author"),
        "approved": State(_("Approved"), owner="liaison officer"),
        "sent": State(_("Sent"), owner="agency"),
        "acknowledged": State(_("Acknowledged")),
        "bounced": State(_("Came back"), owner="liaison officer"),
        "discarded": State(_("Discarded")),
    },
    moves={
        "submit": Move(("draft",), "submitted", "letter.submitted", _("Submit for approval")),
        "return": Move(("submitted",), "returned", "letter.returned", _("Return"), reason=True),
        "take_up": Move(("returned",), "draft", "letter.taken_up", _("Go on writing")),
        "approve": Move(("submitted",), "approved", "letter.approved", _("Approve")),
        "send": Move(("approved", "bounced"), "sent", "letter.sent", _("Send")),
        "acknowledge": Move(
            ("sent",), "acknowledged", "letter.acknowledged", _("Enter the receipt")
        ),
        "bounce": Move(("sent",), "bounced", "letter.bounced", _("Enter that it came back")),
        "discard": Move(
            ("draft", "returned", "approved"),
            "discarded",
            "letter.discarded",
            _("Discard"),
            reason=True,
        ),
    },
)

PERMIT = StateTable(
    name="permit",
    label=_("Permit"),
    initial="needed",
    states={
        "needed": State(_("Needed"), owner="liaison officer"),
        "applied": State(_("Applied for"), owner="agency"),
        "granted": State(_("Granted"), owner="clock"),
        "refused": State(_("Refused"), owner="liaison officer"),
        "lapsed": State(_("Lapsed"), owner="liaison officer"),
    },
    moves={
        "apply": Move(("needed", "refused", "lapsed"), "applied", "permit.applied", _("Apply")),
        "grant": Move(("applied",), "granted", "permit.granted", _("Enter as granted")),
        "refuse": Move(("applied",), "refused", "permit.refused", _("Enter as refused")),
        "put_back": Move(("applied",), "needed", "permit.put_back", _("Put back as needed")),
        "lapse": Move(("granted",), "lapsed", "permit.lapsed", _("Let lapse")),
    },
)
