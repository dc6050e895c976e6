"""Data sets by name: bundled where we bundle them, made of those, else torchvision's download."""

import json
from urllib.error import URLError

import numpy as np

from models import locations
from training.data.errors import DataError
from training.data.folders import unpack
from training.data.labelled.layouts import Source, find_in_folder, from_idx

DIGITS = [str(digit) for digit in range(10)]
STACKED, WORDED = "stacked-mnist", "emoji-words"
STACKS = {"train": 60_000, "test": 26_000}  # enough that none of the 1,000 classes is missing
NAMES = {
    "mnist": DIGITS,
    STACKED: [f"{number:03}" for number in range(1000)],
    WORDED: ["fluent-emoji-flat", "noto", "openmoji", "twemoji"],  # hands
    "fashion-mnist": [
        "T-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "boot",
    ],
    "kmnist": ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
    "emnist-letters": [chr(code) for code in range(ord("a"), ord("z") + 1)],
    "cifar10": [
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ],
}


def load(name: str, split: str) -> Source:
    """The images of a split of a named data set.

    Raises:
        DataError: it is not bundled and cannot be downloaded.
    """
    if name == STACKED:
        return stacked(split, STACKS[split])
    folder = locations.bundled_data() / name
    source: Source | None
    if name == WORDED:
        source = find_in_folder(unpack(folder / f"{name}.zip"), split)
    elif not folder.is_dir():
        source = download(name, split == "train")
    elif (source := from_idx(folder, split)) is None:
        raise DataError(f"Expected IDX files of the {split} split in {folder}, found none.")
    licence = "see the data set's own page"
    if folder.is_dir():
        licence = json.loads((folder / "NOTICE.json").read_text(encoding="utf-8"))["licence"]
    return Source(name, source.images, source.labels, NAMES[name], licence)


def stacked(split: str, count: int, seed: int = 0) -> Source:
    """Stacked MNIST (Metz 2017): three random digits of a split as red, green and blue.

    The class of a stack is the number that its digits r, g and b make, 100 r + 10 g + b.
    """
    digits = load("mnist", split)
    pixels, labels = np.asarray(digits.images), np.asarray(digits.labels)
    chosen = np.random.default_rng(seed).integers(len(digits), size=(count, 3))
    images = np.empty((count, *pixels.shape[1:], 3), np.uint8)
    for channel in range(3):
        images[..., channel] = pixels[chosen[:, channel]]
    return Source(
        STACKED, images, labels[chosen] @ np.array([100, 10, 1]), NAMES[STACKED], digits.licence
    )


def download(name: str, train: bool) -> Source:
    """torchvision's copy, downloaded on first use below datasets/torchvision/."""
    from torchvision import datasets

    root = str(locations.datasets() / "torchvision")
    makers = {
        "mnist": lambda: datasets.MNIST(root, train, download=True),
        "fashion-mnist": lambda: datasets.FashionMNIST(root, train, download=True),
        "kmnist": lambda: datasets.KMNIST(root, train, download=True),
        "emnist-letters": lambda: datasets.EMNIST(root, "letters", train=train, download=True),
        "cifar10": lambda: datasets.CIFAR10(root, train, download=True),
    }
    try:
        found = makers[name]()
    except (URLError, OSError, RuntimeError) as error:
        raise DataError(
            f"Expected to download {name} with torchvision, which failed ({error}); with no "
            "network, get the files elsewhere and pass their folder as --data."
        ) from None
    images, labels = np.asarray(found.data), np.asarray(found.targets, np.int64)
    if name == "emnist-letters":  # stored transposed, and counted from 1
        images, labels = images.transpose(0, 2, 1), labels - 1
    return Source(name, np.ascontiguousarray(images), labels)
