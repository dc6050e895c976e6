"""Noise drawn out into strokes that follow what a picture shows.

White noise is without a direction, and so are the strokes that a network makes of it. Drawn out
along the picture's edges (line integral convolution, Cabral and Leedom 1993,
https://doi.org/10.1145/166117.166151) it lies along contours, as painters lay their strokes
(Litwinowicz 1997, section 2.3), and between them along those that are near.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

WIDTH = 3  # of the box that noise is smoothed with, twice: strokes of some four pixels
OWN = 0.28  # of what a channel has apart from the others: strokes differ in light, less in colour
NEIGHBOURS = 5  # of the box that directions are averaged in, twice, at each scale
SCALES = 5  # each half the size of the one before, so that far edges reach plain areas
FADING = 0.3  # what the directions of a scale weigh beside those of the finer one
BAND = 256  # rows at a time, for places and samples of a large picture fill the memory


def drawn_out(noise: Tensor, images: Tensor, length: float) -> Tensor:
    """Noise (N, C, H, W) drawn out along the edges of images (N, any, H, W), over about so many
    pixels; mean 0 and standard deviation 1 over each image's pixels and channels, float32.

    Nothing is learned through the directions. Statistics are those of a whole picture: tiles of
    one would differ in them.
    """
    with torch.autocast(images.device.type, enabled=False):
        noise = noise.float()
        noise = torch.lerp(noise.mean(1, keepdim=True), noise, OWN)
        noise = smooth(smooth(noise, WIDTH), WIDTH)
        noise = along(noise, tangents(images.detach().float()), length)
        dims = (1, 2, 3)
        noise = noise - noise.mean(dims, keepdim=True)
        return noise / noise.std(dims, keepdim=True).clamp_min(1e-6)


def tangents(images: Tensor) -> Tensor:
    """The direction of the edges nearby in images of at least 16 pixels a side, as unit vectors
    (x, y) whose sign says nothing: (N, 2, H, W). Where no edge is within some hundred pixels they
    are upright."""
    level = gradients(images)
    total = torch.zeros_like(level)
    for scale in range(SCALES):
        level = F.avg_pool2d(level, 2) if scale else level
        level = smooth(smooth(level, NEIGHBOURS), NEIGHBOURS)
        enlarged = F.interpolate(level, images.shape[2:], mode="bilinear", align_corners=False)
        total = torch.add(total, enlarged, alpha=FADING**scale)
    angle = torch.atan2(total[:, 1:], total[:, :1]) / 2 + math.pi / 2
    return torch.cat([angle.cos(), angle.sin()], 1)


def gradients(images: Tensor) -> Tensor:
    """The gradient of strength g and angle a as g^2 (cos 2a, sin 2a), for which both ways along it
    are the same, so that it can be averaged (Bigun and Granlund 1987): (N, 2, H, W). By the square
    an edge far away counts for more than noise that is near."""
    grey = F.pad(smooth(images.mean(1, keepdim=True), WIDTH), (1, 1, 1, 1), mode="replicate")
    right = grey[:, :, 1:-1, 2:] - grey[:, :, 1:-1, :-2]
    down = grey[:, :, 2:, 1:-1] - grey[:, :, :-2, 1:-1]
    return torch.cat([right**2 - down**2, 2 * right * down], 1)


def along(values: Tensor, directions: Tensor, length: float) -> Tensor:
    """Values (N, C, H, W) averaged along directions (N, 2, H, W), with what lies ..., an eighth, a
    quarter and half the length away on both sides: as smooth as many single steps, in a few. As
    they are for less than two pixels."""
    for reach in reversed(list(reaches(length))):
        rows = values.shape[2]
        # a file has to hold it for any number of rows
        whole = torch.compiler.is_exporting()
        tops = [0] if whole else range(0, rows, BAND)
        bands = [slice(top, rows if whole else min(rows, top + BAND)) for top in tops]
        values = torch.cat([averaged(values, directions, reach, band) for band in bands], 2)
    return values


def reaches(length: float) -> Iterator[float]:
    """Half the length, and half of each before it, down to one pixel."""
    reach = length / 2
    while reach >= 1:
        yield reach
        reach /= 2


def averaged(values: Tensor, directions: Tensor, reach: float, rows: slice) -> Tensor:
    """Rows of values, (N, C, rows, W), averaged with what lies so many pixels away on both sides
    along directions."""
    height, width = values.shape[2:]
    device = values.device
    across = (torch.arange(width, device=device) + 0.5) * 2 / width - 1
    downwards = (torch.arange(rows.start, rows.stop, device=device) + 0.5) * 2 / height - 1
    places = torch.stack(torch.meshgrid(across, downwards, indexing="xy"), -1)
    pixel = torch.tensor([2 / width, 2 / height], device=device)
    step = directions[:, :, rows].permute(0, 2, 3, 1) * (reach * pixel)
    ahead, behind = (
        F.grid_sample(values, place, padding_mode="reflection", align_corners=False)
        for place in (places + step, places - step)
    )
    return (values[:, :, rows] + ahead + behind) / 3


def smooth(values: Tensor, size: int) -> Tensor:
    """The mean of a box of an odd number of pixels, at the border of those that are there."""
    return F.avg_pool2d(values, size, 1, size // 2, count_include_pad=False)
