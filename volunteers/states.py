"""What may follow what: a volunteer's standing, a vetting case, the import of a workbook."""

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
        "release": Move(
            ("active", "paused"), "released", "standing.released", _("Release"), reason=True
        ),
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

IMPORT = StateTable(
    name="import",
    label=_("Import"),
    initial="waiting",
    states={
        "waiting": State(_("Waiting to be read"), owner="clock"),
        "reading": State(_("Being read"), owner="clock"),
        "preview": State(_("Ready to confirm"), owner="coordinator"),
        "confirmed": State(_("Waiting to be imported"), owner="clock"),
        "importing": State(_("Being imported"), owner="clock"),
        "done": State(_("Imported")),
        "failed": State(_("Not imported")),
        "discarded": State(_("Discarded")),
    },
    moves={
        "read": Move(("waiting",), "reading", "import.reading", _("Read")),
        "show": Move(("reading",), "preview", "import.previewed", _("Show")),
        "confirm": Move(("preview",), "confirmed", "import.confirmed", _("Import")),
        "begin": Move(("confirmed",), "importing", "import.begun", _("Begin")),
        "finish": Move(("importing",), "done", "import.done", _("Finish")),
        "fail": Move(
            ("waiting", "reading", "confirmed", "importing"),
            "failed",
            "import.failed",
            _("Give up"),
        ),
        "discard": Move(
            ("waiting", "reading", "preview"), "discarded", "import.discarded", _("Discard")
        ),
    },
)
