"""A small game on a mixture of Gaussians, played by `training.gan.iteration` as every other."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from accelerate.utils import set_seed
from torch import Tensor

from training import gan
from training.data.labelled.labelled_images import Batch
from training.data.labelled.mixtures import MIXTURES, Mixture, PointSet
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.optimisers import chosen_optimisers
from training.engine.setup import initial_networks
from training.losses.objectives import OBJECTIVES
from training.tasks.generators import describe_networks, new_encoder

FRAMES = 40  # beside the one before the first step
WIDTH, NOISE, BATCH = 64, 4, 128
# wider modes than the papers', which take longer than seconds to fill
WIDER = {"ring": 0.05, "grid": 0.15}
# those whose critic has p / (p + g) as its optimum, and those that are worth -log 4 + 2 JSD
WITH_OPTIMUM = ("nonsaturating", "minimax", "lsgan")
WITH_VALUE = ("nonsaturating", "minimax")
ALLOWED = {
    "optimal-critic": WITH_OPTIMUM,
    "value": WITH_VALUE,
    "saturation": WITH_VALUE,
    "modes": (*WITH_OPTIMUM, "hinge", "wasserstein", "rpgan"),
    "balance": WITH_VALUE,
}
REMEDIES: dict[str, dict[str, Any]] = {
    "none": {},
    "gradient-penalty": {"r1": 0.1, "r2": 0.1},  # Mescheder 2018; R3GAN, Huang 2024
    "minibatch-discrimination": {"kernels": 16},  # Salimans 2016
    "unrolling": {"unroll": 5},  # Metz 2017
    "packing": {"pack": 2},  # Lin 2018
    "mode-regularisation": {"lambda_reconstruction": 0.2, "lambda_mode": 0.4},  # Che 2017
}
PER_BATCH = ("minibatch-discrimination", "unrolling")  # exclude penalties (training/recipes)


@dataclass
class Options:
    """Options of `training.theory`.

    Args:
        lesson: what is shown.
        objective: of the game.
        remedy: against collapse; in the lesson modes.
        mixture: ring or grid; in the lessons modes, balance and saturation.
        k: critic steps for each generator step.
        lr_generator: the generator's learning rate.
        lr_critic: the critic's learning rate.
        steps: of the generator; in the lesson saturation, of the critic.
        seed: every draw follows from it.
        stream: write frames to the standard output, a line each, in place of files.
        out: the folder for the picture and the numbers; theory/LESSON where it is not given.
    """

    lesson: Literal["optimal-critic", "value", "saturation", "modes", "balance"]
    objective: Literal["nonsaturating", "minimax", "lsgan", "hinge", "wasserstein", "rpgan"] = (
        "nonsaturating"
    )
    remedy: Literal[
        "none",
        "gradient-penalty",
        "minibatch-discrimination",
        "unrolling",
        "packing",
        "mode-regularisation",
    ] = "none"
    mixture: Literal["ring", "grid"] = "ring"
    k: int = 1
    lr_generator: float = 1e-3
    lr_critic: float = 1e-3
    steps: int = 1_500
    seed: int = 0
    stream: bool = False
    out: Path | None = None

    def __post_init__(self) -> None:
        if self.objective not in ALLOWED[self.lesson]:
            raise ValueError(
                f"Expected --objective {', '.join(ALLOWED[self.lesson])} in the lesson "
                f"{self.lesson}, which speaks of their optimum, found {self.objective}."
            )
        if self.remedy != "none" and self.lesson != "modes":
            raise ValueError(
                f"Expected --remedy none in the lesson {self.lesson}, found {self.remedy}; "
                "remedies belong to the lesson modes."
            )
        if self.objective == "wasserstein" and self.remedy in PER_BATCH:
            raise ValueError(
                f"Expected another objective than wasserstein with {self.remedy}, which does not "
                "go with the gradient penalty that it needs."
            )
        for name in ("k", "steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"Expected --{name} of at least 1, found {getattr(self, name)}.")
        for name in ("lr_generator", "lr_critic"):
            if not getattr(self, name) > 0:
                raise ValueError(
                    f"Expected --{name.replace('_', '-')} above 0, found {getattr(self, name)}."
                )


def mixture_of(options: Options) -> Mixture:
    """The data of a lesson; on the line where densities are to be seen."""
    if options.lesson in ("optimal-critic", "value"):
        return MIXTURES["bumps"]
    return replace(MIXTURES[options.mixture], std=WIDER[options.mixture])


def make_game(options: Options) -> tuple[Game, Iterator[Batch]]:
    """A game that has not begun, and its batches without end; both follow from the seed."""
    mixture = mixture_of(options)
    chosen = gan_options(options, mixture)
    set_seed(options.seed)
    architecture = describe_networks(chosen, PointSet(mixture, count=1))
    networks, _ = initial_networks(None, architecture)
    if chosen.lambda_reconstruction:
        channels = mixture.means.shape[1]
        networks["encoder"] = new_encoder(chosen, architecture, channels)
    game = Game(
        make_accelerator(chosen),
        chosen,
        OBJECTIVES[chosen.gan_mode],
        networks,
        chosen_optimisers(chosen, networks),
        averaged=(),
    )
    return game, game.counted(draws(mixture, options.seed))


def gan_options(options: Options, mixture: Mixture) -> gan.Options:
    """The same as options of `training.gan`, of small networks; no penalty but the remedy's.

    A Wasserstein critic has to be Lipschitz, so it always has the penalty of Gulrajani 2017.
    """
    penalties: dict[str, Any] = {"r1": 0.0, "r2": 0.0, **REMEDIES[options.remedy]}
    if options.objective == "wasserstein":
        penalties["gradient_penalty"] = 1.0
    return gan.Options(
        data=mixture.name,
        gan_mode=options.objective,
        n_critic=options.k,
        lr=options.lr_generator,
        critic_lr=options.lr_critic,
        batch_size=BATCH,
        width=WIDTH,
        critic_width=WIDTH,
        noise_dim=NOISE,
        seed=options.seed,
        device="cpu",
        precision="fp32",
        log_with="none",
        **penalties,
    )


def draws(mixture: Mixture, seed: int) -> Iterator[Batch]:
    """Batches of points (BATCH, D, 1, 1), each point drawn anew."""
    stream = torch.Generator().manual_seed(seed)
    while True:
        yield Batch(mixture.sample(BATCH, stream)[:, :, None, None], None)


def moments(game: Game, batches: Iterator[Batch], steps: int) -> Iterator[int]:
    """Play so many steps; yields the step whenever a frame is due, first before any is played."""
    due = {round(index * steps / FRAMES) for index in range(FRAMES + 1)}
    yield 0
    for step in range(1, steps + 1):
        gan.iteration(game, batches)
        game.progress.step = step
        if step in due:
            yield step


@torch.no_grad()
def samples(game: Game, count: int) -> Tensor:
    """Points of the generator (count, D), of the same noise each time."""
    noise = torch.randn(count, NOISE, generator=torch.Generator().manual_seed(1))
    return game.generator(noise).flatten(1)


@torch.no_grad()
def logits(game: Game, points: Tensor) -> Tensor:
    """The critic's logits (N,) at points (N, D)."""
    return game.critic(points[:, :, None, None])
