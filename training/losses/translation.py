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


def colour_classification(scores: Tensor, colours: Tensor) -> Tensor:
    """Cross-entropy of the choice among the colours of a palette (Zhang et al. 2016, equation 2,
    without its weights).

    Args:
        scores: logits (N, K, H, W).
        colours: the index of the nearest colour (N, H, W), int64; -100 where none is near.
    """
    return F.cross_entropy(scores.float(), colours)
