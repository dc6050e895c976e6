"""CUT (Park et al. 2020): unpaired translation in one direction, at half the cost of CycleGAN, held
together by patches that stay recognisable.

    python -m training.cut --data photo-vangogh --recipe cpu --name one-way
    python -m training.cut --data photos paintings --cut-mode fastcut --name faster
    python -m training.cut --name one-way --resume

A run's folder is runs/NAME; its exported models are export/best and export/last in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from training.command_line import parse, run_main
from training.data.unpaired.unpaired_images import UnpairedBatch, UnpairedImages
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.loop import fit
from training.engine.setup import Architecture, open_run, start_networks
from training.losses.patch_nce import Heads, patch_nce, random_places, sampled
from training.options import option
from training.previews.unpaired_preview import UnpairedPreview
from training.tasks import translators, unpaired
from training.tasks.adversarial import adversarial_terms, critic_terms, together
from training.tasks.unpaired import UnpairedOptions, load_data

LAMBDA_NCE = {"cut": 1.0, "fastcut": 10.0}


@dataclass
class Options(UnpairedOptions):
    """Options of `training.cut`; the defaults are the reference implementation's."""

    cut_mode: Literal["cut", "fastcut"] = option(
        "cut", "cut, or its faster variant without an identity term"
    )
    lambda_nce: float | None = option(
        None,
        "weight of the contrastive term; 1 for cut and 10 for fastcut where it is not given",
        at_least=0,
    )
    patches: int = option(256, "places in an image that are compared", at_least=2)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.network != "resnet" or self.blocks < 2:
            raise ValueError(
                "Expected --network resnet with at least 2 --blocks, whose features are compared, "
                f"found {self.network} with {self.blocks}."
            )


def iteration(game: Game, batches: Iterator[UnpairedBatch]) -> None:
    """One pass of Park et al. 2020: the critic, then G: A -> B with the heads that compare patches.

    The fast variant weighs the contrastive term more, leaves its identity part out, and mirrors
    half of the images on their way (their section 4 and appendix).
    """
    a, b = next(batches)
    options = game.options
    fast = options.cut_mode == "fastcut"
    mirrored = fast and bool(torch.rand(()) < 0.5)
    given = a.flip(3) if mirrored else a
    # in one call in the reference too, whatever the norm
    fake_b, same_b = (game.generator(given), None) if fast else together(game.generator, a, b)

    with game.update("critic") as terms:
        terms |= critic_terms(game, game.critic, b, fake_b)

    if game.critic_only:
        return
    with game.update("generator", "heads") as terms:
        terms |= adversarial_terms(game, game.critic, fake_b, b)
        weight = LAMBDA_NCE[options.cut_mode]
        if options.lambda_nce is not None:
            weight = options.lambda_nce
        if same_b is None:
            terms["nce"] = weight * contrastive_term(game, a, fake_b, mirrored)
        else:
            terms["nce"] = weight / 2 * contrastive_term(game, a, fake_b)
            terms["nce_identity"] = weight / 2 * contrastive_term(game, b, same_b)


def contrastive_term(game: Game, source: Tensor, output: Tensor, mirrored: bool = False) -> Tensor:
    """Patches of the output are told from other patches by those of the source at the same place,
    in the features of the generator's own encoder (Park et al. 2020, section 3).

    Args:
        source, output: (N, C, H, W).
        mirrored: the output is that of the mirrored source.
    """
    generator = game.accelerator.unwrap_model(game.generator)
    with game.accelerator.autocast():
        queries = generator.features(output)
        with torch.no_grad():
            keys = generator.features(source)
    if mirrored:
        queries = [layer.flip(3) for layer in queries]
    places = random_places(keys, game.options.patches)
    return patch_nce(game.heads(sampled(queries, places)), game.heads(sampled(keys, places)))


def new_heads(options: Options, channels: int) -> Heads:
    """Heads for the features of the generator's input, its two halvings and two of its blocks."""
    width = options.ngf
    return Heads([channels, 2 * width, 4 * width, 4 * width, 4 * width])


def describe_networks(options: Options, data: UnpairedImages) -> Architecture:
    """A generator and a critic."""
    return unpaired.describe_networks(options, data, bidirectional=False)


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    options = parse(Options, __doc__, arguments, prog)
    accelerator = make_accelerator(options)
    data, held_out = load_data(options, accelerator)
    run = open_run(options, "training.cut", data.name)

    architecture = describe_networks(options, data)
    networks, warm_up = start_networks(options, run, architecture)
    networks["heads"] = new_heads(options, data.channels)
    game = translators.make_game(options, accelerator, networks, warm_up)

    preview = UnpairedPreview(game, run, architecture, data, held_out)
    fit(game, iteration, data, run, preview)


if __name__ == "__main__":
    run_main(main)
