"""Distances between a translation and its target beside L1, as pure functions."""

import torch
from torch import Tensor
from torch.nn import functional as F


def feature_matching(fake: list[Tensor], real: list[Tensor]) -> Tensor:
    """Mean over the critic's layers of E |D_i(x, y) - D_i(x, G(x))| (Wang et al. 2018,
    equation 4).

    Args:
        fake, real: the outputs of each layer, of the same shapes.
    """
    return torch.stack([F.l1_loss(*layer) for layer in zip(fake, real, strict=True)]).mean()


def gradient_difference(output: Tensor, target: Tensor) -> Tensor:
    """mean | |d G(x)| - |d y| | over both axes (Mathieu et al. 2016, equation 6, alpha 1): a flat
    but wrong colour costs nothing here, a patch inside a flat shape its whole outline.

    Args:
        output, target: (N, C, H, W).
    """
    differences = [
        (output.diff(dim=axis).abs() - target.diff(dim=axis).abs()).abs().mean() for axis in (2, 3)
    ]
    return torch.stack(differences).sum()


def coarse_difference(output: Tensor, target: Tensor, parts: int = 8) -> Tensor:
    """mean | P G(x) - P y |, where P takes the mean of each of parts x parts squares of a picture:
    which colours lie where, and nothing of the lines.

    Args:
        output, target: (N, C, H, W).
    """
    return F.l1_loss(F.adaptive_avg_pool2d(output, parts), F.adaptive_avg_pool2d(target, parts))


def colour_classification(scores: Tensor, colours: Tensor, weights: Tensor | None = None) -> Tensor:
    """Cross-entropy of the choice among the colours of a palette, each pixel by its weight (Zhang
    et al. 2016, equation 2).

    Args:
        scores: logits (N, K, H, W).
        colours: the index of the nearest colour (N, H, W), int64; -100 where none is near.
        weights: of each pixel (N, H, W), 1 in the mean; None for 1 everywhere.
    """
    if weights is None:
        return F.cross_entropy(scores.float(), colours)
    each = F.cross_entropy(scores.float(), colours, reduction="none")
    return (weights * each).sum() / (colours >= 0).sum().clamp(min=1)


def class_weights(shares: Tensor, strength: float) -> Tensor:
    """w = ((1 - lambda) p + lambda / K)^-1, divided by its mean under p, with lambda = 1 - strength
    (Zhang et al. 2016, equation 4): a common colour is no longer the safe answer.

    Args:
        shares: p, of the K classes (K,), sum 1.
        strength: 0 for weights of 1, 1 for those of the inverse shares.
    """
    mixed = strength * shares + (1 - strength) / len(shares)
    weights = 1 / mixed.clamp(min=1e-6)
    return weights / (shares * weights).sum()


def divergence_from_prior(mean: Tensor, log_variance: Tensor, counted: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, 1)) = sum (mean^2 + variance - log variance - 1) / 2 (Kingma and
    Welling 2014, appendix B), averaged over the rows.

    Args:
        mean, log_variance: (N, z_dim).
        counted: (N, 1), 0 for a row that counts for nothing.
    """
    each = (mean.square() + log_variance.exp() - log_variance - 1) / 2
    return (counted * each).sum() / len(mean)
