"""How fast translation trains and runs: `python -m training.benchmark`, with nothing else running.

Our training step (bfloat16 where the hardware has it, fused Adam, shared passes, memory that is
kept, the average included) alternates with a plain float32 step of the same networks in the
reference implementation's order of calls with PyTorch's default Adam, each in a process of its own;
with --changes, with our own step without each of these changes in turn. Then models translate
pictures of several sizes, each in a process of its own for its peak memory, in turn with a plain
float32 pass.
"""

import importlib
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import torch

from training import cyclegan
from training.benchmark import reference_steps
from training.benchmark.ablations import CHANGES
from training.data.paired.paired_images import PairBatch
from training.data.unpaired.unpaired_images import UnpairedBatch
from training.engine.devices import make_accelerator
from training.engine.game import AVERAGE_EVERY, Game
from training.engine.image_pool import ImagePool
from training.engine.setup import initial_networks
from training.losses.objectives import OBJECTIVES
from training.options import parse, parse_simple, run_main


@dataclass(frozen=True)
class Case:
    """A training step to time: its script, as in `python -m`, and options beside its defaults."""

    script: str
    size: int
    arguments: tuple[str, ...]

    @property
    def module(self) -> ModuleType:
        return importlib.import_module(self.script)

    @property
    def unpaired(self) -> bool:
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
playing: dict = {}  # the player and the batch of a process that takes steps
REST = 0.3  # seconds
SECONDS = 30.0  # for a case, once there are three rounds
RESNET = "ResNet-9 ngf 64"  # an untrained model, for its speed alone
PICTURES = {
    "256x256": (256, 256),
    "512x512": (512, 512),
    "1024x1024": (1024, 1024),
    "12 megapixels": (4000, 3000),
}


@dataclass
class Options:
    """Options of `training.benchmark`.

    Args:
        model: an exported translator, a name or a folder.
        rounds: pairs of steps to take the median of, fewer where they take long.
        only: cases whose names have this in them; all where it is not given.
        changes: what each change by itself brings to a training step, in place of all else.
        json: print JSON.
    """

    model: str = "emoji"
    rounds: int = 8
    only: str = ""
    changes: bool = False
    json: bool = False


def prepared(case: Case):
    """The options of a case, its networks made anew each time it is called, and a batch."""
    module, unpaired = case.module, case.unpaired
    # the same terms on both sides: what a recipe adds to them is not the reference's
    added = () if unpaired else ("--lambda-feature", "0")
    options = parse(module.Options, "", [*case.arguments, *added, "--size", str(case.size)])
    channels = 3 if unpaired else 1
    data = SimpleNamespace(in_channels=1, channels=3, size=case.size)
    described = module.describe_networks(options, data)
    stream = torch.Generator().manual_seed(0)
    shape = (options.batch_size, channels + 3, case.size, case.size)
    sides = torch.rand(shape, generator=stream).mul(2).sub(1).split((channels, 3), dim=1)
    kind = UnpairedBatch if unpaired else PairBatch
    batch = kind(*(side.contiguous() for side in sides))
    return options, lambda: initial_networks(None, *described, unpaired)[0], batch


class Ours:
    """Our iteration, and its average apart, for it is not due in every step."""

    def __init__(self, case: Case, options, networks: dict):
        self.play = case.module.iteration
        betas = (options.beta1, options.beta2)
        objective = OBJECTIVES[options.gan_mode]
        self.game = Game(make_accelerator(options), options, objective, networks, betas=betas)
        for way in (cyclegan.A_TO_B, cyclegan.B_TO_A) if case.unpaired else ():
            self.game.keep(way, ImagePool(options.pool_size))

    def step(self, batch: PairBatch | UnpairedBatch) -> None:
        self.play(self.game, iter([batch]))
        self.game.progress.images_seen += len(batch[0])

    def seconds_of_average(self) -> float:
        """What the average takes of a step."""
        seconds = []
        for _ in range(5):
            began = time.monotonic()
            self.game.average()
            seconds.append(time.monotonic() - began)
        return statistics.median(seconds) / AVERAGE_EVERY


def training_speed(case: Case, rounds: int, change: str | None = None) -> dict[str, float]:
    """Median seconds of a plain step and of ours, taken in turn in two processes, and how often
    ours fits in.

    Args:
        change: of `CHANGES`; in place of a plain step is then our own without it.
    """
    fresh = multiprocessing.get_context("spawn")
    name, begin, given = "plain", begin_plain, (case,)
    if change:
        name, begin, given = "without", begin_without, (change, case)
    with (
        ProcessPoolExecutor(1, fresh, begin, given) as other,
        ProcessPoolExecutor(1, fresh, begin_ours, (case,)) as ours,
    ):
        pools = {name: other, "ours": ours}
        found = compared({key: partial(step_in, pool) for key, pool in pools.items()}, rounds)
        for key in ("ours", "without") if change else ("ours",):
            found[key] += pools[key].submit(seconds_of_average).result()
    return {**found, "times as fast": found[name] / found["ours"]}


def begin_plain(case: Case) -> None:
    """Make this process one that takes plain steps."""
    options, networks, batch = prepared(case)
    kind = reference_steps.PlainCycleGAN if case.unpaired else reference_steps.PlainPix2pix
    playing.update(player=kind(options, networks()), batch=batch)


def begin_ours(case: Case) -> None:
    """Make this process one that takes our steps."""
    options, networks, batch = prepared(case)
    playing.update(player=Ours(case, options, networks()), batch=batch)


def begin_without(change: str, case: Case) -> None:
    """Make this process one that takes our steps without a change."""
    CHANGES[change]()
    begin_ours(case)


def step_in(pool: ProcessPoolExecutor) -> float:
    """Seconds of a step in the process of a pool."""
    return pool.submit(timed_step).result()


def timed_step() -> float:
    """Seconds of a step of this process's player."""
    time.sleep(REST)  # until the threads of the other process sleep
    began = time.monotonic()
    playing["player"].step(playing["batch"])
    return time.monotonic() - began


def seconds_of_average() -> float:
    """What the average takes of a step of this process's player."""
    return playing["player"].seconds_of_average()


def compared(steps: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of both, taken in turn, and how many times as fast the second is.

    Args:
        steps: what gives the seconds that it took, by name.
    """
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    start = time.monotonic()
    for round_ in range(rounds + 1):  # the first one warms up
        if round_ > 3 and time.monotonic() - start > SECONDS:
            break
        for name, step in steps.items():
            took = step()
            if round_:
                seconds[name].append(took)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    plain, ours = medians.values()
    return {**medians, "times as fast": plain / ours}


def timed(step: Callable[[], object]) -> float:
    """Seconds of a call."""
    began = time.monotonic()
    step()
    return time.monotonic() - began


def inference(model: str, size: tuple[int, int]) -> dict[str, float]:
    """Seconds and peak memory of a translation; of one that is not large, in turn with a plain
    float32 pass, which stays out of the memory."""
    fresh = multiprocessing.get_context("spawn")  # a fork would have this process's memory
    found: dict[str, float] = {}
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        found |= pool.submit(memory, model, size).result()
        if max(size) <= 1024:
            found |= pool.submit(passes, model, size).result()
    return found


def memory(model: str, size: tuple[int, int]) -> dict[str, float]:
    """Translate a picture once in this process, which does nothing else."""
    import models
    from training.engine.dry_run import peak_memory

    translator, picture = models.load(model), lines(size)
    before, began = peak_memory(), time.monotonic()
    translator.translate(picture, long_side=0)
    return {
        "seconds": time.monotonic() - began,
        "peak memory, GB": peak_memory() / 2**30,
        "of it loading, GB": before / 2**30,
    }


def passes(model: str, size: tuple[int, int]) -> dict[str, float]:
    """Seconds of a translation, and of the network's own layers in float32 with what it needs
    around them."""
    import models
    from models.images import pixels_to_tensor, tensor_to_images

    translator, picture = models.load(model), lines(size)
    network = reference_steps.plain(models.load(model).networks[cyclegan.A_TO_B])
    given = picture.convert("RGB" if translator.channels("A to B")[0] == 3 else "L")

    def plain() -> None:
        with torch.inference_mode():
            tensor_to_images(network(pixels_to_tensor(given)))

    whole = partial(translator.translate, picture, long_side=0)
    steps = {"plain": partial(timed, plain), "seconds": partial(timed, whole)}
    return compared(steps, rounds=8)


def lines(size: tuple[int, int]):
    """A picture of black lines on white."""
    from PIL import Image

    pixels = np.full(size[::-1], 255, np.uint8)
    pixels[::64, :], pixels[:, ::64] = 0, 0
    return Image.fromarray(pixels)


def untrained(folder: Path) -> Path:
    """An exported model as large as CycleGAN's at 256 pixels, which learned nothing."""
    from PIL import Image

    from models import model_folder
    from models.networks import GENERATORS
    from training.export.export_model import translation_config

    arguments = {"in_channels": 3, "out_channels": 3, "blocks": 9, "width": 64}
    network = {"name": "resnet", "arguments": arguments}
    data = {"name": "none", "licence": "none", "images": 0, "size": 256, "domains": ["a", "b"]}
    data["directions"] = ["A to B"]
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    critic = {"name": "patchgan", "arguments": {"channels": 3}}
    config = translation_config("untrained", "none", network, critic, data, training)
    generators = model_folder.make_network(config, "network", GENERATORS).eval()
    model_folder.save(folder, config, generators, "", Image.new("L", (8, 8)))
    return folder


def measure(options: Options) -> Iterator[tuple[str, dict[str, float]]]:
    """Each case with its figures, as soon as they are there."""
    for name, case in CASES.items():
        if options.only in name:
            for change in CHANGES if options.changes else (None,):
                words = f"{name}, {change}" if change else name
                yield words, training_speed(case, options.rounds, change)
    if options.changes:
        return
    for words, size in PICTURES.items():
        if options.only in (name := f"{options.model}, {words}"):
            yield name, inference(options.model, size)
    wanted = {f"{RESNET}, {words}": size for words, size in PICTURES.items()}
    wanted = {name: size for name, size in wanted.items() if options.only in name}
    with tempfile.TemporaryDirectory() as folder:
        path = untrained(Path(folder) / "untrained") if wanted else ""
        for name, size in wanted.items():
            yield name, inference(str(path), size)


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    found = {}
    for name, figures in measure(options):
        found[name] = figures
        if not options.json:
            print(f"{name:44}", *(f"{key} {value:.3f}" for key, value in figures.items()), sep="  ")
            sys.stdout.flush()
    if not found:
        raise ValueError(
            f"Expected --only to be in a case's name, found {options.only!r}; the cases are "
            f"{', '.join(CASES)}, and {options.model} or {RESNET} at {', '.join(PICTURES)}."
        )
    if options.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    run_main(main)
