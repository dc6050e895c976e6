"""The look of images as statistics of frozen features, and how far one look is from the nearest of
many."""

import torch
from torch import Tensor

SHARPNESS = 4.0  # of the choice of the nearest looks
SAME = 1e-6  # a statistic that never varies tells nothing


def channel_statistics(features: list[Tensor]) -> Tensor:
    """Mean and standard deviation of each channel of features (N, C_l, H_l, W_l), which tell a
    style (Li 2017, "Demystifying neural style transfer", section 4.2): (N, sum of 2 C_l)."""
    parts = [part for layer in features for part in (layer.mean((2, 3)), layer.std((2, 3)))]
    return torch.cat([part.float() for part in parts], dim=1)


def distance_to_nearest(looks: Tensor, bank: Tensor) -> Tensor:
    """E_i sum_j w_ij d_ij with d_ij = |s_i - b_j|^2 / D and w_i = softmax(-4 d_i), the weights
    without gradient: every image nears those looks that it is near already, not their mean.

    Args:
        looks: (N, D), which the gradient reaches.
        bank: (M, D); both are standardised by its mean and deviation, and a statistic that is the
            same in all of it counts for nothing. Where all are, of one look or of equal ones, the
            distance is 0.
    """
    mean, deviation = bank.mean(0), bank.std(0, correction=min(1, len(bank) - 1))
    kept = deviation > SAME
    if not kept.any():
        return looks.new_zeros(())
    given, wanted = (((rows - mean) / deviation)[:, kept] for rows in (looks, bank))
    apart = torch.cdist(given, wanted).square() / given.shape[1]
    weights = torch.softmax(-SHARPNESS * apart.detach(), dim=1)
    return (weights * apart).sum(1).mean()


class LookBank:
    """The statistics of the last images of a domain, as part of a checkpoint.

    Args:
        size: how many are kept.
    """

    def __init__(self, size: int = 256):
        self.size = size
        self.rows: Tensor | None = None

    def add(self, looks: Tensor) -> Tensor:
        """Keep some more (N, D), forget the oldest, and return all."""
        looks = looks.detach()
        rows = looks if self.rows is None else torch.cat([self.rows.to(looks), looks])
        self.rows = rows[-self.size :]
        return self.rows

    def state_dict(self) -> dict:
        return {"rows": self.rows}

    def load_state_dict(self, state: dict) -> None:
        self.rows = state["rows"]
