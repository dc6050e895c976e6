"""What tests call: modules as a person starts them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# one thread: sums over several depend on how many there are, in the last bit
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
TINY = ["--width", "8", "--critic-width", "8", "--batch-size", "8", "--device", "cpu"]


def run_module(
    *arguments: str | Path, check: bool = True, **options
) -> subprocess.CompletedProcess:
    """`python -m ...` from the root of the repo, with one thread a process."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        env=ENVIRONMENT,
        check=check,
        capture_output=True,
        text=True,
        timeout=300,
        **options,
    )
