"""Measure how near a generator comes to real images, led back by its encoder.

    python -m training.metrics.reconstruction digits                    # on the test split
    python -m training.metrics.reconstruction digits --split train --images 1000

Prints a table of mean absolute and mean squared errors in [0, 1], and writes the figures of the
test split to reconstruction.json beside the model.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from models.images import pixels_to_tensor
from models.inversion import STEPS, guess, refine
from models.sampler import Sampler
from training.command_line import parse_simple, run_main
from training.data.labelled.labelled_images import Batch, LabelledImages, images_for
from training.inversion import load_sampler
from training.runs.folder import write_whole

BATCH = 250
RANDOM = 1_000  # samples among which the nearest is a baseline


@dataclass
class Options:
    """Options of `training.metrics.reconstruction`.

    Args:
        model: an exported model with an encoder, by name or folder.
        data: real images; the model's own training data where it is not given.
        split: test, whose figures are the ones to report, or train, to choose by.
        images: at most so many real images, spread over the split.
        steps: of gradient descent on z after the encoder's guess.
        seed: of the random samples.
        write: write the figures of the test split beside the model.
    """

    model: str
    data: str | None = None
    split: Literal["test", "train"] = "test"
    images: int = 1_000
    steps: int = STEPS
    seed: int = 0
    write: bool = True


@dataclass(frozen=True)
class Errors:
    """Mean |x^ - x| and mean (x^ - x)^2 over images, channels and pixels, both in [0, 1]."""

    absolute: float
    squared: float


def errors(found: Tensor, images: Tensor) -> Errors:
    """Of x^ and x, (N, C, H, W) in [-1, 1]."""
    apart = (found - images) / 2
    return Errors(apart.abs().mean().item(), apart.square().mean().item())


def reconstructions(sampler: Sampler, images: Tensor, steps: int) -> tuple[Tensor, Tensor | None]:
    """The generated twins (N, C, H, W) in [-1, 1], and their classes (N,) where there are some."""
    twins: list[Tensor] = []
    classes: list[Tensor] = []
    for part in tqdm(images.split(BATCH), "Reconstructing", leave=False):
        noise, labels = guess(sampler.encoder, part)
        noise = refine(sampler.network, part, noise, labels, steps)
        with torch.inference_mode():
            twins.append(sampler.network(noise, labels))
        if labels is not None:
            classes.append(labels)
    return torch.cat(twins), torch.cat(classes) if classes else None


def class_means(train: LabelledImages, real: Batch) -> Tensor:
    """For each real image the mean of the train images of its class, or of all without classes."""
    if real.labels is None:
        groups, labels = [train.pixels], torch.zeros(len(real.images), dtype=torch.int64)
    else:
        classes = range(len(train.class_names))
        groups = [train.pixels[train.labels == label] for label in classes]
        labels = real.labels
    means = np.stack([pixels.mean(0) for pixels in groups])
    return pixels_to_tensor(means)[labels]


def nearest_random(sampler: Sampler, images: Tensor, seed: int) -> Tensor:
    """For each image the nearest, by squared error, of `RANDOM` samples."""
    labels = sampler.labels(RANDOM, seed) if sampler.class_names else None
    with torch.inference_mode():
        samples = sampler.network(sampler.noise(RANDOM, seed) * sampler.truncation, labels)
    distances = torch.cdist(images.flatten(1), samples.flatten(1))
    return samples[distances.argmin(1)]


def measure(
    sampler: Sampler, data: str, options: Options
) -> tuple[dict[str, Errors], float | None]:
    """The errors of the twin, of the encoder's guess alone and of the two baselines; and the share
    of images that the encoder gives their class, None where there are no classes."""
    found = images_for(sampler, data, options.split)
    count = min(options.images, len(found))
    real = found.plain(np.linspace(0, len(found) - 1, count).astype(int))
    train = images_for(sampler, data)
    twins, classes = reconstructions(sampler, real.images, options.steps)
    guesses, _ = reconstructions(sampler, real.images, 0)
    results = {
        "twin": errors(twins, real.images),
        "guess": errors(guesses, real.images),
        "class_mean": errors(class_means(train, real), real.images),
        "nearest_random": errors(nearest_random(sampler, real.images, options.seed), real.images),
    }
    if classes is None or real.labels is None:
        return results, None
    return results, torch.eq(classes, real.labels).float().mean().item()


NAMES = {
    "twin": "encoder and {steps} steps on z",
    "guess": "encoder alone",
    "class_mean": "mean image of its class",
    "nearest_random": f"nearest of {RANDOM:,} random samples",
}


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    sampler = load_sampler(options.model)
    data = options.data or sampler.config["training"]["data"]
    results, agreement = measure(sampler, data, options)
    print(f"{sampler.name}: {data} {options.split} split, errors in [0, 1]")
    print(f"{'':36}{'mean absolute':>15}{'mean squared':>15}")
    for key, name in NAMES.items():
        found = results[key]
        print(f"{name.format(steps=options.steps):36}{found.absolute:15.4f}{found.squared:15.5f}")
    if agreement is not None:
        print(f"{'class as labelled':36}{agreement:15.2%}")
    if options.split == "test" and options.write:
        record: dict[str, Any] = {
            "data": data,
            **{name: getattr(options, name) for name in ("split", "images", "steps", "seed")},
            **{name: asdict(found) for name, found in results.items()},
        }
        if agreement is not None:
            record["class_agreement"] = agreement
        write_whole(sampler.folder / "reconstruction.json", json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    run_main(main)
