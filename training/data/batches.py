"""The order in which images are drawn, and batches of them.

Every random draw of an epoch follows from (run seed, images drawn so far), so neither the number of
workers nor prefetching changes a run, and a resumed run draws what the interrupted one would have
drawn.
"""

import signal
from collections.abc import Iterator
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

AnyBatch = TypeVar("AnyBatch", bound=tuple)


class TrainingData(Protocol):
    """A data set as the loop needs it.

    Attributes:
        warnings: what was skipped or enlarged, in words.
        look: size, colour and classes or domains in words.
    """

    name: str
    warnings: list[str]

    @property
    def look(self) -> str: ...

    def __len__(self) -> int: ...

    def __getitems__(self, draws: list[tuple[int, int]]) -> tuple:
        """A batch from (index, seed) pairs."""
        ...


class Order(Sampler[list[tuple[int, int]]]):
    """Endless batches of (index, seed): a new permutation each epoch, one seed for each image
    drawn.

    Position c of the whole run, over all processes, is image c mod N of the permutation of epoch c
    // N; batch b of process r takes the positions (b * processes + r) * batch_size onwards.
    """

    def __init__(
        self,
        length: int,
        batch_size: int,
        seed: int,
        drawn: int = 0,
        rank: int = 0,
        processes: int = 1,
    ) -> None:
        """
        Args:
            drawn: images that all processes together have drawn before, to go on from.
        """
        self.length, self.batch_size, self.seed = length, batch_size, seed
        self.drawn, self.rank, self.processes = drawn, rank, processes

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        position = self.drawn + self.rank * self.batch_size
        epoch, permutation = -1, np.empty(0, int)
        while True:
            draws = []
            for counter in range(position, position + self.batch_size):
                if counter // self.length != epoch:
                    epoch = counter // self.length
                    permutation = np.random.default_rng([self.seed, epoch]).permutation(self.length)
                draws.append(
                    (
                        int(permutation[counter % self.length]),
                        (self.seed * 1_000_003 + counter) % 2**31,
                    )
                )
            yield draws
            position += self.batch_size * self.processes


def batches(
    dataset: TrainingData, order: Order, workers: int, device: torch.device
) -> Iterator[Any]:
    """Batches on the device, endlessly: the named tuples of the data set's `__getitems__`.

    The loader has a random generator of its own: an iterator draws a seed when it is made, and
    taking it from the global one would make a resumed run differ.
    """
    loader = DataLoader(
        cast(Dataset, dataset),
        batch_sampler=order,
        num_workers=workers,
        collate_fn=as_it_is,
        worker_init_fn=leave_stopping_to_the_main_process,
        generator=torch.Generator().manual_seed(order.seed),
        pin_memory=device.type == "cuda",
        persistent_workers=workers > 0,
    )
    for batch in loader:
        yield type(batch)(
            *(None if part is None else part.to(device, non_blocking=True) for part in batch)
        )


def as_it_is(batch: AnyBatch) -> AnyBatch:
    """The data set makes whole batches itself."""
    return batch


def leave_stopping_to_the_main_process(_worker: int) -> None:
    """Ctrl-C reaches every process of a terminal; the run ends cleanly only if workers go on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
