"""How well words fit a picture, by two towers that learn to bring the right ones together."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DIM, TEMPERATURE = 128, 0.07


class TwoTowers(nn.Module):
    """cos(A f, B w) / t: how well words (M, D) fit features (N, F) of pictures, (N, M)."""

    def __init__(self, features: int, words: int):
        super().__init__()
        self.of_pictures = nn.Linear(features, DIM)
        self.of_words = nn.Linear(words, DIM)

    def forward(self, features: Tensor, words: Tensor) -> Tensor:
        one = F.normalize(self.of_pictures(features), dim=1)
        other = F.normalize(self.of_words(words), dim=1)
        return one @ other.T / TEMPERATURE


def contrast(fits: Tensor, things: Tensor) -> Tensor:
    """InfoNCE both ways over a batch, (N, N) of pictures and words: -log of the share that the
    right words have, where all words of the same thing are right.

    Args:
        things: a number for each thing, (N,).
    """
    right = torch.eq(things[:, None], things[None]).float()
    right = right / right.sum(1, keepdim=True)
    return (F.cross_entropy(fits, right) + F.cross_entropy(fits.T, right)) / 2
