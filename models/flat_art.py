"""Closed regions of an outline: their pixels vote on their colour, so that it is flat."""

import numpy as np
import torch
from torch import Tensor, nn

from models.tiles import large

WEIGHT = 3.0  # of a region's mean score beside a pixel's own; the best on held-out training pairs
LINE = 0.0  # darker than halfway between black and white is a line


def translated(network: nn.Module, images: Tensor, condition: Tensor | None = None) -> Tensor:
    """Images (N, C, H, W) through a generator; where that chooses among colours, closed regions
    vote, except in images so large that they go through in tiles.

    Args:
        condition: of a generator that takes one, (N, condition_dim).

    Returns:
        (N, C', H, W) in [-1, 1].
    """
    palette = getattr(network, "palette", None)
    if palette is None or large(images):
        return network(images, condition)
    _, scores = network(images, condition, scores=True)
    return palette(vote(scores, images))


def vote(scores: Tensor, images: Tensor) -> Tensor:
    """s + 3 mean(s over the pixel's region), for pixels in closed regions.

    A network that cannot know a colour is undecided differently in different places, and a shape
    would get patches. Where it is sure, as of two tones in one shape, its own scores outweigh the
    mean. What a line does not close, the paper around a drawing among it, stays as it is.

    Args:
        scores: (N, K, H, W) of K colours.
        images: outlines (N, C, H, W) in [-1, 1], dark lines on light paper.
    """
    light = images.float().mean(1).gt(LINE).cpu().numpy().astype(np.uint8)
    return torch.stack([voted(*pair) for pair in zip(scores.float(), light, strict=True)])


def voted(scores: Tensor, paper: np.ndarray) -> Tensor:
    """`vote` for one image: scores (K, H, W), and 1 where there is no line (H, W)."""
    labels, count = closed_regions(paper)
    inside = torch.from_numpy(labels.astype(np.int64)).flatten().to(scores.device)
    flat = scores.flatten(1)
    sums = flat.new_zeros(len(flat), count).index_add_(1, inside, flat)
    means = sums / inside.bincount(minlength=count).clamp(min=1)
    means[:, 0] = 0
    return (flat + WEIGHT * means[:, inside]).view_as(scores)


def closed_regions(paper: np.ndarray) -> tuple[np.ndarray, int]:
    """The number of each pixel's closed region (H, W), 0 for lines and for what reaches the edge of
    the image, and how many numbers there are."""
    import cv2

    count, labels = cv2.connectedComponents(paper, connectivity=4)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    labels[np.isin(labels, np.unique(edge))] = 0
    return labels, count
