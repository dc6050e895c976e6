"""Measure an exported model on the test split of the data that it was trained on.

    python -m training.evaluate weights/digits
    python -m training.evaluate weights/digits-gan --parzen --neighbours
    python -m training.evaluate weights/emoji --degrade
    python -m training.evaluate weights/photo-vangogh
    python -m training.evaluate weights/photo-vangogh --paintings FOLDER
    python -m training.evaluate weights/photo-vangogh --clips 4
    python -m training.evaluate weights/emoji-words --neighbours

Prints a table, writes evaluation.json beside the model, and puts the figures into config.json and
the card. Figures from fewer samples than the protocol has (10,000 of a model that draws, 26,000 of
stacked MNIST, 2,500 points of a mixture), or from a part of the test split of a model that
translates, are printed, but not written into the model.
"""

import json
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import models
from models import locations
from models.point_sampler import PointSampler
from models.precision import bfloat16_in_words
from models.sampler import Sampler
from models.translator import Translator
from training.command_line import parse_simple, run_main
from training.data.errors import DataError
from training.data.labelled.named import STACKED
from training.export.model_card import write_card
from training.metrics import manners, modes, sampling, stacked, translating, wording
from training.metrics.figure import Figure
from training.metrics.unpaired import protocol as unpaired
from training.previews import neighbours, prompts
from training.runs.folder import write_whole

TRAIN_SET = 60_000
MOSAIC = 4000  # pixels wide: 12 million in all
WITHOUT_PAIRS = ("training.cyclegan", "training.cut")

Model = Sampler | PointSampler | Translator
Measure = Callable[..., tuple[list[Figure], dict]]


@dataclass
class Options:
    """Options of `training.evaluate`.

    Args:
        model: an exported model's name or folder.
        data: the data to measure on; the model's own training data where it is not given.
        split: test, whose figures are the ones to report, or train, to choose by without touching
            test.
        samples: generated images, compared with as many real ones, or images translated, at most;
            as many as the protocol has (10,000, 26,000 of stacked MNIST, 2,500 points of a mixture)
            where it is not given.
        degrade: measure a translator of outlines on degraded ones too: thick, thin, elastic, with
            gaps, shifted, small.
        words: a CSV of what the pictures show, or emoji for that which comes along, to measure a
            translator that takes words with them too.
        train_samples: generated images that a classifier is trained on; 0 leaves that figure out.
        parzen: the Parzen window log-likelihood of Goodfellow et al. 2014 too, on data as large as
            MNIST.
        neighbours: write neighbours.png, samples beside their nearest training images, and
            walk.png, images on the way between noises, beside the model; of one that takes words
            prompts.png, what it draws of forty-eight, each beside the nearest training image.
        paintings: a folder with pictures of the domain that is translated to, to compare a model
            that learned without pairs with, in place of the data's own; its figures are not
            written.
        real: a folder with other pictures of that domain, whose own share of the way stands beside
            the model's, as what real ones reach.
        mosaic: the width of a picture made of many that such a model translates too, in so many
            seconds; three quarters as high, 0 for none.
        clips: photographs over which such a model's clips move too, measured beside frame by frame;
            0 for none.
        seed: of the samples.
        truncation: another than the model's default, to choose by; its figures are not written.
        write: put the figures into the model's config.json and card.
    """

    model: str
    data: str | list[str] | None = None
    split: Literal["test", "train"] = "test"
    samples: int | None = None
    degrade: bool = False
    words: str | None = None
    train_samples: int = TRAIN_SET
    parzen: bool = False
    neighbours: bool = False
    paintings: str | None = None
    real: str | None = None
    mosaic: int = MOSAIC
    clips: int = 0
    seed: int = 0
    truncation: float | None = None
    write: bool = True

    def __post_init__(self) -> None:
        if self.mosaic < 0:
            raise ValueError(f"Expected --mosaic of at least 0, found {self.mosaic}.")
        if self.clips < 0:
            raise ValueError(f"Expected --clips of at least 0, found {self.clips}.")


def protocol_of(model: Model) -> tuple[Measure, int]:
    """The measurement that fits a model, and the number of samples from which its figures may be
    reported: of points, stacked digits or other images, of translations with pairs or without."""
    if model.config["task"] == "points":
        return modes.measure, modes.SAMPLES
    if isinstance(model, Sampler) and model.takes_words:
        return wording.measure, translating.SAMPLES
    if isinstance(model, Sampler):
        of_stacks = model.config["training"]["data"] == STACKED
        return (
            (stacked.measure, stacked.SAMPLES)
            if of_stacks
            else (sampling.measure, sampling.SAMPLES)
        )
    without_pairs = model.config["training"]["script"] in WITHOUT_PAIRS
    if without_pairs:
        return unpaired.measure, translating.SAMPLES
    several = isinstance(model, Translator) and model.manners
    return (manners if several else translating).measure, translating.SAMPLES


def check(model: Model, measure: Measure, options: Options) -> None:
    """Raise a ValueError for an option that says nothing of such a model, or one that is measured
    elsewhere."""
    if options.samples is not None and measure is wording.measure:
        raise ValueError(
            f"Expected no --samples for {model.name}, which draws the test split's words; drop it."
        )
    if options.parzen and measure is not sampling.measure:
        raise ValueError(
            f"Expected no --parzen for {model.name}, which draws stacks or points or translates "
            "images; drop it."
        )
    if options.neighbours and not isinstance(model, Sampler):
        raise ValueError(
            f"Expected no --neighbours for {model.name}, which draws points or translates images; "
            "drop it."
        )
    if options.words and not (isinstance(model, Translator) and model.takes_words):
        raise ValueError(
            f"Expected no --words for {model.name}, which takes none; train one that does with "
            "`training.pix2pix --words`, or drop it."
        )
    without_pairs = options.paintings or options.real or options.mosaic != MOSAIC or options.clips
    if measure is not unpaired.measure and without_pairs:
        raise ValueError(
            f"Expected no --paintings, --real, --mosaic and --clips for {model.name}, which did "
            "not learn to translate without pairs; drop them."
        )


def table(figures: list[Figure]) -> str:
    """The figures as aligned text."""
    width = max(len(figure.name) for figure in figures)
    return "\n".join(f"{f.name:{width}}  {f.text:>32}  n = {f.n:,}" for f in figures)


def write(
    model: Model, figures: list[Figure], details: dict, options: Options, data: str | list[str]
) -> None:
    """evaluation.json, and the figures in config.json and the card where they may be reported."""
    command = command_of(model, options)
    record = {
        "command": command,
        "data": data,
        "split": options.split,
        "seed": options.seed,
        "processor": bfloat16_in_words(),
        **({"truncation": model.truncation} if isinstance(model, Sampler) else {}),
        "figures": {figure.key: {"value": figure.value, "n": figure.n} for figure in figures},
        **details,
    }
    write_whole(model.folder / "evaluation.json", json.dumps(record, indent=1) + "\n")
    rows = [{"key": f.key, "name": f.name, "value": f.text, "n": f.n} for f in figures]
    config = {
        **model.config,
        "metrics": {"command": command, "split": options.split, "table": rows},
    }
    write_whole(
        model.folder / "config.json", json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    )
    write_whole(model.folder / "README.md", write_card(config))


def command_of(model: Model, options: Options) -> str:
    """The command that measures the same again."""
    ships = model.folder.resolve().parent == locations.shipped_weights()
    command = f"python -m training.evaluate {'weights/' if ships else ''}{model.folder.name}"
    for name in ("data", "samples", "words", "train_samples", "clips", "seed"):
        if (value := getattr(options, name)) != getattr(Options, name):
            words = value if isinstance(value, list) else [value]
            command += f" --{name.replace('_', '-')} {shlex.join(map(str, words))}"
    switches = ("degrade", "parzen", "neighbours")
    return command + "".join(f" --{name}" for name in switches if getattr(options, name))


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments, prog)
    began = time.monotonic()
    model: Model = models.load(options.model)
    words, chosen_truncation = "", False
    if isinstance(model, Sampler):
        default, model.truncation = model.truncation, model.checked(options.truncation)
        words = f"truncation {model.truncation:g}, "
        chosen_truncation = model.truncation != default
    data = options.data or model.config["training"]["data"]
    measure, reportable = protocol_of(model)
    check(model, measure, options)
    samples = reportable if options.samples is None else options.samples
    try:
        figures, details = measure(model, data, replace(options, samples=samples))
    except DataError as error:
        if options.data is None and f"found no {data!r}" in str(error):
            raise DataError(
                f"Expected --data with the folder of {data}, which {model.name} was trained on, "
                "found none; it is not known by its name."
            ) from None
        raise
    minutes = (time.monotonic() - began) / 60
    print(f"{model.name}: {words}{data} {options.split} split, {minutes:.1f} minutes")
    print(f"On this processor: {bfloat16_in_words()}.")
    print(table(figures))
    if options.neighbours and options.write and isinstance(model, Sampler):
        write_pictures = prompts.write if model.takes_words else neighbours.write
        paths = write_pictures(model, data, options.seed)
        print(f"Pictures: {', '.join(map(str, paths))}")
    for title, values in details.items():
        print(f"{title}: {json.dumps(values)}")
    enough = samples >= reportable and options.train_samples in (0, TRAIN_SET)
    enough = enough and options.mosaic == MOSAIC and not options.paintings
    if not enough or options.split != "test" or chosen_truncation:
        print(
            f"Not written: figures are reported from {reportable:,} samples or the whole split, "
            "the test split, its own paintings and large picture, and the model's default "
            "truncation."
        )
    elif options.write:
        write(model, figures, details, options, data)
        print(f"Written to config.json, README.md and evaluation.json in {Path(model.folder)}")


if __name__ == "__main__":
    run_main(main)
