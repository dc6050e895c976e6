"""pix2pix on characters of fonts: from two fonts to a model."""

import pytest
from helpers import call_module, save_font

import models
from training.data.glyphs.characters import SETS
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
