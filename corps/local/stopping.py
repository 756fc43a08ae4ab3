"""Noticing that somebody wants Corps to stop, at any moment of its life."""

import os
import signal
import time
from pathlib import Path
from types import FrameType

from corps.local.errors import StopRequested

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STEP_SECONDS = 0.05


def _caught_by(pid: int) -> int:
    """Return the mask of the signals that process `pid` has handlers for; 0 where nothing tells."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:")), 0)


class StopRequest:
    """Remembers a wish to stop, from a signal or from `make` going away.

    Under `make` (CORPS_UNDER_MAKE=1) the parent is watched as well: a killed `make` leaves its
    recipe running, and one that got SIGINT alone waits for its recipe without passing the signal
    on. In the latter case it drops its handlers first, and that is what can be seen.
    """

    def __init__(self) -> None:
        self.requested = False
        self._parent = os.getppid() if os.environ.get("CORPS_UNDER_MAKE") == "1" else 0
        self._parent_catches = _caught_by(self._parent) if self._parent else 0

    def install(self) -> None:
        """Take the stop signals from now on; SIGHUP stays ignored where `nohup` ignored it."""
        for number in SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.requested = True

    def _parent_gave_up(self) -> bool:
        if not self._parent:
            return False
        if os.getppid() != self._parent:
            return True
        return self._parent_catches != 0 and _caught_by(self._parent) != self._parent_catches

    def check(self) -> None:
        """Raise StopRequested when a stop has been asked for."""
        if self.requested or self._parent_gave_up():
            self.requested = True
            raise StopRequested

    def pause(self, seconds: float) -> None:
        """Wait that long, or raise StopRequested as soon as a stop is asked for."""
        until = time.monotonic() + seconds
        while True:
            self.check()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, STEP_SECONDS))
