"""The training steps and pictures that `training.benchmark` times."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace

import torch
from torch import nn

from training import cyclegan, pix2pix
from training.command_line import parse
from training.data.paired.paired_images import PairBatch
from training.data.unpaired.unpaired_images import UnpairedBatch
from training.engine.setup import initial_networks


@dataclass(frozen=True)
class Case:
    """A training step to time: its script, as in `python -m`, and options beside its defaults."""

    script: str
    size: int
    arguments: tuple[str, ...]

    @property
    def module(self) -> ModuleType:
        """The script."""
        return importlib.import_module(self.script)

    @property
    def unpaired(self) -> bool:
        """Whether it learns both directions, without pairs."""
        return self.script == CYCLEGAN


PIX2PIX, CYCLEGAN = "training.pix2pix", "training.cyclegan"
SMALL = ("--blocks", "6", "--ngf", "32", "--ndf", "32")
LARGE = ("--blocks", "6", "--ngf", "64", "--ndf", "64")
FOUR = ("--batch-size", "4")
CASES = {
    "pix2pix, U-Net-256 ngf 64, batch 1": Case(PIX2PIX, 256, ()),
    "pix2pix, U-Net-256 ngf 64, batch 4": Case(PIX2PIX, 256, FOUR),
    "pix2pix, recipe cpu, 256x256, batch 4": Case(PIX2PIX, 256, ("--recipe", "cpu")),
    "CycleGAN, ResNet-6 ngf 32, 128x128, batch 1": Case(CYCLEGAN, 128, SMALL),
    "CycleGAN, ResNet-6 ngf 32, 128x128, batch 4": Case(CYCLEGAN, 128, (*SMALL, *FOUR)),
    "CycleGAN, ResNet-6 ngf 64, 128x128, batch 1": Case(CYCLEGAN, 128, LARGE),
    "CycleGAN, ResNet-6 ngf 64, 128x128, batch 4": Case(CYCLEGAN, 128, (*LARGE, *FOUR)),
    "CycleGAN, ResNet-9 ngf 64, 256x256, batch 1": Case(CYCLEGAN, 256, ()),
    "CycleGAN, recipe cpu, 128x128, batch 1": Case(CYCLEGAN, 128, ("--recipe", "cpu")),
}
PICTURES = {
    "256x256": (256, 256),
    "512x512": (512, 512),
    "1024x1024": (1024, 1024),
    "12 megapixels": (4000, 3000),
}


@dataclass(frozen=True)
class Prepared:
    """A case made ready.

    Attributes:
        options: of its script.
        networks: makes them anew each time it is called, by name.
        batch: for every step.
    """

    options: pix2pix.Options | cyclegan.Options
    networks: Callable[[], dict[str, nn.Module]]
    batch: PairBatch | UnpairedBatch


def prepare(case: Case) -> Prepared:
    """The options of a case, its networks and a batch."""
    module, unpaired = case.module, case.unpaired
    # the same terms on both sides: what a recipe adds to them is not the reference's
    added = () if unpaired else ("--lambda-feature", "0")
    options = parse(module.Options, "", [*case.arguments, *added, "--size", str(case.size)])
    channels = 3 if unpaired else 1
    data = SimpleNamespace(in_channels=1, channels=3, size=case.size, manners=())
    architecture = module.describe_networks(options, data)
    stream = torch.Generator().manual_seed(0)
    shape = (options.batch_size, channels + 3, case.size, case.size)
    sides = torch.rand(shape, generator=stream).mul(2).sub(1).split((channels, 3), dim=1)
    kind = UnpairedBatch if unpaired else PairBatch
    batch = kind(*(side.contiguous() for side in sides))
    return Prepared(options, lambda: initial_networks(None, architecture)[0], batch)
