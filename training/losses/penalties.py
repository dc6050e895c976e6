"""Penalties that keep a critic smooth: on gradients, which need layers that are per sample (no
batch norm), and bounds of its weights."""

from collections.abc import Callable

import torch
from torch import Tensor, nn


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
    means = [logits.reshape(len(logits), -1).mean(1).sum() for logits in (real_logits, fake_logits)]
    gradients = torch.autograd.grad(
        torch.stack(means).sum(),
        [images for _, images in wanted.values()],
        create_graph=True,
    )
    return {
        name: weight / 2 * gradient.square().sum(dim=(1, 2, 3)).mean()
        for (name, (weight, _)), gradient in zip(wanted.items(), gradients, strict=True)
    }


def interpolated(
    critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, weight: float
) -> dict[str, Tensor]:
    """lambda E (||grad D(x~)||_2 - 1)^2 at x~ = e x + (1 - e) x^, e uniform on [0, 1], one for each
    pair (Gulrajani 2017, algorithm 1). A weight of 0 leaves it out.

    Args:
        critic: images (N, C, H, W) to logits (N,).
        real, fake: (N, C, H, W).
    """
    if not weight:
        return {}
    share = torch.rand(len(real), 1, 1, 1, device=real.device)
    between = torch.lerp(fake.detach(), real.detach(), share).requires_grad_()
    (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    norm = gradient.flatten(1).norm(dim=1)
    return {"gradient_penalty": weight * (norm - 1).square().mean()}


def limit_norms(network: nn.Module, bound: float) -> None:
    """Scale the incoming weights of every unit of a linear layer down to a norm of at most `bound`
    (Srivastava 2014, section 5.1; 1.9365 in the code of Goodfellow 2014). A bound of 0 leaves
    them."""
    for module in network.modules() if bound else ():
        if isinstance(module, nn.Linear):
            with torch.no_grad():
                module.weight.copy_(torch.renorm(module.weight, 2, 0, bound))


def clip_weights(network: nn.Module, bound: float) -> None:
    """Clip every weight to [-bound, bound], which keeps a critic Lipschitz (Arjovsky 2017,
    algorithm 1). A bound of 0 leaves them."""
    if not bound:
        return
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.clamp_(-bound, bound)
