"""From an image back to the noise that a generator draws something like it from.

The encoder guesses z and the class in one pass (Goodfellow et al. 2014, section 7), then gradient
descent on z alone brings the generated image nearer to the given one.
"""

import math
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor, nn

STEPS = 80  # of gradient descent on z: about a third of a second for a digit on one core
RATE = 0.2  # Adam's, on z, at the first step; it falls to zero on a cosine
FARTHEST = 1.15  # times sqrt(dim), where nearly all of N(0, 1) lies: farther away G was not trained


@dataclass(frozen=True)
class Twin:
    """The generated image that is nearest to a given one.

    Attributes:
        image: PIL, mode L or RGB.
        noise: its z, (1, noise_dim), float32, before truncation.
        label: its class index, None where there are no classes.
        error: mean |twin - given| over pixels and channels, both in [0, 1].
    """

    image: Image.Image
    noise: Tensor
    label: int | None
    error: float


def guess(encoder: nn.Module, images: Tensor) -> tuple[Tensor, Tensor | None]:
    """z (N, noise_dim) and classes (N,), or None without classes, of images (N, C, H, W) in
    [-1, 1]."""
    with torch.no_grad():
        noise, logits = encoder(images)
    return near(noise), logits.argmax(1) if logits.shape[1] else None


def near(noise: Tensor) -> Tensor:
    """z, shortened to `FARTHEST` sqrt(dim) where it is longer."""
    longest = FARTHEST * math.sqrt(noise.shape[1])
    return noise * (longest / noise.norm(dim=1, keepdim=True).clamp(min=longest))


def refine(
    generator: nn.Module, images: Tensor, noise: Tensor, labels: Tensor | None, steps: int = STEPS
) -> Tensor:
    """z that is better by descent: argmin_z mean (G(z) - x)^2 from z on, with Adam (Kingma 2015).

    The images do not influence each other, and an image keeps the best of the z that it went
    through, so no error grows.

    Args:
        generator: with frozen weights, in evaluation mode.
        images: x, (N, C, H, W) in [-1, 1].
        noise: where to start, (N, noise_dim).
        steps: 0 leaves z as it is.

    Returns:
        z (N, noise_dim).
    """
    best, least = noise.clone(), torch.full((len(noise),), math.inf)
    z = noise.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([z], RATE, betas=(0.8, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(1, steps))
    for step in range(steps + 1):
        errors = (generator(z, labels) - images).square().mean(dim=(1, 2, 3))
        better = errors.detach() < least
        best[better], least[better] = z.detach()[better], errors.detach()[better]
        if step == steps:
            return best
        (z.grad,) = torch.autograd.grad(errors.sum(), z)
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            z.copy_(near(z))
    return best


def variations(noise: Tensor, others: Tensor, distance: float) -> Tensor:
    """z' = cos(t) z + sin(t) e with t = `distance` pi / 2: at 0 z itself, at 1 another handwriting.

    Where z and e are standard normal and independent, so is z' at every distance.

    Args:
        noise: z, (1, dim).
        others: e, (N, dim).
        distance: 0 to 1.

    Returns:
        (N, dim).
    """
    angle = distance * math.pi / 2
    return math.cos(angle) * noise + math.sin(angle) * others
