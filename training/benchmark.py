"""How fast translation trains and runs: `python -m training.benchmark`, with nothing else running.

Our training step (bfloat16 where the hardware has it, fused Adam, shared passes, the average
included) alternates in one process with a plain float32 step of the same networks in the reference
implementation's order of calls with PyTorch's default Adam. Then an exported model translates a
picture of 256 and 512 pixels and one of 12 megapixels, each in a process of its own for its peak
memory.
"""

import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from types import MethodType, SimpleNamespace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from models.networks import few
from training import pix2pix
from training.data.paired import PairBatch
from training.devices import make_accelerator
from training.game import Game
from training.objectives import OBJECTIVES
from training.options import parse, parse_simple, run_main
from training.start import initial_networks

CASES = {  # the reference's networks at two batch sizes, and the recipe of what ships
    "U-Net-256 ngf 64, batch 1": ["--batch-size", "1"],
    "U-Net-256 ngf 64, batch 4": ["--batch-size", "4"],
    "recipe cpu, batch 4": ["--recipe", "cpu"],
}
PICTURES = {"256x256": (256, 256), "512x512": (512, 512), "12 megapixels": (4000, 3000)}
SIZE = 256


@dataclass
class Options:
    """Options of `training.benchmark`.

    Args:
        model: an exported translator, a name or a folder.
        rounds: pairs of steps to take the median of.
        json: print JSON.
    """

    model: str = "emoji"
    rounds: int = 8
    json: bool = False


class Plain:
    """The step as the reference implementation takes it: float32, PyTorch's own layers, D of the
    fake and of the real in two calls, default Adam, no average."""

    def __init__(self, options: pix2pix.Options):
        networks = make_networks(options)
        for layer in (part for network in networks.values() for part in network.modules()):
            if isinstance(layer, (few.Halving, few.Doubling)):  # back to PyTorch's own
                layer.forward = MethodType(type(layer).__base__.forward, layer)
        self.generator, self.critic = networks["generator"], networks["critic"]
        self.optimisers = [
            torch.optim.Adam(network.parameters(), options.lr, betas=(options.beta1, options.beta2))
            for network in (self.generator, self.critic)
        ]
        self.objective, self.lambda_l1 = OBJECTIVES[options.gan_mode], options.lambda_l1

    def step(self, batch: PairBatch) -> None:
        given, wanted = batch
        output = self.generator(given)
        of_generator, of_critic = self.optimisers

        self.critic.requires_grad_(True)
        of_critic.zero_grad()
        fake = self.critic(torch.cat([given, output.detach()], 1))
        real = self.critic(torch.cat([given, wanted], 1))
        (total(self.objective.critic(real, fake)) / 2).backward()
        of_critic.step()

        self.critic.requires_grad_(False)
        of_generator.zero_grad()
        fake = self.critic(torch.cat([given, output], 1))
        terms = self.objective.generator(fake, None)
        (total(terms) + self.lambda_l1 * F.l1_loss(output, wanted)).backward()
        of_generator.step()


def total(terms: dict[str, Tensor]) -> Tensor:
    """The sum of an objective's terms."""
    return torch.stack(list(terms.values())).sum()


def make_networks(options: pix2pix.Options) -> dict[str, torch.nn.Module]:
    """Generator and critic for grey to RGB at 256 pixels."""
    data = SimpleNamespace(in_channels=1, channels=3, size=SIZE)
    return initial_networks(None, *pix2pix.describe_networks(options, data))[0]


class Ours:
    """Our iteration with its average."""

    def __init__(self, options: pix2pix.Options):
        self.game = Game(
            make_accelerator(options),
            options,
            OBJECTIVES[options.gan_mode],
            make_networks(options),
            betas=(options.beta1, options.beta2),
        )

    def step(self, batch: PairBatch) -> None:
        pix2pix.iteration(self.game, iter([batch]))
        self.game.progress.images_seen += len(batch.input)
        self.game.average()


def training_speed(arguments: list[str], rounds: int) -> dict[str, float]:
    """Median seconds of a plain step and of ours, taken in turn, and how often ours fits in."""
    # the same terms on both sides: what the recipe adds to them is not the reference's
    options = parse(pix2pix.Options, "", [*arguments, "--lambda-feature", "0", "--size", str(SIZE)])
    stream = torch.Generator().manual_seed(0)
    shape = (options.batch_size, 4, SIZE, SIZE)
    sides = torch.rand(shape, generator=stream).mul(2).sub(1).split((1, 3), dim=1)
    batch = PairBatch(*(side.contiguous() for side in sides))
    steps = {"plain": Plain(options).step, "ours": Ours(options).step}
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for round_ in range(rounds + 1):  # the first one warms up
        for name, step in steps.items():
            began = time.monotonic()
            step(batch)
            if round_:
                seconds[name].append(time.monotonic() - began)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return {**medians, "times as fast": medians["plain"] / medians["ours"]}


def inference(model: str, size: tuple[int, int]) -> dict[str, float]:
    """Seconds (the median of five, of one for large pictures) and peak memory of a translation."""
    fresh = multiprocessing.get_context("spawn")  # a fork would have this process's memory
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(translate_once, model, size).result()


def translate_once(model: str, size: tuple[int, int]) -> dict[str, float]:
    """Translate a picture of lines in this process, which does nothing else."""
    from PIL import Image

    import models
    from training.plan import peak_memory

    pixels = np.full(size[::-1], 255, np.uint8)
    pixels[::64, :], pixels[:, ::64] = 0, 0
    translator, picture = models.load(model), Image.fromarray(pixels)
    before = peak_memory()
    seconds = []
    for _ in range(6 if max(size) <= 1024 else 1):
        began = time.monotonic()
        translator.translate(picture, long_side=0)
        seconds.append(time.monotonic() - began)
    return {
        "seconds": statistics.median(seconds[1:] or seconds),
        "peak memory, GB": peak_memory() / 2**30,
        "of it loading, GB": before / 2**30,
    }


def measure(options: Options) -> Iterator[tuple[str, dict[str, float]]]:
    """Each case with its figures, as soon as they are there."""
    for name, arguments in CASES.items():
        yield f"training, {name}", training_speed(arguments, options.rounds)
    for name, size in PICTURES.items():
        yield f"{options.model}, {name}", inference(options.model, size)


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    found = {}
    for name, figures in measure(options):
        found[name] = figures
        if not options.json:
            print(f"{name:40}", *(f"{key} {value:.3f}" for key, value in figures.items()), sep="  ")
            sys.stdout.flush()
    if options.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    run_main(main)
