"""A target moved to where a translation has put things.

Two hands write one character with the same strokes a few pixels apart, and nothing in the input
tells how far. L1 answers that with the median of all places, which is grey or nothing. Compared
with a target whose parts are moved, each by so many pixels that they fit, a whole stroke beside its
place is right; the local search is block matching, as video coding knows it (Jain and Jain 1981).
"""

from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F

WINDOW = 0.25  # of the shorter side: what moves as one
STAY = 0.01  # L1 by which a place a whole `most` away has to be better, so that white stays put


@torch.no_grad()
def best_shifts(output: Tensor, target: Tensor, most: int) -> Tensor:
    """Where each window of the output fits the target best:
    argmin_{|d| <= most} mean_window |output(x) - target(x + d)| + STAY |d| / most.

    Shapes: (N, C, H, W) twice -> (N, 2, h, w) in pixels, x before y, of overlapping windows.
    """
    height, width = output.shape[-2:]
    window = max(2, round(WINDOW * min(height, width)))
    around = F.pad(target, (most,) * 4, mode="replicate")
    shifts = list(product(range(-most, most + 1), repeat=2))
    costs = []
    for y, x in shifts:
        there = around[..., most + y : most + y + height, most + x : most + x + width]
        apart = (output - there).abs().mean(1, keepdim=True)
        far = STAY * (x * x + y * y) ** 0.5 / most
        costs.append(F.avg_pool2d(apart, window, max(1, window // 2)) + far)
    best = torch.cat(costs, 1).argmin(1)
    pixels = torch.tensor([(x, y) for y, x in shifts], dtype=output.dtype, device=output.device)
    return pixels[best].permute(0, 3, 1, 2)


def aligned(output: Tensor, target: Tensor, share: float) -> Tensor:
    """The target with its parts moved to where the output has them, smoothly in between, by at most
    `share` of the shorter side.

    Shapes: (N, C, H, W) twice -> (N, C, H, W), without a gradient.
    """
    most = round(share * min(output.shape[-2:]))
    if not most:
        return target
    coarse = best_shifts(output.detach().float(), target, most)
    field = F.interpolate(coarse, output.shape[-2:], mode="bilinear", align_corners=False)
    return moved(target, field)


def moved(images: Tensor, field: Tensor) -> Tensor:
    """images(x + field(x)), bilinear; beyond the border what is nearest there.

    Shapes: (N, C, H, W), (N, 2, H, W) in pixels, x before y -> (N, C, H, W).
    """
    from kornia.geometry import remap  # here: it takes a second to import

    height, width = images.shape[-2:]
    x = torch.arange(width, device=field.device) + field[:, 0]
    y = torch.arange(height, device=field.device)[:, None] + field[:, 1]
    return remap(images.float(), x, y, padding_mode="border", align_corners=True)
