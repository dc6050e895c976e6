"""A critic on frozen features: a network that knows pictures looks, and small heads judge what it
sees, patch by patch (Projected GAN, Sauer 2021; vision-aided GAN, Kumari 2022)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.losses.objectives import Terms

CHANNELS = (24, 40, 112)  # of EfficientNet-Lite0 at strides 4, 8 and 16
MIXED = 64


class FeatureHeads(nn.Module):
    """Logits of patches at several strides, from the features of a frozen network.

    Each layer's channels are mixed by fixed random weights, so that none of them can be picked out
    (Sauer 2021, section 3.2), and judged by three convolutions whose spectral norm is bounded.

    Shapes: a list of (N, C_l, H_l, W_l) -> a list of (N, 1, h_l, w_l).

    Args:
        channels: C_l of each layer.
    """

    def __init__(self, channels: tuple[int, ...] = CHANNELS):
        super().__init__()
        self.heads = nn.ModuleList(head() for _ in channels)
        for index, count in enumerate(channels):
            mix = torch.randn(MIXED, count, 1, 1) / MIXED**0.5
            self.register_buffer(f"mix{index}", mix)

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        found = []
        for index, (judge, layer) in enumerate(zip(self.heads, features, strict=True)):
            found.append(judge(F.conv2d(layer, self.get_buffer(f"mix{index}"))))
        return found


def head() -> nn.Sequential:
    """Three convolutions to one logit for each patch."""
    bounded = nn.utils.parametrizations.spectral_norm
    layers = [nn.Conv2d(MIXED, MIXED, 3, padding=1), nn.Conv2d(MIXED, MIXED, 3, padding=1)]
    body = [part for layer in layers for part in (bounded(layer), nn.LeakyReLU(0.2))]
    return nn.Sequential(*body, bounded(nn.Conv2d(MIXED, 1, 1)))


def hinge_critic(real: list[Tensor], fake: list[Tensor]) -> Terms:
    """Sum over layers of E max(0, 1 - D(x)) and of E max(0, 1 + D(x^)) (Sauer 2021, equation 5)."""
    return {
        "features_real": torch.stack([F.relu(1 - logits).mean() for logits in real]).sum(),
        "features_fake": torch.stack([F.relu(1 + logits).mean() for logits in fake]).sum(),
    }


def hinge_generator(fake: list[Tensor]) -> Tensor:
    """Sum over layers of -E D(x^)."""
    return -torch.stack([logits.mean() for logits in fake]).sum()
