"""The figures of a model that draws: label agreement, distances to real images, diversity, and the
accuracy of a classifier that learned from its pictures."""

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from models.images import pixels_to_tensor, tensor_to_pixels
from models.sampler import Sampler
from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledBatch, LabelledImages, images_for
from training.data.labelled.layouts import Source
from training.data.labelled.sources import find_source
from training.metrics import parzen
from training.metrics.classifier import (
    Classifier,
    accuracy,
    classifier_of,
    describe,
    fit_classifier,
)
from training.metrics.diversity import diversity
from training.metrics.fidelity import density_coverage, frechet_distance
from training.metrics.figure import Figure

if TYPE_CHECKING:
    from training.evaluate import Options

SAMPLES = 10_000
PAIRS_WITHIN = 2_000  # the number of pairs grows with the square
EPOCHS = 5


def measure(sampler: Sampler, data: str, options: "Options") -> tuple[list[Figure], dict]:
    """The figures, and details by class (agreement and confusion).

    Args:
        options: of `training.evaluate`.
    """
    real = images_for(sampler, data, options.split)
    train = images_for(sampler, data)
    source = find_source(data, "train")
    classifier = classifier_of(data, source, sampler.size, sampler.channels, sampler.class_names)
    samples = SAMPLES if options.samples is None else options.samples
    real_images, real_labels = shuffled(real, samples, options.seed)
    other_images, _ = shuffled(train, samples, options.seed + 1)
    wanted = real_labels if sampler.class_names else None
    fake_images = draw(sampler, samples, options.seed, wanted)
    real_features, _ = describe(classifier, real_images)
    other_features, _ = describe(classifier, other_images)
    fake_features, seen_as = describe(classifier, fake_images)
    n = len(fake_images)
    figures: list[Figure] = []
    details: dict[str, dict] = {}
    if wanted is not None:
        agreement, details = label_agreement(wanted, seen_as, sampler.class_names)
        figures.append(
            Figure("label_agreement", "label agreement", agreement, f"{agreement:.2%}", n)
        )
    else:
        details["classes"] = balance(seen_as, real.class_names)
    figures += distances(real_features, other_features, fake_features, n)
    classes = seen_as if wanted is None else wanted
    figures.append(relative_diversity(fake_images, classes, real_images, real_labels))
    if options.parzen:
        figures.append(parzen.measure(fake_images, real, train, options))
    if options.train_samples:
        figures += trained_on_generated(sampler, train, real, classifier, options)
    return figures, details


def draw(sampler: Sampler, count: int, seed: int, labels: Tensor | None) -> Tensor:
    """Generated images (N, C, H, W) in [-1, 1] as they come out of the files: rounded to 8 bits."""
    pixels = sampler.draw(sampler.noise(count, seed), None if labels is None else labels[:count])
    return pixels_to_tensor(pixels)


def shuffled(dataset: LabelledImages, count: int, seed: int) -> LabelledBatch:
    """`count` images and labels of a data set, without repetition, in an order that follows from
    the seed."""
    if len(dataset) < count:
        raise DataError(
            f"Expected at least {count:,} images in {dataset.name} to measure on, found "
            f"{len(dataset):,}; lower --samples."
        )
    chosen = np.random.default_rng(seed).permutation(len(dataset))[:count]
    return dataset.labelled(chosen)


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


def relative_diversity(
    fake: Tensor, fake_labels: Tensor, real: Tensor, real_labels: Tensor
) -> Figure:
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
    options: "Options",
) -> list[Figure]:
    """Test accuracy of a classifier that saw only generated images, beside one that saw real ones.

    Both have the same network, epochs and schedule and no augmentation. Where a sampler has no
    classes, its images carry the labels that the stored classifier gives them.
    """
    count = options.train_samples
    labels = train.labelled(np.arange(count) % len(train)).labels
    images = draw(sampler, count, options.seed + 1, labels if sampler.class_names else None)
    if not sampler.class_names:
        labels = describe(judge, images)[1]
    generated = LabelledImages(
        Source("generated", tensor_to_pixels(images), labels.numpy(), train.class_names),
        sampler.size,
        sampler.channels,
    )
    test_images, test_labels = real.labelled()
    accuracies = [
        accuracy(fit_classifier(data, EPOCHS), test_images, test_labels)
        for data in tqdm((generated, train), "Classifiers", leave=False)
    ]
    text = f"{accuracies[0]:.2%} (trained on real: {accuracies[1]:.2%})"
    name = f"classifier trained on {count:,} generated, tested on real"
    return [Figure("trained_on_generated", name, accuracies[0], text, len(test_labels))]
