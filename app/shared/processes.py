"""Modules as processes, `python -m ...`: how the app meets training, and the export to ONNX."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from training.runs.log import last_words


@dataclass(frozen=True)
class Finished:
    """A process that has ended.

    Attributes:
        code: its exit code; None where it was ended at its limit.
        output, errors: all that it printed.
    """

    code: int | None
    output: str
    errors: str


def run(*arguments: str | Path, limit: int) -> str:
    """The output of `python -m ...`.

    Args:
        limit: seconds.

    Raises:
        ValueError: it failed, with its last words; or it took longer.
    """
    done = finish(*arguments, limit=limit)
    if done.code is None:
        by_hand = " ".join(map(str, arguments[:2]))
        raise ValueError(
            f"Expected this to take at most {limit} seconds, found that it takes longer; "
            f"`python -m {by_hand}` in a terminal has no limit."
        )
    if done.code:
        raise ValueError(last_words(done.errors))
    return done.output


def finish(
    *arguments: str | Path, limit: int, tell: Callable[[int], None] = lambda second: None
) -> Finished:
    """Run `python -m ...` to its end.

    Args:
        limit: seconds, after which it is ended.
        tell: is told each second how long it has taken.
    """
    process = subprocess.Popen(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    try:
        for second in range(limit):
            tell(second)
            with suppress(subprocess.TimeoutExpired):
                output, errors = process.communicate(timeout=1)
                return Finished(process.returncode, output, errors)
        return Finished(None, "", "")
    finally:
        process.kill()  # nothing where it has ended
        process.wait()


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
