"""The meaning of numbers: which become -1 and 1, and which they become again."""

import json

import numpy as np
import pytest
import torch

from models.values.numbers import Numbers, UnreadableImage
from models.values.raster import Raster
from models.values.tensors import to_raster, to_shown, to_tensor
from models.values.value_range import (
    ORDINARY,
    ValueRange,
    eight_bits,
    from_json,
    range_between,
    with_channels,
)

MASK = ValueRange(0, 255, "uint16", (0, 1, 5, 255))
PALETTE = ValueRange(colours=("#000000", "#ff0000", "#00ff80"))


def numbers(values, kind: str, colours=()) -> Numbers:
    values = np.array(values, kind)
    return Numbers(values[:, :, None] if values.ndim == 2 else values, colours)


@pytest.mark.parametrize(
    ("low", "high", "kind", "ends"),
    [
        (3, 200, "uint8", (0, 255)),
        (29, 4074, "uint16", (0, 4095)),
        (0, 1000, "uint16", (0, 1023)),
        (0, 16_000, "uint16", (0, 16_383)),
        (0, 50_000, "uint16", (0, 65_535)),
        (0, 4000, "int16", (0, 4095)),
        (-1024, 3071, "int16", (-1024, 3071)),
        (5, 3_000_000, "int32", (5, 3_000_000)),
        (0.1, 0.9, "float32", (0, 1)),
        (-0.2, 0.9, "float32", (-1, 1)),
        (-3.5, 40, "float32", (-3.5, 40)),
        (0, 255, "float64", (0, 255)),
        (7, 7, "int32", (0, 255)),
    ],
)
def test_one_rule_finds_both_ends(low, high, kind, ends):
    found = range_between(low, high, kind)
    assert (found.low, found.high) == ends


def test_both_ends_and_the_middle_go_to_a_network_and_back():
    values = ValueRange(0, 4095, "uint16")
    picture = values.picture(numbers([[0, 4095, 819]], "uint16"))
    tensor = to_tensor(picture.values[None], values)
    assert tensor.flatten().tolist() == pytest.approx([-1, 1, -0.6])
    back = values.numbers(to_raster(tensor, values))
    assert (back.dtype, back.values.ravel().tolist()) == ("uint16", [0, 4095, 819])


def test_every_number_of_12_bits_and_of_floats_comes_back():
    for values, given in (
        (ValueRange(0, 4095, "uint16"), np.arange(4096, dtype=np.uint16)),
        (ValueRange(-1024, 3071, "int16"), np.arange(-1024, 3072, dtype=np.int16)),
        (ValueRange(-3.5, 40, "float32"), np.linspace(-3.5, 40, 999, dtype=np.float32)),
    ):
        picture = values.picture(Numbers(given.reshape(1, -1, 1)))
        back = values.numbers(to_raster(to_tensor(picture.values[None], values), values))
        apart = np.abs(back.values.ravel().astype(float) - given)
        assert apart.max() <= (0 if given.dtype.kind in "ui" else 1e-5)
        assert back.dtype == values.dtype


def test_what_is_beyond_counts_as_the_end_and_what_is_no_number_as_low():
    values = ValueRange(0, 10, "float32")
    given = numbers([[-5, 15, np.nan, np.inf, -np.inf, 5]], "float32")
    assert values.picture(given).values.ravel().tolist() == [0, 1, 0, 1, 0, 0.5]


def test_a_picture_of_another_kind_is_taken_by_its_own_range():
    values = ValueRange(0, 4095, "uint16")
    assert values.picture(numbers([[0, 255]], "uint8")).values.ravel().tolist() == [0, 1]
    assert values.picture(numbers([[0.0, 0.25]], "float32")).values.ravel().tolist() == [0, 0.25]
    assert values.picture(numbers([[4095]], "int32")).values.ravel().tolist() == [1]


def test_classes_are_spread_over_the_range_and_come_back_as_they_were():
    picture = MASK.picture(numbers([[0, 1], [5, 255]], "uint16"))
    assert picture.values[:, :, 0].tolist() == [[0, 1], [2, 3]]
    tensor = to_tensor(picture.values[None], MASK)
    assert tensor.flatten().tolist() == pytest.approx([-1, -1 / 3, 1 / 3, 1])
    back = MASK.numbers(to_raster(tensor + 0.1, MASK))
    assert (back.dtype, back.values[:, :, 0].tolist()) == ("uint16", [[0, 1], [5, 255]])
    assert np.asarray(eight_bits(picture, MASK)).tolist() == [[0, 85], [170, 255]]


def test_one_hot_gives_each_class_a_channel():
    values = ValueRange(0, 255, "uint16", MASK.classes, one_hot=True)
    tensor = to_tensor(np.array([[[[0], [2]]]], np.uint8), values)
    assert tensor[0, :, 0].T.tolist() == [[1, -1, -1, -1], [-1, -1, 1, -1]]
    assert values.channels == 4
    assert values.numbers(to_raster(tensor, values)).values.ravel().tolist() == [0, 5]


def test_a_class_that_was_not_trained_is_named():
    with pytest.raises(UnreadableImage, match="classes 0, 1, 5, 255, found 7"):
        MASK.picture(numbers([[7]], "uint16"))
    with pytest.raises(UnreadableImage, match="found colours"):
        MASK.picture(numbers([[[1, 2, 3]]], "uint8"))


def test_colours_of_a_palette_are_kept_whatever_order_a_file_has_them_in():
    turned = numbers([[0, 1, 2]], "uint8", ("#00ff80", "#ff0000", "#000000"))
    rgb = numbers([[[0, 255, 128], [255, 0, 0], [0, 0, 0]]], "uint8")
    for given in (turned, rgb):
        picture = PALETTE.picture(given)
        assert picture.values.ravel().tolist() == [2, 1, 0]
    tensor = to_tensor(picture.values[None], PALETTE)
    pixels = tensor.add(1).mul(127.5).round().int()[0, :, 0].T
    assert pixels.tolist() == [[0, 255, 128], [255, 0, 0], [0, 0, 0]]
    back = PALETTE.numbers(to_raster(tensor * 0.8, PALETTE))
    assert (back.values.ravel().tolist(), back.colours) == ([2, 1, 0], PALETTE.colours)


def test_classes_are_shown_in_colours_that_differ():
    table = MASK.table
    assert len({tuple(colour) for colour in table.tolist()}) == 4
    assert to_shown(torch.tensor([[[[-1.0, 1.0]]]]), MASK).shape == (1, 3, 1, 2)


def test_more_than_three_channels_are_shown_by_the_first_three():
    images = torch.arange(6.0).reshape(1, 6, 1, 1) / 6
    assert torch.equal(to_shown(images, ValueRange(0, 1, "float32", bands=6)), images[:, :3])
    assert to_shown(images[:, :2], ValueRange(0, 1, "float32", bands=2)).shape[1] == 1


def test_a_mask_is_scaled_by_nearest_neighbour_and_floats_stay_within_the_range():
    mask = Raster(np.kron(np.array([[0, 7], [3, 1]]), np.ones((8, 8))).astype(np.uint8)[..., None])
    assert set(np.unique(mask.resize((11, 5)).values)) == {0, 1, 3, 7}
    edge = np.repeat([[0.0, 1.0]], 8, axis=1).astype(np.float32).repeat(16, axis=0)[..., None]
    found = Raster(np.concatenate([edge] * 5, axis=2)).resize((37, 23))
    assert found.values.shape == (23, 37, 5)
    assert (found.values.min(), found.values.max()) == (0, 1)


def test_channels_are_made_of_others_or_refused():
    rgb = np.array([[[1.0, 0.0, 0.0]]], np.float32)
    assert with_channels(rgb, 1).item() == pytest.approx(0.299)
    assert with_channels(rgb[:, :, :1], 3).tolist() == [[[1, 1, 1]]]
    assert with_channels(np.zeros((1, 1, 6)), 4).shape == (1, 1, 4)
    with pytest.raises(UnreadableImage, match="Expected 6 channels, found 3"):
        with_channels(rgb, 6)


@pytest.mark.parametrize(
    "values",
    [ORDINARY, MASK, PALETTE, ValueRange(-1, 1, "float32"), ValueRange(0, 1023, "uint16", bands=6)],
)
def test_a_range_is_the_same_after_its_json(values):
    assert from_json(json.loads(json.dumps(values.as_json()))) == values


@pytest.mark.parametrize(
    "found",
    [
        None,
        {"low": 1, "high": 1},
        {"low": float("nan")},
        {"dtype": "object"},
        {"classes": [3]},
        {"classes": [3, 1]},
        {"colours": ["red", "blue"]},
        {"one_hot": True},
        {"bands": 4096},
    ],
)
def test_what_is_no_range_is_refused(found):
    with pytest.raises(ValueError, match="Expected a range of values"):
        from_json(found)


@pytest.mark.parametrize(
    ("values", "given", "kind", "share"),
    [
        (ValueRange(0, 1, "float32"), [[-1, -0.5, 0.5, 1]], "float32", "50.0%"),
        (ValueRange(0, 1, "float32"), [[0, 0.5, 1, np.inf]], "float64", "25.0%"),
        (ValueRange(0, 4095, "uint16"), [[0, 4095, 60_000, 5000]], "uint16", "50.0%"),
        (ValueRange(-1024, 3071, "int16"), [[-2000, 0]], "int16", "50.0%"),
        (ValueRange(0, 1, "float32"), [[-1e-3, 0.5, 1.001]], "float32", ""),  # rounding
        (ValueRange(0, 1, "float32"), [[np.nan, 0.5]], "float32", ""),
        (ValueRange(0, 1, "float32"), [[0, 255]], "uint8", ""),  # by its own range
        (ORDINARY, [[0, 255]], "uint8", ""),
        (MASK, [[0, 1]], "uint16", ""),
    ],
)
def test_numbers_outside_the_range_by_more_than_rounding_are_said(values, given, kind, share):
    words = values.cut(numbers(given, kind))
    assert words.startswith(share) and bool(words) == bool(share)
    if words:
        assert f"outside {values.words}" in words and "--value-range" in words
