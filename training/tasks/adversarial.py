"""The adversarial terms of a translation, the same with pairs and without."""

from collections.abc import Callable

import torch
from torch import Tensor

from training.engine.game import Game
from training.losses.objectives import Terms
from training.losses.penalties import zero_centred

Critic = Callable[[Tensor], Tensor]


def critic_terms(game: Game, critic: Critic, real: Tensor, fake: Tensor, suffix: str = "") -> Terms:
    """The critic tells real images from translations; its loss is halved, to slow it down beside
    the generator (Isola et al. 2017, section 3.3; Zhu et al. 2017, section 7.1).

    Args:
        critic: images (N, C, H, W) to logits.
        suffix: of the terms' names.
    """
    options = game.options
    real = real.detach().requires_grad_(options.r1 > 0)
    fake = fake.detach().requires_grad_(options.r2 > 0)
    if options.critic_norm == "batch":  # whose statistics are of the batch
        real_logits, fake_logits = critic(real), critic(fake)
    else:
        real_logits, fake_logits = together(critic, real, fake)
    terms = game.objective.critic(real_logits, fake_logits)
    terms = {name: term / 2 for name, term in terms.items()}
    terms |= zero_centred(real_logits, real, fake_logits, fake, options.r1, options.r2)
    scores = game.objective.scores(real_logits, fake_logits)
    scores["critic/accuracy"] = game.objective.accuracy(real_logits, fake_logits)
    game.observe(**{f"{name}{suffix}": value for name, value in scores.items()})
    return {f"{name}{suffix}": term for name, term in terms.items()}


def adversarial_terms(
    game: Game, critic: Critic, fake: Tensor, real: Tensor, suffix: str = ""
) -> Terms:
    """lambda_gan times the generator's term for translations; a relativistic objective looks at
    the real images as well."""
    fake_logits, real_logits = critic(fake), None
    if game.objective.relativistic:
        with torch.no_grad():
            real_logits = critic(real)
    return weighted_terms(game, fake_logits, real_logits, suffix)


def weighted_terms(
    game: Game, fake_logits: Tensor, real_logits: Tensor | None, suffix: str = ""
) -> Terms:
    """The same from logits that are there already."""
    terms = game.objective.generator(fake_logits, real_logits)
    return {f"{name}{suffix}": game.options.lambda_gan * term for name, term in terms.items()}


def together(network: Critic, *images: Tensor) -> tuple[Tensor, ...]:
    """The outputs of a network for several batches, in one call; the same as in several where all
    its layers are per sample."""
    return network(torch.cat(images)).chunk(len(images))
