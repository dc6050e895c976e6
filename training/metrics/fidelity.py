"""Distances between two sets of feature vectors: Fréchet distance, density and coverage."""

import warnings

import torch
from torch import Tensor, nn

SUBSET = 100


class Given(nn.Module):
    """Stands in for a feature network where the features are computed already."""

    def __init__(self, num_features: int):
        super().__init__()
        self.num_features = num_features

    def forward(self, features: Tensor) -> Tensor:
        return features


def frechet_distance(real: Tensor, fake: Tensor) -> float:
    """||m_r - m_f||^2 + tr(C_r + C_f - 2 (C_r C_f)^(1/2)) of features (N, D) (Heusel 2017, equation
    6).

    Raises:
        ValueError: a set has fewer vectors than dimensions, so that its covariance has no full
            rank.
    """
    from torchmetrics.image.fid import FrechetInceptionDistance

    dimensions = real.shape[1]
    if min(len(real), len(fake)) <= dimensions:
        raise ValueError(
            f"Expected more than {dimensions} vectors of {dimensions} features in each set, found "
            f"{len(real)} and "
            f"{len(fake)}."
        )
    metric = FrechetInceptionDistance(feature=Given(dimensions), input_img_size=(1, 1, dimensions))
    for features, is_real in ((real, True), (fake, False)):
        metric.update(features, real=is_real)
    return metric.compute().item()


def kernel_distance(real: Tensor, fake: Tensor) -> float:
    """The Kernel Inception Distance of features (N, D) and (M, D): an unbiased MMD with
    (x . y / D + 1)^3, averaged over 100 subsets (Binkowski 2018, equation 4)."""
    from torchmetrics.image.kid import KernelInceptionDistance

    dimensions = real.shape[1]
    size = min(len(real), len(fake), SUBSET)
    with warnings.catch_warnings():  # that it keeps all features in memory
        warnings.simplefilter("ignore", UserWarning)
        metric = KernelInceptionDistance(feature=Given(dimensions), subset_size=size)
    for features, is_real in ((real, True), (fake, False)):
        metric.update(features, real=is_real)
    with torch.random.fork_rng(devices=[]):  # the subsets are drawn from the global generator
        torch.manual_seed(0)
        return metric.compute()[0].item()


def density_coverage(real: Tensor, fake: Tensor, k: int = 5) -> tuple[float, float]:
    """Density and coverage (Naeem 2020, equations 3 and 4) of features (N, D) and (M, D).

    With B(x_i) the ball around a real x_i that reaches its k-th nearest real neighbour:
    density = 1 / (k M) * sum_j #{i: y_j in B(x_i)}, unbounded, 1 for equal distributions;
    coverage = share of i with any y_j in B(x_i), 0 to 1.
    """
    radii = torch.cat(
        [torch.cdist(part, real).kthvalue(k + 1, dim=1).values for part in real.split(1000)]
    )
    inside, covered = 0, 0
    for part, radius in zip(real.split(1000), radii.split(1000), strict=True):
        within = torch.cdist(part, fake) < radius[:, None]
        inside += within.sum().item()
        covered += within.any(dim=1).sum().item()
    return inside / (k * len(fake)), covered / len(real)
