"""Characters as a model writes them, in one picture."""

import numpy as np
import pytest
from helpers import call_module, save_font
from PIL import Image, ImageChops

import models
from training.benchmark.character_sheet import GAP, TILE
from training.data.glyphs.characters import is_held_out

MODULE = "training.benchmark.character_sheet"


def tile(page: Image.Image, right: int, down: int, block: int = 0) -> np.ndarray:
    x, y = block * (4 * TILE + GAP) + right * TILE, down * TILE
    return np.asarray(page.crop((x, y, x + TILE, y + TILE)), float)


def near(found: np.ndarray, picture: Image.Image) -> bool:
    wanted = picture.convert("L").resize((TILE, TILE), Image.Resampling.LANCZOS)
    return abs(found - np.asarray(wanted, float)).mean() < 12  # of fewer levels of grey


def test_held_out_characters_stand_above_what_the_calligrapher_wrote(tiny_writer, tmp_path):
    """Of the set that the model's tiny font and the data have in common."""
    characters = [one for one in "永和九年A1" if is_held_out(one, 0)] or ["永"]
    for split, some in (("train", "甲乙"), ("test", characters)):
        for side in ("A", "B/kaisho", "B/gyosho", "B/soseki"):
            for grey, one in enumerate(some):
                path = tmp_path / "data" / split / side / f"{one}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                shade = 60 * len(side) % 200 + grey
                Image.new("L", (64, 64), shade).save(path)
    out = tmp_path / "sheet.webp"
    said = call_module(MODULE, out, "--model", tiny_writer, "--data", tmp_path / "data")
    assert f"of {len(characters)} characters" in said.stdout
    page = Image.open(out).convert("L")
    assert page.size == (len(characters) * (4 * TILE + GAP), 2 * TILE + GAP)
    model = models.load(tiny_writer)
    first = sorted(characters)[0]
    for right, manner in enumerate(model.manners, 1):
        written = ImageChops.invert(model.inscribe(first, manner).marks[0].ink)
        assert near(tile(page, right, 0), written)
        own = Image.open(tmp_path / "data" / "test" / "B" / manner / f"{first}.png")
        assert near(tile(page, right, 1), own)


def test_of_a_set_those_are_shown_that_no_font_draws(tiny_writer, tmp_path):
    (tmp_path / "set.txt").write_text("永和九年𠮷", encoding="utf-8")
    font = save_font(tmp_path / "other.ttf", "和年", empty="九")
    out = tmp_path / "sheet.png"
    options = ["--characters", tmp_path / "set.txt", "--lacking", f"[{font}]"]
    call_module(MODULE, out, "--model", tiny_writer, *options)
    page = Image.open(out)
    assert page.size == (2 * (4 * TILE + GAP), TILE + GAP)  # 永 and 九, which is empty there


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sheet.doc"], "ends in .png"),
        (["sheet.png", "--count", "0"], "at least 1, found 0"),
        (["sheet.png", "--lacking", "[a.ttf]"], "--characters with --lacking"),
        (["sheet.png", "--data", "emoji"], "named by the character"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(tiny_writer, arguments, words):
    failed = call_module(MODULE, *arguments, "--model", tiny_writer, check=False)
    assert failed.returncode == 2 and words in failed.stderr
