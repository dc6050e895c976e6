"""CUT (Park et al. 2020): unpaired translation in one direction, at half the cost of CycleGAN, held
together by patches that stay recognisable.

    python -m training.cut --data photo-vangogh --recipe cpu --name one-way
    python -m training.cut --data photos paintings --cut-mode fastcut --name faster
    python -m training.cut --data photo-vangogh --recipe paint --minutes 10 --name my-paint
    python -m training.cut --data photo-vangogh my-painting.jpg --recipe style --name my-style
    python -m training.cut --name one-way --resume

A run's folder is runs/NAME; its exported models are export/best and export/last in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from training.command_line import parse, run_main
from training.data.unpaired.unpaired_images import UnpairedBatch, UnpairedImages
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.loop import fit
from training.engine.setup import Architecture, open_run, start_networks
from training.losses.patch_nce import Heads, patch_nce, random_places, sampled
from training.options import option
from training.previews.unpaired_preview import UnpairedPreview
from training.recipes.translation import ONE_WAY
from training.tasks import frozen_features, translators, unpaired
from training.tasks.adversarial import adversarial_terms, critic_terms, together
from training.tasks.unpaired import UnpairedOptions

LAMBDA_NCE = {"cut": 1.0, "fastcut": 10.0}


@dataclass
class Options(UnpairedOptions):
    """Options of `training.cut`; the defaults are the reference implementation's."""

    recipe: str = option(
        "reference",
        "reference; cpu, which trains well on two cores; paint, for photographs into paintings, "
        "whose strokes it learns in ten minutes; or style, for one painting or a handful, which "
        "goes on from a model that ships; any part can be overridden",
        choices=ONE_WAY,
    )
    cut_mode: Literal["cut", "fastcut"] = option(
        "cut", "cut, or its faster variant without an identity term"
    )
    lambda_nce: float | None = option(
        None,
        "weight of the contrastive term; 1 for cut and 10 for fastcut where it is not given",
        at_least=0,
    )
    nce_features: Literal["own", "frozen"] = option(
        "own",
        "features that are compared: the generator's own, or the frozen ones of "
        "EfficientNet-Lite0, which need no second pass",
    )
    identity_every: int = option(
        1,
        "steps from one with an identity term to the next, which weighs as much more",
        at_least=1,
        when={"cut_mode": ("cut",)},
    )
    patches: int = option(256, "places in an image that are compared", at_least=2)

    RECIPES: ClassVar[dict[str, dict]] = ONE_WAY

    def __post_init__(self) -> None:
        super().__post_init__()
        own = self.nce_features == "own"
        if own and (self.network != "resnet" or self.blocks < 2):
            raise ValueError(
                "Expected --network resnet with at least 2 --blocks, whose features are compared, "
                f"found {self.network} with {self.blocks}."
            )

    @property
    def looks_at_features(self) -> bool:
        return super().looks_at_features or self.nce_features == "frozen"


def iteration(game: Game, batches: Iterator[UnpairedBatch]) -> None:
    """One pass of Park et al. 2020: the critics, then G: A -> B and the heads that compare patches.

    The fast variant weighs the contrastive term more, leaves its identity part out, and mirrors
    half of the images on their way (their section 4 and appendix).
    """
    a, b = unpaired.drawn(game, batches)
    options = game.options
    fast = options.cut_mode == "fastcut"
    mirrored = fast and bool(torch.rand(()) < 0.5)
    given = a.flip(3) if mirrored else a
    identity = not fast and unpaired.identity_is_due(game)
    # in one call in the reference too, whatever the norm
    fake_b, same_b = together(game.generator, a, b) if identity else (game.generator(given), None)
    critic = unpaired.augmented(game, game.critic)

    with game.update("critic", *frozen_features.players(game)) as terms:
        terms |= critic_terms(game, critic, b, fake_b)
        terms |= frozen_features.critic_terms(game, game.networks.get("features"), b, fake_b)

    if game.critic_only:
        return
    with game.update("generator", *(("heads",) if options.nce_features == "own" else ())) as terms:
        terms |= adversarial_terms(game, critic, fake_b, b)
        weight = LAMBDA_NCE[options.cut_mode]
        if options.lambda_nce is not None:
            weight = options.lambda_nce
        if same_b is not None:
            weight /= 2
            again = options.identity_every * weight
            terms["nce_identity"] = again * contrastive_term(game, b, same_b)
        features = looked_at(game, fake_b)
        terms["nce"] = weight * contrastive_term(game, a, fake_b, mirrored, features)
        heads = game.networks.get("features")
        terms |= frozen_features.generator_terms(game, heads, features)
        terms |= unpaired.colour_terms(game, given, fake_b)


def looked_at(game: Game, output: Tensor) -> list[Tensor]:
    """The frozen features of a translation, where a term needs them."""
    if game.options.looks_at_features:
        return frozen_features.seen(game, output)
    return []


def contrastive_term(
    game: Game,
    source: Tensor,
    output: Tensor,
    mirrored: bool = False,
    seen: list[Tensor] | None = None,
) -> Tensor:
    """Patches of the output are told from other patches by those of the source at the same place,
    in the features of the generator's own encoder (Park et al. 2020, section 3), or in frozen ones.

    Args:
        source, output: (N, C, H, W).
        mirrored: the output is that of the mirrored source.
        seen: the frozen features of the output, where they are there already.
    """
    if game.options.nce_features == "frozen":
        with torch.no_grad():
            keys = frozen_features.seen(game, source.flip(3) if mirrored else source)
        queries = seen or frozen_features.seen(game, output)
        return frozen_features.contrast(game, keys, queries, game.options.patches)
    generator = game.generator
    with game.accelerator.autocast():
        queries = generator.features(output)
        with torch.no_grad():
            keys = generator.features(source)
    if mirrored:
        queries = [layer.flip(3) for layer in queries]
    places = random_places(keys, game.options.patches)
    return patch_nce(game.heads(sampled(queries, places)), game.heads(sampled(keys, places)))


def new_heads(options: Options, channels: int) -> dict[str, nn.Module]:
    """What learns beside generator and critic, by name: heads for the features of the generator's
    input, its two halvings and two of its blocks, and those of the feature critic."""
    width = options.ngf
    found = frozen_features.new_heads(options.lambda_features)
    if options.nce_features == "own":
        found["heads"] = Heads([channels, 2 * width, 4 * width, 4 * width, 4 * width])
    return found


def describe_networks(options: Options, data: UnpairedImages) -> Architecture:
    """A generator and a critic."""
    return unpaired.describe_networks(options, data, bidirectional=False)


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    options = parse(Options, __doc__, arguments, prog)
    accelerator = make_accelerator(options)
    data, held_out = unpaired.load_data(options, accelerator)
    run = open_run(options, "training.cut", data.name)

    architecture = describe_networks(options, data)
    networks, warm_up = start_networks(options, run, architecture)
    networks |= new_heads(options, data.channels)
    game = translators.make_game(options, accelerator, networks, warm_up)
    unpaired.prepare(game, data)

    preview = UnpairedPreview(game, run, architecture, data, held_out)
    fit(game, iteration, data, run, preview)


if __name__ == "__main__":
    run_main(main)
