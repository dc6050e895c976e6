"""Room on the disk: a run that would fill it waits until there is some."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

LOOK_SECONDS = 5.0  # between two looks


def lacking(folder: Path, wanted: int) -> str:
    """A sentence where the disk of a folder has less than the wanted bytes; empty where there is
    enough."""
    free = shutil.disk_usage(folder).free
    if free >= wanted:
        return ""
    return (
        f"Expected {wanted / 2**30:.1f} GB free on the disk for checkpoints, found "
        f"{free / 2**30:.1f} GB; the run waits and goes on as soon as there is room."
    )


def wait(
    folder: Path, wanted: int, stopped: Callable[[], bool], tell: Callable[[str], None]
) -> None:
    """Wait until there is room, or someone asks to stop; `tell` hears what is lacking at each
    look."""
    while (words := lacking(folder, wanted)) and not stopped():
        tell(words)
        time.sleep(LOOK_SECONDS)
