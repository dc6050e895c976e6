"""--dry-run: what a run would cost, from a few steps of it."""

import math
import os
import sys
import time
from pathlib import Path

import torch
from torch.utils.data import Dataset

from training.data.batches import Order, batches
from training.engine.game import Game, Iteration

DRY_STEPS = 5


def plan(game: Game, iteration: Iteration, dataset: Dataset) -> list[str]:
    """What a run would be, in lines, after a few timed steps; nothing is written."""
    options, accelerator = game.options, game.accelerator
    order = Order(len(dataset), options.batch_size, options.seed)
    stream = game.counted(batches(dataset, order, options.workers, accelerator.device))
    game.progress.warm_up = 0  # time both players
    iteration(game, stream)
    began, seen = time.monotonic(), game.progress.images_seen
    for _ in range(DRY_STEPS):
        iteration(game, stream)
    step = (time.monotonic() - began) / DRY_STEPS
    images = (game.progress.images_seen - seen) / DRY_STEPS
    epochs = options.n_epochs + options.n_epochs_decay
    steps = math.ceil(epochs * len(dataset) / images)
    rows = {
        "data": f"{dataset.name}: {len(dataset):,} images, {dataset.look}",
        **{name: f"{parameters(network):,} parameters" for name, network in game.networks.items()},
        "memory": f"{peak_memory() / 2**20:,.0f} MB at the peak",
        "device": f"{accelerator.device}, {accelerator.mixed_precision} mixed precision, "
        f"{accelerator.num_processes} process(es)",
        "time": f"about {steps * step / 60:,.0f} minutes for {epochs} epochs: {steps:,} steps of "
        f"{step * 1000:.0f} ms, {images / step:,.0f} images a second",
    }
    warnings = [f"{'warning':11} {warning}" for warning in dataset.warnings]
    return [*(f"{name:11} {text}" for name, text in rows.items()), *warnings]


def parameters(network: torch.nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(parameter.numel() for parameter in network.parameters())


def peak_memory() -> int:
    """Bytes used at the peak, on the GPU where there is one, else by the process."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    if os.name == "nt":
        return 0
    status = Path("/proc/self/status")
    if status.is_file():  # a new process inherits the maximum of getrusage from its parent
        high = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(high.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
