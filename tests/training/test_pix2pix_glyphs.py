"""pix2pix on characters of fonts: from two fonts to a model."""

from pathlib import Path

import numpy as np
import pytest
from helpers import call_module, save_font
from PIL import Image

import models
from models.calligraphy.glyphs import at_size, glyph
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


def test_scans_of_ones_own_writing_make_a_model_that_writes_what_was_not_written(fonts, tmp_path):
    """From photographs named by what they show, on paper that is lit from one side."""
    scans, hand = tmp_path / "scans", at_size(Path(fonts[1]))
    scans.mkdir()
    for index, character in enumerate(COMMON[:24]):
        sheet = Image.linear_gradient("L").resize((360, 300)).point(lambda grey: 170 + grey // 4)
        ink = glyph(hand, character).ink
        sheet.paste(40, (30 + index, 20), ink)
        name = f"{character}.jpg" if index % 2 else f"U+{ord(character):04X}.png"
        sheet.convert("RGB").save(scans / name)
    train([fonts[0], str(scans)], tmp_path, "--max-steps", "2")
    model = models.load(str(tmp_path / "run" / "export" / "last"))
    assert model.domains == ["plain", "scans"]
    sheet = model.inscribe(COMMON[:2] + COMMON[30])
    assert [mark.index for mark in sheet.marks] == [0, 1, 2] and not sheet.missing
    given, wanted = find_pairs([fonts[0], str(scans)], "train").pairs[0].read()
    assert given.size == wanted.size == (128, 128)
    # its ink alone, which is thicker
    assert np.mean(np.asarray(wanted.convert("L")) < 128) > np.mean(np.asarray(given) < 128) > 0.02
