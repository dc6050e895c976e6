"""Characters: named sets, what is held out, and the names of their files."""

import pytest

from training.data.errors import DataError
from training.data.glyphs.characters import (
    SETS,
    character_of,
    is_drawn,
    is_held_out,
    read_characters,
    stem,
)


@pytest.mark.parametrize(
    ("name", "size", "first", "last"),
    [
        ("han", 20992, "一", "鿿"),
        ("big5", 5401, "一", "籲"),
        ("gb2312", 3755, "啊", "座"),
        ("jisx0208", 2965, "亜", "腕"),
        ("hangul", 2350, "가", "힝"),
        ("kana", 83 + 86, "ぁ", "ヶ"),
        ("latin", 62, "a", "9"),
    ],
)
def test_sets_are_as_large_as_their_standards_say(name, size, first, last):
    found = SETS[name]()
    assert len(found) == len(read_characters(name)) == size
    assert (found[0], found[-1]) == (first, last)


def test_a_text_file_has_the_characters_that_stand_in_it(tmp_path):
    (tmp_path / "poem.txt").write_text("永和九年,\n 永和\t", encoding="utf-8-sig")
    assert read_characters(str(tmp_path / "poem.txt")) == set("永和九年,")


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "found no"), (b"\xff\xfe\x00", "save it as UTF-8"), (b" \n", "found none")],
)
def test_what_holds_no_characters_is_told(tmp_path, content, words):
    path = tmp_path / "list.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=words) as error:
        read_characters(str(path))
    assert "list.txt" in str(error.value)


def test_a_tenth_is_held_out_the_same_in_every_set_and_another_by_another_seed():
    big5 = read_characters("big5")
    held = {one for one in big5 if is_held_out(one, 0)}
    # a binomial share: five standard deviations of sqrt(0.1 * 0.9 / 5401)
    assert abs(len(held) / len(big5) - 0.1) < 5 * 0.0041
    other = {one for one in big5 if is_held_out(one, 1)}
    assert abs(len(held & other) / len(big5) - 0.01) < 5 * 0.0014


@pytest.mark.parametrize("name", SETS)
def test_every_character_has_a_file_name_of_its_own_whatever_the_file_system(name):
    found = SETS[name]()
    stems = [stem(one) for one in found]
    assert len({one.casefold() for one in stems}) == len(found)
    assert [character_of(one) for one in stems] == list(found)


@pytest.mark.parametrize(
    ("name", "character"),
    [
        ("永", "永"),
        ("U+6C38", "永"),
        ("uni6c38", "永"),
        ("u20000", "𠀀"),
        ("か\u3099", "が"),
        ("U+D800", None),
        ("U+FFFFFF", None),
        ("永2", None),
        ("IMG_0001", None),
        ("", None),
    ],
)
def test_a_picture_is_named_by_a_character_or_its_code_point(name, character):
    assert character_of(name) == character


def test_blanks_controls_private_and_doubled_characters_are_not_drawn():
    assert not any(map(is_drawn, " \u3000\n\u200b\ue000\u0301\uf900"))
    assert all(map(is_drawn, "永がaÄ9、。+"))
