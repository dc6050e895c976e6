"""The small convolutional classifier by which digits and other small pictures are measured.

    python -m training.metrics.classifier --data mnist

Trained once for each data set with classes, on its train split. Those of names that this program
knows are stored by name, ours beside this file; those of a person's own data by their content,
beside their runs. Its 128 features before the last layer stand in for Inception's: `fid_cnn` is FID
in these features.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import trange

from models import locations
from models.precision import has_bfloat16
from training.command_line import parse_simple, run_main
from training.data.augmentation import augmentation
from training.data.batches import Order
from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.layouts import Source
from training.data.labelled.named import NAMES
from training.data.labelled.sources import find_source

SHIPPED = Path(__file__).parent / "classifiers"
FEATURES = 128
BATCH = 128
SMOOTHING = 0.05  # of labels
DESCRIBED = 100  # images at a time: of 500, half the time went into freshly zeroed memory


class Classifier(nn.Module):
    """Five 3x3 convolutions with batch norm, 128 features, logits.

    Shapes: images (N, channels, H, W) in [-1, 1] -> logits (N, classes).
    """

    def __init__(self, channels: int, classes: int):
        super().__init__()

        def stage(before: int, after: int) -> list[nn.Module]:
            return [
                nn.Conv2d(before, after, 3, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
            ]

        self.features = nn.Sequential(
            *stage(channels, 32),
            *stage(32, 32),
            nn.MaxPool2d(2),
            *stage(32, 64),
            *stage(64, 64),
            nn.MaxPool2d(2),
            *stage(64, 128),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(512, FEATURES),
            nn.ReLU(),
        )
        self.last = nn.Linear(FEATURES, classes)

    def forward(self, images: Tensor) -> Tensor:
        return self.last(self.features(images))


def fit_classifier(
    dataset: LabelledImages,
    epochs: int,
    seed: int = 0,
    label_smoothing: float = 0.0,
    bf16: bool | None = None,
) -> Classifier:
    """Train a classifier with AdamW and a one-cycle schedule (Smith 2018); augmentation is the
    data set's."""
    bf16 = has_bfloat16() if bf16 is None else bf16
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = Classifier(dataset.channels, len(dataset.class_names))
        optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-2, fused=True)
        steps = epochs * -(-len(dataset) // BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
        order = iter(Order(len(dataset), BATCH, seed))
        for _ in trange(steps, desc="Training a classifier", leave=False):
            images, labels = dataset.__getitems__(next(order))
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                logits = network(images)
            assert labels is not None  # a data set with classes
            loss = F.cross_entropy(logits.float(), labels, label_smoothing=label_smoothing)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return network.eval().requires_grad_(False)


def describe(network: Classifier, images: Tensor) -> tuple[Tensor, Tensor]:
    """Features (N, 128) and predicted classes (N,) of images (N, C, H, W) in [-1, 1]."""
    with torch.inference_mode():
        features = torch.cat([network.features(part) for part in images.split(DESCRIBED)])
        return features, network.last(features).argmax(1)


def accuracy(network: Classifier, images: Tensor, labels: Tensor) -> float:
    """Share of images (N, C, H, W) in [-1, 1] whose largest logit is their label's, (N,)."""
    _, predicted = describe(network, images)
    return torch.eq(predicted, labels).float().mean().item()


def own_classifiers() -> Path:
    """The folder of classifiers that a person has trained, which go before those that ship."""
    return locations.home() / "classifiers"


def load_classifier(name: str, channels: int, class_names: list[str]) -> Classifier:
    """The stored classifier of a data set with a name.

    Raises:
        DataError: there is none, or it was trained for other images.
    """
    folders = (own_classifiers(), SHIPPED)
    path = next((p for folder in folders if (p := folder / f"{name}.safetensors").is_file()), None)
    if path is None:
        raise DataError(
            f"Expected a classifier for {name} in {folders[0]}, found none; train it with "
            f"`python -m training.metrics.classifier --data {name}`."
        )
    return read_classifier(path, name, channels, class_names)


def classifier_of(
    data: str, source: Source, size: int, channels: int, class_names: list[str]
) -> Classifier:
    """The classifier of any data with classes; that of a person's own data is trained where there
    is none yet.

    Args:
        source: the train split.
        size, channels: of the images that it is to see.
        class_names: that it has to know, in their order; empty where any will do.

    Raises:
        DataError: the data has no classes, or others.
    """
    if data in NAMES:
        return load_classifier(data, channels, class_names)
    path = own_classifiers() / f"{source.name}-{content(source)}-{size}x{channels}.safetensors"
    if not path.is_file():
        print(f"Training a classifier of {source.name}, to be kept as {path}.")
        augment = augmentation(flip=False, affine=0.12)
        train = LabelledImages(source, size, channels, augment=augment)
        network = fit_classifier(train, Options.epochs, Options.seed, label_smoothing=SMOOTHING)
        store(network, path, train, None)
    return read_classifier(path, source.name, channels, class_names)


def content(source: Source) -> str:
    """Some digits that follow from the pictures of a source and their classes."""
    found = hashlib.sha256(repr(source.class_names).encode())
    if source.labels is not None:
        found.update(source.labels.tobytes())
    if isinstance(source.images, np.ndarray):
        found.update(source.images.tobytes())
    else:
        for path in source.images:
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def store(
    network: Classifier, path: Path, train: LabelledImages, test_accuracy: float | None
) -> None:
    """Write a classifier, whole or not at all, with what it was trained on."""
    state = {k: v.half() for k, v in network.state_dict().items() if "num_batches" not in k}
    about = {
        "data": train.name,
        "channels": train.channels,
        "class_names": train.class_names,
        "size": train.size,
        "test_accuracy": None if test_accuracy is None else round(test_accuracy, 4),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.tmp")
    save_file(state, partial, {"about": json.dumps(about)})
    partial.replace(path)


def read_classifier(path: Path, data: str, channels: int, class_names: list[str]) -> Classifier:
    """A stored classifier.

    Raises:
        DataError: it was trained for other images.
    """
    with safe_open(path, "pt") as file:
        about = json.loads(file.metadata()["about"])
        state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    if about["channels"] != channels or (class_names and about["class_names"] != class_names):
        raise DataError(
            f"Expected images as the classifier for {data} was trained on ({about['channels']} "
            "channel(s), classes "
            f"{', '.join(about['class_names'])}), found {channels} channel(s), classes "
            f"{', '.join(class_names)}."
        )
    network = Classifier(channels, len(about["class_names"]))
    network.load_state_dict(state, strict=False)  # without batch norm's counters
    return network.eval().requires_grad_(False)


@dataclass
class Options:
    """Train the classifier of a data set and store it.

    Args:
        data: a data set with classes and a test split.
        epochs: passes over the train split.
        size: height and width; chosen from the data where it is not given.
        seed: of weights, order and augmentation.
        overwrite: replace one of the same data that is there already.
    """

    data: str = "mnist"
    epochs: int = 8
    size: int | None = None
    seed: int = 0
    overwrite: bool = False


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    augment = augmentation(flip=False, affine=0.12)
    source = find_source(options.data)
    train = LabelledImages(source, options.size, augment=augment)
    key = "" if options.data in NAMES else f"-{content(source)}-{train.size}x{train.channels}"
    path = own_classifiers() / f"{train.name}{key}.safetensors"
    if path.exists() and not options.overwrite:
        raise DataError(f"Expected no classifier at {path} yet, found one; pass --overwrite true.")
    test = LabelledImages(find_source(options.data, "test"), train.size, train.channels)
    network = fit_classifier(train, options.epochs, options.seed, label_smoothing=SMOOTHING)
    test_accuracy = accuracy(network, *test.labelled())
    store(network, path, train, test_accuracy)
    print(f"Test accuracy {test_accuracy:.2%} on {len(test):,} images; stored as {path}")


if __name__ == "__main__":
    run_main(main)
