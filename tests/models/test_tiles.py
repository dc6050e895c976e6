"""Tiles fit together: the same picture as in one piece."""

import numpy as np
import pytest
import torch
from PIL import Image

from models import tiles
from models.networks import GENERATORS, build

NETWORKS = [
    ("resnet", {"blocks": 2, "width": 4}),
    ("resnet", {"blocks": 2, "width": 4, "upsample": "resize", "norm": "batch"}),
    ("resnet", {"blocks": 2, "width": 4, "upsample": "resize", "skip": True, "global_skip": True}),
    ("resnet", {"blocks": 2, "width": 4, "bottleneck": True, "upsample": "resize"}),
    ("unet", {"levels": 4, "width": 4}),
    ("unet", {"levels": 4, "width": 4, "norm": "instance", "upsample": "resize"}),
]


def network(name: str, arguments: dict) -> torch.nn.Module:
    """A network in evaluation mode whose every layer says something."""
    torch.manual_seed(0)
    made = build(GENERATORS, name, arguments).eval().requires_grad_(False)
    for weight in (p for p in made.parameters() if p.ndim == 4):
        torch.nn.init.normal_(weight, std=(2 / weight[0].numel()) ** 0.5)
    return made


@pytest.mark.parametrize(("name", "arguments"), NETWORKS)
def test_tiles_equal_the_whole_at_frozen_statistics(name, arguments):
    images = torch.rand(1, 3, 208, 256) * 2 - 1
    frozen = tiles.with_statistics_of(images, network(name, arguments))
    whole = frozen(images)
    found = tiles.translated(frozen, images, inner=64)
    assert whole.std() > 0.05
    torch.testing.assert_close(found, whole, atol=1e-4, rtol=0)


@pytest.mark.parametrize(("name", "arguments"), NETWORKS)
def test_a_margin_less_than_the_reach_shows(name, arguments):
    """The reach is not simply large."""
    images = torch.rand(1, 3, 208, 256) * 2 - 1
    frozen = tiles.with_statistics_of(images, network(name, arguments))
    frozen.reach //= 4
    found = tiles.translated(frozen, images, inner=64)
    assert (found - frozen(images)).abs().max() > 1e-3


def test_frozen_statistics_of_an_image_are_its_own():
    images = torch.rand(1, 3, 64, 96) * 2 - 1
    made = network("resnet", {"blocks": 2, "width": 4})
    torch.testing.assert_close(
        tiles.with_statistics_of(images, made)(images), made(images), atol=1e-5, rtol=1e-4
    )


def test_the_network_itself_stays_as_it_was():
    made = network("resnet", {"blocks": 1, "width": 4})
    tiles.with_statistics_of(torch.rand(1, 3, 32, 32), made)
    kinds = [module for module in made.modules() if isinstance(module, tiles.FrozenNorm)]
    assert not kinds and not any(module._forward_pre_hooks for module in made.modules())


def test_a_large_picture_is_translated_in_tiles_at_its_size(tiny_translator, monkeypatch):
    import models

    translator = models.load(tiny_translator)
    picture = Image.new("L", (300, 170), "white")
    picture.paste(0, (40, 40, 200, 90))
    whole = translator.translate(picture, precision="fp32")
    monkeypatch.setattr(tiles, "WHOLE", 100)
    monkeypatch.setattr(tiles.translated, "__defaults__", (64,))
    tiled = translator.translate(picture, precision="fp32")
    assert tiled.size == (300, 170)
    assert np.abs(np.asarray(tiled, int) - np.asarray(whole, int)).max() <= 1
