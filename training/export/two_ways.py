"""Two exported models of one direction each, a translation and its way back, as one model."""

from pathlib import Path

import torch
from PIL import Image
from torch import nn

import models
from models import model_folder
from models.config import DIRECTIONS
from models.images import pixels_to_tensor
from models.model_folder import part
from models.noise import as_expected
from models.passes import drawing_from
from models.translator import Translator
from training.export.model_card import write_card
from training.export.sample_sheet import TRIPLE, sample_sheet, sheet_inputs


def join(there: str | Path, back: str | Path, folder: Path) -> None:
    """Write the model whose "A to B" is that of `there`, and whose "B to A" is that of `back`, a
    run on the same two domains with `--direction BtoA`. It has no figures, and no critics.

    Raises:
        ValueError: a model that does not translate, or that has two directions already; other
            networks, domains or ranges of values, or another size.
    """
    ways = [one_way(source) for source in (there, back)]
    first, second = (way.config for way in ways)
    for key, wanted in (
        ("network", first["network"]),
        ("domains", first["domains"][::-1]),
        ("size", first["size"]),
    ):
        if second[key] != wanted:
            raise ValueError(
                f"Expected {key} {wanted} in {back}, as the way back of {there}, found "
                f"{second[key]}."
            )
    if ways[0].ranges(DIRECTIONS[0]) != ways[1].ranges(DIRECTIONS[0])[::-1]:
        raise ValueError(
            f"Expected in {back} the ranges of values of {there}, found others; train both on the "
            "same data."
        )
    config = {
        **first,
        "directions": list(DIRECTIONS),
        "metrics": {},
        "training": {**first["training"], "way_back": second["training"]},
    }
    config.pop("critic", None)
    config.pop("source_font", None)
    here = part(DIRECTIONS[0])
    found = [way.networks.get_submodule(here) for way in ways]
    networks = nn.ModuleDict(dict(zip(map(part, DIRECTIONS), found, strict=True)))
    inputs = [sheet_inputs(Path(source) / "samples.png", first["size"]) for source in (there, back)]
    threes = [
        three
        for pair in zip(*inputs, strict=False)  # as many as both have
        for three in (there_and_back(pair[0], found), there_and_back(pair[1], found[::-1]))
    ]
    sheet = sample_sheet(torch.cat(threes), 2 * TRIPLE)
    model_folder.save(folder, config, networks, write_card(config), sheet)


def one_way(source: str | Path) -> Translator:
    """A translator of one direction.

    Raises:
        ValueError: it is another kind of model, or has both.
    """
    model = models.load(source)
    if not isinstance(model, Translator) or model.directions != list(DIRECTIONS[:1]):
        raise ValueError(
            f"Expected in {source} a translation in one direction, to be joined with another."
        )
    return model


@torch.inference_mode()
def there_and_back(image: Image.Image, networks: list[nn.Module]) -> torch.Tensor:
    """An image, its translation and the way back: (3, 3, H, W)."""
    shown = [pixels_to_tensor(image)]
    with drawing_from(0):
        for network in networks:
            shown.append(network(as_expected(network, shown[-1])))
    return torch.cat([one.expand(-1, 3, -1, -1) for one in shown])
