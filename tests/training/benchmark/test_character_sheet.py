"""Characters as a model writes them, in one picture."""

import numpy as np
import pytest
from helpers import call_module, save_font
from PIL import Image, ImageChops

import models
from training.benchmark.character_sheet import CUT, GAP, LINE, TILE, print_reading, sheet
from training.data.glyphs.characters import is_held_out
from training.data.paired.pairs import find_pairs
from training.metrics import glyphs

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
    said = call_module(MODULE, out, "--model", tiny_writer, *options).stdout
    assert "other lacks 3 of 5" in said and "3 that none of them has" in said
    page = Image.open(out)
    assert page.size == (2 * (4 * TILE + GAP), TILE + GAP)  # 永 and 九, which is empty there


def test_lines_stand_below_each_other_as_each_manner_writes_them(tiny_writer, tmp_path):
    out = tmp_path / "lines.png"
    said = call_module(MODULE, out, "--model", tiny_writer, "--lines", "[永和,九年]")
    assert "of 2 lines" in said.stdout
    model, page = models.load(tiny_writer), Image.open(out)
    for number, manner in enumerate(model.manners):
        wanted = model.write("永和\n九年", manner, columns=False, size=LINE).convert("L")
        wanted = wanted.crop((CUT, CUT, wanted.width - CUT, wanted.height - CUT))
        assert page.size == (wanted.width, len(model.manners) * wanted.height)
        found = page.crop((0, number * wanted.height, page.width, (number + 1) * wanted.height))
        assert abs(np.asarray(found, int) - np.asarray(wanted, int)).mean() < 1


@pytest.mark.parametrize(("count", "across", "down"), [(7, 7, 1), (12, 6, 2), (21, 7, 3)])
def test_characters_stand_in_lines_of_one_length(count, across, down):
    block = [[Image.new("L", (TILE, TILE))]]
    assert sheet([block] * count).size == (across * (TILE + GAP), down * (TILE + GAP))


def test_what_can_be_read_is_counted_beside_the_calligraphers_own(capsys):
    pytest.importorskip("rapidocr")
    pairs = [pair for pair in find_pairs("brush", "test").pairs if pair.manner == "kaisho"][:6]
    names, blank = glyphs.characters(pairs), Image.new("L", (128, 128), "white")
    shown = [[[blank, blank], [None, Image.open(pair.b)]] for pair in pairs]
    readable = sum(glyphs.read([Image.open(pair.b) for pair in pairs], names))
    assert readable > 2
    print_reading(shown, names, ["kaisho"])
    said = capsys.readouterr().out
    assert "kaisho, written: 0 of 6" in said
    assert f"kaisho, the calligrapher's own: {readable:.0f} of 6" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sheet.doc"], "ends in .png"),
        (["sheet.png", "--count", "0"], "at least 1, found 0"),
        (["sheet.png", "--lacking", "[a.ttf]"], "--characters with --lacking"),
        (["sheet.png", "--data", "emoji"], "named by the character"),
        (["sheet.png", "--lines", "[永]", "--read", "true"], "--lines without"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(tiny_writer, arguments, words):
    failed = call_module(MODULE, *arguments, "--model", tiny_writer, check=False)
    assert failed.returncode == 2 and words in failed.stderr
