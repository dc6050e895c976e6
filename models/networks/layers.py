"""Layers that families of networks share: class embedding, norms, modulation, upsampling; sizes and
first weights."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from models.networks.heads import require_condition
from models.networks.memory import REMEMBERED, Memory
from models.networks.small_convolutions import KERNEL, TransposedConvolution, transposed_convolution

SMALLEST_BASE, LARGEST_BASE = 4, 7
LEAST_SLOPE = 0.01
INSIDE = 0.98  # where artanh is still finite
ROUNDING = 2**-18  # of a sum of products in float32, in parts of its size: 32 times its last bit


def base_and_doublings(size: int) -> tuple[int, int]:
    """Split an image size into base x 2^n with a base of 4 to 7 pixels: 28 is 7 x 2^2, 64 is 4 x
    2^4.

    Raises:
        ValueError: no such base exists; the message names the nearest sizes that work.
    """
    for doublings in range(1, 8):
        base, rest = divmod(size, 2**doublings)
        if rest == 0 and SMALLEST_BASE <= base <= LARGEST_BASE:
            return base, doublings
    below, above = (nearest_size(size, step) for step in (-1, 1))
    raise ValueError(
        f"Expected an image size of 4, 5, 6 or 7 times a power of two, found {size}; "
        f"the nearest that work are {below} and {above}."
    )


def nearest_size(size: int, step: int = 1) -> int:
    """The first size from `size` on, upwards or downwards, that a generator can make (8 to 896)."""
    bases = range(SMALLEST_BASE, LARGEST_BASE + 1)
    sizes = sorted({base * 2**n for base in bases for n in range(1, 8)})
    if step > 0:
        return next((s for s in sizes if s >= size), sizes[-1])
    return next((s for s in reversed(sizes) if s <= size), sizes[0])


class ClassInput(nn.Module):
    """Noise beside an embedding of the class: (N, noise_dim), (N,) -> (N, noise_dim +
    embedding_dim); or beside a vector in its place, (N, condition_dim), and what is remembered of
    its first numbers where there is a memory: `REMEMBERED` more; where it keeps thumbnails the hand
    that is followed as well, one-hot, and after these `features` what they show.

    Without either the noise passes through. The embedding is learned (Mirza and Osindero 2014 put
    a one-hot label in its place, which is the same up to the first linear layer).
    """

    def __init__(
        self,
        noise_dim: int,
        classes: int,
        embedding_dim: int,
        condition_dim: int = 0,
        memories: int = 0,
        key_dim: int = 0,
        thumbnail: tuple[int, ...] = (),
    ):
        """
        Args:
            thumbnail: (C, H, W) of the small pictures that the memory keeps, () for none.
        """
        super().__init__()
        if thumbnail and not memories:
            raise ValueError("Expected memories that keep the thumbnails, found none.")
        if memories and not 0 < key_dim <= condition_dim:
            raise ValueError(
                f"Expected a memory to compare 1 to {condition_dim} numbers of the condition, "
                f"found {key_dim}."
            )
        if thumbnail and noise_dim < (least := 1 + max(1, condition_dim - key_dim)):
            raise ValueError(
                f"Expected a noise_dim of at least {least} with thumbnails, 1 and 1 for each hand, "
                f"found {noise_dim}."
            )
        self.classes, self.condition_dim = classes, condition_dim
        self.features = noise_dim + (embedding_dim if classes else condition_dim)
        self.embedding = nn.Embedding(classes, embedding_dim) if classes else None
        self.memory: Memory | None = None
        if memories:
            self.memory = Memory(memories, key_dim, condition_dim - key_dim, thumbnail)
        if self.memory is not None:
            self.features += REMEMBERED + (max(1, condition_dim - key_dim) if thumbnail else 0)

    def forward(self, noise: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        require_condition(self.classes, self.condition_dim, labels)
        if labels is None:
            return noise
        if self.memory is not None:
            return torch.cat([noise, labels, self.memory(labels, noise)], dim=1)
        if self.embedding is None:
            return torch.cat([noise, labels], dim=1)
        return torch.cat([noise, self.embedding(labels)], dim=1)


class OpenTanh(torch.autograd.Function):
    """tanh, with a derivative of at least `LEAST_SLOPE` for what shall come back towards 0: where
    tanh is flat, what was drawn black or white by mistake would else stay so."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:
        (y,) = ctx.saved_tensors
        slope = 1 - y**2
        return gradient * slope.where(gradient * y <= 0, slope.clamp(min=LEAST_SLOPE))


def before_tanh(images: torch.Tensor) -> torch.Tensor:
    """artanh(0.98 x) of images in [-1, 1], beyond which noise may lead: tanh(f + this) shows them
    where f is 0, and white can still be changed."""
    return (INSIDE * images.float().clamp(-1, 1)).atanh()


class Modulation(nn.Module):
    """x (1 + a c) + b c + b0: what a vector c says, to every pixel of a layer, channel by channel
    (FiLM, Perez et al. 2018, equation 2; adaptive instance norm, Huang and Belongie 2017, where it
    follows that norm).

    All weights are 0 at first, so a network that gets modulations goes on as it was without.

    Shapes: x (N, features, H, W), condition (N, condition_dim), or None for zeros, which say
    nothing -> (N, features, H, W).
    """

    def __init__(self, features: int, condition_dim: int):
        super().__init__()
        self.affine = nn.Linear(condition_dim, 2 * features)
        nn.init.zeros_(self.affine.weight)
        nn.init.zeros_(self.affine.bias)

    def forward(self, x: torch.Tensor, condition: torch.Tensor | None = None) -> torch.Tensor:
        said = self.affine.bias[None] if condition is None else self.affine(condition)
        gain, shift = said[:, :, None, None].chunk(2, 1)
        return torch.addcmul(x + shift, x, gain)


def modulations(widths: Sequence[int], condition_dim: int) -> nn.ModuleList:
    """A modulation for each of a network's layers of these widths; none where nothing is said."""
    return nn.ModuleList(Modulation(width, condition_dim) for width in widths if condition_dim)


def modulated(
    layers: nn.ModuleList, index: int, x: torch.Tensor, condition: torch.Tensor | None
) -> torch.Tensor:
    """What a layer gives, by the modulation at its index, where a network has some.

    Raises:
        ValueError: a condition for a network that takes none.
    """
    if layers:
        return layers[index](x, condition)
    if condition is not None:
        raise ValueError("This network takes no condition; found one.")
    return x


def normal_weights(network: nn.Module, std: float = 0.02) -> nn.Module:
    """Draw convolution and linear weights from N(0, std) and batch-norm gains from N(1, std).

    Radford 2016, section 4, and the reference pix2pix; biases become 0. Returns the network.
    """
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(module.weight, 0.0, std)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(module.weight, 1.0, std)
            nn.init.zeros_(module.bias)
    return network


def with_spectral_norm(network: nn.Module) -> nn.Module:
    """Bound the Lipschitz constant of every layer to about 1: W / sigma(W) (Miyato 2018, equation
    8).

    Applies to convolutions, linear layers and embeddings, in place. Returns the network.
    """
    layers = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.Embedding)
    for module in list(network.modules()):
        if isinstance(module, layers):
            spectral_norm(module)
    return network


def normalisation(norm: str, width: int) -> list[nn.Module]:
    """The layers of "batch" (Ioffe 2015), "instance" (Ulyanov 2016, without parameters) or "none".

    Raises:
        ValueError: another name.
    """
    made = {"batch": nn.BatchNorm2d, "instance": InstanceNorm}
    if norm == "none":
        return []
    if norm not in made:
        raise ValueError(f"Expected the norm batch, instance or none, found {norm!r}.")
    return [made[norm](width)]


class InstanceNorm(nn.InstanceNorm2d):
    """(x - mean) / sqrt(variance + eps) over each channel's pixels, without parameters (Ulyanov
    2016); exactly 0, in evaluation mode, where a channel is constant but for rounding.

    A plain picture has only such channels. What rounding leaves in them, 1e-8 or so, each norm
    would enlarge 1 / sqrt(eps) = 316 times, so after three of them a pattern of the processor's own
    would stand in the picture.

    Shapes: (N, C, H, W) -> (N, C, H, W).
    """

    def settled(
        self, found: tuple[torch.Tensor, torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The variance and mean that it normalises by where it finds these, (N, C, 1, 1) each."""
        return found

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        normalised = super().forward(x)
        if self.training:
            return normalised
        return normalised.masked_fill_(constant(*channel_statistics(x)), 0)


def channel_statistics(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Variance and mean over the pixels of each channel: (N, C, H, W) -> twice (N, C, 1, 1),
    float32."""
    return torch.var_mean(x.float(), (2, 3), correction=0, keepdim=True)


def constant(variance: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """Which channels vary by no more than rounding: (N, C, 1, 1), bool.

    A sum of products rounds by its terms, which may be far larger than what they come to; how
    large they are shows in the means of all channels together, which are sums of the same terms.
    """
    return variance <= ROUNDING**2 * mean.square().mean(1, keepdim=True)


SHIFTED_SUM = torch.tensor([[1.0, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]])  # 3 taps, repeated, to 4


class ResizeConvolution(nn.Module):
    """A 3x3 convolution of an image enlarged twice by repeating its pixels (Odena 2016).

    Every output pixel has as many terms as its neighbours, so no checkerboards can arise.
    Repeating and convolving are both linear, so they are computed at once as a transposed
    convolution whose 4x4 kernel is the sum of four shifted copies of the 3x3 one: 16
    multiplications for each input pixel in place of 36, and the same result. The edge is repeated
    outwards.

    Shapes: (N, before, H, W) -> (N, after, 2 H, 2 W).
    """

    def __init__(self, before: int, after: int, bias: bool = True):
        super().__init__()
        # laid out and turned as a transposed convolution has it
        self.weight = nn.Parameter(torch.empty(before, after, 3, 3))
        self.bias = nn.Parameter(torch.zeros(after)) if bias else None
        nn.init.normal_(self.weight, 0.0, 0.02)

    def kernel(self) -> torch.Tensor:
        """The 4x4 kernel (before, after, 4, 4) of the equal transposed convolution of stride 2."""
        spread = SHIFTED_SUM.to(self.weight)
        flat = self.weight.flatten(2) @ torch.kron(spread, spread).T
        return flat.unflatten(2, (4, 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.pad(x, (1, 1, 1, 1), mode="replicate")
        return transposed_convolution(x, self.kernel(), self.bias, padding=3)


def upsampling(upsample: str, before: int, after: int, kernel: int, bias: bool) -> nn.Module:
    """A layer (N, before, H, W) -> (N, after, 2 H, 2 W).

    Args:
        upsample: "transposed", a transposed convolution, or "resize", a `ResizeConvolution`.
        kernel: 3 or 4, the size of the transposed convolution's kernel.

    Raises:
        ValueError: another name.
    """
    if upsample == "resize":
        return ResizeConvolution(before, after, bias)
    if upsample != "transposed":
        raise ValueError(f"Expected the upsampling transposed or resize, found {upsample!r}.")
    if kernel == KERNEL:
        return TransposedConvolution(before, after, bias)
    return nn.ConvTranspose2d(
        before, after, kernel, 2, padding=1, output_padding=4 - kernel, bias=bias
    )


BINOMIAL = {3: torch.tensor([1.0, 2, 1]) / 4, 4: torch.tensor([1.0, 3, 3, 1]) / 8}


def blur_kernel(taps: int, x: torch.Tensor) -> torch.Tensor:
    """Binomial weights for each channel of x: (C, 1, taps, taps), each summing to 1."""
    weights = BINOMIAL[taps].to(x)
    return torch.outer(weights, weights).expand(x.shape[1], 1, taps, taps)


class BlurredHalving(nn.Module):
    """Every second pixel of what is blurred by 1, 2, 1 first, so that nothing aliases (Zhang 2019).

    Shapes: (N, C, H, W) -> (N, C, H / 2, W / 2); the edge is reflected.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        padded = F.pad(x, (1, 1, 1, 1), mode="reflect")
        return F.conv2d(padded, blur_kernel(3, x), stride=2, groups=x.shape[1])


class BlurredDoubling(nn.Module):
    """An image enlarged twice and blurred by 1, 3, 3, 1, as CUT's generators do (Park 2020).

    Shapes: (N, C, H, W) -> (N, C, 2 H, 2 W); the edge is repeated.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        padded = F.pad(x, (1, 1, 1, 1), mode="replicate")
        kernel = 4 * blur_kernel(4, x)
        return F.conv_transpose2d(padded, kernel, stride=2, padding=3, groups=x.shape[1])
