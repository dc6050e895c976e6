"""The unconditional GAN (Goodfellow et al. 2014): a generator and a critic play against each other.

    python -m training.gan --data mnist --name my-digits
    python -m training.gan --data mnist --recipe wgan-gp --name smooth
    python -m training.gan --data ring --recipe unrolled --name eight-modes
    python -m training.gan --name my-digits --resume

A run's folder is runs/NAME; its exported model is runs/NAME/export/last.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Literal

import torch
from torch import Tensor

from training.collapse.mode_regularisation import mode_terms
from training.collapse.packing import packed
from training.collapse.unrolling import Judge, unrolled
from training.data.labelled.labelled_images import Batch
from training.data.labelled.mixtures import MIXTURES
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.optimisers import anneal
from training.losses.mmd import mmd
from training.losses.penalties import clip_weights, interpolated, limit_norms, zero_centred
from training.options import Options as SharedOptions
from training.options import parse, run_main
from training.recipes import RECIPES, check_together
from training.tasks.generators import load_data, noise_like, train


@dataclass
class Options(SharedOptions):
    """Options of `training.gan`.

    Args:
        data: a bundled or torchvision name (mnist, fashion-mnist, kmnist, emnist-letters, cifar10),
            stacked-mnist, a folder, a zip of a folder, or points in the plane (ring, grid, bumps).
        limit: train on the first so many images only.
        recipe: a paper's networks, objective and optimiser; any part can be overridden.
        network: the generator's family: dcgan (batch norm), residual (norm-free) or mlp; points
            always take mlp.
        critic: the critic's family; maxout is the one of 2014. Points take mlp or maxout.
        width: the generator's channels at its last hidden layer, or units of an mlp.
        layers: hidden layers of an mlp.
        hidden: units of a further first layer in a dcgan generator, 0 for none.
        critic_width: the critic's channels at its first layer, or units of an mlp.
        noise_dim: length of z.
        noise: z standard normal, or uniform with the same variance.
        gan_mode: the objective; mmd needs no critic.
        n_critic: critic steps for each generator step.
        r1: weight of the gradient penalty on real images (0 leaves it out).
        r2: weight of the gradient penalty on generated images (0 leaves it out).
        gradient_penalty: weight of the penalty on images between real and generated (0 leaves it
            out).
        clip: bound of each of the critic's weights (0 leaves them).
        max_norm: bound of the norm of the weights into a unit of the critic's linear layers (0
            leaves them).
        spectral_norm: bound every layer of the critic.
        critic_norm: batch norm in a dcgan critic, which excludes gradient penalties.
        kernels: of minibatch discrimination in the critic, 0 for none.
        pack: images that the critic judges together.
        unroll: steps of the critic that the generator looks ahead.
        lambda_reconstruction: weight of mode regularisation's distance between x and G(E(x)); 0
            leaves it and its encoder out.
        lambda_mode: weight of the adversarial term for G(E(x)).
        diff_augment: random changes with gradients on all that the critic sees: color, translation,
            cutout, with commas between.
        optimiser: of all networks.
        critic_lr: the critic's learning rate; --lr where it is not given.
        beta1: Adam's first momentum.
        beta2: Adam's second momentum.
        momentum: of sgd at the beginning.
        final_momentum: of sgd at the end of the schedule.
        lr_divisor: by which sgd's learning rate is divided after every step.
        flip: augment the data by mirroring.
        affine: augment the data by shift, scale and rotation up to this share (0 to 0.5).
        channels: 1 or 3; chosen from the data where it is not given.
    """

    limit: int | None = None
    recipe: Literal[tuple(RECIPES)] = "atelier"
    network: Literal["dcgan", "residual", "mlp"] = "dcgan"
    critic: Literal["dcgan", "residual", "mlp", "maxout"] = "dcgan"
    width: int = 64
    layers: int = 2
    hidden: int = 0
    critic_width: int = 64
    noise_dim: int = 64
    noise: Literal["normal", "uniform"] = "normal"
    gan_mode: Literal[
        *("nonsaturating", "minimax", "lsgan", "hinge", "wasserstein", "rpgan", "mmd"),
        *("f-kl", "f-reverse-kl", "f-js", "f-pearson", "f-hellinger", "f-total-variation"),
    ] = "rpgan"
    n_critic: int = 1
    r1: float = 0.1
    r2: float = 0.1
    gradient_penalty: float = 0.0
    clip: float = 0.0
    max_norm: float = 0.0
    spectral_norm: bool = False
    critic_norm: Literal["none", "batch"] = "none"
    kernels: int = 0
    pack: int = 1
    unroll: int = 0
    lambda_reconstruction: float = 0.0
    lambda_mode: float = 0.0
    diff_augment: str | None = None
    optimiser: Literal["adam", "rmsprop", "sgd"] = "adam"
    critic_lr: float | None = None
    beta1: float = 0.0
    beta2: float = 0.99
    momentum: float = 0.0
    final_momentum: float = 0.0
    lr_divisor: float = 1.0
    flip: bool = False
    affine: float = 0.0
    channels: Literal[1, 3] | None = None

    RECIPES: ClassVar[dict[str, dict]] = RECIPES

    def __post_init__(self):
        super().__post_init__()
        check_together(self)


def iteration(game: Game, batches: Iterator[Batch]) -> None:
    """Goodfellow et al. 2014, algorithm 1: k steps of the critic, then one of the generator."""
    anneal(game)
    if game.objective is None:
        return kernel_step(game, next(batches).images)
    for k in reversed(range(game.options.n_critic)):
        real = next(batches).images
        with torch.set_grad_enabled(k == 0):  # the last pass serves the generator's step too
            fake = game.generator(noise(game, len(real)))
        critic_step(game, real, fake.detach())

    if not game.critic_only:
        generator_step(game, real, fake)


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
    options = game.options
    r1, r2 = options.r1, options.r2
    with game.update("critic") as terms:
        real, fake = seen(game, real).requires_grad_(r1 > 0), seen(game, fake)
        fake = fake.requires_grad_(r2 > 0)
        real_logits, fake_logits = judge(game, real, fake, labels)
        terms |= game.objective.critic(real_logits, fake_logits)
        terms |= zero_centred(real_logits, real, fake_logits, fake, r1, r2)
        same_class = partial(game.critic, labels=labels)
        terms |= interpolated(same_class, real, fake, options.gradient_penalty)
        if more is not None:
            terms |= more(game, real.detach(), labels, real_logits)
        game.observe(**game.objective.scores(real_logits, fake_logits))
    clip_weights(game.critic, options.clip)
    limit_norms(game.critic, options.max_norm)


def generator_step(game: Game, real: Tensor, fake: Tensor, labels: Tensor | None = None) -> None:
    """The generator's adversarial term, and what mode regularisation adds to it."""
    helpers = ("encoder",) if "encoder" in game.networks else ()
    with game.update("generator", *helpers) as terms:
        critic = unrolled(game, partial(critic_loss, game, real, fake, labels), game.options.unroll)
        terms |= generator_terms(game, real, fake, labels, critic)
        terms |= mode_terms(
            game, real, labels, lambda again: generator_terms(game, real, again, labels, critic)
        )


def generator_terms(
    game: Game, real: Tensor, fake: Tensor, labels: Tensor | None, critic: Judge
) -> dict[str, Tensor]:
    """The generator's adversarial term; a relativistic one looks at the real images as well."""
    if not game.objective.relativistic:
        return game.objective.generator(critic(seen(game, fake), labels), None)
    with torch.no_grad():
        real_logits = critic(seen(game, real), labels)
    return game.objective.generator(critic(seen(game, fake), labels), real_logits)


def critic_loss(
    game: Game, real: Tensor, fake: Tensor, labels: Tensor | None, critic: Judge
) -> Tensor:
    """What a critic descends, without penalties; the generator's gradients pass through it."""
    terms = game.objective.critic(
        critic(seen(game, real), labels), critic(seen(game, fake), labels)
    )
    return torch.stack(list(terms.values())).sum()


def kernel_step(game: Game, real: Tensor) -> None:
    """The generator descends the squared MMD to the real images; there is no critic (Li 2015)."""
    with game.update("generator") as terms:
        terms["mmd"] = mmd(real, game.generator(noise(game, len(real))))


def seen(game: Game, images: Tensor) -> Tensor:
    """Images as the critic sees them: augmented, and packed."""
    return packed(game.augment(images), game.options.pack)


def judge(game: Game, real: Tensor, fake: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
    """D(x) and D(x^), (N,) each; in one call where every layer is per sample."""
    if game.options.critic_norm == "batch" or game.options.kernels:
        return game.critic(real, labels), game.critic(fake, labels)
    both = None if labels is None else torch.cat([labels, labels])
    return game.critic(torch.cat([real, fake]), both).chunk(2)


def noise(game: Game, count: int) -> Tensor:
    """z of mean 0 and variance 1, (count, noise_dim), on the run's device."""
    return noise_like(game.options, count, device=game.accelerator.device)


def main(arguments: list[str] | None = None) -> None:
    options = parse(Options, __doc__, arguments)
    if options.data in MIXTURES and options.precision == "auto":
        options = replace(options, precision="fp32")  # bf16 cannot tell points of one mode apart
    accelerator = make_accelerator(options)
    dataset = load_data(options, accelerator, labelled=False)
    train(options, accelerator, iteration, dataset, "training.gan")


if __name__ == "__main__":
    run_main(main)
