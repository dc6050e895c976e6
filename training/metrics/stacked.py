"""Modes of stacked MNIST: of the 1,000 numbers that three stacked digits make, how many a generator
draws, and how evenly.

The protocol of VEEGAN (Srivastava 2017) and PacGAN (Lin 2018) on the data of unrolled GANs (Metz
2017): 26,000 samples, each channel read by a classifier of digits. Papers differ in the number of
samples (Metz took 25,600), in the networks and in how long they train: compare with care.
"""

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from models.images import pixels_to_tensor
from models.sampler import Sampler
from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.named import DIGITS, STACKED, stacked
from training.data.labelled.sources import find_source
from training.data.resizing import fit_array
from training.metrics.classifier import Classifier, accuracy, describe, load_classifier
from training.metrics.figure import Figure
from training.metrics.modes import kl_from_uniform

if TYPE_CHECKING:
    from training.evaluate import Options

SAMPLES = 26_000
MODES = 1_000
PLACES = torch.tensor([100, 10, 1])  # of red, green and blue
CHUNK = 1_000  # images at a time


def measure(sampler: Sampler, data: str, options: "Options") -> tuple[list[Figure], dict]:
    """Modes of 1,000 and KL(p || uniform), each beside that of as many real stacks, and the
    classifier's accuracy; details: how often each digit was read in each channel.

    Args:
        options: of `training.evaluate`.

    Raises:
        DataError: the data is not stacked MNIST, or the model draws no RGB images.
    """
    if data != STACKED or sampler.channels != 3:
        raise DataError(
            f"Expected a model of RGB images and --data {STACKED}, found {sampler.channels} "
            f"channel(s) and {data}."
        )
    classifier = load_classifier("mnist", 1, DIGITS)
    samples = SAMPLES if options.samples is None else options.samples
    labels = sampler.labels(samples, options.seed) if sampler.class_names else None
    pixels = sampler.draw(sampler.noise(samples, options.seed), labels)
    real = np.asarray(stacked(options.split, samples, options.seed).images)
    seen = numbers(pixels, classifier)
    real_seen = numbers(fit_array(real, sampler.size, 3), classifier)
    figures = [
        *measure_numbers(seen, real_seen),
        classifier_accuracy(classifier, sampler.size, options),
    ]
    return figures, {"digits_by_channel": by_channel(seen).tolist()}


def measure_numbers(seen: Tensor, real: Tensor) -> list[Figure]:
    """Modes and KL of the numbers (N,) that were read, beside those of real stacks."""
    counts, real_counts = (torch.bincount(read, minlength=MODES) for read in (seen, real))
    found, real_found = (int((one > 0).sum()) for one in (counts, real_counts))
    kl, real_kl = kl_from_uniform(counts), kl_from_uniform(real_counts)
    words = f"{found:,} of {MODES:,} (real: {real_found:,})"
    name, text = "KL(modes ‖ uniform), nats", f"{kl:.3f} (real: {real_kl:.3f})"
    return [
        Figure("modes_found", "modes found", found, words, len(seen)),
        Figure("mode_kl", name, kl, text, len(seen)),
    ]


def numbers(pixels: np.ndarray, classifier: Classifier) -> Tensor:
    """100 r + 10 g + b of the digits that the classifier reads in the channels of uint8 pixels
    (N, H, W, 3): (N,), 0 to 999."""
    found = []
    for start in range(0, len(pixels), CHUNK):
        part = pixels_to_tensor(pixels[start : start + CHUNK])
        digits = [describe(classifier, channel[:, None])[1] for channel in part.unbind(1)]
        found.append(torch.stack(digits, dim=1) @ PLACES)
    return torch.cat(found)


def by_channel(seen: Tensor) -> Tensor:
    """How often each digit stands in each channel of numbers (N,), (3, 10)."""
    digits = seen[:, None].div(PLACES, rounding_mode="floor").remainder(10)
    return torch.stack([torch.bincount(column, minlength=10) for column in digits.unbind(1)])


def classifier_accuracy(classifier: Classifier, size: int, options: "Options") -> Figure:
    """How many single digits of the split, at most as many as samples, the classifier reads right
    at the size of the model."""
    digits = LabelledImages(find_source("mnist", options.split), size, 1)
    samples = SAMPLES if options.samples is None else options.samples
    images, labels = digits.labelled(slice(samples))
    share = accuracy(classifier, images, labels)
    name = "single digits that the classifier reads right"
    return Figure("classifier_accuracy", name, share, f"{share:.2%}", len(labels))
