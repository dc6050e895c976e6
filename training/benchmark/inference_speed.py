"""Seconds and memory of a translation, and seconds of a line that is written and of a camera's
frame, each in a process of its own."""

import multiprocessing
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from models import model_folder
from models.clips.memory import steady
from models.images import pixels_to_tensor, tensor_to_images
from models.networks import GENERATORS
from models.scaling import shrunk
from models.translator import Translator
from training import cyclegan
from training.benchmark.reference_steps import with_plain_convolutions
from training.benchmark.side_by_side import load_translator
from training.benchmark.timing import compare_in_turn, timed
from training.engine.dry_run import peak_memory
from training.export.export_model import translation_config
from training.metrics.unpaired.moving import pan

LINE = "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往"  # no character twice
CAMERA = (192, 144)  # pixels, as the page takes them
WRITTEN = 96  # pixels of a character, as the app shows it


def inference_speed(model: str, size: tuple[int, int]) -> dict[str, float]:
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
    translator, picture = load_translator(model), line_drawing(size)
    before, began = peak_memory(), time.monotonic()
    translator.translate(picture, long_side=working_side(translator))
    return {
        "seconds": time.monotonic() - began,
        "peak memory, GB": peak_memory() / 2**30,
        "of it loading, GB": before / 2**30,
    }


def passes(model: str, size: tuple[int, int]) -> dict[str, float]:
    """Seconds of a translation, and of the network's own layers in float32 with what it needs
    around them."""
    translator, picture = load_translator(model), line_drawing(size)
    network = with_plain_convolutions(load_translator(model).networks[cyclegan.A_TO_B])
    side = working_side(translator)
    given = shrunk(picture.convert("RGB" if translator.channels("A to B")[0] == 3 else "L"), side)

    def plain() -> None:
        with torch.inference_mode():
            tensor_to_images(network(translator.with_hints(pixels_to_tensor(given), None)))

    whole = partial(translator.translate, picture, long_side=side)
    steps = {"plain": partial(timed, plain), "seconds": partial(timed, whole)}
    return compare_in_turn(steps, rounds=8)


def working_side(translator: Translator) -> int:
    """The `long_side` that it is measured at, in pixels: 0, the picture's own, or the model's where
    it keeps a drawing's lines, for such a model works no drawing at more."""
    keeps_lines = translator.config["network"]["arguments"].get("keep_lines")
    return translator.long_side if keeps_lines else 0


def writing_speed(model: str) -> dict[str, float]:
    """Seconds of a line of twenty characters, none of which is remembered, and of the first one."""
    return by_itself(writing, model)


def by_itself(measure: Callable[[str], dict[str, float]], model: str) -> dict[str, float]:
    """The figures of a model, measured in a process of its own."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        return pool.submit(measure, model).result()


def writing(model: str, line: str = LINE, rounds: int = 8) -> dict[str, float]:
    """The same in this process: the median of some rounds."""
    writer = load_translator(model)

    def write() -> None:
        writer.inks.clear()
        writer.write(line, size=WRITTEN)

    first, seconds, spent = timed(write), [], []
    for _ in range(rounds):
        began = time.process_time()
        seconds.append(timed(write))
        spent.append(time.process_time() - began)
    return {
        "seconds": statistics.median(seconds),
        "of processors": statistics.median(spent),  # which other work does not make longer
        "the first time": first,
    }


def camera_speed(model: str) -> dict[str, float]:
    """Seconds of a frame of a camera that pans, steadied as the page does it, and frames a
    second."""
    return by_itself(following, model)


def following(model: str, size: tuple[int, int] = CAMERA, count: int = 12) -> dict[str, float]:
    """The same in this process: the median of so many frames after the first two."""
    follower = steady(load_translator(model))
    stream = np.random.default_rng(0)
    rough = Image.fromarray(stream.integers(0, 256, (12, 16, 3), np.uint8))
    scene = rough.resize((2 * size[0], 2 * size[1]), Image.Resampling.BICUBIC)
    seconds = [
        timed(partial(follower.translate, frame, long_side=max(size)))
        for frame in pan(scene, size, count + 2).frames
    ]
    each = statistics.median(seconds[2:])
    return {"seconds": each, "frames a second": 1 / each}


def line_drawing(size: tuple[int, int]) -> Image.Image:
    """A picture of black lines on white."""
    pixels = np.full(size[::-1], 255, np.uint8)
    pixels[::64, :], pixels[:, ::64] = 0, 0
    return Image.fromarray(pixels)


def untrained(folder: Path) -> Path:
    """An exported model as large as CycleGAN's at 256 pixels, which learned nothing."""
    arguments = {"in_channels": 3, "out_channels": 3, "blocks": 9, "width": 64}
    network = {"name": "resnet", "arguments": arguments}
    data = {
        "name": "none",
        "licence": "none",
        "images": 0,
        "size": 256,
        "domains": ["a", "b"],
        "directions": ["A to B"],
    }
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    critic = {"name": "patchgan", "arguments": {"channels": 3}}
    config = translation_config("untrained", "none", network, critic, data, training)
    generators = model_folder.make_network(config, "network", GENERATORS).eval()
    model_folder.save(folder, config, generators, "", Image.new("L", (8, 8)))
    return folder
