"""What a person sees once Corps is ready: who can sign in, or how to become the first who can."""

from corps.local.state import State

KINDS = {"staff": "Staff", "volunteer": "Volunteers", "client": "Partner clients"}
FIRST_ADMINISTRATOR = (
    "Nobody can sign in to an empty installation yet. Make the first administrator with this, in\n"
    "another terminal:\n"
    '  make manage ARGS="first_admin"'
)

FIRST_SIGN_IN = (
    "Staff add a passkey, or an authenticator app, when they first sign in at the address above.\n"
    "To look around without: CORPS_REQUIRE_MFA=0 make run"
)


def welcome(state: State) -> str:
    """Return who the demo lets in, never with a password; or how to begin without a demo."""
    try:
        lines = state.demo_accounts.read_text(encoding="utf-8").splitlines()
    except OSError:
        return FIRST_ADMINISTRATOR
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    kinds = dict.fromkeys(row[0] for row in rows)
    told = [
        f"  {KINDS.get(kind, kind)}: {', '.join(_who(row) for row in rows if row[0] == kind)}"
        for kind in kinds
    ]
    passwords = f"Their passwords are in {state.demo_accounts}"
    return "\n".join(["Who can sign in:", *told, passwords, FIRST_SIGN_IN])


def _who(row: list[str]) -> str:
    """Return a name with its role or agency, unless that only repeats the name or the kind."""
    kind, name, role = row[0], row[1], row[3] if len(row) > 3 else ""
    return f"{name} ({role})" if role not in {"", kind, name} else name
