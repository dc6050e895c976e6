"""The class-conditional GAN (Mirza and Osindero 2014): both players see the class.

The generator takes an embedding of the class beside z; the critic judges by projection (Miyato and
Koyama 2018), or sees the class beside the image, as in 2014 (--condition concat). In place of a
class both can see the vector of words, and of the hand that drew a picture (--words): fused by two
affines in each of the generator's blocks, and by projection (Tao et al. 2022, DF-GAN).

    python -m training.cgan --data mnist --name my-digits
    python -m training.cgan --data folder-of-class-folders --size 64
    python -m training.cgan --data emoji-words --words emoji-words/words.csv --recipe words
    python -m training.cgan --name my-digits --resume
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from models.config import MAX_ARGUMENT
from training import gan
from training.collapse.mode_regularisation import reconstruction_term
from training.collapse.unrolling import unrolled
from training.command_line import parse, run_main
from training.data.labelled.labelled_images import LabelledBatch
from training.data.labelled.sources import require_classes
from training.data.labelled.worded_images import WordedImages
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.loop import fit
from training.engine.optimisers import anneal
from training.engine.setup import open_run, start_networks
from training.losses.alignment import aligned
from training.losses.feature_critic import hinge_generator
from training.losses.matching import TwoTowers, contrast
from training.losses.objectives import Objective, Terms
from training.losses.penalties import interpolated, zero_centred
from training.losses.perceptual import perceptual_distance
from training.losses.translation import coarse_difference
from training.options import flag, option
from training.previews.generator_preview import preview_of
from training.recipes.adversarial import CONDITIONAL
from training.tasks import frozen_features
from training.tasks.generators import describe_networks, load_data, make_game

LEAST_DESCRIBED = 32  # pixels of an image of which the frozen network's last layer tells something
DISTANCES = ("lambda_l1", "lambda_l2", "lambda_coarse", "lambda_perceptual")  # to a known picture


@dataclass
class Options(gan.Options):
    """Options of `training.cgan`: those of `training.gan`, and some for the class or the words."""

    recipe: str = option(
        "atelier",
        "a paper's networks, objective and optimiser; any part can be overridden",
        choices=CONDITIONAL,
    )
    condition: Literal["projection", "concat"] = option(
        "projection", "how the critic sees the class: projection, or concat beside the image"
    )
    mismatch: float = option(
        0.0,
        "weight of the term in which real images under a wrong class count as fake",
        at_least=0,
    )
    lambda_gan: float = option(
        1.0,
        "weight of the adversarial term; 0 learns by --lambda-l1 and its like alone, without "
        "a step of the critic, as a beginning from which --init-from goes on",
        at_least=0,
    )
    lambda_coarse: float = option(
        0.0,
        "weight of the L1 distance between what is drawn and the real image under the same class "
        "or words, both averaged over 8 x 8 parts; 0 leaves it out",
        at_least=0,
    )
    lambda_l1: float = option(
        0.0,
        "weight of the L1 distance between what is drawn and the real image under the same class "
        "or words, pixel by pixel; 0 leaves it out",
        at_least=0,
    )
    lambda_l2: float = option(
        0.0,
        "weight of the mean squared error between the two, pixel by pixel; from nothing L1 alone "
        "ends in the commonest colour, such as white paper, and this does not; 0 leaves it out",
        at_least=0,
    )
    lambda_perceptual: float = option(
        0.0,
        "weight of the distance between the two in the features of EfficientNet-Lite0 (Johnson "
        "2016): what a thing looks like, where pixels alone blur it; 0 leaves it out",
        at_least=0,
    )
    lambda_features: float = option(
        0.0,
        "weight of a critic on the frozen features of EfficientNet-Lite0 (Sauer 2021), which makes "
        "crisp what the distances leave blurred; 0 leaves it out",
        at_least=0,
    )
    align: float = option(
        0.0,
        "share of the side by which parts of the target may stand elsewhere: they are compared "
        "where they fit best",
        at_least=0,
        below=0.25,
    )
    lambda_words: float = option(
        0.0,
        "weight of how far what is drawn is from being told by its words among those of the batch, "
        "by two towers on the features of EfficientNet-Lite0 that learn it from the real images "
        "(Xu 2018); 0 leaves it out",
        at_least=0,
        when={"words": True},
    )
    memories: int = option(
        0,
        "captions at most for which the generator learns a vector of its own, found by the nearest "
        "words (Miller 2016)",
        at_least=0,
        at_most=MAX_ARGUMENT,
        when={"words": True},
        scope="data",
    )
    thumbnails: int = option(
        0,
        "pixels wide of a small picture of each of these captions by each hand that the generator "
        "keeps: a thing that a hand never drew follows what the others made of it; 0 for none",
        at_least=0,
        at_most=MAX_ARGUMENT,
        when={"words": True, "memories": True},
        scope="data",
    )
    words: str | None = option(
        None,
        "a CSV with a row for each picture's name and what it shows: the model takes words, and "
        "the folders of classes are hands in which it draws",
        scope="data",
    )
    word_table: str | None = option(
        None,
        "the vectors of words, as `python -m training.data words` makes them; the table of English "
        "and Chinese that comes along where it is not given",
        when={"words": True},
        scope="data",
    )

    RECIPES: ClassVar[dict[str, dict]] = CONDITIONAL

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.words and (self.network, self.critic) != ("residual", "residual"):
            raise ValueError(
                "Expected --network residual and --critic residual with --words, found "
                f"{self.network} and {self.critic}; --recipe words has both."
            )
        if self.words and self.condition == "concat":
            raise ValueError(
                "Expected --condition projection with --words, found concat; leave it out."
            )
        if not (self.lambda_gan or any(getattr(self, weight) for weight in DISTANCES)):
            raise ValueError(
                f"Expected --lambda-gan, {', '.join(map(flag, DISTANCES[:-1]))} or "
                f"{flag(DISTANCES[-1])} above 0, found all 0."
            )
        if self.align and not any(getattr(self, weight) for weight in DISTANCES):
            raise ValueError(
                f"Expected {', '.join(map(flag, DISTANCES[:-1]))} or {flag(DISTANCES[-1])} above 0 "
                "with --align, which moves what they compare with; found all 0."
            )
        if self.gan_mode == "mmd" or self.pack > 1:
            raise ValueError(
                "Expected neither --gan-mode mmd nor --pack with classes, found "
                f"{'mmd' if self.gan_mode == 'mmd' else f'--pack {self.pack}'}; training.gan has "
                "both."
            )


def iteration(game: Game, batches: Iterator[LabelledBatch]) -> None:
    """Mirza and Osindero 2014, equation 2: D(x | y) and G(z | y), where generated images have the
    classes y of the real ones."""
    options = game.options
    if not options.lambda_gan:
        x, y = next(batches)
        anneal(game)
        with generator_step(game, game.generator(gan.noise(game, len(x)), y), x, y):
            pass  # by the terms that it begins with alone
        return
    r1, r2, gradient_penalty = gan.penalties(game)
    anneal(game)
    for k in reversed(range(options.n_critic)):
        x, y = next(batches)
        with torch.set_grad_enabled(k == 0):  # the last pass serves the generator's step too
            fake_x = game.generator(gan.noise(game, len(x)), y)

        with game.update("critic") as terms:
            real = gan.seen(game, x, r1)
            fake = gan.seen(game, fake_x.detach(), r2)
            real_logits, fake_logits, wrong_logits = logits(game, real, fake, y)
            terms |= game.objective.critic(real_logits, fake_logits)
            terms |= zero_centred(real_logits, real, fake_logits, fake, r1, r2)
            critic = partial(game.critic, labels=y)
            terms |= interpolated(critic, real, fake, gradient_penalty)
            if wrong_logits is not None:
                wrong = mismatch_term(game.objective, real_logits, wrong_logits)
                terms["mismatch"] = options.mismatch * wrong
            game.observe(**game.objective.scores(real_logits, fake_logits))
        gan.bound_weights(game)

    if game.critic_only:
        return
    with generator_step(game, fake_x, x, y) as terms:
        loss = partial(gan.critic_loss, game, x, fake_x, labels=y)
        ahead = unrolled(game, loss, options.unroll)
        terms["adversarial"] = options.lambda_gan * gan.adversarial_term(game, ahead, fake_x, x, y)
        if options.lambda_reconstruction:
            again = game.generator(game.encoder(x), y)
            weight = options.lambda_reconstruction
            terms["reconstruction"] = weight * reconstruction_term(again, x)
            if options.lambda_mode:
                mode = gan.adversarial_term(game, ahead, again, x, y)
                terms["mode"] = options.lambda_mode * mode


@contextmanager
def generator_step(game: Game, fake_x: Tensor, x: Tensor, y: Tensor) -> Iterator[Terms]:
    """A step of the generator, with the terms that compare generated images with the real ones x
    under the same condition, after one of the critic on features where there is one."""
    options = game.options
    heads, towers = (game.networks.get(name) for name in ("features", "towers"))
    looked = options.lambda_perceptual or heads is not None or towers is not None
    seen, known = frozen_features.both_seen(game, fake_x, x) if looked else ([], [])
    hands = hands_of(game, y) if heads is not None else None
    if heads is not None:
        twice = None if hands is None else torch.cat([hands, hands])
        with game.update("features") as terms:
            both = [torch.cat([one, two.detach()]) for one, two in zip(known, seen, strict=True)]
            terms |= frozen_features.told_apart(partial(heads, domains=twice), both)
    if towers is not None:
        with game.update("towers") as terms:
            terms["matching"] = unmatched(game, known, y)
    there, wanted = x, known
    if options.align:
        there = aligned(fake_x, x, options.align)
        wanted = frozen_features.known(game, there) if options.lambda_perceptual else []
    with game.update("generator", *gan.encoders(game)) as terms:
        terms |= differences(game, fake_x, there)
        if options.lambda_perceptual:
            terms["perceptual"] = options.lambda_perceptual * perceptual_distance(seen, wanted)
        if heads is not None:
            judged = hinge_generator(heads(seen[1:], hands))
            terms["features"] = options.lambda_features * judged
        if towers is not None:
            terms["words"] = options.lambda_words * unmatched(game, seen, y)
        yield terms


def hands_of(game: Game, y: Tensor) -> Tensor | None:
    """The hands (N, K) that y (N, D) ends with, where the critic on features judges by them."""
    domains = game.accelerator.unwrap_model(game.networks["features"]).domains
    return y[:, -domains:] if domains else None


def unmatched(game: Game, features: list[Tensor], y: Tensor) -> Tensor:
    """How far pictures are from being told by their words among those of the batch, by the towers
    (Xu et al. 2018, AttnGAN, equations 10 and 11); of which nothing is said do not count.

    Args:
        features: of the pictures, as `both_seen` gives them.
        y: (N, D), the words first.
    """
    towers = game.networks["towers"]
    words = y[:, : game.accelerator.unwrap_model(towers).of_words.in_features]
    said = words.any(1)
    fits = towers(frozen_features.described(game, features)[said], words[said])
    if not len(fits):
        return fits.sum()  # 0
    return contrast(fits, torch.arange(len(fits), device=fits.device))


def differences(game: Game, fake_x: Tensor, x: Tensor) -> Terms:
    """The weighted distances of generated images to the real ones under the same condition, pixel
    by pixel, those that are asked for."""
    options = game.options
    terms: Terms = {}
    if options.lambda_coarse:
        terms["coarse"] = options.lambda_coarse * coarse_difference(fake_x, x)
    if options.lambda_l1:
        terms["l1"] = options.lambda_l1 * F.l1_loss(fake_x, x)
    if options.lambda_l2:
        terms["l2"] = options.lambda_l2 * F.mse_loss(fake_x, x)
    return terms


def logits(
    game: Game, real: Tensor, fake: Tensor, y: Tensor
) -> tuple[Tensor, Tensor, Tensor | None]:
    """D(x, y), D(x^, y), and with --mismatch D(x, y') under a wrong class y', (N,) each."""
    if not game.options.mismatch:
        return *gan.logits(game, real, fake, y), None
    wrong_y = wrong_labels(game, y)
    if gan.apart(game):
        return game.critic(real, y), game.critic(fake, y), game.critic(real, wrong_y)
    both = torch.cat([real, fake])
    real_logits, fake_logits, wrong_logits = game.critic(both, torch.cat([y, y, wrong_y])).chunk(3)
    return real_logits, fake_logits, wrong_logits


def wrong_labels(game: Game, y: Tensor) -> Tensor:
    """Another class for each of y (N,), uniform over the others; for vectors (N, D) of words those
    of the batch's next image."""
    if y.is_floating_point():
        return y.roll(1, 0)
    classes = game.critic.classes
    return (y + torch.randint(1, classes, y.shape, device=y.device)) % classes


def mismatch_term(objective: Objective, real_logits: Tensor, wrong_logits: Tensor) -> Tensor:
    """Real images under a wrong class, as fake ones (Reed 2016, algorithm 1): x must fit y.

    A relativistic critic compares D(x, y) with D(x, y'); the others use their term for fake images.
    """
    terms = objective.critic(real_logits, wrong_logits)
    return terms["pair" if "pair" in terms else "fake"]


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    options = parse(Options, __doc__, arguments, prog)
    accelerator = make_accelerator(options)
    data = load_data(options, accelerator, labelled=True)
    if not options.words:
        require_classes(data.class_names, options.data)
    if options.lambda_words and data.size < LEAST_DESCRIBED:
        raise ValueError(
            f"Expected images of at least {LEAST_DESCRIBED} pixels with --lambda-words, found "
            f"{data.size}."
        )
    run = open_run(options, "training.cgan", data.name)

    architecture = describe_networks(options, data)
    networks, warm_up = start_networks(options, run, architecture)
    hands = len(data.manners) if isinstance(data, WordedImages) else 0
    networks |= frozen_features.new_heads(options.lambda_features, domains=hands)
    if options.lambda_words and isinstance(data, WordedImages):
        networks["towers"] = TwoTowers(frozen_features.DESCRIBED, data.captions.table.dim)
    game = make_game(options, accelerator, networks, architecture, data, warm_up)

    preview = preview_of(game, run, architecture, data)
    fit(game, iteration, data, run, preview)


if __name__ == "__main__":
    run_main(main)
