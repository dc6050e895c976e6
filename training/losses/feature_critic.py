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

    Where there are several domains each has a logit of its own, which sees what is real and what is
    fake of that domain alone, and so learns its manner (Liu 2019, FUNIT, section 3.2; Choi 2020,
    StarGAN v2, section 2.1).

    Shapes: a list of (N, C_l, H_l, W_l), and (N, domains), one-hot or a blend -> a list of (N, 1,
    h_l, w_l).

    Args:
        channels: C_l of each layer.
        domains: 0 for one that is not told.
    """

    def __init__(self, channels: tuple[int, ...] = CHANNELS, domains: int = 0):
        super().__init__()
        self.domains = domains
        self.heads = nn.ModuleList(head(max(1, domains)) for _ in channels)
        for index, count in enumerate(channels):
            mix = torch.randn(MIXED, count, 1, 1) / MIXED**0.5
            self.register_buffer(f"mix{index}", mix)

    def forward(self, features: list[Tensor], domains: Tensor | None = None) -> list[Tensor]:
        found = []
        for index, (judge, layer) in enumerate(zip(self.heads, features, strict=True)):
            logits = judge(F.conv2d(layer, self.get_buffer(f"mix{index}")))
            if domains is not None:
                logits = (logits * domains[:, :, None, None]).sum(1, keepdim=True)
            found.append(logits)
        return found


def head(outputs: int) -> nn.Sequential:
    """Three convolutions to so many logits for each patch."""
    bounded = nn.utils.parametrizations.spectral_norm
    layers = [nn.Conv2d(MIXED, MIXED, 3, padding=1), nn.Conv2d(MIXED, MIXED, 3, padding=1)]
    body = [part for layer in layers for part in (bounded(layer), nn.LeakyReLU(0.2))]
    return nn.Sequential(*body, bounded(nn.Conv2d(MIXED, outputs, 1)))


def hinge_critic(real: list[Tensor], fake: list[Tensor]) -> Terms:
    """Sum over layers of E max(0, 1 - D(x)) and of E max(0, 1 + D(x^)) (Sauer 2021, equation 5)."""
    return {
        "features_real": torch.stack([F.relu(1 - logits).mean() for logits in real]).sum(),
        "features_fake": torch.stack([F.relu(1 + logits).mean() for logits in fake]).sum(),
    }


def hinge_generator(fake: list[Tensor]) -> Tensor:
    """Sum over layers of -E D(x^)."""
    return -torch.stack([logits.mean() for logits in fake]).sum()
