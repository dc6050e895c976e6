"""The font to draw from, cut, beside the pairs that it makes and in the model that they train."""

import pytest
from helpers import save_font

from models.calligraphy.source_font import FONT_FILE, LICENCE_FILE, SourceFont
from models.locations import bundled_data
from training.data.glyphs.characters import SETS
from training.data.glyphs.fonts import open_font
from training.data.glyphs.glyph_pairs import GlyphOptions, glyph_folder
from training.data.glyphs.source import common_characters, write_source


def test_a_font_is_cut_to_its_commoner_characters_and_keeps_its_licence(tmp_path):
    font = open_font(save_font(tmp_path / "hand.ttf", "永和龘，A", licence="Free for all"))
    assert write_source(font, tmp_path)
    cut = SourceFont(tmp_path / FONT_FILE)
    assert cut.characters == set("永和，A")  # 龘 is in no set of the common ones
    assert cut.glyph("永").ink.size == pytest.approx(font.ink("永").size, abs=2)
    assert "Free for all" in (tmp_path / LICENCE_FILE).read_text()


def test_slices_of_a_web_font_go_with_no_model(tmp_path):
    for index, part in enumerate("永和"):
        save_font(tmp_path / "web" / f"{index}.woff2", part, flavor="woff2")
    assert not write_source(open_font(tmp_path / "web"), tmp_path)


def test_pairs_of_fonts_carry_their_source_even_those_written_before(tmp_path):
    fonts = [str(save_font(tmp_path / f"{n}.ttf", SETS["gb2312"]()[:9], n)) for n in (60, 120)]
    folder = glyph_folder(fonts, GlyphOptions(size=32))
    assert (folder / FONT_FILE).is_file()
    (folder / FONT_FILE).unlink()
    assert (glyph_folder(fonts, GlyphOptions(size=32)) / FONT_FILE).is_file()


def test_the_bundled_hand_has_the_commoner_characters_and_its_licence_and_is_not_cut_again(
    tmp_path,
):
    bundled = bundled_data() / "brush"
    font = SourceFont(bundled / FONT_FILE)
    common = set(SETS["gb2312"]()) | set(SETS["big5"]()) | set(SETS["latin"]())
    assert common <= font.characters <= common_characters()
    assert "ARPHIC PUBLIC LICENSE" in (bundled / LICENCE_FILE).read_text()
    assert write_source(open_font(bundled / FONT_FILE), tmp_path)
    assert (tmp_path / FONT_FILE).read_bytes() == (bundled / FONT_FILE).read_bytes()
