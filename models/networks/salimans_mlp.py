"""The networks of Salimans et al. 2016 for MNIST (section 6.1 and its code): fully connected, with
weight normalisation, and noise at every layer of the classifier."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS = (1000, 500, 250, 250, 250)
INPUT_NOISE, HIDDEN_NOISE = 0.3, 0.5  # standard deviations, of images in [0, 1]
GENERATOR_WIDTHS = (500, 500)


class GaussianNoise(nn.Module):
    """x + N(0, sigma^2) while training."""

    def __init__(self, sigma: float):
        super().__init__()
        self.sigma = sigma

    def forward(self, x: Tensor) -> Tensor:
        return x + self.sigma * torch.randn_like(x) if self.training else x


class NormalisedLinear(nn.Linear):
    """y = g v.x / ||v|| + b (weight normalisation; Salimans and Kingma 2016, equation 2).

    Shapes: (N, before) -> (N, after).

    Args:
        learned: whether g is learned. The paper's code learns it at the last layer alone: where
            noise is added to what comes out, a growing g would outgrow it.
    """

    def __init__(self, before: int, after: int, learned: bool):
        super().__init__(before, after)
        nn.init.normal_(self.weight, std=0.1)  # v
        nn.init.zeros_(self.bias)
        if learned:
            self.scale = nn.Parameter(torch.ones(after))
        else:
            self.register_buffer("scale", torch.ones(after))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight) * (self.scale / self.weight.norm(dim=1)) + self.bias


class Classifier(nn.Module):
    """K logits; the fake class is the (K + 1)th, whose logit is 0.

    Shapes: images (N, C, H, W) in [-1, 1] -> features (N, 250), the activations of the last hidden
    layer, and logits (N, K).
    """

    def __init__(self, pixels: int, classes: int):
        super().__init__()
        layers: list[nn.Module] = [GaussianNoise(INPUT_NOISE)]
        for before, after in pairwise((pixels, *WIDTHS)):
            layers += [NormalisedLinear(before, after, False), nn.ReLU()]
            layers += [GaussianNoise(HIDDEN_NOISE)]
        *layers, self.last_noise = layers
        self.features = nn.Sequential(nn.Flatten(), *layers)
        self.last = NormalisedLinear(WIDTHS[-1], classes, True)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.features((images + 1) / 2)
        return features, self.last(self.last_noise(features))


@torch.no_grad()
def initialise(classifier: Classifier, images: Tensor) -> None:
    """Data-dependent initialisation (Salimans and Kingma 2016, section 3): each layer's
    pre-activations get mean 0 and variance 1 on these images (N, C, H, W)."""
    x = (images + 1) / 2
    for layer in (*classifier.features, classifier.last_noise, classifier.last):
        if isinstance(layer, NormalisedLinear):
            before = layer(x)
            layer.scale.div_(before.std(0).clamp(min=1e-3))
            layer.bias.copy_(-before.mean(0) * layer.scale)
        x = layer(x)


class Generator(nn.Module):
    """z to images: softplus units with batch norm, then a weight-normalised layer.

    Batch norm takes its statistics from the batch, always, as the paper's code does.

    Shapes: z (N, noise_dim), uniform on [0, 1] -> images (N, channels, size, size) in [-1, 1].
    """

    def __init__(self, noise_dim: int, size: int, channels: int):
        super().__init__()
        hidden = [
            nn.Sequential(
                nn.Linear(before, after, bias=False),
                nn.BatchNorm1d(after, track_running_stats=False),
                nn.Softplus(),
            )
            for before, after in pairwise((noise_dim, *GENERATOR_WIDTHS))
        ]
        last = NormalisedLinear(GENERATOR_WIDTHS[-1], channels * size**2, True)
        self.layers = nn.Sequential(
            *hidden, last, nn.Sigmoid(), nn.Unflatten(1, (channels, size, size))
        )

    def forward(self, noise: Tensor) -> Tensor:
        return 2 * self.layers(noise) - 1
