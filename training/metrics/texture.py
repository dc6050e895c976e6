"""Texture distance: how far the look of one set of images lies from another's, whatever they show.

Per-channel mean and standard deviation of EfficientNet-Lite2's feature maps (Tan and Le 2019;
ImageNet weights from its registry package) after the last blocks at strides 4, 8 and 16, from crops
of 200 pixels shown at 224, standardised by the target domain and clipped at 4; then an unbiased MMD
with a cubic kernel, as in the Kernel Inception Distance (Binkowski 2018, equation 4). Training may
learn from Lite0's features, never from these: a model that learned from its judge's features says
nothing by its figures (Kynkaanniemi 2023).
"""

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from training.features.efficientnet import (
    STAGES,
    feature_maps,
    frozen_backbone,
    pooled_features,
)

JUDGE = "lite2"
CROP, SHOWN = 200, 224
CLIP = 4.0
BATCH = 32
SAME_LOOK = 1e-3  # a distance too small to take a share of
SAME = 1e-6  # a channel that never varies in the target domain tells nothing


def crops(image: Tensor) -> Tensor:
    """Evenly spaced crops of 200 pixels that cover an image (C, H, W), as (N, C, 224, 224); a
    smaller side is enlarged first."""
    short = min(image.shape[1:])
    if short < CROP:
        size = [max(CROP, round(side * CROP / short)) for side in image.shape[1:]]
        image = F.interpolate(image[None], size, mode="bilinear", antialias=True)[0]
    rows, columns = (crop_places(side) for side in image.shape[1:])
    cut = torch.stack([image[:, y : y + CROP, x : x + CROP] for y in rows for x in columns])
    return F.interpolate(cut, (SHOWN, SHOWN), mode="bilinear", align_corners=False)


def crop_places(side: int) -> list[int]:
    """The first pixel of each crop along a side of at least 200 pixels."""
    count = math.ceil(side / CROP)
    return [round(i * (side - CROP) / max(1, count - 1)) for i in range(count)]


def texture_features(images: Iterable[Tensor]) -> Tensor:
    """Texture statistics of images (C, H, W) in [-1, 1], grey or RGB, one row for each crop:
    (N, 2 * channels of the blocks)."""
    found = []
    with torch.inference_mode():
        for image in images:  # all crops of all images would fill the memory
            found += [statistics(part) for part in crops(image.float()).split(BATCH)]
    return torch.cat(found)


def look_features(images: Sequence[Tensor]) -> list[Tensor]:
    """`texture_features` of each image of a domain; of a single one that makes a single crop, those
    of its quarters, for a distance needs two rows."""
    found = [texture_features([image]) for image in images]
    return found if sum(map(len, found)) != 1 else [texture_features(quarters(images[0]))]


def quarters(image: Tensor) -> list[Tensor]:
    """The four quarters of an image (C, H, W)."""
    return [part for rows in image.chunk(2, dim=1) for part in rows.chunk(2, dim=2)]


def whole_features(images: Iterable[Tensor]) -> Tensor:
    """Pooled features of the last layer, of whole images (C, H, W) in [-1, 1], one row for each:
    (N, 1280)."""
    square = (SHOWN, SHOWN)
    shown = torch.cat(
        [
            F.interpolate(
                image.float().expand(3, -1, -1)[None], square, mode="bilinear", antialias=True
            )
            for image in images
        ]
    )
    with torch.inference_mode():
        judge = frozen_backbone(JUDGE)
        return torch.cat([pooled_features(judge, part) for part in shown.split(BATCH)])


def statistics(images: Tensor) -> Tensor:
    """Mean and standard deviation of each feature map of images (N, C, H, W) in [-1, 1],
    (N, features)."""
    maps = feature_maps(frozen_backbone(JUDGE), images, STAGES[JUDGE])
    found = [value for x in maps for value in (x.mean(dim=(2, 3)), x.std(dim=(2, 3)))]
    return torch.cat(found, dim=1)


def texture_distance(features: Tensor, target: Tensor) -> float:
    """The unbiased squared MMD between two sets of rows (N, D) and (M, D); 0 for one look.

    k(x, y) = (x . y / D + 1)^3 on features standardised by the target's mean and deviation.

    Raises:
        ValueError: fewer than two rows in a set.
    """
    if min(len(features), len(target)) < 2:
        raise ValueError(
            f"Expected at least two crops in each set, found {len(features)} and {len(target)}."
        )
    mean, std = target.mean(0), target.std(0)
    kept = std > SAME
    x, y = (
        ((rows - mean) / std)[:, kept].clamp(-CLIP, CLIP).double() for rows in (features, target)
    )

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (a @ b.T / a.shape[1] + 1) ** 3

    def apart(k: Tensor) -> Tensor:
        return (k.sum() - k.diagonal().sum()) / (len(k) * (len(k) - 1))

    return (apart(kernel(x, x)) + apart(kernel(y, y)) - 2 * kernel(x, y).mean()).item()
