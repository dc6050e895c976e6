"""What tests call: modules as a person starts them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TINY = ["--width", "8", "--critic-width", "8", "--batch-size", "8", "--device", "cpu"]


def run_module(
    *arguments: str | Path, check: bool = True, **options
) -> subprocess.CompletedProcess:
    """`python -m ...` from the root of the repo, with one thread a process."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        check=check,
        capture_output=True,
        text=True,
        timeout=300,
        **options,
    )
