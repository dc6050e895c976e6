"""The range of a data set, found once by one rule."""

import numpy as np
import pytest
import tifffile
from PIL import Image

from models.walk import of_several_frames
from training.data.augmentation import CropAugmentation, PairAugmentation
from training.data.check import check, in_words
from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.sources import find_source
from training.data.paired.paired_images import PairedImages
from training.data.paired.pairs import find_pairs
from training.data.unpaired.domains import find_domains
from training.data.unpaired.unpaired_images import UnpairedImages
from training.data.value_ranges import (
    find_range,
    valued_domains,
    valued_pairs,
    valued_source,
)

COUNT, SIDE = 12, 32
STREAM = np.random.default_rng(3)
COLOURS = [(0, 0, 0), (255, 0, 0), (0, 128, 0), (10, 20, 250)]


def noise(low, high, kind, bands=1):
    values = STREAM.random((SIDE, SIDE, bands)) * (high - low) + low
    values[0, 0], values[0, 1] = low, high
    return values.astype(kind).squeeze()


def blocks(classes=4, step=1, stream=STREAM):
    return np.kron(stream.integers(0, classes, (4, 4)), np.ones((8, 8))).astype(np.uint8) * step


def save(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, values)
    elif path.suffix == ".tif":
        tifffile.imwrite(path, values, photometric="minisblack")
    else:
        Image.fromarray(values).save(path)


def write(folder, ending, make, count=COUNT):
    for index in range(count):
        save(folder / f"{index}{ending}", make(index))
    return sorted(folder.iterdir())


def write_palette(folder, count=COUNT):
    for index in range(count):
        image = Image.fromarray(blocks())
        image.putpalette([part for colour in COLOURS for part in colour])
        path = folder / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)
    return sorted(folder.iterdir())


def photographs(folder, count=COUNT):
    return write(folder, ".png", lambda _: noise(0, 255, np.uint8, 3), count)


def test_pictures_of_8_bits_have_the_ordinary_range_without_a_word(tmp_path):
    values, said = find_range(photographs(tmp_path))
    assert values.ordinary
    assert not said


def test_the_brightest_picture_of_all_tells_how_many_bits(tmp_path):
    files = write(tmp_path, ".png", lambda i: noise(0, 4000 if i == 7 else 900, np.uint16))
    values, _ = find_range(files)
    assert values.words == "0 to 4,095 (12 bits in uint16)"


@pytest.mark.parametrize(
    ("low", "high", "ends"), [(0, 1, (0, 1)), (-1, 1, (-1, 1)), (-3, 12, (-3, 12))]
)
def test_floats_keep_their_range(tmp_path, low, high, ends):
    files = write(tmp_path, ".tif", lambda i: noise(low, high, np.float32) / (1 + (i > 0)))
    values, _ = find_range(files)
    assert (values.low, values.high) == ends


def test_what_is_no_number_is_counted_and_left_out_of_the_range(tmp_path):
    def make(index):
        values = noise(0, 1, np.float32)
        values[3, 3] = (np.nan, np.inf)[index % 2] if index < 2 else 0.5
        return values

    values, said = find_range(write(tmp_path, ".tif", make))
    assert (values.low, values.high) == (0, 1)
    assert any("2 of 12 pictures hold values that are no numbers" in text for text in said)


def test_a_given_range_goes_before_the_found_one_and_says_what_it_cuts(tmp_path):
    files = write(tmp_path, ".png", lambda _: noise(0, 4000, np.uint16))
    values, said = find_range(files, (100, 3000))
    assert (values.low, values.high, values.dtype) == (100, 3000, "uint16")
    assert any("12 of 12 pictures go beyond 100 to 3,000" in text for text in said)


def test_8_bits_beside_16_are_said_and_keep_their_whites(tmp_path):
    write(tmp_path, ".tif", lambda _: noise(0, 4000, np.uint16), 10)
    save(tmp_path / "plain.png", np.full((SIDE, SIDE), 255, np.uint8))
    values, said = find_range(sorted(tmp_path.iterdir()))
    assert values.high == 4095
    assert any("1 pictures have 8 bits beside 10 of uint16" in text for text in said)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32])
def test_few_numbers_in_flat_areas_are_classes(tmp_path, kind):
    ending = ".tif" if kind is np.int32 else ".png"
    values, said = find_range(write(tmp_path, ending, lambda _: blocks(8).astype(kind)))
    assert values.classes == tuple(range(8))
    assert values.dtype == np.dtype(kind).name
    assert "mask of 8 classes, numbered 0 to 7" in said[0]
    assert "--one-hot" in said[0]


def test_255_may_stand_for_no_class(tmp_path):
    def make(index):
        values = blocks(3)
        values[:4] = 255
        return values

    assert find_range(write(tmp_path, ".png", make))[0].classes == (0, 1, 2, 255)


@pytest.mark.parametrize(
    "make",
    [
        lambda _: blocks(2, 255),  # black and white
        lambda _: blocks(4, 80),  # flat greys
        lambda _: noise(0, 20, np.uint8),  # dark
    ],
)
def test_drawings_and_dark_pictures_are_no_masks(tmp_path, make):
    assert find_range(write(tmp_path, ".png", make))[0].ordinary


def test_a_palette_of_few_colours_is_a_mask_of_them(tmp_path):
    values, said = find_range(write_palette(tmp_path))
    assert set(values.colours) == {"#000000", "#ff0000", "#008000", "#0a14fa"}
    assert "mask of 4 colours" in said[0]


def test_one_hot_needs_masks(tmp_path):
    with pytest.raises(DataError, match="Expected masks of few classes with --one-hot"):
        find_range(photographs(tmp_path), one_hot=True)


def test_each_side_of_pairs_has_a_range_of_its_own(tmp_path):
    write(tmp_path / "A", ".png", lambda _: noise(0, 4000, np.uint16))
    write(tmp_path / "B", ".tif", lambda _: noise(-1, 1, np.float32))
    found = valued_pairs(find_pairs(str(tmp_path)))
    data = PairedImages(found, 16)
    given = data.plain().input
    assert [values.words for values in data.values] == [
        "0 to 4,095 (12 bits in uint16)",
        "-1 to 1 (float32)",
    ]
    assert "Values: A 0 to 4,095 (12 bits in uint16); B -1 to 1 (float32)." in data.warnings
    assert abs(given.mean()) < 0.5 and given.std() > 0.1
    assert (data.in_channels, data.channels) == (1, 1)
    of_each = valued_pairs(find_pairs(str(tmp_path)), [0, 65_535, -2, 2]).values
    assert [(one.low, one.high) for one in of_each] == [(0, 65_535), (-2, 2)]


def test_the_way_back_has_the_ranges_turned(tmp_path):
    write(tmp_path / "A", ".png", lambda _: noise(0, 4000, np.uint16))
    photographs(tmp_path / "B")
    data = PairedImages(valued_pairs(find_pairs(str(tmp_path))), 16, direction="BtoA")
    assert data.values[0].ordinary
    assert data.values[1].high == 4095
    assert (data.in_channels, data.channels) == (3, 1)


@pytest.mark.parametrize("numbers", [[1.0], [5.0, 5.0], [0.0, 1.0, 2.0]])
def test_what_is_no_range_is_refused(tmp_path, numbers):
    photographs(tmp_path / "A")
    photographs(tmp_path / "B")
    with pytest.raises(ValueError, match="Expected --value-range"):
        valued_pairs(find_pairs(str(tmp_path)), numbers)


@pytest.mark.parametrize("masked", ["A", "B", "AB"])
def test_masks_keep_their_colours_through_scaling_and_augmentation(tmp_path, masked):
    for side in "AB":
        (write_palette if side in masked else photographs)(tmp_path / side)
    augment = PairAugmentation(flip=True, zoom=0.3, rotate=20)
    data = PairedImages(valued_pairs(find_pairs(str(tmp_path))), 24, 27, augment=augment)
    batch = data.__getitems__([(index, 100 + index) for index in range(12)])[:2]
    for side, images in zip("AB", batch, strict=True):
        pixels = images.add(1).mul(127.5).round().int().permute(0, 2, 3, 1).reshape(-1, 3)
        found = {tuple(colour) for colour in pixels.tolist()}
        assert (found <= set(COLOURS)) == (side in masked)


def test_both_sides_of_a_mask_move_together(tmp_path):
    stream = np.random.default_rng(0)  # how much edge there is follows from no other test
    for index in range(COUNT):
        image = Image.fromarray(blocks(stream=stream))
        image.putpalette([part for colour in COLOURS for part in colour])
        for side, picture in (("A", image), ("B", image.convert("RGB"))):
            (tmp_path / side).mkdir(exist_ok=True)
            picture.save(tmp_path / side / f"{index}.png")
    augment = PairAugmentation(flip=True, zoom=0.3, rotate=20)
    data = PairedImages(valued_pairs(find_pairs(str(tmp_path))), 24, 27, augment=augment)
    given, wanted = data.__getitems__([(index, index) for index in range(12)])[:2]
    assert (given - wanted).abs().median() == 0  # where no edge is mixed on the other side


def test_one_hot_inputs_have_a_channel_for_each_class(tmp_path):
    write(tmp_path / "A", ".png", lambda _: blocks(5))
    photographs(tmp_path / "B")
    data = PairedImages(valued_pairs(find_pairs(str(tmp_path)), one_hot="A"), 16)
    given = data.plain().input
    assert given.shape == (12, 5, 16, 16)
    assert set(given.unique().tolist()) == {-1, 1}
    assert (given.sum(1) == -3).all()  # one of five


def test_six_bands_of_npy_are_six_channels(tmp_path):
    write(tmp_path / "A", ".npy", lambda _: noise(0, 9000, np.uint16, 6))
    photographs(tmp_path / "B")
    pairs = valued_pairs(find_pairs(str(tmp_path)))
    data = PairedImages(pairs, 16, augment=PairAugmentation(zoom=0.2, rotate=5))
    assert data.__getitems__([(0, 1), (1, 2)]).input.shape == (2, 6, 16, 16)
    assert data.values[0].words == "0 to 16,383 (14 bits in uint16, 6 channels)"
    assert PairedImages(pairs, 16, channels=(4, None)).in_channels == 4
    with pytest.raises(DataError, match="Expected 6 channels"):
        PairedImages(pairs, 16, channels=(7, None))


def test_a_picture_of_other_bands_is_skipped_and_named(tmp_path):
    write(tmp_path / "A", ".npy", lambda i: noise(0, 1, np.float32, 6 - 2 * (i == 3)))
    photographs(tmp_path / "B")
    data = PairedImages(valued_pairs(find_pairs(str(tmp_path))), 16)
    assert len(data) == 11
    assert any("3.npy" in text and "6 channels, found 4" in text for text in data.warnings)


def test_domains_have_ranges_and_augmentation_keeps_masks(tmp_path):
    write_palette(tmp_path / "trainA")
    write(tmp_path / "trainB", ".tif", lambda _: noise(0, 5, np.float32))
    domains = valued_domains(find_domains(str(tmp_path)))
    data = UnpairedImages(domains, 24, 27, CropAugmentation(zoom=0.3, rotate=10))
    a, b = data.__getitems__([(index, index) for index in range(6)])
    assert a.shape == b.shape == (6, 3, 24, 24)
    pixels = a.add(1).mul(127.5).round().int().permute(0, 2, 3, 1).reshape(-1, 3)
    assert {tuple(colour) for colour in pixels.tolist()} <= set(COLOURS)
    assert b.std() > 0.2
    assert domains.turned().values == domains.values[::-1]


def test_pictures_to_generate_from_are_scaled_to_8_bits_by_one_range(tmp_path):
    write(tmp_path, ".png", lambda i: np.full((SIDE, SIDE), 4095 if i else 1024, np.uint16))
    data = LabelledImages(valued_source(find_source(str(tmp_path))), 32)
    assert sorted({int(one) for one in data.pixels.ravel()}) == [64, 255]
    assert any("0 to 4,095 (12 bits in uint16)" in text for text in data.warnings)


def test_the_report_names_both_ends_and_warns_of_masks(tmp_path):
    write(tmp_path / "A", ".png", lambda _: blocks(8).astype(np.uint16))
    write(tmp_path / "B", ".tif", lambda _: noise(-1, 1, np.float32))
    report, look = check([str(tmp_path)], "training.pix2pix")
    assert report.values == {
        "A": "a mask of 8 classes, numbered 0 to 7",
        "B": "-1 to 1 (float32)",
    }
    text = "\n".join(in_words(report))
    assert "values: A a mask of 8 classes, numbered 0 to 7; B -1 to 1 (float32)" in text
    assert "--one-hot" in text
    assert len(look.getcolors(2**16)) > 100  # the mask in colours beside the other side's greys
    given, _ = check([str(tmp_path)], "training.pix2pix", value_range=[0, 255, -4, 4])
    assert given.values == {"A": "0 to 255 (8 bits in uint16)", "B": "-4 to 4 (float32)"}


def test_the_report_on_pictures_of_8_bits_has_no_line_on_values(tmp_path):
    photographs(tmp_path / "A")
    photographs(tmp_path / "B")
    report, _ = check([str(tmp_path)], "training.pix2pix")
    assert "values" not in "\n".join(in_words(report))


def test_a_folder_of_arrays_is_no_set_of_glued_pairs(tmp_path):
    write(tmp_path, ".npy", lambda _: noise(0, 1, np.float32, 6))
    with pytest.raises(DataError, match="32x32"):
        find_pairs(str(tmp_path))


def test_glued_pictures_of_12_bits_are_split_in_the_middle(tmp_path):
    def make(_):
        return np.hstack([np.full((SIDE, SIDE), value, np.uint16) for value in (0, 4095)])

    write(tmp_path, ".png", make)
    given, wanted = PairedImages(valued_pairs(find_pairs(str(tmp_path))), 16).plain()[:2]
    assert (given.unique().tolist(), wanted.unique().tolist()) == ([-1], [1])


def test_rows_in_pages_are_one_picture_and_not_several(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(0, 9, np.uint16, 6), photometric="minisblack")
    assert not of_several_frames([tmp_path / "a.tif"])
