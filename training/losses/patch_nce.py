"""Contrastive unpaired translation: PatchNCE in place of the cycle (Park et al. 2020)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TEMPERATURE = 0.07
FEATURES = 256


class Heads(nn.Module):
    """A two-layer perceptron for each layer of features, whose outputs have length 1 (Park et al.
    2020, section 3).

    Shapes: a list of (N, P, C_l) -> a list of (N, P, 256).

    Args:
        channels: C_l of each layer.
    """

    def __init__(self, channels: list[int]):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Linear(count, FEATURES), nn.ReLU(), nn.Linear(FEATURES, FEATURES))
            for count in channels
        )
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0.0, 0.02)
                nn.init.zeros_(module.bias)

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        layers = zip(self.layers, features, strict=True)
        return [F.normalize(layer(rows).float(), dim=-1) for layer, rows in layers]


def sampled(features: list[Tensor], places: list[Tensor]) -> list[Tensor]:
    """Rows (N, P, C_l) of features (N, C_l, H_l, W_l) at the same places (P_l,) of all images."""
    return [
        layer.flatten(2)[:, :, at].transpose(1, 2)
        for layer, at in zip(features, places, strict=True)
    ]


def random_places(features: list[Tensor], patches: int) -> list[Tensor]:
    """At most `patches` different places in each layer, by torch's random draws."""
    counts = [layer.shape[2] * layer.shape[3] for layer in features]
    return [torch.randperm(count)[:patches].to(features[0].device) for count in counts]


def patch_nce(queries: list[Tensor], keys: list[Tensor]) -> Tensor:
    """The mean over layers and places of -log(exp(q . k+ / 0.07) / sum_k exp(q . k / 0.07)), where
    k+ is the key at the query's place and the others stand elsewhere in the same image (Park et
    al. 2020, equation 3).

    Args:
        queries, keys: (N, P, C) of each layer, of length 1; no gradient passes into the keys.
    """
    losses = []
    for query, key in zip(queries, keys, strict=True):
        logits = query @ key.detach().transpose(1, 2) / TEMPERATURE  # (N, P, P)
        own = torch.arange(logits.shape[1], device=logits.device).expand(logits.shape[:2])
        losses.append(F.cross_entropy(logits.transpose(1, 2), own))
    return torch.stack(losses).mean()
