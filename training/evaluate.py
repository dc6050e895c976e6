"""Measure an exported model on the test split of the data that it was trained on.

    python -m training.evaluate weights/digits

Prints a table, writes evaluation.json beside the model, and puts the figures into config.json and
the card. Figures from fewer than 10,000 samples are printed, but not written into the model.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

import models
from models.sampler import Sampler
from training.card import write_card
from training.data.datasets import LabelledImages
from training.data.errors import DataError
from training.data.sources import Source, find_source
from training.metrics.classifier import Classifier, describe, fit_classifier, load_classifier
from training.metrics.diversity import diversity
from training.metrics.fidelity import density_coverage, frechet_distance
from training.options import parse_simple, run_main
from training.runs import write_whole

REPORTABLE = 10_000
TRAIN_SET = 60_000
PAIRS_WITHIN = 2_000  # the number of pairs grows with the square
EPOCHS = 5


@dataclass
class Options:
    """Options of `training.evaluate`.

    Args:
        model: an exported model's name or folder.
        data: the data to measure on; the model's own training data where it is not given.
        split: test, whose figures are the ones to report, or train, to choose by without touching
            test.
        samples: generated images, compared with as many real ones.
        train_samples: generated images that a classifier is trained on; 0 leaves that figure out.
        seed: of the samples.
        truncation: another than the model's default, to choose by; its figures are not written.
        write: put the figures into the model's config.json and card.
    """

    model: str
    data: str | None = None
    split: Literal["test", "train"] = "test"
    samples: int = REPORTABLE
    train_samples: int = TRAIN_SET
    seed: int = 0
    truncation: float | None = None
    write: bool = True


@dataclass
class Figure:
    """A row of the table: what was measured, on how many samples, and what stands beside it."""

    key: str
    name: str
    value: float
    text: str
    n: int


def measure(sampler: Sampler, data: str, options: Options) -> tuple[list[Figure], dict]:
    """The figures, and details by class (agreement and confusion)."""
    real = LabelledImages(find_source(data, options.split), sampler.size, sampler.channels)
    train = LabelledImages(find_source(data, "train"), sampler.size, sampler.channels)
    classifier = load_classifier(real.name, sampler.channels, sampler.class_names)
    real_images, real_labels = shuffled(real, options.samples, options.seed)
    other_images, _ = shuffled(train, options.samples, options.seed + 1)
    wanted = real_labels if sampler.class_names else None
    fake_images = draw(sampler, options.samples, options.seed, wanted)
    real_features, _ = describe(classifier, real_images)
    other_features, _ = describe(classifier, other_images)
    fake_features, seen_as = describe(classifier, fake_images)
    n = len(fake_images)
    figures, details = [], {}
    if wanted is not None:
        agreement, details = label_agreement(wanted, seen_as, sampler.class_names)
        figures.append(
            Figure("label_agreement", "label agreement", agreement, f"{agreement:.2%}", n)
        )
    else:
        details["classes"] = balance(seen_as, real.class_names)
    figures += distances(real_features, other_features, fake_features, n)
    figures.append(
        spread(fake_images, seen_as if wanted is None else wanted, real_images, real_labels)
    )
    if options.train_samples:
        figures += trained_on_generated(sampler, train, real, classifier, options)
    return figures, details


def draw(sampler: Sampler, count: int, seed: int, labels: Tensor | None) -> Tensor:
    """Generated images (N, C, H, W) in [-1, 1] as they come out of the files: rounded to 8 bits."""
    pixels = sampler.draw(sampler.noise(count, seed), None if labels is None else labels[:count])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def shuffled(dataset: LabelledImages, count: int, seed: int) -> tuple[Tensor, Tensor]:
    """`count` images and labels of a data set, without repetition, in an order that follows from
    the seed."""
    if len(dataset) < count:
        raise DataError(
            f"Expected at least {count:,} images in {dataset.name} to measure on, found "
            f"{len(dataset):,}; lower --samples."
        )
    chosen = np.random.default_rng(seed).permutation(len(dataset))[:count]
    batch = dataset.__getitems__([(int(index), 0) for index in chosen])
    return batch.images, batch.labels


def label_agreement(wanted: Tensor, seen_as: Tensor, names: list[str]) -> tuple[float, dict]:
    """Share of samples that the classifier sees as the class asked for; by class, with the
    confusion matrix."""
    classes = len(names)
    confusion = torch.bincount(wanted * classes + seen_as, minlength=classes**2).view(
        classes, classes
    )
    by_class = confusion.diag() / confusion.sum(1).clamp(min=1)
    return confusion.diag().sum().item() / len(wanted), {
        "agreement_by_class": {name: round(by_class[i].item(), 4) for i, name in enumerate(names)},
        "confusion": confusion.tolist(),
    }


def balance(seen_as: Tensor, names: list[str]) -> dict[str, float]:
    """Share of each class among the samples, as the classifier sees them."""
    counts = torch.bincount(seen_as, minlength=len(names)) / len(seen_as)
    return {name: round(counts[i].item(), 4) for i, name in enumerate(names)}


def distances(real: Tensor, other: Tensor, fake: Tensor, n: int) -> list[Figure]:
    """FID, density and coverage of the generated features, each beside that of other real
    images."""
    fid, floor = frechet_distance(real, fake), frechet_distance(real, other)
    density, coverage = density_coverage(real, fake)
    real_density, real_coverage = density_coverage(real, other)
    return [
        Figure(
            "fid_cnn", "FID (our classifier's features)", fid, f"{fid:.3f} (real: {floor:.3f})", n
        ),
        Figure(
            "density", "density, k = 5", density, f"{density:.3f} (real: {real_density:.3f})", n
        ),
        Figure(
            "coverage",
            "coverage, k = 5",
            coverage,
            f"{coverage:.3f} (real: {real_coverage:.3f})",
            n,
        ),
    ]


def spread(fake: Tensor, fake_labels: Tensor, real: Tensor, real_labels: Tensor) -> Figure:
    """Diversity of the samples within their classes over that of the real images, in pixels."""
    means = []
    for images, labels in ((fake, fake_labels), (real, real_labels)):
        parts = zip(images.split(PAIRS_WITHIN), labels.split(PAIRS_WITHIN), strict=True)
        means.append(np.mean([diversity(*part) for part in parts]))
    share = float(means[0] / means[1])
    return Figure(
        "diversity", "diversity within a class (real = 1)", share, f"{share:.3f}", len(fake)
    )


def trained_on_generated(
    sampler: Sampler,
    train: LabelledImages,
    real: LabelledImages,
    judge: Classifier,
    options: Options,
) -> list[Figure]:
    """Test accuracy of a classifier that saw only generated images, beside one that saw real ones.

    Both have the same network, epochs and schedule and no augmentation. Where a sampler has no
    classes, its images carry the labels that the stored classifier gives them.
    """
    count = options.train_samples
    labels = torch.from_numpy(train.labels[np.arange(count) % len(train)])
    images = draw(sampler, count, options.seed + 1, labels if sampler.class_names else None)
    if not sampler.class_names:
        labels = describe(judge, images)[1]
    pixels = images.add(1).mul(127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    generated = LabelledImages(
        Source("generated", pixels, labels.numpy(), train.class_names),
        sampler.size,
        sampler.channels,
    )
    test_images, test_labels = real.plain()
    accuracies = [
        (describe(fit_classifier(data, EPOCHS), test_images)[1] == test_labels)
        .float()
        .mean()
        .item()
        for data in tqdm((generated, train), "Classifiers", leave=False)
    ]
    text = f"{accuracies[0]:.2%} (trained on real: {accuracies[1]:.2%})"
    name = f"classifier trained on {count:,} generated, tested on real"
    return [Figure("trained_on_generated", name, accuracies[0], text, len(test_labels))]


def table(figures: list[Figure]) -> str:
    """The figures as aligned text."""
    width = max(len(figure.name) for figure in figures)
    return "\n".join(f"{f.name:{width}}  {f.text:>32}  n = {f.n:,}" for f in figures)


def write(
    sampler: Sampler, figures: list[Figure], details: dict, options: Options, data: str
) -> None:
    """evaluation.json, and the figures in config.json and the card where they may be reported."""
    command = command_of(sampler, options)
    record = {
        "command": command,
        "data": data,
        "split": options.split,
        "seed": options.seed,
        "truncation": sampler.truncation,
        "figures": {figure.key: {"value": figure.value, "n": figure.n} for figure in figures},
        **details,
    }
    write_whole(sampler.folder / "evaluation.json", json.dumps(record, indent=1) + "\n")
    rows = [{"key": f.key, "name": f.name, "value": f.text, "n": f.n} for f in figures]
    config = {
        **sampler.config,
        "metrics": {"command": command, "split": options.split, "table": rows},
    }
    write_whole(
        sampler.folder / "config.json", json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    )
    write_whole(sampler.folder / "README.md", write_card(config))


def command_of(sampler: Sampler, options: Options) -> str:
    """The command that measures the same again."""
    ships = sampler.folder.resolve().parent == models.WEIGHTS[0]
    command = f"python -m training.evaluate {'weights/' if ships else ''}{sampler.folder.name}"
    for name in ("data", "samples", "train_samples", "seed"):
        if getattr(options, name) != getattr(Options, name):
            command += f" --{name.replace('_', '-')} {getattr(options, name)}"
    return command


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    began = time.monotonic()
    sampler = Sampler(models.find(options.model))
    default = sampler.truncation
    sampler.truncation = sampler.checked(options.truncation)
    data = options.data or sampler.config["training"]["data"]
    figures, details = measure(sampler, data, options)
    print(
        f"{sampler.name}: truncation {sampler.truncation:g}, {data} {options.split} split, "
        f"{(time.monotonic() - began) / 60:.1f} minutes"
    )
    print(table(figures))
    for title, values in details.items():
        print(f"{title}: {json.dumps(values)}")
    enough = options.samples >= REPORTABLE and options.train_samples in (0, TRAIN_SET)
    if not enough or options.split != "test" or sampler.truncation != default:
        print(
            f"Not written: figures are reported from {REPORTABLE:,} samples, the test split and "
            "the model's default truncation."
        )
    elif options.write:
        write(sampler, figures, details, options, data)
        print(f"Written to config.json, README.md and evaluation.json in {Path(sampler.folder)}")


if __name__ == "__main__":
    run_main(main)
