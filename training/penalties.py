"""Gradient penalties on the critic. All of them need a critic whose layers are per sample (no
batch norm)."""

import torch
from torch import Tensor


def zero_centred(
    real_logits: Tensor, real: Tensor, fake_logits: Tensor, fake: Tensor, r1: float, r2: float
) -> dict[str, Tensor]:
    """R1 = r1/2 E ||grad D(x)||^2 and R2 = r2/2 E ||grad D(x^)||^2 (Mescheder 2018, equations 9 and
    10).

    The squared norm is summed over C, H, W and averaged over the batch. A weight of 0 leaves its
    term out. The gradients are differentiable, and both come from one backward pass.

    Args:
        real_logits, fake_logits: D(x) and D(x^), (N,); or (N, 1, h, w) of patches, whose mean is
            then what is kept flat, so that a weight means the same for every number of patches.
        real, fake: what they were computed from, (N, C, H, W), with requires_grad where the weight
            is not 0.
    """
    weights = {"r1": (r1, real), "r2": (r2, fake)}
    wanted = {name: (weight, images) for name, (weight, images) in weights.items() if weight}
    if not wanted:
        return {}
    gradients = torch.autograd.grad(
        sum(logits.reshape(len(logits), -1).mean(1).sum() for logits in (real_logits, fake_logits)),
        [images for _, images in wanted.values()],
        create_graph=True,
    )
    return {
        name: weight / 2 * gradient.square().sum(dim=(1, 2, 3)).mean()
        for (name, (weight, _)), gradient in zip(wanted.items(), gradients, strict=True)
    }
