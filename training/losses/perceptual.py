"""The distance between two images in the features of a network that knows pictures."""

import torch
from torch import Tensor

LEAST_DEVIATION = 0.1  # a channel that hardly varies tells little


def perceptual_distance(output: list[Tensor], target: list[Tensor]) -> Tensor:
    """sum_l mean | phi_l(G) - phi_l(x) | / (sigma_l + 0.1): the feature reconstruction loss of
    Johnson et al. 2016 (equation 2), as L1 and with every channel brought to one scale, as in
    Zhang et al. 2018 (LPIPS); sigma_l is the deviation of a channel over the target's batch.

    Args:
        output, target: features (N, C_l, H_l, W_l) of both, of the same shapes; the gradient
            reaches the first alone.
    """
    found = []
    for made, wanted in zip(output, target, strict=True):
        wanted = wanted.detach().float()
        scale = wanted.std((0, 2, 3), keepdim=True) + LEAST_DEVIATION
        found.append(((made.float() - wanted) / scale).abs().mean())
    return torch.stack(found).sum()
