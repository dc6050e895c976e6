"""Networks of linear layers: those of Goodfellow et al. 2014, of points in the plane, and of
semi-supervised learning on MNIST (Salimans et al. 2016).

A point of D dimensions is an image of D channels and one pixel.
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.networks.heads import Conditioned
from models.networks.layers import ClassInput, with_spectral_norm

OUTPUTS = {  # the last layer, to images in [-1, 1] or, for points, to any number
    "sigmoid": lambda x: 2 * torch.sigmoid(x) - 1,
    "tanh": torch.tanh,
    "linear": lambda x: x,
}

CLASSIFIER_WIDTHS = (1000, 500, 250, 250, 250)
INPUT_NOISE, HIDDEN_NOISE = 0.3, 0.5  # standard deviations, of images in [0, 1]
GENERATOR_WIDTHS = (500, 500)


class Generator(nn.Module):
    """Noise, and a class where there are classes, to images, by `layers` hidden layers with ReLU.

    Shapes: noise (N, noise_dim), labels (N,) int64 -> (N, channels, size, size): in [-1, 1], or any
    numbers where the output is linear.

    Args:
        size: height and width in pixels; 1 for points.
        channels: of the image, or dimensions of a point.
        classes: number of classes, 0 for none.
        noise_dim: length of z.
        width: units of a hidden layer.
        layers: hidden layers.
        output: "sigmoid" (2014), "tanh" or "linear" (points).
        embedding_dim: length of the class embedding beside z.
        bound: weights begin uniform between -bound and bound (2014: 0.05); 0 for PyTorch's own.
    """

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        classes: int = 0,
        noise_dim: int = 100,
        width: int = 1200,
        layers: int = 2,
        output: str = "sigmoid",
        embedding_dim: int = 32,
        bound: float = 0.0,
    ):
        super().__init__()
        if output not in OUTPUTS:
            raise ValueError(f"Expected the output {', '.join(OUTPUTS)}, found {output!r}.")
        self.input = ClassInput(noise_dim, classes, embedding_dim)
        self.output = output
        self.hidden = linear_layers([self.input.features, *[width] * layers], nn.ReLU)
        self.last = nn.Sequential(
            nn.Linear(width, channels * size**2), nn.Unflatten(1, (channels, size, size))
        )
        uniform_weights(self, bound)

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.decode(self.input(noise, labels))

    def decode(self, latent: Tensor) -> Tensor:
        """Images from what `input` makes of noise and class; between two of those lies a morph."""
        return OUTPUTS[self.output](self.last(self.hidden(latent)))

    def begin_at(self, mean: Tensor) -> None:
        """Set the output's bias so that a hidden layer of zeros gives this mean image in [-1, 1]
        (pylearn2's maxout recipe, which the 2014 paper used)."""
        probability = (mean.flatten().add(1) / 2).clamp(0.001, 0.999)
        linear = self.last[0]
        assert isinstance(linear, nn.Linear)
        with torch.no_grad():
            linear.bias.copy_(torch.logit(probability))


class Critic(Conditioned):
    """Images to one logit each by hidden layers with leaky ReLU.

    Shapes: images (N, channels, size, size), labels (N,) -> logits (N,). Per sample unless
    `kernels` is above 0.

    Args:
        outputs: more than one make it an encoder.
        kernels: of minibatch discrimination (Salimans 2016), 0 for none.
        condition: how it sees the class, "projection" or "concat".
        spectral: bound every layer with spectral norm.
    """

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        classes: int = 0,
        width: int = 240,
        layers: int = 2,
        outputs: int = 1,
        kernels: int = 0,
        condition: str = "projection",
        spectral: bool = False,
    ):
        super().__init__(classes, condition)
        entries = (channels + self.planes) * size**2
        leaky = [entries, *[width] * layers]
        self.features = nn.Sequential(nn.Flatten(), linear_layers(leaky, lambda: nn.LeakyReLU(0.2)))
        self.finish(width, outputs, kernels)
        if spectral:
            with_spectral_norm(self)


class MaxoutCritic(Conditioned):
    """The critic of Goodfellow et al. 2014 for MNIST: two maxout layers (Goodfellow 2013) with
    dropout.

    A unit is the largest of its `pieces` linear functions. It sees images in [0, 1]. Dropout leaves
    80 % of the input and half of what is inside; weights begin uniform between -0.005 and 0.005.

    Shapes and arguments as `Critic`'s.
    """

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        classes: int = 0,
        width: int = 240,
        layers: int = 2,
        pieces: int = 5,
        outputs: int = 1,
        kernels: int = 0,
        condition: str = "projection",
        bound: float = 0.005,
    ):
        super().__init__(classes, condition)
        widths = [(channels + self.planes) * size**2, *[width] * layers]
        parts: list[nn.Module] = [nn.Flatten(), FromZero(), nn.Dropout(0.2)]
        for before, after in pairwise(widths):
            parts += [nn.Linear(before, after * pieces), Maxout(pieces), nn.Dropout(0.5)]
        self.features = nn.Sequential(*parts)
        self.finish(width, outputs, kernels)
        uniform_weights(self, bound)


class FromZero(nn.Module):
    """[-1, 1] to [0, 1]."""

    def forward(self, x: Tensor) -> Tensor:
        return (x + 1) / 2


class Maxout(nn.Module):
    """The largest of each `pieces` neighbours: (N, units * pieces) -> (N, units)."""

    def __init__(self, pieces: int):
        super().__init__()
        self.pieces = pieces

    def forward(self, x: Tensor) -> Tensor:
        return x.unflatten(1, (-1, self.pieces)).amax(2)


def linear_layers(widths: list[int], activation: Callable[[], nn.Module]) -> nn.Sequential:
    """Linear layers from each width to the next, each followed by an activation."""
    return nn.Sequential(
        *(part for a, b in pairwise(widths) for part in (nn.Linear(a, b), activation()))
    )


def uniform_weights(network: nn.Module, bound: float) -> None:
    """Draw linear weights from U(-bound, bound) and set biases to 0; a bound of 0 leaves them."""
    for module in network.modules() if bound else ():
        if isinstance(module, nn.Linear):
            nn.init.uniform_(module.weight, -bound, bound)
            nn.init.zeros_(module.bias)


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


class SemiSupervisedClassifier(nn.Module):
    """The classifier of Salimans et al. 2016 for MNIST (section 6.1 and its code), with weight
    normalisation, and noise at every layer: K logits; the fake class is the (K + 1)th, whose logit
    is 0.

    Shapes: images (N, C, H, W) in [-1, 1] -> features (N, 250), the activations of the last hidden
    layer, and logits (N, K).
    """

    def __init__(self, pixels: int, classes: int):
        super().__init__()
        layers: list[nn.Module] = [GaussianNoise(INPUT_NOISE)]
        for before, after in pairwise((pixels, *CLASSIFIER_WIDTHS)):
            layers += [NormalisedLinear(before, after, False), nn.ReLU()]
            layers += [GaussianNoise(HIDDEN_NOISE)]
        *layers, self.last_noise = layers
        self.features = nn.Sequential(nn.Flatten(), *layers)
        self.last = NormalisedLinear(CLASSIFIER_WIDTHS[-1], classes, True)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.features((images + 1) / 2)
        return features, self.last(self.last_noise(features))


@torch.no_grad()
def initialise_on(classifier: SemiSupervisedClassifier, images: Tensor) -> None:
    """Data-dependent initialisation (Salimans and Kingma 2016, section 3): each layer's
    pre-activations get mean 0 and variance 1 on these images (N, C, H, W)."""
    x = (images + 1) / 2
    for layer in (*classifier.features, classifier.last_noise, classifier.last):
        if isinstance(layer, NormalisedLinear):
            before = layer(x)
            layer.scale.div_(before.std(0).clamp(min=1e-3))
            layer.bias.copy_(-before.mean(0) * layer.scale)
        x = layer(x)


class SemiSupervisedGenerator(nn.Module):
    """The generator of Salimans et al. 2016 for MNIST: softplus units with batch norm,
    then a weight-normalised layer.

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
