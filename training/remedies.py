"""Remedies against collapse that change the game's moves: packing, unrolling, mode regularisation.

Minibatch discrimination is a layer of the critic (models/networks/heads.py).
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from training.game import Game

Judge = Callable[..., Tensor]
TINY = 1e-16  # the square root of an exact 0 has no derivative


def packed(images: Tensor, count: int) -> Tensor:
    """`count` images beside each other as channels of one, for a critic that judges them together
    (PacGAN, Lin 2018, section 3): (N, C, H, W) -> (N / count, count C, H, W)."""
    return images.unflatten(0, (-1, count)).flatten(1, 2)


def unrolled(game: Game, loss: Callable[[Judge], Tensor], steps: int) -> Judge:
    """The critic as it would be after `steps` of its own steps, as a function of the generator
    (Metz 2017, equations 5 to 9); the critic itself stays as it is.

    The steps are Adam's, from where the critic's own optimiser stands, and can be differentiated:
    the generator sees how the critic will answer, and does not crowd where it is only for now
    believed.

    Args:
        loss: a critic to what it descends, the generated images in it with their gradients.
        steps: 0 gives the critic as it is.
    """
    critic, optimiser = game.critic, game.optimisers["critic"]
    if not steps:
        return critic
    group = optimiser.param_groups[0]
    named = dict(critic.named_parameters())
    moments = {name: moments_of(optimiser.state.get(p, {}), p) for name, p in named.items()}
    weights = {name: p.detach().clone().requires_grad_() for name, p in named.items()}

    def judge(*arguments) -> Tensor:
        return functional_call(critic, weights, arguments)

    for _ in range(steps):
        gradients = torch.autograd.grad(loss(judge), list(weights.values()), create_graph=True)
        moved = {}
        for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
            step, moments[name] = adam_step(gradient, *moments[name], group["betas"], group["eps"])
            moved[name] = weight - group["lr"] * step
        weights = moved
    return judge


def moments_of(state: dict, parameter: Tensor) -> tuple[Tensor, Tensor, float]:
    """Adam's mean of gradients, mean of their squares and number of steps for one parameter."""
    if not state:
        return torch.zeros_like(parameter), torch.zeros_like(parameter), 0.0
    return state["exp_avg"].clone(), state["exp_avg_sq"].clone(), float(state["step"])


def adam_step(
    gradient: Tensor,
    mean: Tensor,
    square: Tensor,
    count: float,
    betas: tuple[float, float],
    eps: float,
) -> tuple[Tensor, tuple[Tensor, Tensor, float]]:
    """The direction in which Adam moves, and its moments afterwards (Kingma and Ba 2015,
    algorithm 1)."""
    count += 1
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient.square()
    spread = (square / (1 - betas[1] ** count) + TINY).sqrt() + eps
    return mean / (1 - betas[0] ** count) / spread, (mean, square, count)


def mode_terms(
    game: Game, real: Tensor, labels: Tensor | None, judge: Callable[[Tensor], dict[str, Tensor]]
) -> dict[str, Tensor]:
    """Real images pass through the encoder E and the generator, so that no mode is forgotten (Che
    2017, section 3.1).

    lambda_1 E ||x - G(E(x))||^2, which both descend, and lambda_2 times the generator's adversarial
    term for G(E(x)).

    Args:
        judge: generated images to the generator's terms.
    """
    options = game.options
    if "encoder" not in game.networks:
        return {}
    again = game.generator(game.encoder(real), labels)
    terms = {"reconstruction": options.lambda_reconstruction * F.mse_loss(again, real)}
    if options.lambda_mode:
        (adversarial,) = judge(again).values()
        terms["mode"] = options.lambda_mode * adversarial
    return terms


def encoder_of(critic: dict, noise_dim: int, channels: int) -> dict:
    """Name and arguments of E: x -> z, a network like the critic's that sees one image and no
    class."""
    left_out = ("classes", "condition", "kernels", "norm")
    kept = {key: value for key, value in critic["arguments"].items() if key not in left_out}
    if "spectral" in kept:  # which bounds a critic, not what leads back to z
        kept["spectral"] = False
    own = {"channels": channels, "outputs": noise_dim}
    return {"name": critic["name"], "arguments": {**kept, **own}}


class DifferentiableAugmentation(nn.Module):
    """The same kinds of random changes on all that the critic sees, real or generated, with
    gradients (DiffAugment, Zhao 2020).

    Shapes: (N, C, H, W) in [-1, 1] -> the same.

    Args:
        policy: names of `POLICIES`, with commas between.
        channels: of the images; saturation is left out where it is not 3.
    """

    def __init__(self, policy: str, channels: int):
        super().__init__()
        names = policy.split(",")
        if unknown := [name for name in names if name not in POLICIES]:
            raise ValueError(
                f"Expected --diff-augment to name {', '.join(POLICIES)}, found {unknown[0]!r}."
            )
        parts = [part for name in names for part in POLICIES[name](channels)]
        self.parts = nn.Sequential(*parts)

    def forward(self, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, enabled=False):
            return self.parts(images.float().add(1).div(2)).mul(2).sub(1)


def colour(channels: int) -> list[nn.Module]:
    """Brightness, saturation and contrast."""
    from kornia import augmentation as kornia  # takes a second to import

    parts = [kornia.RandomBrightness((0.5, 1.5), p=1.0), kornia.RandomContrast((0.5, 1.5), p=1.0)]
    if channels == 3:
        parts.insert(1, kornia.RandomSaturation((0.0, 2.0), p=1.0))
    return parts


def translation(_channels: int) -> list[nn.Module]:
    """Shifts of up to an eighth of the side."""
    from kornia import augmentation as kornia

    return [kornia.RandomAffine(0.0, translate=(0.125, 0.125), p=1.0)]


def cutout(_channels: int) -> list[nn.Module]:
    """A square of half the side, erased."""
    from kornia import augmentation as kornia

    return [kornia.RandomErasing((0.25, 0.25), (1.0, 1.0), p=1.0)]


POLICIES = {"color": colour, "translation": translation, "cutout": cutout}
