"""The precision that networks compute in: bfloat16 where that is faster, else float32; and the
processor that does it."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch

VARIABLE = "ATELIER_BFLOAT16"
PRECISIONS = ("auto", "fp32", "bf16")
ROUNDS = 8  # of a measurement; the fastest counts, as other programs only make one slower
WORTH = 1.15  # times as fast, from which on a coarser precision is worth it


def has_bfloat16(device: str = "cpu") -> bool:
    """Whether a device computes faster in bfloat16 than in float32. For a processor this is
    measured, once in a process: some say that they have bfloat16 and compute it by float32.

    The environment variable ATELIER_BFLOAT16 answers in the hardware's place, 0 for no and 1 for
    yes: for a processor that says the wrong thing of itself, and to see what another one would do.
    PyTorch computes in bfloat16 without hardware too, slowly.

    Args:
        device: "cpu", or "cuda" for the first CUDA device.

    Raises:
        ValueError: the variable has another value.
    """
    said = os.environ.get(VARIABLE, "")
    if said not in ("", "0", "1"):
        raise ValueError(f"Expected {VARIABLE} to be 0 or 1, or not set, found {said!r}.")
    if said:
        return said == "1"
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    has_kernels = torch.backends.mkldnn.is_available()
    return has_kernels and torch.ops.mkldnn._is_mkldnn_bf16_supported() and faster_in_bfloat16()


@cache
def faster_in_bfloat16() -> bool:
    """Whether a convolution is at least `WORTH` times as fast in bfloat16 as in float32 here, on
    one thread: several would wait for each other where other programs are busy."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        seconds = seconds_by_precision()
    finally:
        torch.set_num_threads(threads)
    return seconds[torch.float] >= WORTH * seconds[torch.bfloat16]


def seconds_by_precision() -> dict[torch.dtype, float]:
    """The least time, in seconds, that one convolution takes in float32 and in bfloat16, which are
    measured in turn.

    Where other programs are busy the longer of the two is interrupted more often, so that it is
    this thread's own time that counts; Windows tells that in steps of 16 ms, too long for it."""
    clock = time.perf_counter if os.name == "nt" else time.thread_time
    pictures, weight = torch.ones(4, 64, 32, 32), torch.ones(64, 64, 3, 3)
    tensors = {kind: (pictures.to(kind), weight.to(kind)) for kind in (torch.float, torch.bfloat16)}
    seconds = dict.fromkeys(tensors, float("inf"))
    with torch.inference_mode():
        for _ in range(ROUNDS):
            for kind, (images, kernels) in tensors.items():
                started = clock()
                torch.nn.functional.conv2d(images, kernels, padding=1)
                seconds[kind] = min(seconds[kind], clock() - started)
    return seconds


def bfloat16_in_words(device: str = "cpu") -> str:
    """`has_bfloat16` for whoever reads a figure: what the default precision was there."""
    if has_bfloat16(device):
        return "bfloat16 in hardware"
    return "no bfloat16 in hardware: float32"


def processor_in_words() -> str:
    """The processor's name and how many threads compute, for whoever reads a time."""
    said = Path("/proc/cpuinfo")  # Linux's; elsewhere the standard library knows more
    lines = said.read_text(encoding="utf-8").splitlines() if said.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    threads = torch.get_num_threads()
    return f"{name}, {threads} thread{'s' if threads > 1 else ''}"


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Compute in bfloat16 or float32.

    Raises:
        ValueError: another name than those of `PRECISIONS`.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"Expected a precision, {', '.join(PRECISIONS)}, found {precision!r}.")
    half = precision == "bf16" or (precision == "auto" and has_bfloat16())
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        yield
