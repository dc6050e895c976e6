"""How many modes of a known mixture a generator found, and how well it fills them.

The protocol of VEEGAN (Srivastava 2017) and PacGAN (Lin 2018): 2,500 points; a point is of high
quality if it lies within three deviations of the nearest mean, and a mode is found if at least one
point of high quality has its mean as the nearest. Beside them stands PacGAN's reverse KL, in which
every point counts for its nearest mode: KL(p || uniform), for the modes are equally likely.
"""

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from models.point_sampler import PointSampler
from training.data.errors import DataError
from training.data.labelled.mixtures import MIXTURES, Mixture
from training.metrics.figure import Figure

if TYPE_CHECKING:
    from training.evaluate import Options

SAMPLES = 2_500
NEAR = 3.0  # deviations


def measure(model: PointSampler, data: str, options: "Options") -> tuple[list[Figure], dict]:
    """The figures of a model that draws points, and how many good points each mode got.

    Args:
        data: the name of a mixture.
        options: of `training.evaluate`.

    Raises:
        DataError: no such mixture, or one of other dimensions than the model's points.
    """
    if data not in MIXTURES:
        raise DataError(
            f"Expected one of the mixtures {', '.join(MIXTURES)} as data, found {data!r}."
        )
    mixture = MIXTURES[data]
    samples = SAMPLES if options.samples is None else options.samples
    points = model.draw_points(samples, options.seed)
    if points.shape[1] != mixture.means.shape[1]:
        raise DataError(
            f"Expected points of {mixture.means.shape[1]} dimension(s) to measure on {data}, found "
            f"{points.shape[1]} from {model.name}."
        )
    counts = counts_by_mode(points, mixture, only_near=True)
    return measure_points(points, mixture), {"good_points_by_mode": counts.tolist()}


def measure_points(points: Tensor, mixture: Mixture) -> list[Figure]:
    """Modes found, share of high quality and KL of points (N, D), each beside what as many real
    ones score."""
    real = mixture.sample(len(points), torch.Generator().manual_seed(0))
    modes, n = len(mixture.means), len(points)
    found, real_found = (modes_found(drawn, mixture) for drawn in (points, real))
    good, real_good = (high_quality_share(drawn, mixture) for drawn in (points, real))
    kl, real_kl = (mode_kl(drawn, mixture) for drawn in (points, real))
    return [
        Figure("modes_found", "modes found", found, f"{found} of {modes} (real: {real_found})", n),
        Figure(
            "high_quality_share",
            "points within 3 deviations of a mode",
            good,
            f"{good:.2%} (real: {real_good:.2%})",
            n,
        ),
        Figure("mode_kl", "KL(modes ‖ uniform), nats", kl, f"{kl:.4f} (real: {real_kl:.4f})", n),
    ]


def modes_found(points: Tensor, mixture: Mixture) -> int:
    """Modes that are nearest to at least one point of high quality, 0 to K."""
    return int((counts_by_mode(points, mixture, only_near=True) > 0).sum())


def high_quality_share(points: Tensor, mixture: Mixture) -> float:
    """Share of points within three deviations of the nearest mean, 0 to 1.

    Of points of the mixture itself it is P(chi^2_D < 9): 0.9973 in one dimension, 0.9889 in two.
    """
    return nearest(points, mixture)[1].float().mean().item()


def mode_kl(points: Tensor, mixture: Mixture) -> float:
    """KL(p || uniform) in nats, p being the share of the points for which a mode is the nearest;
    0 to log K."""
    return kl_from_uniform(counts_by_mode(points, mixture))


def counts_by_mode(points: Tensor, mixture: Mixture, only_near: bool = False) -> Tensor:
    """How many points have each mode as their nearest, (K,), int64.

    Args:
        only_near: count only the points of high quality.
    """
    chosen, near = nearest(points, mixture)
    return torch.bincount(chosen[near] if only_near else chosen, minlength=len(mixture.means))


def nearest(points: Tensor, mixture: Mixture) -> tuple[Tensor, Tensor]:
    """The nearest mode of each point, (N,) int64, and whether it lies within three deviations."""
    # by matrix products, small distances would be rounding errors
    apart = torch.cdist(points, mixture.means, compute_mode="donot_use_mm_for_euclid_dist")
    distance, chosen = apart.min(dim=1)
    return chosen, distance < NEAR * mixture.std


def kl_from_uniform(counts: Tensor) -> float:
    """KL(p || uniform) = sum_k p_k log(K p_k) in nats of counts (K,); 0 to log K.

    Of n draws from the uniform distribution itself it is about (K - 1) / (2 n), not 0.
    """
    shares = counts.double() / counts.sum()
    return torch.special.xlogy(shares, len(counts) * shares).sum().item()
