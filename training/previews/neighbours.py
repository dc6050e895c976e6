"""Two pictures that tell invention from memory: samples beside their nearest training images
(Goodfellow et al. 2014, figure 2), and walks from one noise to another (figure 3; on the sphere,
White 2016)."""

from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from models.images import grid, pixels_to_images
from models.morphing import slerp
from models.sampler import Sampler
from training.data.labelled.labelled_images import LabelledImages, images_for
from training.export.sample_sheet import sample_sheet, sheet_scale
from training.metrics.sampling import draw

COUNT, NEAREST = 12, 5  # samples shown, and training images beside each
ROWS, FRAMES = 10, 12  # of a walk
CHUNK = 5_000  # training images at a time


def write(sampler: Sampler, data: str, seed: int) -> list[Path]:
    """neighbours.png and walk.png in the model's folder."""
    train = images_for(sampler, data)
    labels = sampler.labels(COUNT, seed) if sampler.class_names else None
    samples = draw(sampler, COUNT, seed, labels)
    indices, _ = neighbours(samples, train, NEAREST)
    pictures = {"neighbours": picture(samples, train, indices), "walk": walk(sampler, seed=seed)}
    paths = [sampler.folder / f"{name}.png" for name in pictures]
    for path, image in zip(paths, pictures.values(), strict=True):
        image.save(path, optimize=True)
    return paths


def neighbours(samples: Tensor, train: LabelledImages, k: int) -> tuple[Tensor, Tensor]:
    """The k nearest training images of each sample by Euclidean distance of their pixels.

    Args:
        samples: (N, C, H, W) in [-1, 1].

    Returns:
        indices into `train` (N, k), int64, nearest first, and distances (N, k) on the scale of
        [-1, 1].

    Raises:
        ValueError: k is not from 1 to the number of training images.
    """
    if not 1 <= k <= len(train):
        raise ValueError(f"Expected 1 to {len(train):,} neighbours, found {k}.")
    flat = samples.flatten(1)
    distances, indices = torch.empty(len(flat), 0), torch.empty(len(flat), 0, dtype=torch.long)
    for start in range(0, len(train), CHUNK):
        part = train.plain(slice(start, start + CHUNK)).images.flatten(1)
        here = torch.arange(start, start + len(part)).expand(len(flat), -1)
        # by matrix products, a copy of a training image would not be at distance 0
        apart = torch.cdist(flat, part, compute_mode="donot_use_mm_for_euclid_dist")
        both = torch.cat([distances, apart], dim=1)
        distances, order = both.topk(min(k, both.shape[1]), largest=False)
        indices = torch.cat([indices, here], dim=1).gather(1, order)
    return indices, distances


def picture(samples: Tensor, train: LabelledImages, indices: Tensor) -> Image.Image:
    """A row for each sample (N, C, H, W) in [-1, 1]: itself, then its neighbours by `indices`
    (N, k)."""
    count, k = indices.shape
    near = train.plain(indices.flatten().numpy()).images.unflatten(0, (count, k))
    rows = torch.cat([samples[:, None], near], dim=1)
    return sample_sheet(rows.flatten(0, 1), columns=k + 1)


def walk(sampler: Sampler, rows: int = ROWS, frames: int = FRAMES, seed: int = 0) -> Image.Image:
    """Rows of images on the way from one random z to another, on the sphere; where there are
    classes, each row keeps one.

    Raises:
        ValueError: no row, or fewer than two frames.
    """
    if rows < 1 or frames < 2:
        raise ValueError(f"Expected 1 row and 2 frames or more, found {rows} and {frames}.")
    way = torch.linspace(0, 1, frames)[:, None]
    starts, ends = sampler.noise(2 * rows, seed).split(rows)
    ways = [slerp(starts[row, None], ends[row, None], way) for row in range(rows)]
    classes = torch.arange(rows).remainder(max(1, len(sampler.class_names)))
    labels = classes.repeat_interleave(frames) if sampler.class_names else None
    images = pixels_to_images(sampler.draw(torch.cat(ways), labels))
    return grid(images, frames, sheet_scale(sampler.size))
