"""pix2pix (Isola et al. 2017): an image to an image, learned from pairs; GAN + lambda L1.

    python -m training.pix2pix --data emoji --recipe cpu --name my-emoji
    python -m training.pix2pix --data folder-with-A-and-B --name facades
    python -m training.pix2pix --data folder-of-pictures --make-input edges --name from-edges
    python -m training.pix2pix --name my-emoji --resume

A run's folder is runs/NAME; its exported models are export/best and export/last in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

import models
from models.config import read_config
from training.data.augmentation import PairAugmentation
from training.data.paired.colours import commonest_colours
from training.data.paired.paired_images import PairBatch, PairedImages, chosen_size
from training.data.paired.pairs import find_pairs
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.loop import Validation
from training.losses.objectives import Terms
from training.losses.translation import adversarial_terms, critic_terms
from training.options import parse, run_main
from training.previews.translations import PairedGallery
from training.tasks import translators

CPU = {
    "ngf": 32,
    "ndf": 32,
    "levels": 7,
    "upsample": "resize",
    "dropout": 0.0,
    "batch_size": 4,
    "critic_norm": "instance",
    "lambda_feature": 10.0,
    "load_size": 0,
    "zoom": 0.25,
    "rotate": 10.0,
}


@dataclass
class Options(translators.Options):
    """Options of `training.pix2pix`; the defaults are the reference implementation's.

    Args:
        recipe: reference, or cpu, which trains well on two cores; any part can be overridden.
        make_input: make A from the pictures of one folder: edges, grey, small or mask.
        hand_drawn: share of inputs whose lines are changed as drawing by hand does.
        noise: noise on the input, as a share of the value range.
        lambda_l1: weight of L1; 0 trains with the critic alone, and --lambda-gan 0 with L1 alone.
        lambda_feature: weight of feature matching (Wang et al. 2018, pix2pixHD).
        palette: let every pixel choose among this many colours, the commonest of the targets; for
            flat art (0 leaves all colours open; unet only).
        lambda_palette: weight of the cross-entropy of that choice.
        lambda_gradient: weight of the gradient difference (Mathieu et al. 2016), which keeps flat
            what is flat in the target.
    """

    recipe: Literal["reference", "cpu"] = "reference"
    make_input: Literal["edges", "grey", "small", "mask"] | None = None
    hand_drawn: float = 0.0
    noise: float = 0.0
    lambda_l1: float = 100.0
    lambda_feature: float = 0.0
    palette: int = 0
    lambda_palette: float = 10.0
    lambda_gradient: float = 0.0

    RECIPES: ClassVar[dict[str, dict]] = {"reference": {}, "cpu": CPU}

    def __post_init__(self):
        super().__post_init__()
        translators.at_least_zero(
            self,
            *("hand_drawn", "noise", "palette"),
            *("lambda_l1", "lambda_feature", "lambda_palette", "lambda_gradient"),
        )
        if self.palette and self.network != "unet":
            raise ValueError(f"Expected --network unet with --palette, found {self.network}.")
        if not self.lambda_gan and not self.lambda_l1:
            raise ValueError("Expected --lambda-gan or --lambda-l1 above 0, found both 0.")


def iteration(game: Game, batches: Iterator[PairBatch]) -> None:
    """One pass of Isola et al. 2017, section 3: the critic, then the generator."""
    given, wanted = next(batches)
    output, scores = drawn(game, given)

    if game.options.lambda_gan:
        with game.update("critic") as terms:
            terms |= critic_terms(game, judging(game, given), wanted, output)

    if game.critic_only:
        return
    with game.update("generator") as terms:
        if game.options.lambda_gan:
            terms |= feature_terms(game, given, wanted, output)
        terms["l1"] = game.options.lambda_l1 * F.l1_loss(output, wanted)
        if game.options.lambda_gradient:
            difference = gradient_difference(output, wanted)
            terms["gradient"] = game.options.lambda_gradient * difference
        if game.options.palette:
            terms["palette"] = game.options.lambda_palette * choice(game, scores, wanted)


def drawn(game: Game, given: Tensor) -> tuple[Tensor, Tensor | None]:
    """The output, and the scores of the palette's colours where there is one."""
    if game.options.palette:
        return game.generator(given, scores=True)
    return game.generator(given), None


def feature_terms(game: Game, given: Tensor, wanted: Tensor, output: Tensor) -> Terms:
    """What the critic makes of the output, and where asked for how far its features are from the
    target's."""
    options, judge = game.options, judging(game, given)
    if not options.lambda_feature:
        return adversarial_terms(game, judge(output), lambda: judge(wanted))
    fake = judge(output, all_layers=True)
    with torch.no_grad():
        real = judge(wanted, all_layers=True)
    terms = adversarial_terms(game, fake[-1], lambda: real[-1])
    terms["feature"] = options.lambda_feature * feature_matching(fake[:-1], real[:-1])
    return terms


def judging(game: Game, given: Tensor):
    """The critic of images beside what was given; of several batches, beside each."""

    def judge(images: Tensor, **options) -> Tensor:
        beside = given.repeat(len(images) // len(given), 1, 1, 1)
        return game.critic(torch.cat([beside, images], 1), **options)

    return judge


def feature_matching(fake: list[Tensor], real: list[Tensor]) -> Tensor:
    """Mean over the critic's layers of E |D_i(x, y) - D_i(x, G(x))| (Wang et al. 2018,
    equation 4)."""
    return torch.stack([F.l1_loss(*layer) for layer in zip(fake, real, strict=True)]).mean()


def gradient_difference(output: Tensor, wanted: Tensor) -> Tensor:
    """mean | |d output| - |d wanted| | over both axes (Mathieu et al. 2016, equation 6, alpha 1):
    a flat but wrong colour costs nothing here, a patch inside a flat shape its whole outline."""
    differences = [
        (output.diff(dim=axis).abs() - wanted.diff(dim=axis).abs()).abs().mean() for axis in (2, 3)
    ]
    return torch.stack(differences).sum()


def choice(game: Game, scores: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of the choice among the palette's colours, where the target has one of them
    (Zhang et al. 2016, equation 2, without its weights)."""
    palette = game.accelerator.unwrap_model(game.generator).palette
    return F.cross_entropy(scores.float(), palette.nearest(wanted))


def load_data(options: Options, accelerator) -> tuple[PairedImages, PairedImages | None]:
    """The pairs to train on, and those held out to validate on where there are enough."""
    with accelerator.main_process_first():  # one unpacks, the others find it done
        pairs, held = find_pairs(options.data, "train", options.make_input).held_out()
    augment = PairAugmentation(
        options.flip, options.zoom, options.rotate, options.hand_drawn, options.noise
    )
    channels = (options.in_channels, options.channels)
    size = options.size or chosen_size(pairs)
    load_size = translators.load_size(options, size)
    dataset = PairedImages(pairs, size, load_size, options.direction, augment, channels)
    if not held.pairs:
        return dataset, None
    channels = (dataset.in_channels, dataset.channels)
    return dataset, PairedImages(held, size, size, options.direction, None, channels)


def describe_networks(options: Options, dataset: PairedImages) -> tuple[dict, dict]:
    """Generator and critic, which sees input and output side by side."""
    channels = dataset.in_channels, dataset.channels
    generator, critic = translators.describe_networks(
        options, dataset.size, channels, sum(channels)
    )
    if options.palette:
        generator["arguments"]["palette"] = palette(options, dataset)
    return generator, critic


def palette(options: Options, dataset: PairedImages) -> list[str]:
    """The colours that the weights to go on with were trained for, else the commonest ones of the
    targets."""
    before = options.runs / str(options.name) / "export" / "last"
    if not (options.resume and (before / "config.json").is_file()):
        before = models.find(options.init_from) if options.init_from else None
    if before:
        colours = read_config(before)["network"]["arguments"].get("palette")
        if colours and len(colours) <= options.palette:
            return colours
    return commonest_colours(dataset.files, options.palette, dataset.turned)


def main(arguments: list[str] | None = None) -> None:
    options = parse(Options, __doc__, arguments)
    accelerator = make_accelerator(options)
    dataset, held_out = load_data(options, accelerator)

    def validation(gallery: PairedGallery) -> Validation | None:
        if held_out is None:
            return None
        return Validation(options.validate_every, gallery.validate, "texture")

    translators.train(
        options,
        accelerator,
        iteration,
        dataset,
        "training.pix2pix",
        describe_networks(options, dataset),
        lambda game: PairedGallery(game, dataset, held_out),
        validation,
    )


if __name__ == "__main__":
    run_main(main)
