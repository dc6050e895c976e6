"""The ResNet generator of CycleGAN (Zhu et al. 2017, after Johnson et al. 2016)."""

import torch
from torch import nn

from models.networks.layers import (
    BlurredDoubling,
    BlurredHalving,
    before_tanh,
    modulated,
    modulations,
    normal_weights,
    normalisation,
    upsampling,
)
from models.noise import as_expected

LEAST_SLOPE = 0.1  # of tanh in training: what is 1 or -1 could not leave it, and stayed a blot
LAST = -3  # where the last layer begins: padding, convolution, tanh


class Generator(nn.Module):
    """Images to images of the same size: halved twice, residual blocks, doubled twice.

    Shapes: (N, given_channels, H, W) -> (N, out_channels, H, W), both in [-1, 1]; H and W are
    multiples of 4, and at least 16.

    Args:
        in_channels, out_channels: 1 for grey, 3 for RGB.
        blocks: residual blocks: 9 for 256 pixels and more, 6 for 128 (the paper).
        width: channels of the first layer; the blocks have four times as many.
        norm: "instance" (the paper), "batch" or "none".
        dropout: rate inside the blocks.
        upsample: "transposed" (the paper) or "resize" (Odena 2016), which leaves no checkerboards.
        input_noise: standard deviation, on the scale from 0 to 1, of noise on the input, of which
            plain areas can be given strokes (after Karras 2019, section 3.2). In training mode the
            network draws it; otherwise whoever calls it does, once for a whole picture.
        stroke_length: pixels over which that noise is drawn out along the input's edges (see
            `models.strokes`); 0 leaves it without a direction.
        bottleneck: residual blocks of 1x1, 3x3 and 1x1 convolutions with half the channels inside
            (He 2016, section 4.1), a fifth of the multiplications.
        skip: lay what the first layer makes of the input beside what the last one gets, as a U-Net
            does (Ronneberger 2015), for detail finer than a quarter of the size can hold.
        global_skip: tanh(f(x) + artanh(0.98 x)) in place of tanh(f(x)), so that what is added is
            learned (Kupyn 2018, section 3): light and colours, which instance norm takes away, are
            those of the input at first.
        condition_dim: length of a vector that modulates what each block and the decoder give, 0 for
            none.
        antialias: blur before halving and after doubling, as CUT's generators do (Zhang 2019), in
            place of strides; `upsample` then has to be "transposed".
        hints: take dabs of colour beside the image, as `models.conditions.hints` makes them.

    Attributes:
        in_channels, given_channels: of the image, and with its hints, which come last.
        multiple: what height and width have to be multiples of.
        smallest: the height and width that it needs at least.
        reach: how many pixels away an output pixel still depends on the input, statistics apart.
    """

    multiple, smallest = 4, 16

    def __init__(
        self,
        in_channels: int = 3,
        out_channels: int = 3,
        blocks: int = 9,
        width: int = 64,
        norm: str = "instance",
        dropout: float = 0.0,
        upsample: str = "transposed",
        input_noise: float = 0.0,
        stroke_length: float = 0.0,
        skip: bool = False,
        global_skip: bool = False,
        bottleneck: bool = False,
        condition_dim: int = 0,
        antialias: bool = False,
        hints: bool = False,
    ):
        super().__init__()
        if antialias and upsample != "transposed":
            raise ValueError(
                f"Expected the upsampling transposed beside antialias, which takes its place, "
                f"found {upsample!r}."
            )
        if global_skip and in_channels != out_channels:
            raise ValueError(
                f"Expected as many channels out as in beside global_skip, found {in_channels} in "
                f"and {out_channels} out."
            )
        self.in_channels = in_channels
        self.given_channels = in_channels + (out_channels + 1 if hints else 0)
        self.input_noise, self.stroke_length = input_noise, stroke_length
        self.skip, self.global_skip = skip, global_skip
        # 7x7 at both ends, two halvings, two doublings; one or two 3x3 a block, at a quarter of the
        # size
        self.reach = 3 + (1 + 2) + (4 if bottleneck else 8) * blocks + (4 + 2) + 3 + 4
        self.reach += (1 + 2) + (2 + 1) if antialias else 0
        bias = norm != "batch"
        wide = 4 * width
        first: list[nn.Module] = [nn.ReflectionPad2d(3)]
        first += layer(nn.Conv2d(self.given_channels, width, 7, bias=bias), width, norm)
        self.before_halving = len(first)
        self.encode = nn.Sequential(
            *first,
            *halved(width, norm, bias, antialias),
            *halved(2 * width, norm, bias, antialias),
        )
        block = Bottleneck if bottleneck else Block
        self.blocks = nn.Sequential(*(block(wide, norm, dropout, bias) for _ in range(blocks)))
        last = nn.Conv2d(2 * width if skip else width, out_channels, 7)
        self.decode = nn.Sequential(
            *doubled(wide, norm, bias, antialias, upsample),
            *doubled(2 * width, norm, bias, antialias, upsample),
            nn.ReflectionPad2d(3),
            last,
            nn.Tanh(),
        )
        normal_weights(self)
        if global_skip:  # nothing is changed at first
            nn.init.zeros_(last.weight)
        self.modulations = modulations([*[wide] * blocks, width], condition_dim)

    def features(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Activations of the encoder, whose patches Park et al. 2020 compare: the padded
        pixels, both halvings, the first and the middle block."""
        found = [self.encode[0](images)]
        x = found[0]
        for layer in self.encode[1:]:
            x = layer(x)
            halves = isinstance(layer, nn.Conv2d) and layer.stride == (2, 2)
            if halves or isinstance(layer, BlurredHalving):
                found.append(x)
        middle = len(self.blocks) // 2
        for index, block in enumerate(self.blocks[: middle + 1]):
            x = block(x)
            if index in (0, middle):
                found.append(x)
        return found

    def forward(self, images: torch.Tensor, condition: torch.Tensor | None = None) -> torch.Tensor:
        """The output.

        Args:
            condition: (N, condition_dim); None says nothing, as zeros do.
        """
        given = as_expected(self, images) if self.training else images
        first = self.encode[: self.before_halving](given)
        x = self.encode[self.before_halving :](first)
        for index, block in enumerate(self.blocks):
            x = modulated(self.modulations, index, block(x), condition)
        x = modulated(self.modulations, len(self.blocks), self.decode[:LAST](x), condition)
        last = self.decode[LAST:-1](torch.cat([x, first], 1) if self.skip else x)
        if self.global_skip:
            last = last + before_tanh(given[:, : self.in_channels])
            if self.training:
                return self.decode[-1](last) + LEAST_SLOPE * (last - last.detach())
        return self.decode[-1](last)


class Block(nn.Module):
    """x + norm(conv(dropout(relu(norm(conv(x)))))), padded by reflection."""

    def __init__(self, width: int, norm: str, dropout: float, bias: bool):
        super().__init__()
        self.body = nn.Sequential(
            nn.ReflectionPad2d(1),
            *layer(nn.Conv2d(width, width, 3, bias=bias), width, norm),
            *([nn.Dropout(dropout)] if dropout else []),
            nn.ReflectionPad2d(1),
            nn.Conv2d(width, width, 3, bias=bias),
            *normalisation(norm, width),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.body(x)


class Bottleneck(nn.Module):
    """x + norm(conv1x1(dropout(relu(norm(conv3x3(relu(norm(conv1x1(x))))))))), with half as many
    channels inside."""

    def __init__(self, width: int, norm: str, dropout: float, bias: bool):
        super().__init__()
        inner = width // 2
        self.body = nn.Sequential(
            *layer(nn.Conv2d(width, inner, 1, bias=bias), inner, norm),
            nn.ReflectionPad2d(1),
            *layer(nn.Conv2d(inner, inner, 3, bias=bias), inner, norm),
            *([nn.Dropout(dropout)] if dropout else []),
            nn.Conv2d(inner, width, 1, bias=bias),
            *normalisation(norm, width),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.body(x)


def layer(convolution: nn.Module, width: int, norm: str) -> list[nn.Module]:
    """A convolution with what follows it."""
    return [convolution, *normalisation(norm, width), nn.ReLU()]


def halved(width: int, norm: str, bias: bool, antialias: bool) -> list[nn.Module]:
    """Layers to half the size and twice the channels."""
    stride = 1 if antialias else 2
    convolution = nn.Conv2d(width, 2 * width, 3, stride, 1, bias=bias)
    blurred = [BlurredHalving()] if antialias else []
    return [*layer(convolution, 2 * width, norm), *blurred]


def doubled(width: int, norm: str, bias: bool, antialias: bool, upsample: str) -> list[nn.Module]:
    """Layers to twice the size and half the channels."""
    after = width // 2
    if antialias:
        convolution = nn.Conv2d(width, after, 3, padding=1, bias=bias)
        return [BlurredDoubling(), *layer(convolution, after, norm)]
    return layer(upsampling(upsample, width, after, kernel=3, bias=bias), after, norm)
