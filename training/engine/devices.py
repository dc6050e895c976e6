"""Device, precision and processes of a training run."""

import ctypes
from contextlib import suppress

import torch
from accelerate import Accelerator

from models.precision import has_bfloat16
from training.options import Options

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # of malloc.h


def make_accelerator(options: Options) -> Accelerator:
    """Device, precision and processes, from the options and from `accelerate launch`."""
    precision = options.precision
    if precision == "auto":
        device = "cuda" if options.device != "cpu" and torch.cuda.is_available() else "cpu"
        precision = "bf16" if options.device != "mps" and has_bfloat16(device) else "fp32"
    if options.device == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "Expected a CUDA device for --device cuda, found none; take --device auto."
        )
    if options.device == "mps" and not torch.backends.mps.is_available():
        raise ValueError("Expected an Apple GPU for --device mps, found none; take --device auto.")
    keep_memory()
    return Accelerator(
        mixed_precision="no" if precision == "fp32" else precision, cpu=options.device == "cpu"
    )


def precision_of(accelerator: Accelerator) -> str:
    """The precision in which a run computes, as --precision names it."""
    return "fp32" if accelerator.mixed_precision == "no" else accelerator.mixed_precision


def keep_memory() -> None:
    """Let glibc keep what is freed instead of returning it to the system.

    Each step frees its gradients and activations and takes as much again; zeroed pages for that
    were 7 % of a step of pix2pix on two cores. Nothing happens where there is no glibc.
    """
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def mean_over_processes(accelerator: Accelerator, value: float) -> float:
    """The mean of what each process has; all of them must ask."""
    if accelerator.num_processes == 1:
        return value
    shared = torch.tensor([value], device=accelerator.device)
    return accelerator.reduce(shared, "mean").item()
