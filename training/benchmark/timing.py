"""Seconds of calls that are taken in turn."""

import statistics
import time
from collections.abc import Callable, Mapping

SECONDS = 30.0  # for a comparison, once there are three rounds


def compare_in_turn(steps: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of both, taken in turn, and how many times as fast the second is.

    Args:
        steps: what gives the seconds that it took, by name.
    """
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    began = time.monotonic()
    for round_ in range(rounds + 1):  # the first one warms up
        if round_ > 3 and time.monotonic() - began > SECONDS:
            break
        for name, step in steps.items():
            took = step()
            if round_:
                seconds[name].append(took)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    plain, ours = medians.values()
    return {**medians, "times as fast": plain / ours}


def timed(step: Callable[[], object]) -> float:
    """Seconds of a call."""
    began = time.monotonic()
    step()
    return time.monotonic() - began
