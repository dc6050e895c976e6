"""Noise drawn out into strokes that follow what a picture shows.

White noise is without a direction, and so are the strokes that a network makes of it. Drawn out
along the picture's edges (line integral convolution, Cabral and Leedom 1993,
https://doi.org/10.1145/166117.166151) it lies along contours, as painters lay their strokes
(Litwinowicz 1997, section 2.3), and between them turns from one to the next.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

WIDTH = 3  # of the box that noise is smoothed with, twice: strokes of some four pixels
NEIGHBOURS = 5  # of the box that directions are averaged in, twice, at each scale
SCALES = 5  # each half the size of the one before, so that far edges reach plain areas
FADING = 0.3  # what the directions of a scale weigh beside those of the finer one


def drawn_out(noise: Tensor, images: Tensor, length: float) -> Tensor:
    """Noise (N, C, H, W) drawn out along the edges of images (N, any, H, W), over about so many
    pixels; mean 0 and standard deviation 1 over each image's pixels and channels, float32.

    Statistics are those of a whole picture: tiles of one would differ in them.
    """
    with torch.autocast(images.device.type, enabled=False):
        strokes = smooth(smooth(noise.float(), WIDTH), WIDTH)
        strokes = along(strokes, tangents(images.float()), length)
        dims = (1, 2, 3)
        strokes = strokes - strokes.mean(dims, keepdim=True)
        return strokes / strokes.std(dims, keepdim=True).clamp_min(1e-6)


def tangents(images: Tensor) -> Tensor:
    """The direction of the edges nearby, unit vectors (x, y): (N, 2, H, W); their sign says nothing.

    The gradient's direction a is averaged as |g| (cos 2a, sin 2a), for which both ways along it are
    the same (Bigun and Granlund 1987), at several scales; the tangent is at right angles to it.
    """
    grey = smooth(images.mean(1, keepdim=True), WIDTH)
    down, right = torch.gradient(grey, dim=(2, 3))
    strength = torch.hypot(right, down).clamp_min(1e-6)
    level = torch.cat([right**2 - down**2, 2 * right * down], 1) / strength
    total = torch.zeros_like(level)
    for scale in range(SCALES):
        level = smooth(smooth(level, NEIGHBOURS), NEIGHBOURS)
        enlarged = F.interpolate(level, images.shape[2:], mode="bilinear", align_corners=False)
        total = total + FADING**scale * enlarged
        if min(level.shape[2:]) < 2 * NEIGHBOURS:
            break
        level = F.avg_pool2d(level, 2)
    angle = torch.atan2(total[:, 1:], total[:, :1]) / 2 + math.pi / 2
    return torch.cat([angle.cos(), angle.sin()], 1)


def along(values: Tensor, directions: Tensor, length: float) -> Tensor:
    """Values (N, C, H, W) averaged along directions (N, 2, H, W), with what lies 1, 2, 4, ... up to
    half the length away on both sides: as smooth as many single steps, in a few."""
    height, width = values.shape[2:]
    device = values.device
    rows = (torch.arange(height, device=device) + 0.5) * 2 / height - 1
    columns = (torch.arange(width, device=device) + 0.5) * 2 / width - 1
    places = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), -1)
    step = directions.permute(0, 2, 3, 1) * torch.tensor([2 / width, 2 / height], device=device)
    reach = 1
    while reach <= length / 2:
        both = [
            F.grid_sample(
                values, places + way * step, padding_mode="reflection", align_corners=False
            )
            for way in (reach, -reach)
        ]
        values = (values + both[0] + both[1]) / 3
        reach *= 2
    return values


def smooth(values: Tensor, size: int) -> Tensor:
    """The mean of a box of an odd number of pixels, at the border of those that are there."""
    return F.avg_pool2d(values, size, 1, size // 2, count_include_pad=False)
