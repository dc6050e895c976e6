"""Differentiable augmentation: a critic that few images cannot teach by heart (Zhao 2020)."""

import torch
from torch import Tensor, nn


class DifferentiableAugmentation(nn.Module):
    """The same kinds of random changes on all that the critic sees, real or generated, with
    gradients (DiffAugment, Zhao 2020).

    Shapes: (N, C, H, W) in [-1, 1] -> the same.

    Args:
        policy: names of `POLICIES`, with commas between.
        channels: of the images; saturation is left out where it is not 3.
    """

    def __init__(self, policy: str, channels: int):
        super().__init__()
        names = policy.split(",")
        if unknown := [name for name in names if name not in POLICIES]:
            raise ValueError(
                f"Expected --diff-augment to name {', '.join(POLICIES)}, found {unknown[0]!r}."
            )
        parts = [part for name in names for part in POLICIES[name](channels)]
        self.parts = nn.Sequential(*parts)

    def forward(self, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, enabled=False):
            return self.parts(images.float().add(1).div(2)).mul(2).sub(1)


def colour(channels: int) -> list[nn.Module]:
    """Brightness, saturation and contrast."""
    from kornia import augmentation as kornia  # takes a second to import

    parts: list[nn.Module] = [
        kornia.RandomBrightness((0.5, 1.5), p=1.0),
        kornia.RandomContrast((0.5, 1.5), p=1.0),
    ]
    if channels == 3:
        parts.insert(1, kornia.RandomSaturation((0.0, 2.0), p=1.0))
    return parts


def translation(_channels: int) -> list[nn.Module]:
    """Shifts of up to an eighth of the side."""
    from kornia import augmentation as kornia

    return [kornia.RandomAffine(0.0, translate=(0.125, 0.125), p=1.0)]


def cutout(_channels: int) -> list[nn.Module]:
    """A square of half the side, erased."""
    from kornia import augmentation as kornia

    return [kornia.RandomErasing((0.25, 0.25), (1.0, 1.0), p=1.0)]


POLICIES = {"color": colour, "translation": translation, "cutout": cutout}
