"""What `training.semisupervised` has beside its algorithm: networks, accuracy, baseline, export."""

import json
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from models.model_folder import replace_folder, tensors_of
from models.networks.mlp import SemiSupervisedClassifier, SemiSupervisedGenerator, initialise_on
from training.data.errors import DataError
from training.data.labelled.few_labels import FewLabels
from training.data.labelled.labelled_images import LabelledBatch, LabelledImages
from training.data.labelled.sources import find_source
from training.engine import loop
from training.engine.game import Game, Iteration
from training.losses.objectives import OBJECTIVES
from training.runs.folder import Run, write_whole

SAMPLES = 100
INITIAL_IMAGES = 500


def start(options, accelerator: Accelerator, dataset: FewLabels, script: str) -> tuple[Run, Game]:
    """The run and its game, seeded, with new networks."""
    run = Run(options.runs / (options.name or f"{script.split('.')[-1]}-{dataset.name}"))
    run.status.script, run.status.data = script, dataset.name
    set_seed(options.seed)
    networks = {
        "generator": SemiSupervisedGenerator(options.noise_dim, dataset.size, dataset.channels),
        "critic": new_classifier(dataset),
    }
    game = Game(
        accelerator,
        options,
        OBJECTIVES["nonsaturating"],
        networks,
        averaged=("critic",),
        betas=(options.beta1, options.beta2),
    )
    set_seed(options.seed, device_specific=True)
    return run, game


def new_classifier(dataset: FewLabels) -> SemiSupervisedClassifier:
    """A classifier for the images of a data set, initialised on some of them."""
    classifier = SemiSupervisedClassifier(
        dataset.channels * dataset.size**2, len(dataset.class_names)
    )
    initialise_on(classifier, dataset.images(slice(INITIAL_IMAGES)))
    return classifier


def averaged(game: Game) -> SemiSupervisedClassifier:
    """The averaged classifier, without noise."""
    return game.averages["critic"].module.eval()


def accuracy(classifier: nn.Module, batch: LabelledBatch) -> float:
    """The share of images whose largest logit is their label's."""
    device = next(classifier.parameters()).device
    with torch.no_grad():
        found = [
            classifier(part.to(device))[1].argmax(1).cpu() for part in batch.images.split(1000)
        ]
    return (torch.cat(found) == batch.labels).float().mean().item()


def baseline(dataset: FewLabels, options, device: torch.device) -> SemiSupervisedClassifier:
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


def measured_on(options, dataset: FewLabels) -> tuple[str, LabelledBatch]:
    """The test split, or the held-out images where the data have none; its name and its images.

    Raises:
        DataError: the test split has other classes.
    """
    try:
        source = find_source(options.data, "test")
    except DataError:
        return "held out", dataset.held_out
    if source.class_names != dataset.class_names:
        raise DataError(
            f"Expected in the test split the classes {', '.join(dataset.class_names)}, found "
            f"{', '.join(source.class_names) or 'none'}."
        )
    return "test", LabelledImages(source, dataset.size, dataset.channels).labelled()


def report(game: Game, run: Run, dataset: FewLabels) -> dict:
    """result.json: the accuracy on the test split, which is looked at here alone, beside the
    baseline's."""
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
    return result


def export(game: Game, dataset: FewLabels, folder: Path) -> None:
    """The averaged classifier with what one has to know of it, whole or not at all."""
    partial = folder.with_name(f"{folder.name}.tmp")
    partial.mkdir(parents=True, exist_ok=True)
    about = {
        "channels": dataset.channels,
        "size": dataset.size,
        "class_names": dataset.class_names,
        "labels": game.options.labels,
    }
    tensors = tensors_of(averaged(game))
    save_file(tensors, partial / "classifier.safetensors", {"about": json.dumps(about)})
    replace_folder(partial, folder)


def train(
    options, accelerator: Accelerator, play: Iteration, dataset: FewLabels, script: str
) -> None:
    """Set the game up, play it, and report.

    Args:
        play: the iteration.
        script: as in `python -m`.
    """
    run, game = start(options, accelerator, dataset, script)
    shown = torch.rand(
        SAMPLES, options.noise_dim, generator=torch.Generator().manual_seed(options.seed)
    )

    def samples() -> Tensor:
        with torch.no_grad():
            return game.generator(shown.to(accelerator.device)).float().cpu()

    def held_out_error() -> dict[str, float]:
        return {"error": 1 - accuracy(averaged(game), dataset.held_out)}

    validation = loop.Validation(options.sample_every, held_out_error, "error")
    loop.fit(
        game,
        play,
        dataset,
        run,
        samples,
        lambda folder: export(game, dataset, folder),
        validation=validation,
    )
    if not options.dry_run and accelerator.is_main_process:
        result = report(game, run, dataset)
        loop.say(
            accelerator,
            f"Accuracy on {result['images']:,} images ({result['split']}): "
            f"{result['accuracy']:.2%} from {options.labels} labels; the same network with these "
            f"alone {result['accuracy_labels_alone']:.2%}.",
        )
