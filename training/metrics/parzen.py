"""The Parzen window estimate of the log-likelihood by which Goodfellow et al. 2014 (section 5,
table 1) compared generators on MNIST.

10,000 samples with values in [0, 1] are the centres of Gaussians; their deviation sigma is the best
of ten from 0.1 to 1 on the first 1,000 of the training images 50,000 to 60,000. It is a legacy
comparison and no verdict: it favours blur, and real digits score less than smoothed ones (Theis
2016), so what they score always stands beside it.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages
from training.metrics.figure import Figure

if TYPE_CHECKING:
    from training.evaluate import Options

SIGMAS = torch.logspace(-1, 0, 10, dtype=torch.float64).tolist()
VALIDATION, CHOOSING = slice(50_000, 60_000), 1_000  # of train, and to choose sigma by
CHUNK = 500  # points at a time: 40 MB of distances from 10,000 samples


@dataclass(frozen=True)
class Estimate:
    """A mean log-likelihood.

    Attributes:
        mean: nats an image.
        error: standard deviation over the images / sqrt(their number).
        sigma: the deviation of the Gaussians that was chosen.
    """

    mean: float
    error: float
    sigma: float


def measure(
    fake: Tensor, test: LabelledImages, train: LabelledImages, options: "Options"
) -> Figure:
    """The estimate of generated images, beside that of as many of the first 50,000 training images.

    Which of these are taken moves theirs by more than its error, which is of the test images alone.

    Args:
        fake: (N, C, H, W) in [-1, 1].
        options: of `training.evaluate`; for its split train, the rest of the validation images
            stands in for test.

    Raises:
        DataError: too few training images for the protocol.
    """
    if len(train) < VALIDATION.stop:
        raise DataError(
            f"Expected {VALIDATION.stop:,} training images for --parzen, whose protocol is "
            f"MNIST's, found {len(train):,} in {train.name}."
        )
    held_out = flat(train.plain(VALIDATION).images)
    choosing, rest = held_out[:CHOOSING], held_out[CHOOSING:]
    points = flat(test.plain().images) if options.split == "test" else rest
    chosen = np.random.default_rng(options.seed).permutation(VALIDATION.start)[: len(fake)]
    ours = estimate(flat(fake), choosing, points)
    real = estimate(flat(train.plain(chosen).images), choosing, points)
    text = f"{ours.mean:.1f} ± {ours.error:.1f} (real: {real.mean:.1f} ± {real.error:.1f})"
    name = "Parzen log-likelihood, nats"
    return Figure("parzen", name, ours.mean, text, len(fake))


def estimate(samples: Tensor, choosing: Tensor, points: Tensor) -> Estimate:
    """The mean log-likelihood of points under the samples' Parzen window.

    Args:
        samples: (N, D), the centres.
        choosing: (n, D), on which sigma is chosen.
        points: (M, D).
    """
    means = log_likelihoods(choosing, samples, SIGMAS).mean(dim=1)
    sigma = SIGMAS[int(means.argmax())]
    found = log_likelihoods(points, samples, [sigma])[0]
    error = found.std(correction=0).item() / math.sqrt(len(found))
    return Estimate(found.mean().item(), error, sigma)


def log_likelihoods(points: Tensor, samples: Tensor, sigmas: list[float]) -> Tensor:
    """log 1/N sum_i N(x; s_i, sigma^2 I) in nats, (sigmas, M), float64.

    = log sum_i exp(-||x - s_i||^2 / (2 sigma^2)) - log N - D/2 log(2 pi sigma^2), without overflow,
    for points x (M, D) and samples s (N, D).
    """
    samples = samples.double()
    constants = [
        math.log(len(samples)) + samples.shape[1] / 2 * math.log(2 * math.pi * sigma**2)
        for sigma in sigmas
    ]
    found = []
    for part in tqdm(points.split(CHUNK), "Parzen window", leave=False):
        squares = torch.cdist(part.double(), samples).square_()
        each = [
            torch.logsumexp(squares / (-2 * sigma**2), dim=1) - constant
            for sigma, constant in zip(sigmas, constants, strict=True)
        ]
        found.append(torch.stack(each))
    return torch.cat(found, dim=1)


def flat(images: Tensor) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] as rows (N, C H W) in [0, 1]."""
    return images.flatten(1).add(1).div(2)
