"""Each change that makes our training steps fast, undone in this process, for
`training.benchmark --changes` to tell what it brings."""

import os
from collections.abc import Callable
from types import ModuleType

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models import precision
from models.networks.layers import ResizeConvolution
from training import cyclegan
from training.engine import devices, optimisers
from training.tasks import adversarial


def without_bfloat16() -> None:
    """Compute in float32."""
    os.environ[precision.VARIABLE] = "0"


def without_shared_passes() -> None:
    """Call a network once for each batch."""

    def in_turn(network: nn.Module, *images: Tensor) -> tuple[Tensor, ...]:
        return tuple(network(batch) for batch in images)

    for module in (adversarial, cyclegan):
        replace(module, "together", in_turn)


def without_fused_adam() -> None:
    """Take Adam as PyTorch makes it unless told otherwise."""

    def adam(
        networks: dict[str, nn.Module], lr: float, betas: tuple[float, float]
    ) -> dict[str, torch.optim.Optimizer]:
        return {
            name: torch.optim.Adam(network.parameters(), lr, betas=betas)
            for name, network in networks.items()
        }

    replace(optimisers, "adam", adam)


def without_kept_memory() -> None:
    """Let glibc give what is freed back to the system."""
    replace(devices, "keep_memory", lambda: None)


def without_folded_resizing() -> None:
    """Enlarge images and then convolve them, in two calls."""

    def forward(layer: ResizeConvolution, x: Tensor) -> Tensor:
        large = F.pad(F.interpolate(x, scale_factor=2), (1, 1, 1, 1), mode="replicate")
        return F.conv2d(large, layer.weight.transpose(0, 1).flip(2, 3), layer.bias)

    replace(ResizeConvolution, "forward", forward)


def replace(place: ModuleType | type, name: str, function: Callable) -> None:
    """Put a function in the place of the one of that name, for the rest of this process."""
    if not hasattr(place, name):
        raise AttributeError(f"Expected {name} in {place.__name__}, found none.")
    setattr(place, name, function)


CHANGES: dict[str, Callable[[], None]] = {
    "bfloat16": without_bfloat16,
    "shared passes": without_shared_passes,
    "fused Adam": without_fused_adam,
    "kept memory": without_kept_memory,
    "folded resizing": without_folded_resizing,
}
