"""Times of a clip's frames as a format can have them."""

import math
import statistics
from itertools import accumulate, pairwise

JITTER = 0.25  # of the usual time of a frame, which a constant rate may smooth out
FASTEST = 20  # milliseconds


def constant_rate(durations: list[float]) -> tuple[float, list[int]]:
    """Frames a second of a constant rate, and how often each frame is shown at it; together they
    take as long as before.

    Times that differ by little from the usual one, as a camera's do, or from some times it, as
    where a camera dropped a frame, are taken for such. Of others it is the longest time that all
    are multiples of, or `FASTEST`, or the shortest one's.

    Args:
        durations: of the frames, in milliseconds.
    """
    usual = statistics.median(durations)
    repeats = [max(1, round(one / usual)) for one in durations]
    apart = max(abs(one - times * usual) for one, times in zip(durations, repeats, strict=True))
    if apart <= max(2, JITTER * usual):
        return 1000 * sum(repeats) / sum(durations), repeats
    step = min([max(FASTEST, math.gcd(*(round(one) for one in durations))), *durations])
    ends = [math.floor(end / step + 0.5) for end in accumulate(durations)]
    return 1000 / step, [later - end for end, later in pairwise([0, *ends])]


def kept_times(durations: list[float], unit: int, shortest: float) -> list[int]:
    """How long each frame is shown where times are multiples of a unit and none is shorter than
    some: 0 for a frame that is left out, so that the others come when they should.

    Args:
        durations: of the frames, in milliseconds, as are `unit` and `shortest`.
    """
    times, until = [], 0
    for end in accumulate(durations):
        time = unit * math.floor(end / unit + 0.5) - until
        times.append(time if time >= shortest else 0)
        until += times[-1]
    rest = unit * math.floor(sum(durations) / unit + 0.5) - until
    last = max((index for index, time in enumerate(times) if time), default=len(times) - 1)
    times[last] = max(times[last] + rest, unit * math.ceil(shortest / unit))
    return times
