"""What a critic of translations and its opponent step on, the same with pairs and without."""

from collections.abc import Callable

import torch
from torch import Tensor

from training.engine.game import Game
from training.losses.objectives import Terms
from training.losses.penalties import zero_centred

Judge = Callable[[Tensor], Tensor]


def critic_terms(game: Game, judge: Judge, real: Tensor, fake: Tensor, suffix: str = "") -> Terms:
    """The critic tells real images from translations; its loss is halved, to slow it down beside
    the generator (Isola et al. 2017, section 3.3; Zhu et al. 2017, section 7.1).

    Args:
        judge: images to logits.
        suffix: of the terms' names.
    """
    options = game.options
    real = real.detach().requires_grad_(options.r1 > 0)
    fake = fake.detach().requires_grad_(options.r2 > 0)
    if options.critic_norm == "batch":  # whose statistics are of the batch
        of_real, of_fake = judge(real), judge(fake)
    else:
        of_real, of_fake = together(judge, real, fake)
    terms = {name: term / 2 for name, term in game.objective.critic(of_real, of_fake).items()}
    terms |= zero_centred(of_real, real, of_fake, fake, options.r1, options.r2)
    seen = game.objective.scores(of_real, of_fake)
    seen["critic/accuracy"] = game.objective.accuracy(of_real, of_fake)
    game.observe(**{f"{name}{suffix}": value for name, value in seen.items()})
    return {f"{name}{suffix}": term for name, term in terms.items()}


def adversarial_terms(
    game: Game, of_fake: Tensor, of_real: Callable[[], Tensor], suffix: str = ""
) -> Terms:
    """What the critic makes of translations, weighted.

    Args:
        of_real: logits of real images, asked for only where the objective is relativistic.
    """
    real = None
    if game.objective.relativistic:
        with torch.no_grad():
            real = of_real()
    terms = game.objective.generator(of_fake, real)
    return {f"{name}{suffix}": game.options.lambda_gan * term for name, term in terms.items()}


def together(network: Judge, *images: Tensor) -> tuple[Tensor, ...]:
    """What a network makes of several batches, in one call; the same as in several where all its
    layers are per sample."""
    return network(torch.cat(images)).chunk(len(images))
