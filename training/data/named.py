"""Data sets by name: bundled where we bundle them, else torchvision's download."""

import json
from pathlib import Path
from urllib.error import URLError

import numpy as np

from training.data.errors import DataError
from training.data.sources import BUNDLED, Source, from_idx

DOWNLOADS = Path("user/datasets/torchvision")
DIGITS = [str(digit) for digit in range(10)]
NAMES = {
    "mnist": DIGITS,
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
    folder = BUNDLED / name
    if folder.is_dir():
        source = from_idx(folder, split)
        licence = json.loads((folder / "NOTICE.json").read_text(encoding="utf-8"))["licence"]
    else:
        source, licence = download(name, split == "train"), "see the data set's own page"
    return Source(name, source.images, source.labels, NAMES[name], licence)


def download(name: str, train: bool) -> Source:
    """torchvision's copy, downloaded on first use below user/datasets/torchvision/."""
    from torchvision import datasets

    root = str(DOWNLOADS)
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
            "network, get the files "
            "elsewhere and pass their folder as --data."
        ) from None
    images, labels = np.asarray(found.data), np.asarray(found.targets, np.int64)
    if name == "emnist-letters":  # stored transposed, and counted from 1
        images, labels = images.transpose(0, 2, 1), labels - 1
    return Source(name, np.ascontiguousarray(images), labels)
