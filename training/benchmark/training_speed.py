"""Our training step in turn with the reference's, each in a process of its own."""

import multiprocessing
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from torch import nn

from training import cyclegan, pix2pix
from training.benchmark.ablations import CHANGES
from training.benchmark.cases import Case, prepare
from training.benchmark.reference_steps import ReferenceCycleGAN, ReferencePix2pix
from training.benchmark.timing import compare_in_turn
from training.data.paired.paired_images import PairBatch
from training.data.unpaired.unpaired_images import UnpairedBatch
from training.engine.devices import make_accelerator
from training.engine.game import AVERAGE_EVERY
from training.tasks import translators

REST = 0.3  # seconds
process: dict[str, Any] = {}  # the step and the batch of a process that takes steps


class OurStep:
    """Our iteration, and its average apart, for it is not due in every step."""

    def __init__(
        self,
        case: Case,
        options: pix2pix.Options | cyclegan.Options,
        networks: dict[str, nn.Module],
    ):
        self.iteration = case.module.iteration
        self.game = translators.make_game(options, make_accelerator(options), networks)
        if isinstance(options, cyclegan.Options):
            cyclegan.keep_pools(self.game)

    def step(self, batch: PairBatch | UnpairedBatch) -> None:
        self.iteration(self.game, iter([batch]))
        self.game.progress.images_seen += len(batch[0])

    def seconds_of_average(self) -> float:
        """The share of the average in a step."""
        seconds = []
        for _ in range(5):
            began = time.monotonic()
            self.game.average()
            seconds.append(time.monotonic() - began)
        return statistics.median(seconds) / AVERAGE_EVERY


def training_speed(case: Case, rounds: int, change: str | None = None) -> dict[str, float]:
    """Median seconds of a plain step and of ours, taken in turn in two processes, and how often
    ours fits in.

    Args:
        change: of `CHANGES`; our own step without it then stands in the place of a plain one.
    """
    fresh = multiprocessing.get_context("spawn")
    name = "without" if change else "plain"
    begin = partial(begin_without, change, case) if change else partial(begin_plain, case)
    with (
        ProcessPoolExecutor(1, fresh, begin) as other,
        ProcessPoolExecutor(1, fresh, begin_ours, (case,)) as ours,
    ):
        pools = {name: other, "ours": ours}
        steps = {key: partial(step_in, pool) for key, pool in pools.items()}
        found = compare_in_turn(steps, rounds)
        for key in ("ours", "without") if change else ("ours",):
            found[key] += pools[key].submit(seconds_of_average).result()
    return {**found, "times as fast": found[name] / found["ours"]}


def begin_plain(case: Case) -> None:
    """Make this process one that takes plain steps."""
    ready = prepare(case)
    step: ReferencePix2pix | ReferenceCycleGAN
    if isinstance(ready.options, cyclegan.Options):
        step = ReferenceCycleGAN(ready.options, ready.networks())
    else:
        step = ReferencePix2pix(ready.options, ready.networks())
    process.update(step=step, batch=ready.batch)


def begin_ours(case: Case) -> None:
    """Make this process one that takes our steps."""
    ready = prepare(case)
    process.update(step=OurStep(case, ready.options, ready.networks()), batch=ready.batch)


def begin_without(change: str, case: Case) -> None:
    """Make this process one that takes our steps without a change."""
    CHANGES[change]()
    begin_ours(case)


def step_in(pool: ProcessPoolExecutor) -> float:
    """Seconds of a step in the process of a pool."""
    return pool.submit(timed_step).result()


def timed_step() -> float:
    """Seconds of a step of this process."""
    time.sleep(REST)  # until the threads of the other process sleep
    began = time.monotonic()
    process["step"].step(process["batch"])
    return time.monotonic() - began


def seconds_of_average() -> float:
    """The share of the average in a step of this process."""
    return process["step"].seconds_of_average()
