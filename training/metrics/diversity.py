"""Diversity: how far apart the images of a class are, to tell a collapse."""

import torch
from torch import Tensor


def diversity(images: Tensor, labels: Tensor | None = None) -> float:
    """Mean Euclidean distance between two different images of a class, averaged over the classes.

    0 where a generator makes one image a class; compare it with the same number of real images.

    Args:
        images: (N, C, H, W) or (N, features).
        labels: (N,); all images are one class where they are not given.
    """
    flat = images.flatten(1).float()
    labels = torch.zeros(len(flat), dtype=torch.long) if labels is None else labels
    means = [
        torch.pdist(flat[labels == label]).mean()
        for label in labels.unique()
        if (labels == label).sum() > 1
    ]
    if not means:
        raise ValueError("Expected at least two images of some class, found none.")
    return torch.stack(means).mean().item()
