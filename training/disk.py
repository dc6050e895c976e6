"""Room on the disk: a run that would fill it waits until there is some."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import torch

RESERVE = 200 * 2**20  # for samples, logs, and whatever else writes to the disk meanwhile
LOOK_SECONDS = 5.0  # between two looks
COPIES = 3  # two checkpoints and the one that is being written


def needed(networks: list[torch.nn.Module]) -> int:
    """Bytes that a run may still write at any time: checkpoints with weights, Adam's two moments
    and the average; and two exports."""
    weights = sum(
        tensor.numel() * tensor.element_size()
        for network in networks
        for tensor in network.state_dict().values()
    )
    return RESERVE + COPIES * 4 * weights + 2 * weights


def lacking(folder: Path, wanted: int) -> str:
    """What to say where the disk of a folder has less than the wanted bytes; empty where there is
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
