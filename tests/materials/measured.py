"""Runs the command behind its first argument, a file, to which it adds the command's peak of
memory in KiB. Started by itself, so that the peak is the command's and not that of the tests."""

import os
import resource
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    kept, command = Path(sys.argv[1]), sys.argv[2:]
    code = subprocess.run(command, check=False).returncode
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with kept.open("a") as lines:
        lines.write(f"{peak}\n")
    os._exit(code if code >= 0 else 1)
