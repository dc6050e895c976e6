"""pix2pix (Isola et al. 2017): an image to an image, learned from pairs; GAN + lambda L1.

    python -m training.pix2pix --data emoji --recipe cpu --name my-emoji
    python -m training.pix2pix --data folder-with-A-and-B --name facades
    python -m training.pix2pix --data folder-of-pictures --make-input edges --name from-edges
    python -m training.pix2pix --data from.ttf to.ttf --characters gb2312 --name my-font
    python -m training.pix2pix --name my-emoji --resume

A run's folder is runs/NAME; its exported models are export/best and export/last in it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from models.flat_art import vote
from training.command_line import parse, run_main
from training.data.glyphs.characters import SETS
from training.data.paired.colours import painted_with
from training.data.paired.made_inputs import MADE_INPUTS
from training.data.paired.paired_images import PairBatch, PairedImages
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.loop import fit
from training.engine.setup import Architecture, open_run, start_networks
from training.losses.alignment import aligned
from training.losses.translation import colour_classification, feature_matching, gradient_difference
from training.options import option
from training.previews.paired_preview import PairedPreview
from training.recipes.translation import PAIRED
from training.tasks import translators
from training.tasks.adversarial import critic_terms, weighted_terms
from training.tasks.paired import condition_parts, load_data, make_game, palette_of
from training.tasks.posterior import posteriors, told


@dataclass
class Options(translators.Options):
    """Options of `training.pix2pix`; the defaults are the reference implementation's."""

    recipe: str = option(
        "reference",
        "reference; cpu, which trains well on two cores; colouring, the same for outlines to flat "
        "art, told of dabs and words; or glyphs, for characters of fonts; any part can be "
        "overridden",
        choices=PAIRED,
    )
    make_input: str | None = option(
        None, "make A from the pictures of one folder", choices=MADE_INPUTS
    )
    characters: str | None = option(
        None,
        "of fonts, the characters to draw: those of a text file, or a set, "
        f"{', '.join(SETS)}; all that they have in common where it is not given",
        scope="data",
    )
    manners: str | None = option(
        None,
        "of fonts, names of the manners that are learned, commas between; those of their files "
        "where it is not given",
        scope="data",
    )
    one_hot: bool = option(False, "give each class of an input that is a mask a channel of its own")
    hand_drawn: float = option(
        0.0,
        "share of inputs whose lines are changed as drawing by hand does",
        at_least=0,
    )
    noise: float = option(0.0, "noise on the input, as a share of the value range", at_least=0)
    lambda_l1: float = option(
        100.0,
        "weight of L1; 0 trains with the critic alone, and --lambda-gan 0 with L1 alone",
        at_least=0,
    )
    lambda_category: float = option(
        1.0,
        "weight of the critic's telling manners apart, and of the generator's being told rightly, "
        "where there are several (AC-GAN, Odena 2017)",
        at_least=0,
        when={"lambda_gan": True},
    )
    small_first: float = option(
        0.0,
        "share of the run that is shown pairs of half the size, which take a quarter of the time",
        at_least=0,
        below=1,
        when={"hints": (False,)},
    )
    align: float = option(
        0.0,
        "share of the side by which parts of the target may stand elsewhere: they are compared "
        "where they fit best",
        at_least=0,
        below=0.25,
    )
    lambda_feature: float = option(
        0.0,
        "weight of feature matching (Wang et al. 2018, pix2pixHD)",
        at_least=0,
        when={"lambda_gan": True},
    )
    palette: int = option(
        0,
        "let every pixel choose among this many colours, the commonest of the targets; for flat "
        "art (0 leaves all colours open)",
        at_least=0,
        when={"network": ("unet",)},
    )
    lambda_palette: float = option(
        10.0,
        "weight of the cross-entropy of that choice",
        at_least=0,
        when={"palette": True},
    )
    lambda_region: float = option(
        0.0,
        "for outlines: weight of that cross-entropy once the pixels of each closed region have "
        "voted, as they do when the model is used",
        at_least=0,
        when={"palette": True},
    )
    close_gaps: float = option(
        0.0,
        "for outlines: colours do not run through gaps up to this share of the side, and what lies "
        "outside stays of one colour (0 leaves it out)",
        at_least=0,
        below=0.5,
        when={"palette": True},
    )
    keep_lines: bool = option(
        False,
        "for black outlines: they lie over the picture as they are, at the drawing's own size",
        when={"palette": True},
    )
    rebalance: float = option(
        0.0,
        "how far that choice is weighed against the commonest colours, which would be the safe "
        "answer otherwise; 1 - lambda of Zhang et al. 2016, equation 4, where it is 0.5",
        at_least=0,
        at_most=1,
        when={"palette": True},
    )
    words: str | None = option(
        None,
        "a CSV of what the pictures show, names in its first column (emoji for those that come "
        "along): the model takes words, in training some of them or none",
        scope="data",
    )
    word_table: str | None = option(
        None,
        "the vectors of words, as `python -m training.data words` makes them; the table of English "
        "and Chinese that comes along where it is not given",
        when={"words": True},
        scope="data",
    )
    hints: bool = option(
        False,
        "the model takes dabs of colour beside the input; in training some of the target's or none",
    )
    z_dim: int = option(
        0,
        "length of the noise that tells several answers to one input apart (0 for one answer)",
        at_least=0,
        at_most=64,
    )
    lambda_divergence: float = option(
        0.1,
        "weight of what the target may tell by that noise",
        at_least=0,
        when={"z_dim": True},
    )
    lambda_gradient: float = option(
        0.0,
        "weight of the gradient difference (Mathieu et al. 2016), which keeps flat what is flat in "
        "the target",
        at_least=0,
    )

    RECIPES: ClassVar[dict[str, dict]] = PAIRED

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.lambda_gan and not self.lambda_l1:
            raise ValueError("Expected --lambda-gan or --lambda-l1 above 0, found both 0.")


def iteration(game: Game, batches: Iterator[PairBatch]) -> None:
    """One pass of Isola et al. 2017, section 3: the critic D(x, y), then the generator G(x)."""
    options = game.options
    batch = drawn(game, batches)
    x, y = batch.input, batch.target
    condition, terms_of_z = told(game, batch)
    fake_y, scores = generated(game, x, condition)
    critic = partial(conditional_critic, game, image_of(game, x))

    if options.lambda_gan:
        with game.update("critic") as terms:
            terms |= critic_terms(game, critic, y, fake_y)
            if batch.manner is not None:
                terms |= category_term(game, critic(y, all_layers=True)[-2], batch.manner)

    if game.critic_only:
        return
    y = aligned(fake_y, y, options.align)
    with game.update("generator", *posteriors(game)) as terms:
        terms |= terms_of_z
        if options.lambda_gan:
            *fake_features, fake_logits = critic(fake_y, all_layers=True)
            *real_features, real_logits = answers_to_target(game, critic, y)
            terms |= weighted_terms(game, fake_logits, real_logits)
            if batch.manner is not None:
                terms |= category_term(game, fake_features[-1], batch.manner)
            if options.lambda_feature:
                distance = feature_matching(fake_features, real_features)
                terms["feature"] = options.lambda_feature * distance
        terms["l1"] = options.lambda_l1 * F.l1_loss(fake_y, y)
        if options.lambda_gradient:
            terms["gradient"] = options.lambda_gradient * gradient_difference(fake_y, y)
        if options.palette:
            terms |= palette_terms(game, scores, image_of(game, x), y)


def drawn(game: Game, batches: Iterator[PairBatch]) -> PairBatch:
    """The next batch; for the first `small_first` of the run, at half its size, but not with hints,
    whose dabs would be mixed with nothing."""
    batch = PairBatch(*next(batches))
    if game.options.hints or game.share_done >= game.options.small_first:
        return batch
    x, y = (F.avg_pool2d(images, 2) for images in (batch.input, batch.target))
    return batch._replace(input=x, target=y)


def category_term(game: Game, features: Tensor, manner: Tensor) -> dict[str, Tensor]:
    """lambda_category -log D(manner | x, y), by what the critic's layer before the last makes of
    real pairs, for the critic, or of translations, for the generator (Odena 2017, equation 3).

    Args:
        features: (N, C, h, w).
        manner: one-hot, (N, K).
    """
    if not game.options.lambda_category:
        return {}
    told = game.critic.classify(features)
    return {"category": game.options.lambda_category * F.cross_entropy(told, manner)}


def generated(game: Game, x: Tensor, condition: Tensor | None) -> tuple[Tensor, Any]:
    """G(x), by what it is told, and the scores of the palette's colours where there is one."""
    if game.options.palette:
        return game.generator(x, condition, scores=True)
    return game.generator(x, condition), None


def image_of(game: Game, x: Tensor) -> Tensor:
    """The image of an input, without its hints: these are bits of the truth, so that by them a
    critic would tell nothing but whether a colour is kept, which the other terms do."""
    return x[:, : game.generator.in_channels]


def palette_terms(game: Game, scores: Tensor, x: Tensor, y: Tensor) -> dict[str, Tensor]:
    """The cross-entropy of the colours, weighed by --rebalance where a colour was chosen; and the
    same once closed regions have voted, as they do in use."""
    generator = game.generator
    options, weights = game.options, None
    if options.rebalance:
        colours, chosen = painted_with(generator.palette, x, y)
        of_class = game.kept["balance"].weights[colours.clamp(min=0)]
        weights = torch.where(chosen, of_class, 1.0)
    else:
        colours = generator.palette.nearest(y)
    each = colour_classification(scores, colours, weights)
    terms = {"palette": options.lambda_palette * each}
    if options.lambda_region:
        voted = vote(scores, x, generator.close_gaps, mean=True)
        each = colour_classification(voted, colours, weights)
        terms["region"] = options.lambda_region * each
    return terms


def conditional_critic(game: Game, x: Tensor, images: Tensor, all_layers: bool = False) -> Any:
    """D(x, y): the critic of images beside what they were made of; of several batches of images,
    beside each.

    Args:
        x: (N, C, H, W).
        images: (k N, C', H, W).
        all_layers: give the outputs of all layers, logits last, in place of the logits.
    """
    beside = x.repeat(len(images) // len(x), 1, 1, 1)
    return game.critic(torch.cat([beside, images], 1), all_layers=all_layers)


def answers_to_target(game: Game, critic: Callable[..., Any], y: Tensor) -> list[Any]:
    """The critic's layers for the target, logits last, without gradients; None alone where no term
    of the generator looks at them."""
    if not (game.objective.relativistic or game.options.lambda_feature):
        return [None]
    with torch.no_grad():
        return critic(y, all_layers=True)


def describe_networks(options: Options, data: PairedImages) -> Architecture:
    """Generator and critic, which sees input and output side by side."""
    channels = data.in_channels, data.channels
    architecture = translators.describe_networks(options, data.size, channels, sum(channels))
    if parts := condition_parts(options, data):
        architecture.generator["arguments"]["condition_dim"] = sum(parts.values())
    if options.hints:
        architecture.generator["arguments"]["hints"] = True
    if options.small_first and any(data.masks):
        raise ValueError(
            f"Expected pictures with --small-first, found masks in {data.name}, whose classes "
            "nothing mixes; leave it out."
        )
    if data.manners and options.lambda_category and architecture.critic:
        architecture.critic["arguments"]["classes"] = len(data.manners)
    if options.palette:
        architecture.generator["arguments"]["palette"] = palette_of(options, data)
        for name in ("close_gaps", "keep_lines"):
            if kept := getattr(options, name):
                architecture.generator["arguments"][name] = kept
    return architecture


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    options = parse(Options, __doc__, arguments, prog)
    accelerator = make_accelerator(options)
    data, held_out = load_data(options, accelerator)
    run = open_run(options, "training.pix2pix", data.name)

    architecture = describe_networks(options, data)
    networks, warm_up = start_networks(options, run, architecture)
    game = make_game(options, accelerator, networks, data, warm_up)

    preview = PairedPreview(game, run, architecture, data, held_out)
    fit(game, iteration, data, run, preview)


if __name__ == "__main__":
    run_main(main)
