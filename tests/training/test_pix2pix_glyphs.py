"""pix2pix on characters of fonts: the recipe, pairs of half the size first, and L1 that falls."""

from types import SimpleNamespace

import pytest
import torch
from helpers import call_module, save_font

import models
from training import pix2pix
from training.data.glyphs.characters import SETS
from training.data.paired.paired_images import PairBatch
from training.data.paired.pairs import find_pairs

COMMON = SETS["gb2312"]()[:40]
SMALL = ["--recipe", "glyphs", "--size", "64", "--levels", "4", "--ngf", "4", "--ndf", "4"]
QUIET = ["--log-with", "none", "--device", "cpu", "--batch-size", "4"]


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    """A font to draw from, and a thicker one to draw like."""
    folder = tmp_path_factory.mktemp("fonts")
    bars = {"plain": 60, "thick": 240}
    return [str(save_font(folder / f"{name}.ttf", COMMON, bar)) for name, bar in bars.items()]


def train(fonts, runs, *arguments, **options):
    common = ["--data", *fonts, "--name", "run", "--runs", runs, *SMALL, *QUIET]
    return call_module("training.pix2pix", *common, *arguments, **options)


def test_two_fonts_and_a_recipe_make_a_model_of_characters(fonts, tmp_path):
    train(fonts, tmp_path, "--max-steps", "2")
    model = models.load(str(tmp_path / "run" / "export" / "last"))
    given = find_pairs(fonts, "test").pairs[0].read()[0]
    assert model.translate(given).size == given.size
    assert model.domains == ["plain", "thick"] and model.translate(given).mode == "L"
    assert "plain: public domain" in model.config["training"]["data_licence"]


def test_a_size_whose_half_the_network_cannot_make_is_told(fonts, tmp_path):
    done = train(fonts, tmp_path, "--levels", "6", "--max-steps", "1", check=False)
    assert done.returncode == 2 and "a multiple of 128 with --small-first" in done.stderr


def game(share: float, **options) -> SimpleNamespace:
    return SimpleNamespace(share_done=share, options=SimpleNamespace(**options))


def test_l1_falls_over_the_second_half_of_a_run():
    weights = [
        pix2pix.lambda_l1(game(share, lambda_l1=100.0, lambda_l1_last=40.0))
        for share in (0, 0.5, 0.75, 1)
    ]
    assert weights == [100, 100, 70, 40]
    assert pix2pix.lambda_l1(game(1, lambda_l1=100.0, lambda_l1_last=None)) == 100


def test_a_run_begins_with_pairs_of_half_the_size():
    batch = PairBatch(*torch.rand(2, 4, 1, 32, 32))
    small = pix2pix.drawn(game(0.3, small_first=0.5, hints=False), iter([batch]))
    assert small.input.shape == small.target.shape == (4, 1, 16, 16)
    torch.testing.assert_close(small.input[0, 0, 0, 0], batch.input[0, 0, :2, :2].mean())
    whole = pix2pix.drawn(game(0.5, small_first=0.5, hints=False), iter([batch]))
    assert whole.input is batch.input
