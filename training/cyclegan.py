"""Unpaired translation from two folders of images that have nothing to do with each other.

CycleGAN (Zhu et al. 2017) learns both directions, held together by the way back; --method cut
(Park et al. 2020) learns one at half the cost, held together by patches that stay recognisable.

    python -m training.cyclegan --data photo-vangogh --recipe cpu --name my-vangogh
    python -m training.cyclegan --data photos paintings --name painted
    python -m training.cyclegan --data photo-vangogh --recipe cpu --method cut --name one-way
    python -m training.cyclegan --name my-vangogh --resume

A run's folder is runs/NAME; its exported models are export/best and export/last in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from models.noise import noisy
from training.data.augmentation import CropAugmentation
from training.data.unpaired.domains import find_domains
from training.data.unpaired.unpaired_images import UnpairedBatch, UnpairedImages
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.image_pool import ImagePool
from training.engine.loop import Validation
from training.losses import contrastive
from training.losses.translation import adversarial_terms, critic_terms, together
from training.options import parse, run_main
from training.previews.translations import UnpairedGallery, warnings
from training.tasks import translators

A_TO_B, B_TO_A = "a_to_b", "b_to_a"

CPU = {
    "size": 128,
    "load_size": 512,
    "zoom": 0.5,
    "blocks": 6,
    "ngf": 32,
    "ndf": 32,
    "upsample": "resize",
}


@dataclass
class Options(translators.Options):
    """Options of `training.cyclegan`; the defaults are the reference implementation's.

    Args:
        recipe: reference, or cpu, which trains well on two cores; any part can be overridden.
        method: cyclegan for both directions; cut for A to B alone, at half the cost; fastcut, its
            faster variant.
        zoom: augment by scaling down by up to this share.
        lambda_cycle: weight of the cycle (cyclegan).
        lambda_identity: weight of the identity term relative to the cycle's (cyclegan).
        input_noise: standard deviation, on the scale from 0 to 1, of noise on what a generator is
            given, in training and in use, of which plain areas can be given strokes (resnet).
        skip: a shortcut from the generators' first layer to their last, for fine detail (resnet).
        cycle_noise: standard deviation, on the scale from 0 to 1, of noise on a translation before
            its way back, so that nothing is hidden in it (Bashkirova 2019; cyclegan).
        pool_size: earlier translations that the critics see again (cyclegan).
        lambda_nce: weight of the contrastive term (cut); 1 for cut and 10 for fastcut where it is
            not given.
        patches: places in an image that are compared (cut).
    """

    data: list[str] | str = "photo-vangogh"
    recipe: Literal["reference", "cpu"] = "reference"
    method: Literal["cyclegan", "cut", "fastcut"] = "cyclegan"
    network: Literal["resnet", "unet"] = "resnet"
    norm: Literal["batch", "instance", "none"] = "instance"
    dropout: float = 0.0
    critic_norm: Literal["batch", "instance", "none"] = "instance"
    gan_mode: Literal["nonsaturating", "lsgan", "hinge", "rpgan"] = "lsgan"
    lambda_gan: float = 2.0  # the paper's least squares have no half in front, ours do
    lambda_cycle: float = 10.0
    lambda_identity: float = 0.5
    input_noise: float = 0.0
    skip: bool = False
    cycle_noise: float = 0.0
    pool_size: int = 50
    lambda_nce: float | None = None
    patches: int = 256
    sample_every: int = 2_000
    checkpoint_every: int = 4_000

    RECIPES: ClassVar[dict[str, dict]] = {"reference": {}, "cpu": CPU}

    def __post_init__(self):
        super().__post_init__()
        named = ("lambda_cycle", "lambda_identity", "input_noise", "cycle_noise")
        translators.at_least_zero(self, *named, "pool_size", "lambda_nce")
        if self.patches < 2:
            raise ValueError(f"Expected --patches of at least 2, found {self.patches}.")
        if (self.input_noise or self.skip) and self.network != "resnet":
            raise ValueError(
                f"Expected --network resnet for --input-noise and --skip, found {self.network}."
            )
        if self.in_channels not in (None, self.channels):
            raise ValueError(
                f"Expected the same --in-channels and --channels, found {self.in_channels} and "
                f"{self.channels}."
            )
        if self.method != "cyclegan" and (self.network != "resnet" or self.blocks < 2):
            raise ValueError(
                f"Expected --network resnet with at least 2 --blocks for --method {self.method}, "
                f"found {self.network} with {self.blocks}."
            )


def iteration(game: Game, batches: Iterator[UnpairedBatch]) -> None:
    """One pass of Zhu et al. 2017: both generators, G: A -> B and F: B -> A, then both critics."""
    a, b = next(batches)
    options = game.options
    fake_b, same_b = forward_and_identity(game, A_TO_B, a, b)
    fake_a, same_a = forward_and_identity(game, B_TO_A, b, a)

    if not game.critic_only:
        with game.update("generator") as terms:
            back_a = game.generator(B_TO_A, noisy(fake_b, options.cycle_noise))
            back_b = game.generator(A_TO_B, noisy(fake_a, options.cycle_noise))
            for way, real, fake in ((A_TO_B, b, fake_b), (B_TO_A, a, fake_a)):
                judge = partial(game.critic, way)
                terms |= adversarial_terms(game, judge(fake), partial(judge, real), f"_{way}")
            cycle_a, cycle_b = F.l1_loss(back_a, a), F.l1_loss(back_b, b)
            terms["cycle_a"] = options.lambda_cycle * cycle_a
            terms["cycle_b"] = options.lambda_cycle * cycle_b
            if options.lambda_identity:
                weight = options.lambda_cycle * options.lambda_identity
                terms["identity_a"] = weight * F.l1_loss(same_a, a)
                terms["identity_b"] = weight * F.l1_loss(same_b, b)
            game.observe(cycle_error=(cycle_a + cycle_b) / 4)  # on the scale from 0 to 1

    with game.update("critic") as terms:
        for way, real, fake in ((A_TO_B, b, fake_b), (B_TO_A, a, fake_a)):
            earlier = game.kept[way].exchange(fake)
            terms |= critic_terms(game, partial(game.critic, way), real, earlier, f"_{way}")


def one_way(game: Game, batches: Iterator[UnpairedBatch]) -> None:
    """One pass of Park et al. 2020: the critic, then G: A -> B with the heads that compare patches.

    The fast variant weighs the contrastive term more, leaves its identity part out, and mirrors
    half of the images on their way (their section 4 and appendix).
    """
    a, b = next(batches)
    fast = game.options.method == "fastcut"
    turned = fast and bool(torch.rand(()) < 0.5)
    given = a.flip(3) if turned else a
    # in one call in the reference too, whatever the norm
    fake_b, same_b = (game.generator(given), None) if fast else together(game.generator, a, b)

    with game.update("critic") as terms:
        terms |= critic_terms(game, game.critic, b, fake_b)

    if game.critic_only:
        return
    with game.update("generator", "heads") as terms:
        terms |= adversarial_terms(game, game.critic(fake_b), partial(game.critic, b))
        if fast:
            terms["nce"] = nce_weight(game.options) * patch_nce(game, a, fake_b, turned)
        else:
            terms["nce"] = nce_weight(game.options) / 2 * patch_nce(game, a, fake_b)
            terms["nce_identity"] = nce_weight(game.options) / 2 * patch_nce(game, b, same_b)


def forward_and_identity(
    game: Game, way: str, given: Tensor, other: Tensor
) -> tuple[Tensor, Tensor | None]:
    """G(x), and G(y) of an image that already is of its domain where the identity term needs it."""
    generator = partial(game.generator, way)
    if not game.options.lambda_identity:
        return generator(given), None
    if game.options.norm == "batch":
        return generator(given), generator(other)
    return together(generator, given, other)


def patch_nce(game: Game, source: Tensor, output: Tensor, turned: bool = False) -> Tensor:
    """Patches of the output are told from other patches by those of the source at the same place,
    in the features of the generator's own encoder."""
    generator = game.accelerator.unwrap_model(game.generator)
    with game.accelerator.autocast():
        queries = generator.features(output)
        with torch.no_grad():
            keys = generator.features(source)
    if turned:
        queries = [layer.flip(3) for layer in queries]
    places = contrastive.random_places(keys, game.options.patches)
    return contrastive.patch_nce(
        game.heads(contrastive.sampled(queries, places)),
        game.heads(contrastive.sampled(keys, places)),
    )


def nce_weight(options: Options) -> float:
    """--lambda-nce, or the method's own."""
    if options.lambda_nce is not None:
        return options.lambda_nce
    return {"cut": 1.0, "fastcut": 10.0}[options.method]


def load_data(options: Options, accelerator) -> tuple[UnpairedImages, UnpairedImages]:
    """The domains to train on, and what is held out to validate on."""
    with accelerator.main_process_first():  # one unpacks, the others find it done
        found = find_domains(options.data)
    if options.direction == "BtoA":
        found = replace(found, a=found.b, b=found.a, domains=found.domains[::-1])
    kept, held = found.held_out()
    size = options.size or 256
    load_size = translators.load_size(options, size)
    augment = CropAugmentation(options.flip, options.zoom, options.rotate)
    dataset = UnpairedImages(kept, size, load_size, augment, options.channels)
    return dataset, UnpairedImages(held, size, load_size, channels=dataset.channels)


def describe_networks(options: Options, dataset: UnpairedImages) -> tuple[dict, dict]:
    """A generator and a critic; both directions have one of each."""
    channels = dataset.channels
    generator, critic = translators.describe_networks(
        options, dataset.size, (channels, channels), channels
    )
    for name in ("input_noise", "skip"):
        if value := getattr(options, name):  # only a resnet has them
            generator["arguments"][name] = value
    return generator, critic


def main(arguments: list[str] | None = None) -> None:
    options = parse(Options, __doc__, arguments)
    accelerator = make_accelerator(options)
    dataset, held_out = load_data(options, accelerator)
    both = options.method == "cyclegan"
    width = options.ngf
    encoder = [dataset.channels, 2 * width, 4 * width, 4 * width, 4 * width]

    def gallery_of(game: Game) -> UnpairedGallery:
        for way in (A_TO_B, B_TO_A) if both else ():
            game.keep(way, ImagePool(options.pool_size))
        return UnpairedGallery(game, dataset, held_out)

    def validation(gallery: UnpairedGallery) -> Validation:
        judge = partial(warnings, domains=dataset.domains)
        return Validation(options.validate_every, gallery.validate, "texture", judge)

    translators.train(
        options,
        accelerator,
        iteration if both else one_way,
        dataset,
        "training.cyclegan",
        describe_networks(options, dataset),
        gallery_of,
        validation,
        both,
        helpers=dict if both else lambda: {"heads": contrastive.Heads(encoder)},
    )


if __name__ == "__main__":
    run_main(main)
