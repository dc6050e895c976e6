"""The terms that look at frozen features. Of an unpaired translation: a critic on them, the look
that they tell, and the places that stay recognisable in them; of a picture that is known: how far
it is."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.networks.bidirectional import Bidirectional
from training.engine.game import Game
from training.features.efficientnet import STAGES, feature_maps, frozen_backbone, pooled_from
from training.losses import feature_critic, feature_style
from training.losses.feature_critic import FeatureHeads
from training.losses.feature_style import LookBank
from training.losses.objectives import Terms
from training.losses.patch_nce import patch_nce, random_places, sampled
from training.metrics.pixels import luminance

Heads = Callable[[list[Tensor]], list[Tensor]]

# blocks at strides 2, 4, 8 and 16: the look counts in all; the critic judges, and places are
# compared, from the second on, for strokes are free
BACKBONE = "lite0"
TAPS = (0, *STAGES[BACKBONE])
DESCRIBED = 1280  # numbers of its last layer
LEAST = 32  # looks from which their deviation says something


def players(game: Game) -> tuple[str, ...]:
    """The networks that learn with the critic, beside it."""
    return ("features",) if "features" in game.networks else ()


def new_heads(
    lambda_features: float, ways: tuple[str, ...] = (), domains: int = 0
) -> dict[str, nn.Module]:
    """The feature critic of a game by name, for each of these directions where there are two, or
    of these domains; nothing where its weight is 0."""
    if not lambda_features:
        return {}
    if not ways:
        return {"features": FeatureHeads(domains=domains)}
    return {"features": Bidirectional({way: FeatureHeads() for way in ways})}


def keep_banks(game: Game, ways: tuple[str, ...] = ("",)) -> None:
    """Give the style term the looks it aims at, which are part of every checkpoint."""
    if game.options.lambda_style:
        for way in ways:
            game.keep(f"looks_{way}", LookBank())


def seen(game: Game, images: Tensor) -> list[Tensor]:
    """The frozen features of images (N, C, H, W) in [-1, 1], or of their luminance with
    `--luminance-only`: (N, C_l, H_l, W_l) at each of `TAPS`."""
    return maps(game, luminance(images) if game.options.luminance_only else images)


def maps(game: Game, images: Tensor) -> list[Tensor]:
    """The frozen features of images (N, 1 or 3, H, W) in [-1, 1]: (N, C_l, H_l, W_l) at each of
    `TAPS`, on the device of the images."""
    network = frozen_backbone(BACKBONE)
    if next(network.parameters()).device != images.device:
        network.to(images.device)
    with game.accelerator.autocast():
        return feature_maps(network, images, TAPS)


def critic_terms(
    game: Game, heads: Heads | None, real: Tensor, fake: Tensor, way: str = "", suffix: str = ""
) -> Terms:
    """The feature critic's terms, and the looks of real images into their bank; none where
    neither is wanted.

    Args:
        real, fake: (N, C, H, W).
        way: of the bank.
        suffix: of the terms' names.
    """
    with torch.no_grad():
        judged = seen(game, game.augment(torch.cat([real, fake.detach()]))) if heads else []
        if game.options.lambda_style:
            shared = judged and not game.options.diff_augment  # the same images, seen already
            looks = [layer[: len(real)] for layer in judged] if shared else seen(game, real)
            game.kept[f"looks_{way}"].add(feature_style.channel_statistics(looks))
    if heads is None:
        return {}
    terms = told_apart(heads, judged)
    return {f"{name}{suffix}": term for name, term in terms.items()}


def told_apart(heads: Heads, features: list[Tensor]) -> Terms:
    """The feature critic's terms from features (2 N, C_l, H_l, W_l) of real images and of as many
    fake ones after them."""
    logits = [layer.chunk(2) for layer in heads(features[1:])]
    return feature_critic.hinge_critic([one for one, _ in logits], [two for _, two in logits])


def generator_terms(
    game: Game, heads: Heads | None, features: list[Tensor], way: str = "", suffix: str = ""
) -> Terms:
    """The generator's terms from the features of its output.

    Args:
        features: of `seen`; heads, way, suffix: as those of `critic_terms`.
    """
    options, terms = game.options, {}
    if heads is not None:
        judged = feature_critic.hinge_generator(heads(features[1:]))
        terms["features"] = options.lambda_features * judged
    bank = game.kept[f"looks_{way}"].rows if options.lambda_style else None
    if bank is not None and len(bank) >= LEAST:
        looks = feature_style.channel_statistics(features)
        terms["style"] = options.lambda_style * feature_style.distance_to_nearest(looks, bank)
    return {f"{name}{suffix}": term for name, term in terms.items()}


def both_seen(game: Game, output: Tensor, target: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """The frozen features of images (N, 1 or 3, H, W) in [-1, 1] and of what they should be; the
    gradient reaches the first alone."""
    return maps(game, output), known(game, target)


@torch.no_grad()
def known(game: Game, images: Tensor) -> list[Tensor]:
    """The frozen features of what things should be, which no gradient reaches."""
    return maps(game, images)


def described(game: Game, features: list[Tensor]) -> Tensor:
    """What the backbone's last layer makes of features that `both_seen` gave: (N, 1280)."""
    with game.accelerator.autocast():
        return pooled_from(frozen_backbone(BACKBONE), features[-1], TAPS[-1]).float()


def contrast(game: Game, source: list[Tensor], output: list[Tensor], patches: int) -> Tensor:
    """PatchNCE in frozen features, of which each image's own mean is taken first, so that another
    light or colour of the whole counts for nothing: a place of the output has to be told by the
    same place of the source (Park et al. 2020, equation 3; Hu 2022, with features that learn).

    Args:
        source, output: features (N, C_l, H_l, W_l); the finest layer, which tells strokes, is left
            out.
    """
    keys, queries = (
        [layer - layer.mean((2, 3), keepdim=True) for layer in found[1:]]
        for found in (source, output)
    )
    places = random_places(keys, patches)
    rows = [sampled(layers, places) for layers in (queries, keys)]
    both = [[F.normalize(layer.float(), dim=-1) for layer in layers] for layers in rows]
    return patch_nce(*both)
