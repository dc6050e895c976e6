"""Two fonts and more are pairs: split, manners, notes, and what is wrong in words."""

import json

import numpy as np
import pytest
from helpers import call_module, save_font
from PIL import Image

from models import locations
from training.data.check import check
from training.data.errors import DataError
from training.data.glyphs.characters import SETS, character_of, is_held_out
from training.data.glyphs.glyph_pairs import GlyphOptions
from training.data.paired.pairs import find_pairs

COMMON = SETS["gb2312"]()[:60]


@pytest.fixture
def fonts(tmp_path):
    """A font to draw from and two to draw like, thinner and thicker, each with characters of its
    own."""
    made = tmp_path / "fonts"
    return [
        str(save_font(made / "plain.ttf", COMMON + "永", empty="和", licence="own licence")),
        str(save_font(made / "thin.ttf", COMMON + "九和", 60)),
        str(save_font(made / "thick.ttf", COMMON[:40] + "年", 200, empty=COMMON[40:45])),
    ]


def drawn(pairs) -> set[str]:
    return {character_of(pair.a.stem) for pair in pairs.pairs}


def test_the_characters_that_two_fonts_have_in_common_are_pairs(fonts):
    train, test = (find_pairs(fonts[:2], split) for split in ("train", "test"))
    assert drawn(test) == {one for one in COMMON if is_held_out(one, 0)} != set()
    assert drawn(train) | drawn(test) == set(COMMON) and not drawn(train) & drawn(test)
    assert train.domains == ("plain", "thin") and not train.manners
    assert train.licence == "plain: own licence; thin: public domain"
    for pair in train.pairs[:3]:
        given, wanted = pair.read()
        assert given.size == wanted.size == (128, 128) and given.mode == wanted.mode == "L"
        assert np.mean(given) < np.mean(wanted)  # thicker bars, black on white
        for picture in (given, wanted):
            rows, columns = np.nonzero(np.asarray(picture) < 128)
            side = max(np.ptp(rows), np.ptp(columns)) + 1
            assert abs(side - 0.82 * 128) <= 2


def test_characters_without_ink_are_left_out_and_counted(fonts):
    found = find_pairs(fonts[:2])
    assert "和" not in drawn(found)
    assert "Left out: 1 characters of thin that are empty there or in plain." in found.notes


def test_what_two_manners_draw_alike_teaches_the_first_alone(fonts, tmp_path):
    twin = str(save_font(tmp_path / "twin.ttf", COMMON[:10] + "永", 60))  # as thin
    found = find_pairs([*fonts, twin])
    assert [character_of(pair.a.stem) for pair in found.pairs if pair.manner == "twin"] == ["永"]
    words = "Left out: 10 characters of twin that are drawn as in another manner."
    assert words in found.notes


def test_several_fonts_are_manners_and_a_character_is_held_out_in_all_of_them(fonts):
    found = find_pairs(fonts)
    assert sorted(found.manners) == ["thick", "thin"]
    assert {one for one in drawn(found) if is_held_out(one, 0)} == set()
    kept, held = found.held_out()
    assert drawn(held) and not drawn(held) & drawn(kept)
    assert len(kept) + len(held) == len(found)
    shared = next(iter(drawn(held) & set(COMMON[:40])))
    assert sum(character_of(pair.a.stem) == shared for pair in held.pairs) == 2


def test_the_check_counts_each_manner(fonts):
    report, _ = check(fonts, "training.pix2pix")
    assert not report.problem
    sizes = {group["name"]: group["images"] for group in report.groups}
    trained = [sum(not is_held_out(one, 0) for one in part) for part in (COMMON, COMMON[:40])]
    assert [sizes["thin"], sizes["thick"]] == trained


def test_fonts_are_drawn_once_and_again_when_they_change(fonts):
    before = find_pairs(fonts[:2]).pairs[0].b
    written = before.stat().st_mtime_ns
    assert find_pairs(fonts[:2]).pairs[0].b.stat().st_mtime_ns == written
    from pathlib import Path

    save_font(Path(fonts[1]), COMMON, 300)
    assert find_pairs(fonts[:2]).pairs[0].b != before


def test_only_the_characters_that_are_asked_for_are_drawn(fonts, tmp_path):
    (tmp_path / "few.txt").write_text(COMMON[:20], encoding="utf-8")
    glyphs = GlyphOptions(str(tmp_path / "few.txt"), manners=("regular",))
    found = find_pairs(fonts[:2], "train", glyphs=glyphs)
    assert drawn(found) == {one for one in COMMON[:20] if not is_held_out(one, 0)}
    assert found.domains == ("plain", "regular")


def test_own_writing_is_a_target(fonts, tmp_path):
    for character in COMMON[:20]:
        picture = find_pairs(fonts[:2]).pairs[0].read()[1]
        (tmp_path / "mine").mkdir(exist_ok=True)
        picture.save(tmp_path / "mine" / f"{character}.png")
    found = find_pairs([fonts[0], str(tmp_path / "mine")])
    assert drawn(found) == {one for one in COMMON[:20] if not is_held_out(one, 0)}
    assert found.domains == ("plain", "mine")


def test_the_command_writes_folders_and_checks_them(fonts, tmp_path):
    out = tmp_path / "pairs"
    names = ["--manners", "kaisho,gyosho", "--most", "10", "2", "--size", "64", "--levels", "16"]
    said = call_module("training.data", "glyphs", *fonts, out, *names).stdout
    assert "training.pix2pix   yes: 20 to train on" in said and "4 to test" in said
    found = find_pairs(str(out))
    assert sorted(found.manners) == ["gyosho", "kaisho"]
    assert found.licence == json.loads((out / "NOTICE.json").read_text())["licence"]
    assert all(len({pair.a for pair in found.pairs}) == 10 for _ in found.manners)
    grey = {value for pair in found.pairs for value in np.unique(pair.read()[1])}
    assert grey <= {17 * level for level in range(16)}
    assert Image.open(found.pairs[0].a).size == (64, 64)
    again = call_module("training.data", "glyphs", *fonts, out, check=False)
    assert again.returncode == 2 and "there already" in again.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda fonts, tmp: fonts[:1], "found 1"),
        (lambda fonts, tmp: [fonts[0], str(tmp / "none.ttf")], r"none\.ttf"),
        (lambda fonts, tmp: [fonts[0], str(save_font(tmp / "o.ttf", "年"))], r"plain and o \(o\)"),
        (lambda fonts, tmp: [fonts[0], fonts[1], fonts[1]], "thin twice"),
        (lambda fonts, tmp: [fonts[0], str(torn(tmp / "torn.ttf"))], r"torn\.ttf"),
    ],
    ids=["one font", "no file", "nothing in common", "twice", "torn"],
)
def test_fonts_that_give_no_pairs_are_told(fonts, tmp_path, change, words):
    with pytest.raises(DataError, match=words):
        find_pairs(change(fonts, tmp_path))


def test_brush_comes_along_with_five_hundred_characters_to_test_on_in_every_manner():
    train, test = (find_pairs("brush", split) for split in ("train", "test"))
    assert set(train.manners) == set(test.manners) == {"kaisho", "gyosho", "soseki"}
    assert len(test) == 3 * 500 and len(drawn(test)) == 500
    assert all(is_held_out(one, 0) for one in drawn(test)) and not drawn(test) & drawn(train)
    assert test.licence.startswith("A: Arphic Public License") and test.name == "brush"
    assert (locations.bundled_data() / "brush" / "ARPHICPL.TXT").is_file()
    given, wanted = test.pairs[0].read()
    assert given.size == wanted.size == (128, 128)


def torn(path):
    path.write_bytes(b"\0\1\0\0 torn")
    return path


@pytest.mark.parametrize(
    ("manners", "words"),
    [
        (("one",), "each of the 2 manners"),
        (("one", "../two"), "--manners"),
        (("a", "test"), "test"),
    ],
)
def test_names_of_manners_that_do_not_fit_are_told(fonts, manners, words):
    with pytest.raises(DataError, match=words):
        find_pairs(fonts, glyphs=GlyphOptions(manners=manners))


def test_options_of_fonts_are_refused_of_other_data(tmp_path):
    with pytest.raises(DataError, match="--characters"):
        find_pairs("emoji", glyphs=GlyphOptions("gb2312"))
