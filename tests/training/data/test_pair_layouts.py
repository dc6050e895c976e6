"""Pairs as strangers lay them out: folders of any name, names that differ, halves of any shape,
sizes of one ratio; and what is said of it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.check import check, in_words
from training.data.errors import DataError
from training.data.paired.halves import look_glued
from training.data.paired.names import match
from training.data.paired.paired_images import PairedImages
from training.data.paired.pairs import find_pairs


def picture(seed: int, size=(40, 40)) -> Image.Image:
    """Blotches, so that a smaller one still looks like it."""
    small = np.random.default_rng(seed).integers(0, 255, (5, 5, 3), np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def inverted(image: Image.Image) -> Image.Image:
    return Image.eval(image, lambda value: 255 - value)


def save(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def lay_out(folder: Path, a: str, b: str, count: int = 3) -> Path:
    """Pairs, B inverted, under two patterns with {} for their number."""
    for index in range(count):
        save(picture(index), folder / a.format(index))
        save(inverted(picture(index)), folder / b.format(index))
    return folder


def assert_inverted(pairs, count: int = 3) -> None:
    assert len(pairs) == count
    for pair in pairs.pairs:
        a, b = (np.asarray(side, int) for side in pair.read())
        assert (a + b == 255).all()


@pytest.mark.parametrize(
    ("a", "b", "domains"),
    [
        ("input/{}.png", "target/{}.png", ("input", "target")),
        ("masks/{}.png", "images/{}.png", None),
        ("train_A/{}.png", "train_B/{}.png", ("A", "B")),
        ("train-input/{}.png", "train-target/{}.png", ("input", "target")),
        ("A/train/{}.png", "B/train/{}.png", ("A", "B")),
        ("wrapped/again/train/A/{}.png", "wrapped/again/train/B/{}.png", ("A", "B")),
        ("rain/{}.png", "sun/{}.png", ("rain", "sun")),
        ("A/img{}_A.png", "B/img{}_B.png", ("A", "B")),
        ("A/IMG_{}.png", "B/img_{}.bmp", ("A", "B")),
        ("A/{}.png", "B/00{}.png", ("A", "B")),
        ("A/\u00e9{}.png", "B/e\u0301{}.png", ("A", "B")),
        ("A/day/{}.png", "B/night/{}.png", ("A", "B")),
        ("{}_A.png", "{}_B.png", ("A", "B")),
        ("input-{}.png", "target-{}.png", ("A", "B")),
    ],
)
def test_two_sides_pair_by_what_their_names_have_in_common(tmp_path, a, b, domains):
    if domains is None:  # images are what is given, whichever stands first
        a, b, domains = b, a, ("images", "masks")
    found = find_pairs(str(lay_out(tmp_path, a, b)))
    assert_inverted(found)
    assert found.domains == domains


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("A/{}.png", "B/{}.png", ""),
        ("input/{}.png", "target/{}.png", "input/ is taken as A and target/ as B."),
        ("rain/{}.png", "sun/{}.png", "rain/ is taken as A and sun/ as B, in the order of their"),
        ("A/img{}_A.png", "B/img{}_B.png", "the first pair is img0_A and img0_B"),
        ("A/IMG_{}.png", "B/img_{}.png", "whatever their case"),
    ],
)
def test_how_they_were_paired_is_said_by_the_check_and_the_run(tmp_path, a, b, words):
    lay_out(tmp_path, a, b)
    report, _ = check([str(tmp_path)], "training.pix2pix")
    said = [text for text in report.advice if "are few" not in text]
    assert words in " ".join(said) and bool(said) == bool(words)
    warned = PairedImages(find_pairs(str(tmp_path)), 32).warnings
    assert all(text in warned for text in said)


def test_the_look_shows_the_first_pairs_where_names_were_dropped(tmp_path):
    lay_out(tmp_path, "A/img{}_A.png", "B/img{}_B.png", 60)
    save(Image.new("RGB", (40, 40), (255, 0, 0)), tmp_path / "A" / "img2_A.png")
    _, look = check([str(tmp_path)], "training.pix2pix")
    assert look.getpixel((2 * (2 * 96 + 2) + 50, 50)) == (255, 0, 0)


def test_order_alone_pairs_nothing_and_the_nearest_rule_is_said(tmp_path):
    for index in range(4):
        save(picture(index), tmp_path / "A" / f"{index}.png")
        save(picture(index), tmp_path / "B" / ("abcd"[index] + "xyzw"[index] + ".png"))
    with pytest.raises(DataError, match=r"found none for 8: .*No rule pairs any; give"):
        find_pairs(str(tmp_path))
    for index in range(2):
        save(picture(index), tmp_path / "B" / f"{index}.png")
    with pytest.raises(DataError, match=r"by the same names, pairs 2; give the two images"):
        find_pairs(str(tmp_path))


@pytest.mark.parametrize(
    ("a", "b", "pairs"),
    [
        (["101", "102", "103"], ["1", "2", "3"], 0),  # a number is never cut
        (["v2_1", "v2_2"], ["v3_1", "v3_2"], 2),
        (["1", "01"], ["1", "2"], 1),  # the stricter rule, for 1 and 01 are not one name
        (["a/1", "b/1"], ["a/1", "b/1"], 2),
        (["a/1", "b/1"], ["c/1", "d/1"], 0),
        (["x_depth", "y_depth"], ["x_rgb", "y_rgb"], 2),
    ],
)
def test_names_pair_by_the_strictest_rule_that_pairs_them(a, b, pairs):
    assert len(match(a, b).pairs) == pairs


def test_one_without_a_partner_among_many_is_left_out_and_named(tmp_path):
    lay_out(tmp_path, "A/{}.png", "B/{}.png", 12)
    save(picture(99), tmp_path / "A" / "extra.png")
    assert_inverted(find_pairs(str(tmp_path)), 12)
    report, _ = check([str(tmp_path)], "training.pix2pix")
    assert report.images == 12
    assert report.skipped == ["Left out: 1 picture without a partner: A/extra.png."]
    assert "A/extra.png" in "\n".join(in_words(report))


def test_of_two_endings_neither_is_chosen(tmp_path):
    lay_out(tmp_path, "A/{}.png", "B/{}.png", 36)
    save(picture(5), tmp_path / "A" / "3.bmp")
    found = find_pairs(str(tmp_path))
    assert len(found) == 35
    assert "A/3.bmp, A/3.png" in found.warnings[0]


def test_test_pictures_are_never_trained_on(tmp_path):
    for layout in ("{side}/{split}", "{split}/{side}", "{split}{side}", "{side}/{split}/more"):
        folder = tmp_path / layout.replace("/", "-")
        for split, count in (("train", 5), ("test", 2)):
            place = layout.format(side="{side}", split=split)
            a, b = (f"{place.format(side=side)}/{split}{{}}.png" for side in "AB")
            lay_out(folder, a, b, count)
        assert_inverted(find_pairs(str(folder)), 5)
        assert_inverted(find_pairs(str(folder), "test"), 2)
    lay_out(tmp_path / "beside", "A/{}.png", "B/{}.png", 5)
    lay_out(tmp_path / "beside", "A/test/t{}.png", "B/test/t{}.png", 2)
    assert len(find_pairs(str(tmp_path / "beside"))) == 5


# glued


def glue(path: Path, seed: int, size=(40, 40)) -> None:
    width, height = size
    both = Image.new("RGB", (2 * width, height))
    both.paste(picture(seed, size), (0, 0))
    both.paste(inverted(picture(seed, size)), (width, 0))
    save(both, path)


@pytest.mark.parametrize("size", [(40, 40), (96, 64), (60, 80), (40, 20)])
def test_halves_of_any_shape_are_split_in_the_middle_and_said(tmp_path, size):
    for index in range(6):
        glue(tmp_path / "train" / f"{index}.png", index, size)
    found = find_pairs(str(tmp_path))
    assert_inverted(found, 6)
    width, height = size
    assert f"{2 * width}x{height} into two of {width}x{height}" in found.notes[0]


def test_images_of_a_few_sizes_are_each_split_in_their_own_middle(tmp_path):
    """As of a public set of satellite pictures: three sizes, a few pixels off."""
    sizes = [(64, 64)] * 6 + [(65, 66)] * 3 + [(63, 64)] * 3
    for index, size in enumerate(sizes):
        glue(tmp_path / f"{index}.png", index, size)
    assert_inverted(find_pairs(str(tmp_path)), 12)
    assert len(PairedImages(find_pairs(str(tmp_path)), 32)) == 12


def test_a_glued_image_of_another_shape_is_skipped_and_named_and_many_are_an_error(tmp_path):
    for index in range(12):
        glue(tmp_path / f"{index}.png", index)
    save(picture(0), tmp_path / "odd.png")
    found = find_pairs(str(tmp_path))
    assert_inverted(found, 12)
    assert any("40x40 in odd.png" in text for text in found.warnings)
    for index in range(3):
        save(picture(index), tmp_path / f"odd{index}.png")
    with pytest.raises(DataError, match=r"4 of 16 images .* another shape.*odd0.png"):
        find_pairs(str(tmp_path))


def test_photographs_are_not_taken_for_two_upright_pictures(tmp_path):
    for index in range(8):
        save(picture(index, (96, 64)), tmp_path / f"{index}.png")
    with pytest.raises(DataError, match="side by side"):
        find_pairs(str(tmp_path))


def test_upright_halves_are_known_by_their_seam_or_their_edges(tmp_path):
    outlines = [pair.read() for pair in find_pairs("emoji", "test").pairs[:8]]
    files = []
    for index, sides in enumerate(outlines):
        both = Image.new("RGB", (128, 128))
        for place, side in enumerate(sides):
            both.paste(side.convert("RGB").resize((64, 128)), (64 * place, 0))
        files.append(tmp_path / f"{index}.png")
        both.save(files[-1])
    assert look_glued(files)  # white meets white, so there is no seam


# sizes


@pytest.mark.parametrize(("a", "b", "ratio"), [(20, 80, 4), (60, 40, 2 / 3), (40, 100, 2.5)])
def test_sizes_of_one_ratio_are_enlarged_and_said(tmp_path, a, b, ratio):
    for index in range(6):
        save(picture(index, (a, a)), tmp_path / "A" / f"{index}.png")
        save(picture(index, (b, b)), tmp_path / "B" / f"{index}.png")
    found = find_pairs(str(tmp_path))
    assert found.ratio == pytest.approx(ratio)
    given, wanted = found.pairs[0].read()
    assert given.size == wanted.size == (max(a, b),) * 2
    apart = np.abs(np.asarray(given, int) - np.asarray(wanted, int)).mean()
    assert apart < 12  # one picture, at two sizes
    assert [one.size for one in found.pairs[0].read(enlarge=False)] == [(a, a), (b, b)]
    assert f"{max(ratio, 1 / ratio):g} times as wide and high" in found.notes[0]
    there, back = (PairedImages(found, 32, direction=way) for way in ("AtoB", "BtoA"))
    assert (there.scale, back.scale) == pytest.approx((ratio, 1 / ratio))


def test_pairs_of_a_ratio_are_cut_and_never_scaled_down(tmp_path):
    """Scaled to 32 pixels, A of 20 and B of 80 would show nearly the same."""
    checks = np.indices((80, 80)).sum(0) % 2 * 255
    for index in range(3):
        save(picture(index, (20, 20)), tmp_path / "A" / f"{index}.png")
        save(Image.fromarray(checks.astype(np.uint8)), tmp_path / "B" / f"{index}.png")
    target = PairedImages(find_pairs(str(tmp_path)), 32).plain().target
    assert set(target.unique().tolist()) == {-1, 1}  # any scaling would make greys


def test_one_of_another_ratio_is_skipped(tmp_path):
    for index in range(12):
        save(picture(index, (20, 20)), tmp_path / "A" / f"{index}.png")
        save(picture(index, (41 if index == 3 else 40,) * 2), tmp_path / "B" / f"{index}.png")
    data = PairedImages(find_pairs(str(tmp_path)), 32)
    assert (len(data), data.scale) == (11, 2)
    assert any("3.png" in text for text in data.warnings)
