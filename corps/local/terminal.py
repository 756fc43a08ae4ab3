"""Speaking to the person at the terminal, who may have closed it."""

import os
import sys


def say(text: str) -> None:
    """Print a line at once; when nobody reads any more, go on silently."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
