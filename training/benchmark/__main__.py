"""How fast translation trains and runs: `python -m training.benchmark`, with nothing else running.

Our training step (bfloat16 where the hardware has it, fused Adam, shared passes, memory that is
kept, the average included) alternates with a plain float32 step of the same networks in the
reference implementation's order of calls with PyTorch's default Adam, each in a process of its own;
with --changes, with our own step without each of these changes in turn. Then models translate
pictures of several sizes, each in a process of its own for its peak memory, in turn with a plain
float32 pass; one writes a line of twenty characters, and one follows a camera.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.precision import bfloat16_in_words
from training.benchmark.ablations import CHANGES
from training.benchmark.cases import CASES, PICTURES
from training.benchmark.inference_speed import (
    CAMERA,
    LINE,
    camera_speed,
    inference_speed,
    untrained,
    writing_speed,
)
from training.benchmark.training_speed import training_speed
from training.command_line import parse_simple, run_main

RESNET = "ResNet-9 ngf 64"  # an untrained model, for its speed alone


@dataclass
class Options:
    """Options of `training.benchmark`.

    Args:
        model: an exported translator, a name or a folder.
        writer: an exported model that writes, a name or a folder.
        follower: an exported translator of photographs, a name or a folder, for a camera's frames.
        rounds: pairs of steps to take the median of, fewer where they take long.
        only: cases whose names have this in them; all where it is not given.
        changes: what each change by itself brings to a training step, in place of all else.
        json: print JSON.
    """

    model: str = "emoji"
    writer: str = "brush"
    follower: str = "photo-vangogh"
    rounds: int = 8
    only: str = ""
    changes: bool = False
    json: bool = False


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
            yield name, inference_speed(options.model, size)
    if options.only in (name := f"{options.writer}, {len(LINE)} characters"):
        yield name, writing_speed(options.writer)
    if options.only in (name := f"{options.follower}, a camera at {max(CAMERA)} pixels"):
        yield name, camera_speed(options.follower)
    wanted = {f"{RESNET}, {words}": size for words, size in PICTURES.items()}
    wanted = {name: size for name, size in wanted.items() if options.only in name}
    with tempfile.TemporaryDirectory() as folder:
        path = untrained(Path(folder) / "untrained") if wanted else ""
        for name, size in wanted.items():
            yield name, inference_speed(str(path), size)


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    if not options.json:
        print(f"On this processor: {bfloat16_in_words()}.")
    found = {}
    for name, figures in measure(options):
        found[name] = figures
        if not options.json:
            print(f"{name:44}", *(f"{key} {value:.3f}" for key, value in figures.items()), sep="  ")
            sys.stdout.flush()
    if not found:
        raise ValueError(
            f"Expected --only to be in a case's name, found {options.only!r}; the cases are "
            f"{', '.join(CASES)}, {options.writer}, {options.follower}, and {options.model} or "
            f"{RESNET} at {', '.join(PICTURES)}."
        )
    if options.json:
        print(json.dumps({"processor": bfloat16_in_words(), **found}, indent=1))


if __name__ == "__main__":
    run_main(main)
