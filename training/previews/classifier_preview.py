"""The preview of a classifier from few labels: generated images, and its held-out error."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from models.model_folder import replace_folder, tensors_of
from training.data.labelled.few_labels import FewLabels
from training.engine.game import Game
from training.tasks.classifiers import accuracy, averaged

SAMPLES = 100


class ClassifierPreview:
    """Images of the same noise each time; the best classifier is that of the least error on
    held-out images of the train split."""

    columns = 10
    best_by = "error"

    def __init__(self, game: Game, data: FewLabels):
        self.game, self.data = game, data
        self.measure_every = game.options.sample_every
        stream = torch.Generator().manual_seed(game.options.seed)
        self.noise = torch.rand(SAMPLES, game.options.noise_dim, generator=stream)

    def draw(self) -> Tensor:
        """(100, C, H, W) in [-1, 1] from the generator, which has no average."""
        with torch.no_grad():
            return self.game.generator(self.noise.to(self.game.accelerator.device)).float().cpu()

    def diversity(self) -> float | None:
        """Not told: the images are a means."""
        return None

    def measure(self) -> dict[str, float]:
        """The averaged classifier's error on held-out images."""
        return {"error": 1 - accuracy(averaged(self.game), self.data.held_out)}

    def warnings(self, figures: dict[str, float]) -> list[str]:
        """None."""
        return []

    def export(self, folder: Path) -> None:
        """The averaged classifier with its classes and size, whole or not at all."""
        partial = folder.with_name(f"{folder.name}.tmp")
        partial.mkdir(parents=True, exist_ok=True)
        about = {
            "channels": self.data.channels,
            "size": self.data.size,
            "class_names": self.data.class_names,
            "labels": self.game.options.labels,
        }
        tensors = tensors_of(averaged(self.game))
        save_file(tensors, partial / "classifier.safetensors", {"about": json.dumps(about)})
        replace_folder(partial, folder)
