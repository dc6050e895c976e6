"""The colours of one collection of images brought to those of another one."""

from collections.abc import Iterable

import torch
from torch import Tensor

SOME_VARIANCE = 1e-4  # along every direction: a collection may have one shade there


class ColourTransfer:
    """T(x) = M (x - m_a) + m_b, clamped to [-1, 1], with M = A^-1/2 (A^1/2 B A^1/2)^1/2 A^-1/2: of
    all linear maps that give colours of mean m_a and covariance A those of m_b and B the one that
    moves them least (Pitié and Kokaram 2007, The linear Monge-Kantorovitch linear colour mapping,
    equation 10).

    It is one map for a whole collection, so that a dark image stays darker than the others.
    """

    def __init__(self, of: Iterable[Tensor], to: Iterable[Tensor]):
        """
        Args:
            of, to: images (N, C, H, W) in [-1, 1], which may differ in size.
        """
        (self.mean, before), (self.mean_to, after) = statistics(of), statistics(to)
        root = power(before, 0.5)
        inverse = power(before, -0.5)
        self.matrix = inverse @ power(root @ after @ root, 0.5) @ inverse

    def __call__(self, images: Tensor) -> Tensor:
        """(N, C, H, W) in [-1, 1] -> the same."""
        matrix, mean, mean_to = (one.to(images) for one in (self.matrix, self.mean, self.mean_to))
        moved = torch.einsum("dc,nchw->ndhw", matrix, images - mean[:, None, None])
        return (moved + mean_to[:, None, None]).clamp(-1, 1)


def statistics(images: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """Mean (C,) and covariance (C, C) of all pixels, and `SOME_VARIANCE`, float64."""
    count, total, products = 0, torch.zeros(()), torch.zeros(())
    for one in images:
        pixels = one.transpose(0, 1).flatten(1).double()
        count += pixels.shape[1]
        total = total + pixels.sum(1)
        products = products + pixels @ pixels.T
    mean = total / count
    covariance = products / count - torch.outer(mean, mean)
    return mean, covariance + SOME_VARIANCE * torch.eye(len(mean))


def power(symmetric: Tensor, exponent: float) -> Tensor:
    """A positive matrix (C, C) to a power, by its eigenvalues."""
    values, vectors = torch.linalg.eigh(symmetric)
    return vectors @ torch.diag(values**exponent) @ vectors.T
