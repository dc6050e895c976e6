"""How the app meets training: as processes, `python -m training...`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from training.runs.log import last_words


def run(*arguments: str | Path, limit: float) -> str:
    """The output of `python -m ...`.

    Args:
        limit: seconds.

    Raises:
        ValueError: it failed, with its last words; or it took longer.
    """
    try:
        done = subprocess.run(
            command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(
            f"Expected this to take at most {limit:.0f} seconds, found that it takes longer; "
            "`python -m " + " ".join(map(str, arguments[:2])) + "` in a terminal has no limit."
        ) from None
    if done.returncode:
        raise ValueError(last_words(done.stderr))
    return done.stdout


def start(*arguments: str | Path) -> tuple[subprocess.Popen, Path]:
    """Start `python -m ...`, which outlives the app, and the file that gets its errors."""
    handle, errors = tempfile.mkstemp(prefix="atelier-", suffix=".log")
    with os.fdopen(handle, "wb") as log:
        process = subprocess.Popen(
            command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    return process, Path(errors)


def command(*arguments: str | Path) -> list[str]:
    """The command line of a module."""
    return [sys.executable, "-m", *map(str, arguments)]
