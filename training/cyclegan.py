"""CycleGAN (Zhu et al. 2017): unpaired translation in both directions, held together by the way
back. Two folders of images that have nothing to do with each other are enough.

    python -m training.cyclegan --data photo-vangogh --recipe cpu --name my-vangogh
    python -m training.cyclegan --data photos paintings --name painted
    python -m training.cyclegan --name my-vangogh --resume

A run's folder is runs/NAME; its exported models are export/best and export/last in it.
`training.cut` learns one direction at half the cost.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from torch import Tensor
from torch.nn import functional as F

from models.noise import noisy
from training.command_line import parse, run_main, taken_out
from training.data.unpaired.unpaired_images import UnpairedBatch, UnpairedImages
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.image_pool import ImagePool
from training.engine.loop import fit
from training.engine.setup import Architecture, open_run, start_networks
from training.options import option
from training.previews.unpaired_preview import UnpairedPreview
from training.tasks import frozen_features, translators, unpaired
from training.tasks.adversarial import adversarial_terms, critic_terms, together
from training.tasks.unpaired import UnpairedOptions

WAYS = A_TO_B, B_TO_A = "a_to_b", "b_to_a"


@dataclass
class Options(UnpairedOptions):
    """Options of `training.cyclegan`; the defaults are the reference implementation's."""

    lambda_cycle: float = option(10.0, "weight of the cycle", at_least=0)
    lambda_identity: float = option(
        0.5, "weight of the identity term relative to the cycle's", at_least=0
    )
    identity_every: int = option(
        1,
        "steps from one with an identity term to the next, which weighs as much more",
        at_least=1,
        when={"lambda_identity": True},
    )
    cycle_noise: float = option(
        0.0,
        "standard deviation, on the scale from 0 to 1, of noise on a translation before its way "
        "back, so that nothing is hidden in it (Bashkirova 2019)",
        at_least=0,
    )
    pool_size: int = option(50, "earlier translations that the critics see again", at_least=0)


def iteration(game: Game, batches: Iterator[UnpairedBatch]) -> None:
    """One pass of Zhu et al. 2017: both generators, G: A -> B and F: B -> A, then both critics."""
    a, b = unpaired.drawn(game, batches)
    options = game.options
    identity = bool(options.lambda_identity) and unpaired.identity_is_due(game)
    fake_b, same_b = forward_and_identity(game, A_TO_B, a, b, identity)
    fake_a, same_a = forward_and_identity(game, B_TO_A, b, a, identity)
    directions = ((A_TO_B, a, b, fake_b), (B_TO_A, b, a, fake_a))

    if not game.critic_only:
        with game.update("generator") as terms:
            back_a = game.generator(B_TO_A, noisy(fake_b, options.cycle_noise))
            back_b = game.generator(A_TO_B, noisy(fake_a, options.cycle_noise))
            for way, given, real, fake in directions:
                critic = unpaired.augmented(game, partial(game.critic, way))
                terms |= adversarial_terms(game, critic, fake, real, f"_{way}")
                terms |= feature_terms(game, way, fake)
                terms |= unpaired.colour_terms(game, given, fake, way, f"_{way}")
            cycle_a, cycle_b = F.l1_loss(back_a, a), F.l1_loss(back_b, b)
            terms["cycle_a"] = options.lambda_cycle * cycle_a
            terms["cycle_b"] = options.lambda_cycle * cycle_b
            if identity:
                weight = options.lambda_cycle * options.lambda_identity * options.identity_every
                terms["identity_a"] = weight * F.l1_loss(same_a, a)
                terms["identity_b"] = weight * F.l1_loss(same_b, b)
            game.observe(cycle_error=(cycle_a + cycle_b) / 4)  # on the scale from 0 to 1

    with game.update("critic", *frozen_features.players(game)) as terms:
        for way, _, real, fake in directions:
            earlier = game.kept[way].exchange(fake)
            critic = unpaired.augmented(game, partial(game.critic, way))
            terms |= critic_terms(game, critic, real, earlier, f"_{way}")
            heads = feature_heads(game, way)
            terms |= frozen_features.critic_terms(game, heads, real, earlier, way, f"_{way}")


def forward_and_identity(
    game: Game, way: str, given: Tensor, other: Tensor, identity: bool
) -> tuple[Tensor, ...]:
    """G(x), and G(y) of an image that already is of its domain where the identity term needs it."""
    generator = partial(game.generator, way)
    if not identity:
        return generator(given), given  # which nothing looks at
    if game.options.norm == "batch":
        return generator(given), generator(other)
    return together(generator, given, other)


def feature_heads(game: Game, way: str) -> Callable[[list[Tensor]], list[Tensor]] | None:
    """A direction's feature critic, where there is one."""
    return partial(game.features, way) if "features" in game.networks else None


def feature_terms(game: Game, way: str, fake: Tensor) -> dict[str, Tensor]:
    """The terms of a direction's generator that look at frozen features."""
    if not game.options.looks_at_features:
        return {}
    seen = frozen_features.seen(game, fake)
    return frozen_features.generator_terms(game, feature_heads(game, way), seen, way, f"_{way}")


def keep_pools(game: Game) -> None:
    """Give the critics their image pools, which are part of every checkpoint."""
    for way in WAYS:
        game.keep(way, ImagePool(game.options.pool_size))


def describe_networks(options: Options, data: UnpairedImages) -> Architecture:
    """A generator and a critic for each direction."""
    return unpaired.describe_networks(options, data, bidirectional=True)


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    method, arguments = taken_out("--method", arguments)  # until 0.3
    if method in ("cut", "fastcut"):
        from training import cut

        print(f"note: --method {method} is `training.cut` now.", file=sys.stderr)
        return cut.main([*arguments, "--cut-mode", method], prog)
    if method not in (None, "cyclegan"):
        raise ValueError(f"Expected --method cyclegan, cut or fastcut, found {method}.")
    options = parse(Options, __doc__, arguments, prog)
    accelerator = make_accelerator(options)
    data, held_out = unpaired.load_data(options, accelerator)
    run = open_run(options, "training.cyclegan", data.name)

    architecture = describe_networks(options, data)
    networks, warm_up = start_networks(options, run, architecture)
    networks |= frozen_features.new_heads(options.lambda_features, WAYS)
    game = translators.make_game(options, accelerator, networks, warm_up)
    unpaired.prepare(game, data, WAYS)
    keep_pools(game)

    preview = UnpairedPreview(game, run, architecture, data, held_out)
    fit(game, iteration, data, run, preview)


if __name__ == "__main__":
    run_main(main)
