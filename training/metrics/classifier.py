"""The small convolutional classifier by which digits and other small pictures are measured.

    python -m training.metrics.classifier --data mnist

Trained once for each data set with classes, on its train split, and stored beside this file. Its
128 features before the last layer stand in for Inception's: `fid_cnn` is FID in these features.
"""

import json
from dataclasses import dataclass
from pathlib import Path

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
from training.data.labelled.sources import find_source

SHIPPED = Path(__file__).parent / "classifiers"
FEATURES = 128
BATCH = 128
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


def load_classifier(data: str, channels: int, class_names: list[str]) -> Classifier:
    """The stored classifier of a data set.

    Raises:
        DataError: there is none, or it was trained for other images.
    """
    folders = (own_classifiers(), SHIPPED)
    path = next((p for folder in folders if (p := folder / f"{data}.safetensors").is_file()), None)
    if path is None:
        raise DataError(
            f"Expected a classifier for {data} in {folders[0]}, found none; train it with "
            f"`python -m training.metrics.classifier --data {data}`."
        )
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
    """

    data: str = "mnist"
    epochs: int = 8
    size: int | None = None
    seed: int = 0


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    augment = augmentation(flip=False, affine=0.12)
    train = LabelledImages(find_source(options.data), options.size, augment=augment)
    test = LabelledImages(find_source(options.data, "test"), train.size, train.channels)
    network = fit_classifier(train, options.epochs, options.seed, label_smoothing=0.05)
    test_accuracy = accuracy(network, *test.labelled())
    state = {k: v.half() for k, v in network.state_dict().items() if "num_batches" not in k}
    about = {
        "data": train.name,
        "channels": train.channels,
        "class_names": train.class_names,
        "size": train.size,
        "test_accuracy": round(test_accuracy, 4),
    }
    own_classifiers().mkdir(parents=True, exist_ok=True)
    save_file(state, own_classifiers() / f"{train.name}.safetensors", {"about": json.dumps(about)})
    print(
        f"Test accuracy {test_accuracy:.2%} on {len(test):,} images; stored as "
        f"{train.name}.safetensors in {own_classifiers()}"
    )


if __name__ == "__main__":
    run_main(main)
