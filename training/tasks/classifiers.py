"""Beside the algorithm of `training.semisupervised`: networks, accuracy, baseline, report."""

import json
from typing import TYPE_CHECKING, cast

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import nn
from torch.nn import functional as F

from models.networks.mlp import SemiSupervisedClassifier, SemiSupervisedGenerator, initialise_on
from training.data.errors import DataError, OtherClasses
from training.data.labelled.few_labels import FewLabels
from training.data.labelled.labelled_images import LabelledBatch, LabelledImages
from training.data.labelled.sources import find_source
from training.engine import optimisers
from training.engine.game import Game
from training.engine.loop import say
from training.losses.objectives import OBJECTIVES
from training.runs.folder import Run, write_whole

if TYPE_CHECKING:
    from training.semisupervised import Options

INITIAL_IMAGES = 500


def make_game(options: "Options", accelerator: Accelerator, data: FewLabels) -> Game:
    """The game with new networks, the same in every process; the classifier has an average."""
    set_seed(options.seed)
    networks = {
        "generator": SemiSupervisedGenerator(options.noise_dim, data.size, data.channels),
        "critic": new_classifier(data),
    }
    return Game(
        accelerator,
        options,
        OBJECTIVES["nonsaturating"],
        networks,
        optimisers.adam(networks, options.lr, (options.beta1, options.beta2)),
        averaged=("critic",),
    )


def new_classifier(dataset: FewLabels) -> SemiSupervisedClassifier:
    """A classifier for the images of a data set, initialised on some of them."""
    classifier = SemiSupervisedClassifier(
        dataset.channels * dataset.size**2, len(dataset.class_names)
    )
    initialise_on(classifier, dataset.images(slice(INITIAL_IMAGES)))
    return classifier


def averaged(game: Game) -> SemiSupervisedClassifier:
    """The averaged classifier, without noise."""
    return cast(SemiSupervisedClassifier, game.averages["critic"].module.eval())


def accuracy(classifier: nn.Module, batch: LabelledBatch) -> float:
    """The share of images whose largest logit is their label's."""
    device = next(classifier.parameters()).device
    with torch.no_grad():
        found = [
            classifier(part.to(device))[1].argmax(1).cpu() for part in batch.images.split(1000)
        ]
    return (torch.cat(found) == batch.labels).float().mean().item()


def baseline(
    dataset: FewLabels, options: "Options", device: torch.device
) -> SemiSupervisedClassifier:
    """The same network with its noise, trained on the few labels alone: Adam, its learning rate
    falling linearly to zero."""
    with torch.random.fork_rng():
        torch.manual_seed(options.seed)
        classifier = new_classifier(dataset).to(device)
        betas = (options.beta1, options.beta2)
        optimiser = torch.optim.Adam(classifier.parameters(), options.lr, betas, fused=True)
        schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, options.baseline_steps)
        images, labels = (part.to(device) for part in dataset.known)
        for _ in range(options.baseline_steps):
            loss = F.cross_entropy(classifier(images)[1], labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return classifier.eval()


def measured_on(options: "Options", dataset: FewLabels) -> tuple[str, LabelledBatch]:
    """The test split, or the held-out images where the data have none; its name and its images.

    Raises:
        DataError: the test split has other classes.
    """
    try:
        source = find_source(options.data, "test", dataset.dataset.values)
    except OtherClasses:
        raise
    except DataError:
        return "held out", dataset.held_out
    return "test", LabelledImages(source, dataset.size, dataset.channels).labelled()


def report(game: Game, run: Run, dataset: FewLabels) -> None:
    """Write and say the result: the accuracy on the test split, which is looked at here alone,
    beside the baseline's."""
    options = game.options
    split, images = measured_on(options, dataset)
    result = {
        "data": dataset.name,
        "labels": options.labels,
        "seed": options.seed,
        "images_without_label": len(dataset),
        "images_seen": game.progress.images_seen,
        "minutes": round(game.progress.minutes, 1),
        "split": split,
        "images": len(images.images),
        "accuracy": accuracy(averaged(game), images),
        "accuracy_labels_alone": accuracy(
            baseline(dataset, options, game.accelerator.device), images
        ),
        "held_out_accuracy": accuracy(averaged(game), dataset.held_out),
    }
    write_whole(run.folder / "result.json", json.dumps(result, indent=1) + "\n")
    say(
        game.accelerator,
        f"Accuracy on {result['images']:,} images ({split}): {result['accuracy']:.2%} from "
        f"{options.labels} labels; the same network with these alone "
        f"{result['accuracy_labels_alone']:.2%}.",
    )
