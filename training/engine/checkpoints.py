"""Checkpoints: the full state of a run, written whole or not at all.

A checkpoint is written beside its final name and renamed when it is complete and on the disk, so a
process killed at any moment leaves the last complete one to resume from.
"""

import os
import re
import shutil
from pathlib import Path

from accelerate import Accelerator
from torch import nn

KEEP = 2
RESERVE = 200 * 2**20  # bytes for samples, logs, and whatever else writes to the disk meanwhile


def save(accelerator: Accelerator, folder: Path, step: int) -> None:
    """Write checkpoints/<step>: networks, optimisers, random generators and what else is
    registered."""
    partial, final = folder / f"{step:08d}.tmp", folder / f"{step:08d}"
    if accelerator.is_main_process:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
    accelerator.wait_for_everyone()
    accelerator.save_state(str(partial))
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        for file in partial.iterdir():
            flush_to_disk(file)
        shutil.rmtree(final, ignore_errors=True)
        partial.replace(final)
        flush_to_disk(folder)
        for old in complete(folder)[:-KEEP]:
            shutil.rmtree(old, ignore_errors=True)
    accelerator.wait_for_everyone()


def flush_to_disk(path: Path) -> None:
    """fsync a file or a folder, so that a rename cannot overtake the data it names."""
    if os.name == "nt":  # which opens no folders and syncs no file opened for reading
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def complete(folder: Path) -> list[Path]:
    """The complete checkpoints, oldest first; what a killed process left half written is not
    among them."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if re.fullmatch(r"\d{8}", path.name))


def load_last(accelerator: Accelerator, folder: Path) -> Path | None:
    """Load the last complete checkpoint into everything that is registered; None where there is
    none."""
    found = complete(folder)
    if not found:
        return None
    accelerator.load_state(str(found[-1]))
    return found[-1]


def bytes_needed(networks: list[nn.Module]) -> int:
    """Bytes that a run may still write at any time: checkpoints with weights, Adam's two moments
    and the average; and two exports."""
    weights = sum(
        tensor.numel() * tensor.element_size()
        for network in networks
        for tensor in network.state_dict().values()
    )
    return RESERVE + (KEEP + 1) * 4 * weights + 2 * weights
