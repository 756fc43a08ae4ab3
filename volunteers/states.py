"""What may follow what: a volunteer's standing, and a vetting case."""

from django.utils.translation import gettext_lazy as _

from corps.workflow.tables import Move, State, StateTable

STANDING = StateTable(
    name="standing",
    label=_("Standing"),
    field="standing",
    initial="applicant",
    states={
        "applicant": State(_("Applicant"), owner="coordinator"),
        "active": State(_("Active"), owner="volunteer"),
        "paused": State(_("Paused"), owner="volunteer"),
        "released": State(_("Released")),
        "withdrawn": State(_("Withdrawn"), owner="volunteer"),
    },
    moves={
        "admit": Move(("applicant",), "active", "standing.admitted", _("Admit")),
        "pause": Move(("active",), "paused", "standing.paused", _("Pause")),
        "resume": Move(("paused",), "active", "standing.resumed", _("Resume")),
        "release": Move(("active", "paused"), "released", "standing.released", _("Release"), reason=True),
        "withdraw": Move(
            ("applicant", "active", "paused", "released"),
            "withdrawn",
            "standing.withdrawn",
            _("Withdraw"),
        ),
        "return": Move(("withdrawn",), "active", "standing.returned", _("Return")),
    },
)

VETTING = StateTable(
    name="vetting",
    label=_("Vetting case"),
    initial="open",
    states={
        "open": State(_("Open"), owner="vetting officer"),
        "checks": State(_("Checks under way"), owner="vetting officer"),
        "recommended": State(_("Recommended"), owner="approver"),
        "cleared": State(_("Cleared"), owner="clock"),
        "refused": State(_("Refused")),
        "lapsed": State(_("Lapsed")),
        "revoked": State(_("Revoked")),
    },
    moves={
        "check": Move(("open",), "checks", "vetting.checks_begun", _("Begin the checks")),
        "recommend": Move(("checks",), "recommended", "vetting.recommended", _("Recommend")),
        "clear": Move(("recommended",), "cleared", "vetting.cleared", _("Clear")),
        "refuse": Move(("recommended",), "refused", "vetting.refused", _("Refuse"), reason=True),
        "lapse": Move(("cleared",), "lapsed", "vetting.lapsed", _("Lapse")),
        "revoke": Move(("cleared",), "revoked", "vetting.revoked", _("Revoke"), reason=True),
    },
)
