"""The unconditional GAN (Goodfellow et al. 2014): a generator and a critic play against each other.

    python -m training.gan --data mnist --name my-digits
    python -m training.gan --data path/to/pictures --size 64 --network dcgan --gan-mode rpgan --r1 1
    --r2 1
    python -m training.gan --name my-digits --resume

A run's folder is user/runs/NAME; its exported model is user/runs/NAME/export/last.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from training.data.datasets import Batch
from training.devices import make_accelerator
from training.game import Game
from training.generation import load_data, train
from training.options import Options as SharedOptions
from training.options import parse, run_main
from training.penalties import zero_centred


@dataclass
class Options(SharedOptions):
    """Options of `training.gan`.

    Args:
        network: the generator's family, dcgan (batch norm) or residual (norm-free).
        critic: the critic's family.
        width: the generator's channels at its last hidden layer.
        hidden: units of a further first layer in a dcgan generator, 0 for none.
        critic_width: the critic's channels at its first layer.
        noise_dim: length of z, which is standard normal.
        gan_mode: the objective.
        n_critic: critic steps for each generator step.
        r1: weight of the gradient penalty on real images (0 leaves it out).
        r2: weight of the gradient penalty on generated images (0 leaves it out).
        spectral_norm: bound every layer of the critic.
        critic_norm: batch norm in a dcgan critic, which excludes r1 and r2.
        beta1: Adam's first momentum.
        beta2: Adam's second momentum.
        flip: augment the data by mirroring.
        affine: augment the data by shift, scale and rotation up to this share (0 to 0.5).
        channels: 1 or 3; chosen from the data where it is not given.
    """

    network: Literal["dcgan", "residual"] = "dcgan"
    critic: Literal["dcgan", "residual"] = "dcgan"
    width: int = 64
    hidden: int = 0
    critic_width: int = 64
    noise_dim: int = 64
    gan_mode: Literal["nonsaturating", "lsgan", "hinge", "rpgan"] = "rpgan"
    n_critic: int = 1
    r1: float = 0.1
    r2: float = 0.1
    spectral_norm: bool = False
    critic_norm: Literal["none", "batch"] = "none"
    beta1: float = 0.0
    beta2: float = 0.99
    flip: bool = False
    affine: float = 0.0
    channels: Literal[1, 3] | None = None

    def __post_init__(self):
        super().__post_init__()
        if self.critic_norm == "batch" and (self.r1 or self.r2 or self.critic == "residual"):
            raise ValueError(
                "Expected --critic-norm none with gradient penalties or a residual critic, found "
                "batch: a penalty "
                "needs every layer to be per sample. Set --r1 0 --r2 0 with --critic dcgan, or "
                "drop --critic-norm."
            )
        for name in ("r1", "r2", "hidden"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"Expected --{name} of at least 0, found {getattr(self, name)}.")
        if self.n_critic < 1:
            raise ValueError(f"Expected --n-critic of at least 1, found {self.n_critic}.")


def iteration(game: Game, batches: Iterator[Batch]) -> None:
    """Goodfellow et al. 2014, algorithm 1: k steps of the critic, then one of the generator."""
    for k in reversed(range(game.options.n_critic)):
        real = next(batches).images
        with torch.set_grad_enabled(k == 0):  # the last pass serves the generator's step too
            fake = game.generator(noise(game, len(real)))
        critic_step(game, real, fake.detach())

    if game.critic_only:
        return
    with game.update("generator") as terms:
        terms |= generator_terms(game, real, fake)


def critic_step(
    game: Game,
    real: Tensor,
    fake: Tensor,
    labels: Tensor | None = None,
    more: Callable | None = None,
) -> None:
    """The adversarial terms and the gradient penalties, in one update.

    Args:
        more: (game, real, labels, real logits) -> further terms of a class-conditional critic.
    """
    r1, r2 = game.options.r1, game.options.r2
    with game.update("critic") as terms:
        real, fake = real.requires_grad_(r1 > 0), fake.requires_grad_(r2 > 0)
        real_logits, fake_logits = judge(game, real, fake, labels)
        terms |= game.objective.critic(real_logits, fake_logits)
        terms |= zero_centred(real_logits, real, fake_logits, fake, r1, r2)
        if more is not None:
            terms |= more(game, real.detach(), labels, real_logits)
        game.observe(**game.objective.scores(real_logits, fake_logits))


def generator_terms(
    game: Game, real: Tensor, fake: Tensor, labels: Tensor | None = None
) -> dict[str, Tensor]:
    """The generator's adversarial term; a relativistic one looks at the real images as well."""
    if not game.objective.relativistic:
        return game.objective.generator(game.critic(fake, labels), None)
    with torch.no_grad():
        real_logits = game.critic(real, labels)
    return game.objective.generator(game.critic(fake, labels), real_logits)


def judge(game: Game, real: Tensor, fake: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
    """D(x) and D(x^), (N,) each; in one call where every layer is per sample."""
    if game.options.critic_norm == "batch":
        return game.critic(real, labels), game.critic(fake, labels)
    both = None if labels is None else torch.cat([labels, labels])
    return game.critic(torch.cat([real, fake]), both).chunk(2)


def noise(game: Game, count: int) -> Tensor:
    """z ~ N(0, 1), (count, noise_dim)."""
    return torch.randn(count, game.options.noise_dim, device=game.accelerator.device)


def main(arguments: list[str] | None = None) -> None:
    options = parse(Options, __doc__, arguments)
    accelerator = make_accelerator(options)
    dataset = load_data(options, accelerator, labelled=False)
    train(options, accelerator, iteration, dataset, "training.gan")


if __name__ == "__main__":
    run_main(main)
