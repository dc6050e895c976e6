"""Pictures of other ranges than 8 bits, from the data through a run and its export to files."""

import json

import cv2
import numpy as np
import pytest
import tifffile
from helpers import call_module
from PIL import Image

import models
from models.images import read_numbers
from models.values.numbers import Numbers
from models.values.value_range import ValueRange, ValuesCut

SMALL = ["--size", "32", "--ngf", "4", "--ndf", "4", "--device", "cpu", "--batch-size", "2"]
BRIEF = ["--max-steps", "2", "--log-with", "none", "--rotate", "5", "--zoom", "0.1"]
COUNT, SIDE = 12, 32
COLOURS = [(0, 0, 0), (255, 0, 0), (0, 128, 0), (10, 20, 250)]


def smooth(stream, low, high, kind, bands=1):
    """Soft spots from low to high."""
    spots = stream.random((4, 4, bands)).astype(np.float32)
    unit = cv2.resize(spots, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    values = unit.reshape(SIDE, SIDE, bands) * (high - low) + low
    values[0, 0], values[0, 1] = low, high
    return values.astype(kind).squeeze()


def masks(stream):
    """A picture with a palette of four colours."""
    image = Image.fromarray(np.kron(stream.integers(0, 4, (4, 4)), np.ones((8, 8))).astype("uint8"))
    image.putpalette([part for colour in COLOURS for part in colour])
    return image


MAKE = {  # an ending, and a picture of it
    "12 bits": (".png", lambda stream: smooth(stream, 0, 4095, np.uint16)),
    "floats": (".tif", lambda stream: smooth(stream, -1, 1, np.float32)),
    "8 bits": (".png", lambda stream: smooth(stream, 0, 255, np.uint8, 3)),
    "bands": (".npy", lambda stream: smooth(stream, 0, 1, np.float32, 6)),
    "masks": (".png", masks),
}


def write(folder, kind, count=COUNT):
    stream = np.random.default_rng(len(kind))
    ending, make = MAKE[kind]
    folder.mkdir(parents=True)
    for index in range(count):
        path, picture = folder / f"{index}{ending}", make(stream)
        if isinstance(picture, Image.Image):
            picture.save(path)
        elif ending == ".npy":
            np.save(path, picture)
        elif ending == ".tif":
            tifffile.imwrite(path, picture)
        else:
            Image.fromarray(picture).save(path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Function: the data of two kinds and an exported pix2pix of them, trained once for two
    steps."""
    made = {}

    def train(a, b, *arguments):
        key = (a, b, *arguments)
        if key not in made:
            folder = tmp_path_factory.mktemp("values")
            write(folder / "data" / "A", a)
            write(folder / "data" / "B", b)
            where = ["--data", folder / "data", "--name", "run", "--runs", folder]
            call_module("training.pix2pix", *where, *SMALL, *BRIEF, *arguments)
            made[key] = folder / "data", folder / "run" / "export" / "last"
        return made[key]

    return train


def translated(model, source, out, *arguments):
    call_module("models", "translate", model, source, out, *arguments)
    return sorted(out.iterdir()) if out.is_dir() else [out]


def test_a_run_on_12_bits_gives_12_bits_through_the_shell(trained, tmp_path):
    data, model = trained("12 bits", "12 bits")
    files = translated(model, data / "A", tmp_path / "out")
    assert [path.name for path in files] == [f"{i}.png" for i in sorted(range(COUNT), key=str)]
    for path in files:
        found = read_numbers(path)
        assert (found.dtype, found.values.shape) == ("uint16", (SIDE, SIDE, 1))
        assert found.values.max() <= 4095
        assert len(np.unique(found.values)) > 256  # more than 8 bits can tell apart
    said = json.loads((model / "config.json").read_text())["values"]
    assert said["A"] == said["B"] == {"low": 0, "high": 4095, "dtype": "uint16"}
    assert "0 to 4,095 (12 bits in uint16)" in (model / "README.md").read_text()


def test_use_equals_training(trained):
    """A dark picture of 12 bits is scaled by the data's range, never by its own."""
    _, model = trained("12 bits", "12 bits")
    translator = models.load(model)
    dark = np.full((SIDE, SIDE), 1000, np.uint16)
    assert translator.taken(dark, "A to B").values[0, 0, 0] == pytest.approx(1000 / 4095)
    found = translator.translate_numbers(dark)
    again = translator.translate_numbers(Image.fromarray(dark))
    assert np.array_equal(found.values, again.values)
    own = translator.translate_numbers(dark, value_range=(0, 1000))
    assert np.array_equal(own.values, translator.translate_numbers(4 * dark + 95).values)


def test_what_is_to_be_looked_at_has_8_bits(trained):
    _, model = trained("12 bits", "12 bits")
    translator = models.load(model)
    given = np.linspace(0, 4095, SIDE * SIDE).reshape(SIDE, SIDE).astype(np.uint16)
    picture = translator.translate(Image.fromarray(given))
    numbers = translator.translate_numbers(given).values[:, :, 0]
    assert (picture.mode, picture.size) == ("L", (SIDE, SIDE))
    assert np.abs(np.asarray(picture) - numbers / 4095 * 255).max() <= 0.6


def test_floats_come_back_as_float_tiff(trained, tmp_path):
    data, model = trained("floats", "floats")
    for path in translated(model, data / "A", tmp_path / "out"):
        found = read_numbers(path)
        assert (path.suffix, found.dtype) == (".tif", "float32")
        assert -1 <= found.values.min() < found.values.max() <= 1
    (single,) = translated(model, data / "A" / "0.tif", tmp_path / "one.npy")
    assert np.load(single).shape == (SIDE, SIDE, 1)


def test_numbers_outside_the_range_of_training_are_said(trained, tmp_path):
    _, model = trained("12 bits", "12 bits")
    for name, high in (("bright.png", 60_000), ("fits.png", 4095)):
        Image.fromarray(np.full((SIDE, SIDE), high, np.uint16)).save(tmp_path / name)
    done = call_module("models", "translate", model, tmp_path / "bright.png", tmp_path / "o.png")
    (line,) = [line for line in done.stderr.splitlines() if "outside" in line]
    assert line.startswith("bright.png: 100.0% of its numbers lie outside 0 to 4,095 (12 bits")
    own = ["--value-range", "0", "65535"]
    for name, more in (("bright.png", own), ("fits.png", [])):
        out = tmp_path / f"o-{name}"
        done = call_module("models", "translate", model, tmp_path / name, out, *more)
        assert "outside" not in done.stderr
    translator = models.load(model)
    with pytest.warns(ValuesCut, match=r"bright.png: 100.0%"):
        translator.translate_numbers(read_numbers(tmp_path / "bright.png"))
    with pytest.warns(ValuesCut, match="the picture: 100.0%"):
        translator.translate(np.full((SIDE, SIDE), 60_000, np.uint16))


def test_masks_come_back_in_the_colours_of_their_palette(trained, tmp_path):
    data, model = trained("8 bits", "masks")
    for path in translated(model, data / "A", tmp_path / "out"):
        with Image.open(path) as image:
            assert image.mode == "P"
            colours = {colour for _, colour in image.convert("RGB").getcolors()}
        assert colours <= set(COLOURS)


@pytest.mark.parametrize("arguments", [(), ("--one-hot",)])
def test_masks_go_in_as_colours_or_as_one_channel_for_each_class(trained, tmp_path, arguments):
    data, model = trained("masks", "8 bits", *arguments)
    translator = models.load(model)
    assert translator.channels("A to B") == (4 if arguments else 3, 3)
    assert translator.values[0].one_hot == bool(arguments)
    (path,) = translated(model, data / "A" / "0.png", tmp_path / "out.png")
    assert Image.open(path).mode == "RGB"
    with Image.open(data / "A" / "0.png") as image:  # as RGB it is the same mask
        same = [translator.translate(one) for one in (image.copy(), image.convert("RGB"))]
    assert same[0].tobytes() == same[1].tobytes()


def test_six_bands_of_npy_go_in_and_come_out(trained, tmp_path):
    data, model = trained("bands", "bands")
    translator = models.load(model)
    assert translator.channels("A to B") == (6, 6)
    for path in translated(model, data / "A", tmp_path / "out"):
        assert path.suffix == ".npy"
        assert np.load(path).shape == (SIDE, SIDE, 6)
    (tiff,) = translated(model, data / "A" / "0.npy", tmp_path / "out.tif")
    assert read_numbers(tiff).values.shape == (SIDE, SIDE, 6)
    assert translator.translate(np.load(data / "A" / "0.npy")).mode == "RGB"
    with Image.open(model.parents[1] / "export" / "last" / "samples.png") as sheet:
        assert sheet.mode == "RGB"


def test_fewer_channels_are_the_first_ones(trained):
    _, model = trained("bands", "8 bits", "--in-channels", "4", "--channels", "3")
    assert models.load(model).channels("A to B") == (4, 3)


def test_a_picture_of_other_bands_is_named(trained, tmp_path):
    _, model = trained("bands", "bands")
    Image.new("RGB", (SIDE, SIDE)).save(tmp_path / "three.png")
    done = call_module(
        "models", "translate", model, tmp_path / "three.png", tmp_path / "out.tif", check=False
    )
    assert done.returncode == 2
    assert "three.png: Expected 6 channels, found 3" in done.stderr


def test_a_value_range_is_kept_in_the_run_and_the_model(trained):
    _, model = trained("12 bits", "floats", "--value-range", "0", "8191", "-2", "2")
    before, after = models.load(model).values
    assert (before.low, before.high, after.low, after.high) == (0, 8191, -2, 2)
    config = (model.parents[1] / "config.yaml").read_text()
    assert "value_range:\n- 0.0\n- 8191.0\n- -2.0\n- 2.0" in config


def test_models_of_8_bits_say_nothing_of_values(trained, tmp_path):
    data, model = trained("8 bits", "8 bits")
    assert "values" not in json.loads((model / "config.json").read_text())
    assert all(values.ordinary for values in models.load(model).values)
    (path,) = translated(model, data / "A" / "0.png", tmp_path / "a.png", "--value-range", "0", "9")
    assert Image.open(path).mode == "RGB"


def test_strength_is_refused_where_numbers_are_written(trained, tmp_path):
    data, model = trained("12 bits", "12 bits")
    done = call_module(
        "models",
        "translate",
        model,
        data / "A" / "0.png",
        tmp_path / "a.png",
        "--strength",
        "0.5",
        check=False,
    )
    assert done.returncode == 2
    assert "Expected pictures of 8 bits with --strength" in done.stderr


def test_cyclegan_takes_domains_of_two_ranges(tmp_path):
    write(tmp_path / "data" / "trainA", "12 bits")
    write(tmp_path / "data" / "trainB", "floats")
    where = ["--data", tmp_path / "data", "--name", "run", "--runs", tmp_path]
    call_module("training.cyclegan", *where, *SMALL, *BRIEF[:4], "--blocks", "1")
    translator = models.load(tmp_path / "run" / "export" / "last")
    assert translator.values == (ValueRange(0, 4095, "uint16"), ValueRange(-1, 1, "float32"))
    there = translator.translate_numbers(np.full((SIDE, SIDE), 2000, np.uint16), "A to B")
    back = translator.translate_numbers(there, "B to A")
    assert isinstance(back, Numbers)
    assert (there.dtype, back.dtype) == ("float32", "uint16")


def test_a_generator_keeps_the_range_that_became_its_8_bits(tmp_path):
    write(tmp_path / "data", "12 bits")
    arguments = ["--size", "16", "--width", "4", "--critic-width", "4", "--batch-size", "4"]
    where = ["--data", tmp_path / "data", "--name", "run", "--runs", tmp_path, "--device", "cpu"]
    call_module("training.gan", *where, *arguments, *BRIEF[:4])
    model = tmp_path / "run" / "export" / "last"
    assert models.load(model).values == ValueRange(0, 4095, "uint16")
    assert "0 to 4,095 (12 bits in uint16), scaled to 8 bits" in (model / "README.md").read_text()
