"""Damaged files as Hypothesis draws them, and the bounds that whoever reads them keeps."""

import faulthandler
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

MOST_MEMORY = 2 * 2**30
HANG = 300  # seconds, after which the process ends and says where it was
SLOW = 30  # seconds of the processor's that one file may take
EXAMPLES = 60  # of a short run
BATCH = 500  # examples of a long run between two looks at the clock
NUMBERS = [b"\0", b"\1", b"\x7f", b"\x80", b"\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff" * 8]


@st.composite
def damaged(draw: st.DrawFn, whole: Sequence[bytes]) -> bytes:
    """One of some files with up to five of: a byte changed, a number overwritten, a part cut out,
    doubled or replaced by that of another file, the end lost."""
    data = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(1, 64))
        match draw(st.integers(0, 6)):
            case 0:
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 1:
                number = draw(st.sampled_from(NUMBERS))
                data[at : at + len(number)] = number
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length] * draw(st.integers(1, 4))
            case 4:
                data[at:at] = draw(st.binary(max_size=16))
            case 5:
                other = draw(st.sampled_from(whole))
                start = draw(st.integers(0, len(other)))
                data[at : at + length] = other[start : start + length]
            case _:
                del data[at:]
    return bytes(data)


@st.composite
def changed(draw: st.DrawFn, whole: Any, others: st.SearchStrategy) -> Any:
    """A value of JSON in which one to three parts, at any depth, are gone or have another value."""
    value = [whole]
    for _ in range(draw(st.integers(1, 3))):
        value = [change(draw, value[0], others)]
    return value[0]


def change(draw: st.DrawFn, value: Any, others: st.SearchStrategy) -> Any:
    """A value with one part changed."""
    if not isinstance(value, dict | list) or not value or not draw(st.integers(0, 20)):
        return draw(others)
    key = draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
    new = dict(value) if isinstance(value, dict) else list(value)
    if not draw(st.integers(0, 5)):
        del new[key]
    else:
        new[key] = change(draw, value[key], others)
    return new


def hold(strategy: st.SearchStrategy, promise: Callable[[Any], None], minutes: float) -> None:
    """Hold a promise for what a strategy draws: some examples, or as many as fit the minutes; no
    example takes more of the processor's time than `SLOW`, and none makes the process larger by
    `MOST_MEMORY`."""

    def one(example: Any) -> None:
        faulthandler.dump_traceback_later(HANG, exit=True, file=sys.__stderr__)
        began = time.process_time()  # beside other work the clock goes on without this process
        promise(example)
        assert time.process_time() - began < SLOW
        faulthandler.cancel_dump_traceback_later()

    limits = settings(
        max_examples=BATCH if minutes else EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    ends, turns, before = time.monotonic() + 60 * minutes, 0, memory()
    while not turns or time.monotonic() < ends:
        seed(turns)(limits(given(strategy)(one)))()
        turns += 1
    assert memory(peak=True) - before < MOST_MEMORY
    if minutes:
        print(f"{turns * BATCH:,} examples in {minutes:g} minutes")


def memory(peak: bool = False) -> int:
    """Bytes that this process holds now, or held at most since it was last asked for that."""
    if not peak:
        Path("/proc/self/clear_refs").write_text("5")  # forgets the peak
    name = "VmHWM" if peak else "VmRSS"
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith(name)))


def refusal(kind: type[Exception], call: Callable[[], Any]) -> Any:
    """What a call gives, or None where it refuses in one sentence."""
    try:
        return call()
    except kind as error:
        words = str(error)
        assert words and "\n" not in words and "Traceback" not in words, words
        assert len(words) < 1500, words
        return None
