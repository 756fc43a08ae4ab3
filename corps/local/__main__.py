"""The commands behind the Makefile: `python -m corps.local run|test|bench|lint|manage`."""

import sys
from collections.abc import Sequence

from corps.local.address import chosen_address
from corps.local.checks import run_checks
from corps.local.commands import manage
from corps.local.errors import LocalError, StopRequested
from corps.local.state import Lock, State, state_folder
from corps.local.stopping import StopRequest
from corps.local.supervisor import Supervisor, tell_already_running
from corps.local.testing import INTERRUPTED, run_benchmarks, run_tests

USAGE = (
    "Usage: python -m corps.local run | test [pytest's arguments] | bench | lint | manage COMMAND …"
)


def main(arguments: Sequence[str]) -> int:
    """Carry out one command and return the exit code; what a person can mend ends in a sentence."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", ())
    try:
        return _carry_out(command, rest)
    except LocalError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"{error.strerror or error}{where}", file=sys.stderr)
    except StopRequested:
        return INTERRUPTED
    return 1


def _carry_out(command: str, arguments: Sequence[str]) -> int:
    state = State(state_folder())
    match command:
        case "run":
            return _run(state)
        case "lint":
            return run_checks()
        case "manage":
            return manage(state, arguments)
        case "test" | "bench":
            request = StopRequest()
            request.install()
            runner = run_tests if command == "test" else run_benchmarks
            return runner(state, arguments, request)
        case _:
            raise LocalError(USAGE)


def _run(state: State) -> int:
    address = chosen_address()
    request = StopRequest()
    request.install()
    if Lock(state).holder() is not None:
        return tell_already_running(state)
    state.prepare()
    return Supervisor(state, address, request).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
