"""--dry-run: what a run would cost, from a few steps of it."""

import math
import os
import sys
import time
from pathlib import Path

import torch

from models.precision import bfloat16_in_words
from training.data.batches import Order, TrainingData, batches
from training.engine.game import Game, Iteration
from training.options import Options

DRY_STEPS = 5


def plan(game: Game, iteration: Iteration, dataset: TrainingData) -> list[str]:
    """Data, networks, memory and time of a run, in lines, after a few timed steps; nothing is
    written."""
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
    rows = {
        "data": f"{dataset.name}: {len(dataset):,} images, {dataset.look}",
        **{name: f"{parameters(network):,} parameters" for name, network in game.networks.items()},
        "memory": f"{peak_memory() / 2**20:,.0f} MB at the peak",
        "device": f"{accelerator.device}, {accelerator.mixed_precision} mixed precision, "
        f"{accelerator.num_processes} process(es); {bfloat16_in_words(accelerator.device.type)}",
        "time": time_words(options, len(dataset), step, images),
    }
    warnings = [f"{'warning':11} {warning}" for warning in dataset.warnings]
    return [*(f"{name:11} {text}" for name, text in rows.items()), *warnings]


def time_words(options: Options, length: int, seconds: float, images: float) -> str:
    """How long a run takes, or what it comes to in the minutes that it has.

    Args:
        length: images of an epoch.
        seconds, images: of a step.
    """
    speed = f"steps of {seconds * 1000:.0f} ms, {images / seconds:,.0f} images a second"
    if options.minutes:
        seen = round(60 * options.minutes / seconds * images)
        epochs = seen / length
        return f"{options.minutes:g} minutes: about {seen:,} images, {epochs:.1f} epochs; {speed}"
    epochs = options.n_epochs + options.n_epochs_decay
    steps = math.ceil(epochs * length / images)
    return f"about {steps * seconds / 60:,.0f} minutes for {epochs} epochs: {steps:,} {speed}"


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
