"""What a pass through a translating network needs: sides that fit, a seed, and train mode."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.nn import functional as F

from models import tiles
from models.sampler import check_seed


def pad_to(images: Tensor, multiple: int, smallest: int) -> Tensor:
    """Pad right and below by reflection, to multiples of `multiple` of at least `smallest`.

    An image may be smaller than its padding: it is then reflected again and again.
    """
    for axis in (2, 3):
        wanted = max(smallest, -(-images.shape[axis] // multiple) * multiple)
        while (side := images.shape[axis]) < wanted:
            more = min(wanted - side, max(1, side - 1))
            pad = (0, 0, 0, more) if axis == 2 else (0, more, 0, 0)
            images = F.pad(images, pad, mode="reflect" if side > 1 else "replicate")
    return images


@contextmanager
def drawing_from(seed: int) -> Iterator[None]:
    """Draw random numbers from a seed; afterwards torch's stream goes on where it was.

    Raises:
        ValueError: a seed out of range.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(check_seed(seed))
        yield


def in_train_mode(network: tiles.Network) -> tiles.Network:
    """A copy in train mode that shares the weights; the running statistics, which train mode
    changes, are its own."""
    shared = {id(weight): weight for weight in network.parameters()}
    return copy.deepcopy(network, shared).train()
