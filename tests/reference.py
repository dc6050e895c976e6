"""Networks that stand in for those of the reference pix2pix, CycleGAN and CUT: written from the
layout of their keys, with nesting and places in `nn.Sequential` that give the same ones."""

import torch
from torch import nn

import models
from models.interchange.import_checkpoints import import_checkpoints

NORMS = {"batch": nn.BatchNorm2d, "instance": nn.InstanceNorm2d, "none": lambda _: nn.Identity()}


class Blur(nn.Module):
    """Key filt: CUT's halving (3 taps, reflected) or doubling (4 taps, repeated), one channel after
    another."""

    def __init__(self, channels: int, taps: int):
        super().__init__()
        row = {3: torch.tensor([1.0, 2, 1]), 4: torch.tensor([1.0, 3, 3, 1])}[taps]
        square = row[:, None] * row[None, :]
        total = square.sum() if taps == 3 else square.sum() / 4
        self.register_buffer("filt", (square / total)[None, None].repeat(channels, 1, 1, 1))

    def forward(self, x):
        if self.filt.shape[-1] == 3:
            x = nn.functional.pad(x, (1, 1, 1, 1), mode="reflect")
            return nn.functional.conv2d(x, self.filt, stride=2, groups=x.shape[1])
        x = nn.functional.pad(x, (1, 1, 1, 1), mode="replicate")
        large = nn.functional.conv_transpose2d(x, self.filt, stride=2, padding=2, groups=x.shape[1])
        return large[:, :, 1:-1, 1:-1]


class Residual(nn.Module):
    """Keys conv_block.1 and .5, or .6 after dropout."""

    def __init__(self, width: int, norm: str, dropout: bool):
        super().__init__()
        bias = norm == "instance"
        first = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), NORMS[norm](width)]
        second = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), NORMS[norm](width)]
        between = [nn.ReLU(True), *([nn.Dropout(0.5)] if dropout else [])]
        self.conv_block = nn.Sequential(*first, *between, *second)

    def forward(self, x):
        return x + self.conv_block(x)


class ResNet(nn.Module):
    """Keys model.1, .4, .7, a block each from .10 on, then after them at 10, 13 and 17 + blocks;
    antialiased ones, of CUT, .1, .4, .8, from .12 on, and at 13, 17 and 21 + blocks."""

    def __init__(
        self,
        before=3,
        after=3,
        width=4,
        blocks=2,
        norm="instance",
        dropout=False,
        antialias=False,
    ):
        super().__init__()
        bias = norm == "instance"

        def then(convolution, channels):
            return [convolution, NORMS[norm](channels), nn.ReLU(True)]

        def half(channels):
            if antialias:
                convolution = nn.Conv2d(channels, 2 * channels, 3, 1, 1, bias=bias)
                return [*then(convolution, 2 * channels), Blur(2 * channels, 3)]
            return then(nn.Conv2d(channels, 2 * channels, 3, 2, 1, bias=bias), 2 * channels)

        def twice(channels):
            if antialias:
                convolution = nn.Conv2d(channels, channels // 2, 3, 1, 1, bias=bias)
                return [Blur(channels, 4), *then(convolution, channels // 2)]
            up = nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, 1, bias=bias)
            return then(up, channels // 2)

        self.model = nn.Sequential(
            nn.ReflectionPad2d(3),
            *then(nn.Conv2d(before, width, 7, bias=bias), width),
            *half(width),
            *half(2 * width),
            *(Residual(4 * width, norm, dropout) for _ in range(blocks)),
            *twice(4 * width),
            *twice(2 * width),
            nn.ReflectionPad2d(3),
            nn.Conv2d(width, after, 7),
            nn.Tanh(),
        )

    def forward(self, images):
        return self.model(images)


class Skip(nn.Module):
    """A level of the U-Net around the levels inside it; beside what they make it gives its input,
    which an in-place activation has changed by then."""

    def __init__(self, *layers: nn.Module):
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return torch.cat([x, self.model(x)], dim=1)


class UNet(nn.Module):
    """Keys model.model.0 and .3, and .1 for what is inside."""

    def __init__(self, before=3, after=3, width=4, levels=7, norm="batch", dropout=True):
        super().__init__()
        bias = norm == "instance"
        widths = [width * min(8, 2**i) for i in range(levels)]

        def down(i):
            return nn.Conv2d(widths[i - 1], widths[i], 4, 2, 1, bias=bias)

        def up(i, inside):
            into = nn.ConvTranspose2d(inside, widths[i - 1], 4, 2, 1, bias=bias)
            return [nn.ReLU(True), into, NORMS[norm](widths[i - 1])]

        last = levels - 1
        block = Skip(nn.LeakyReLU(0.2, True), down(last), *up(last, widths[last]))
        for i in range(last - 1, 0, -1):
            dropped = dropout and i >= 4  # all levels of the full width but the innermost
            block = Skip(
                *[nn.LeakyReLU(0.2, True), down(i), NORMS[norm](widths[i]), block],
                *[*up(i, 2 * widths[i]), *([nn.Dropout(0.5)] if dropped else [])],
            )
        outermost = nn.Module()
        outermost.model = nn.Sequential(
            nn.Conv2d(before, width, 4, 2, 1, bias=bias),
            *[block, nn.ReLU(True), nn.ConvTranspose2d(2 * width, after, 4, 2, 1), nn.Tanh()],
        )
        self.model = outermost

    def forward(self, images):
        return self.model.model(images)


def trained(network: nn.Module, seed: int = 0) -> nn.Module:
    """Weights, biases and running statistics that all differ from what a new network has."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in network.state_dict().items():
        if name.endswith("filt"):
            continue
        if name.endswith("num_batches_tracked"):
            tensor.fill_(17)
        elif name.endswith("running_var") or (name.endswith("weight") and tensor.ndim == 1):
            tensor.uniform_(0.5, 1.5, generator=generator)
        elif tensor.ndim == 4:  # of about the size that keeps activations as large as they are
            tensor.normal_(0, tensor[0].numel() ** -0.5, generator=generator)
        else:
            tensor.normal_(0, 0.2, generator=generator)
    return network.eval()


def images(size: int, channels: int = 3) -> torch.Tensor:
    return torch.rand(1, channels, size, size, generator=torch.Generator().manual_seed(1)) * 2 - 1


def imported(tmp_path, state, **options):
    """The translator that a state dict makes."""
    torch.save(state, tmp_path / "latest_net_G.pth", **options)
    import_checkpoints([tmp_path / "latest_net_G.pth"], tmp_path / "model")
    return models.load(tmp_path / "model")


def assert_same_pictures(translator, theirs: nn.Module, size: int, channels: int = 3) -> None:
    given = images(size, channels)
    with torch.inference_mode():
        expected = theirs(given)
    assert expected.std() > 0.1  # neither grey nor black and white
    assert expected.abs().mean() < 0.9
    assert (translator.run(given, "A to B") - expected).abs().max() <= 1e-5
