"""The unconditional GAN (Goodfellow et al. 2014): a generator and a critic play against each other.

    python -m training.gan --data mnist --name my-digits
    python -m training.gan --data mnist --recipe wgan-gp --name smooth
    python -m training.gan --data ring --recipe unrolled --name eight-modes
    python -m training.gan --name my-digits --resume

A run's folder is runs/NAME; its exported model is runs/NAME/export/last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Literal

import torch
from torch import Tensor

from training.collapse.mode_regularisation import reconstruction_term
from training.collapse.packing import packed
from training.collapse.unrolling import CriticFunction, unrolled
from training.command_line import parse, run_main
from training.data.labelled.labelled_images import Batch
from training.data.labelled.mixtures import MIXTURES
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.loop import fit
from training.engine.optimisers import anneal
from training.engine.setup import open_run, start_networks
from training.losses.mmd import mmd
from training.losses.objectives import OBJECTIVES
from training.losses.penalties import clip_weights, interpolated, limit_norms, zero_centred
from training.options import Options as SharedOptions
from training.options import option
from training.previews.generator_preview import preview_of
from training.recipes.adversarial import RECIPES, check_together
from training.tasks.generators import describe_networks, load_data, make_game, noise_like

MMD = {"gan_mode": ("mmd",)}  # which needs no critic
POINTS = {"data": tuple(MIXTURES)}  # which always take mlp
WITH_LAYERS = ({"network": ("mlp",)}, {"critic": ("mlp", "maxout")}, POINTS)
SGD, ADAM = {"optimiser": ("sgd",)}, {"optimiser": ("adam",)}


@dataclass
class Options(SharedOptions):
    """Options of `training.gan`."""

    data: str = option(
        "mnist",
        "a bundled or torchvision name (mnist, fashion-mnist, kmnist, emnist-letters, cifar10), "
        "stacked-mnist, emoji-words, a folder, a zip of a folder, or points in the plane (ring, "
        "grid, bumps)",
        scope="data",
    )
    limit: int | None = option(None, "train on the first so many images only", at_least=2)
    recipe: str = option(
        "atelier",
        "a paper's networks, objective and optimiser; any part can be overridden",
        choices=RECIPES,
    )
    network: str = option(
        "dcgan",
        "the generator's family: dcgan (batch norm), residual (norm-free) or mlp; points always "
        "take mlp",
        choices=("dcgan", "residual", "mlp"),
        unless=POINTS,
    )
    critic: str = option(
        "dcgan",
        "the critic's family; maxout is the one of 2014; points take mlp or maxout",
        choices=("dcgan", "residual", "mlp", "maxout"),
        unless=MMD,
    )
    width: int = option(
        64, "the generator's channels at its last hidden layer, or units of an mlp", at_least=1
    )
    layers: int = option(2, "hidden layers of an mlp", at_least=1, when=WITH_LAYERS)
    hidden: int = option(
        0,
        "units of a further first layer in a dcgan generator, 0 for none",
        at_least=0,
        when={"network": ("dcgan",)},
        unless=POINTS,
    )
    critic_width: int = option(
        64,
        "the critic's channels at its first layer, or units of an mlp",
        at_least=1,
        unless=MMD,
    )
    noise_dim: int = option(64, "length of z", at_least=1)
    noise: Literal["normal", "uniform"] = option(
        "normal", "z standard normal, or uniform with the same variance"
    )
    gan_mode: str = option(
        "rpgan", "the objective; mmd needs no critic", choices=(*OBJECTIVES, "mmd")
    )
    n_critic: int = option(1, "critic steps for each generator step", at_least=1, unless=MMD)
    r1: float = option(
        0.1,
        "weight of the gradient penalty on real images (0 leaves it out)",
        at_least=0,
        unless=MMD,
    )
    r2: float = option(
        0.1,
        "weight of the gradient penalty on generated images (0 leaves it out)",
        at_least=0,
        unless=MMD,
    )
    gradient_penalty: float = option(
        0.0,
        "weight of the penalty on images between real and generated (0 leaves it out)",
        at_least=0,
        unless=MMD,
    )
    penalty_every: int = option(
        1,
        "steps for each one with gradient penalties, which then weigh as many times as much",
        at_least=1,
        when=({"r1": True}, {"r2": True}, {"gradient_penalty": True}),
        unless=MMD,
    )
    clip: float = option(
        0.0, "bound of each of the critic's weights (0 leaves them)", at_least=0, unless=MMD
    )
    max_norm: float = option(
        0.0,
        "bound of the norm of the weights into a unit of the critic's linear layers (0 leaves "
        "them)",
        at_least=0,
        unless=MMD,
    )
    spectral_norm: bool = option(
        False,
        "bound every layer of the critic",
        when={"critic": ("dcgan", "residual", "mlp")},
        unless=MMD,
    )
    critic_norm: Literal["none", "batch"] = option(
        "none",
        "batch norm in a dcgan critic, which excludes gradient penalties",
        unless=MMD,
    )
    kernels: int = option(
        0,
        "of minibatch discrimination in the critic, 0 for none",
        at_least=0,
        unless=MMD,
    )
    pack: int = option(1, "images that the critic judges together", at_least=1, unless=MMD)
    unroll: int = option(
        0, "steps of the critic that the generator looks ahead", at_least=0, unless=MMD
    )
    lambda_reconstruction: float = option(
        0.0,
        "weight of mode regularisation's distance between x and G(E(x)); 0 leaves it and its "
        "encoder out",
        at_least=0,
        unless=MMD,
    )
    lambda_mode: float = option(
        0.0, "weight of the adversarial term for G(E(x))", at_least=0, unless=MMD
    )
    diff_augment: str | None = option(
        None,
        "random changes with gradients on all that the critic sees: color, translation, cutout, "
        "with commas between",
        unless=MMD,
    )
    optimiser: Literal["adam", "rmsprop", "sgd"] = option("adam", "of all networks")
    critic_lr: float | None = option(
        None,
        "the critic's learning rate; --lr where it is not given",
        at_least=0,
        unless=MMD,
    )
    beta1: float = option(0.0, "Adam's first momentum", at_least=0, below=1, when=ADAM)
    beta2: float = option(0.99, "Adam's second momentum", at_least=0, below=1, when=ADAM)
    momentum: float = option(0.0, "of sgd at the beginning", at_least=0, when=SGD)
    final_momentum: float = option(0.0, "of sgd at the end of the schedule", at_least=0, when=SGD)
    lr_divisor: float = option(
        1.0, "by which sgd's learning rate is divided after every step", at_least=1, when=SGD
    )
    flip: bool = option(False, "augment the data by mirroring", unless=POINTS)
    affine: float = option(
        0.0,
        "augment the data by shift, scale and rotation up to this share",
        at_least=0,
        at_most=0.5,
        unless=POINTS,
    )
    channels: Literal[1, 3] | None = option(
        None, "1 or 3; chosen from the data where it is not given", unless=POINTS
    )

    RECIPES: ClassVar[dict[str, dict]] = RECIPES

    def __post_init__(self) -> None:
        super().__post_init__()
        check_together(self)


def iteration(game: Game, batches: Iterator[Batch]) -> None:
    """Goodfellow et al. 2014, algorithm 1: k steps of the critic D(x), then one of the generator
    G(z)."""
    options = game.options
    r1, r2, gradient_penalty = penalties(game)
    anneal(game)
    for k in reversed(range(options.n_critic)):
        x = next(batches).images
        with torch.set_grad_enabled(k == 0):  # the last pass serves the generator's step too
            fake_x = game.generator(noise(game, len(x)))

        with game.update("critic") as terms:
            real, fake = seen(game, x, r1), seen(game, fake_x.detach(), r2)
            real_logits, fake_logits = logits(game, real, fake)
            terms |= game.objective.critic(real_logits, fake_logits)
            terms |= zero_centred(real_logits, real, fake_logits, fake, r1, r2)
            terms |= interpolated(game.critic, real, fake, gradient_penalty)
            game.observe(**game.objective.scores(real_logits, fake_logits))
        bound_weights(game)

    if game.critic_only:
        return
    with game.update("generator", *encoders(game)) as terms:
        critic = unrolled(game, partial(critic_loss, game, x, fake_x), options.unroll)
        terms["adversarial"] = adversarial_term(game, critic, fake_x, x)
        if options.lambda_reconstruction:
            again = game.generator(game.encoder(x))
            weight = options.lambda_reconstruction
            terms["reconstruction"] = weight * reconstruction_term(again, x)
            if options.lambda_mode:
                terms["mode"] = options.lambda_mode * adversarial_term(game, critic, again, x)


def mmd_iteration(game: Game, batches: Iterator[Batch]) -> None:
    """Li et al. 2015: the generator descends the squared maximum mean discrepancy to the real
    images; there is no critic."""
    anneal(game)
    x = next(batches).images
    with game.update("generator") as terms:
        terms["mmd"] = mmd(x, game.generator(noise(game, len(x))))


def seen(game: Game, images: Tensor, penalty: float = 0.0) -> Tensor:
    """Images as the critic sees them, augmented and packed; with requires_grad where there is a
    penalty on its gradient."""
    found = packed(game.augment(images), game.options.pack)
    return found.requires_grad_() if penalty else found


def penalties(game: Game) -> tuple[float, float, float]:
    """The weights of R1, R2 and the penalty between, in this step: `--penalty-every` times as much
    where they are due, or 0 (lazy regularisation, Karras et al. 2020, StyleGAN2, section 3.1)."""
    options, every = game.options, game.options.penalty_every
    due = 0 if game.progress.step % every else every
    return options.r1 * due, options.r2 * due, options.gradient_penalty * due


def apart(game: Game) -> bool:
    """Whether the critic judges real and generated images in batches of their own, for not every
    layer is per sample."""
    return game.options.critic_norm == "batch" or bool(game.options.kernels)


def logits(
    game: Game, real: Tensor, fake: Tensor, labels: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """D(x) and D(x^), (N,) each; in one call where every layer is per sample."""
    if apart(game):
        return game.critic(real, labels), game.critic(fake, labels)
    both = None if labels is None else torch.cat([labels, labels])
    return game.critic(torch.cat([real, fake]), both).chunk(2)


def adversarial_term(
    game: Game, critic: CriticFunction, fake_x: Tensor, x: Tensor, labels: Tensor | None = None
) -> Tensor:
    """The generator's loss; a relativistic one looks at the real images as well.

    Args:
        critic: as it is, or as it will be some steps ahead.
    """
    real_logits = None
    if game.objective.relativistic:
        with torch.no_grad():
            real_logits = critic(seen(game, x), labels)
    terms = game.objective.generator(critic(seen(game, fake_x), labels), real_logits)
    return terms["adversarial"]


def critic_loss(
    game: Game, x: Tensor, fake_x: Tensor, critic: CriticFunction, labels: Tensor | None = None
) -> Tensor:
    """The loss that a critic descends, without penalties; the generator's gradients pass through
    it."""
    terms = game.objective.critic(critic(seen(game, x), labels), critic(seen(game, fake_x), labels))
    return torch.stack(list(terms.values())).sum()


def bound_weights(game: Game) -> None:
    """Clip the critic's weights, and limit their norms, where the options ask for it."""
    clip_weights(game.critic, game.options.clip)
    limit_norms(game.critic, game.options.max_norm)


def encoders(game: Game) -> tuple[str, ...]:
    """The encoder of mode regularisation, which steps with the generator, where there is one."""
    return ("encoder",) if "encoder" in game.networks else ()


def noise(game: Game, count: int) -> Tensor:
    """z of mean 0 and variance 1, (count, noise_dim), on the run's device."""
    return noise_like(game.options, count, device=game.accelerator.device)


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    options = parse(Options, __doc__, arguments, prog)
    if options.data in MIXTURES and options.precision == "auto":
        options = replace(options, precision="fp32")  # bf16 cannot tell points of one mode apart
    accelerator = make_accelerator(options)
    data = load_data(options, accelerator, labelled=False)
    run = open_run(options, "training.gan", data.name)

    architecture = describe_networks(options, data)
    networks, warm_up = start_networks(options, run, architecture)
    game = make_game(options, accelerator, networks, architecture, data, warm_up)

    preview = preview_of(game, run, architecture, data)
    fit(game, mmd_iteration if options.gan_mode == "mmd" else iteration, data, run, preview)


if __name__ == "__main__":
    run_main(main)
