"""The class-conditional GAN (Mirza and Osindero 2014): both players see the class.

The generator takes an embedding of the class beside z; the critic judges by projection (Miyato and
Koyama 2018), or sees the class beside the image, as in 2014 (--condition concat).

    python -m training.cgan --data mnist --name my-digits
    python -m training.cgan --data folder-of-class-folders --size 64
    python -m training.cgan --name my-digits --resume
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from training import gan
from training.data.labelled.labelled_images import Batch
from training.data.labelled.sources import require_classes
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.optimisers import anneal
from training.options import parse, run_main
from training.recipes import CONDITIONAL
from training.tasks.generators import load_data, train


@dataclass
class Options(gan.Options):
    """Options of `training.cgan`: those of `training.gan`, and two for the class.

    Args:
        condition: how the critic sees the class: projection, or concat beside the image.
        mismatch: weight of the term in which real images under a wrong class count as fake.
    """

    recipe: Literal[tuple(CONDITIONAL)] = "atelier"
    condition: Literal["projection", "concat"] = "projection"
    mismatch: float = 0.0

    RECIPES: ClassVar[dict[str, dict]] = CONDITIONAL

    def __post_init__(self):
        super().__post_init__()
        if self.gan_mode == "mmd" or self.pack > 1:
            raise ValueError(
                "Expected neither --gan-mode mmd nor --pack with classes, found "
                f"{'mmd' if self.gan_mode == 'mmd' else f'--pack {self.pack}'}; training.gan has "
                "both."
            )
        if not self.mismatch >= 0:
            raise ValueError(f"Expected --mismatch of at least 0, found {self.mismatch}.")


def iteration(game: Game, batches: Iterator[Batch]) -> None:
    """Mirza and Osindero 2014, equation 2: generated images have the classes of the real ones."""
    anneal(game)
    for k in reversed(range(game.options.n_critic)):
        real, labels = next(batches)
        with torch.set_grad_enabled(k == 0):  # the last pass serves the generator's step too
            fake = game.generator(gan.noise(game, len(real)), labels)
        gan.critic_step(game, real, fake.detach(), labels, mismatched)

    if not game.critic_only:
        gan.generator_step(game, real, fake, labels)


def mismatched(game: Game, real: Tensor, labels: Tensor, real_logits: Tensor) -> dict[str, Tensor]:
    """Real images under a wrong class, as fake ones (Reed 2016, algorithm 1): x must fit y.

    The wrong class is uniform over the others. A relativistic critic compares D(x, y) with
    D(x, y'); the others use their term for fake images.
    """
    if not game.options.mismatch:
        return {}
    classes = game.critic.classes
    shift = torch.randint(1, classes, labels.shape, device=labels.device)
    wrong_logits = game.critic(real, (labels + shift) % classes)
    terms = game.objective.critic(real_logits, wrong_logits)
    return {"mismatch": game.options.mismatch * terms["pair" if "pair" in terms else "fake"]}


def main(arguments: list[str] | None = None) -> None:
    options = parse(Options, __doc__, arguments)
    accelerator = make_accelerator(options)
    dataset = load_data(options, accelerator, labelled=True)
    require_classes(dataset.class_names, options.data)
    train(options, accelerator, iteration, dataset, "training.cgan")


if __name__ == "__main__":
    run_main(main)
