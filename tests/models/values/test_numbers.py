"""The numbers of files of every kind, and what is no picture."""

import io

import cv2
import numpy as np
import pytest
import tifffile
from damage import memory
from PIL import Image

from models import decoding
from models.images import UnreadableImage, read_image, read_numbers
from models.values.numbers import holds_numbers, upright

RAMP = np.linspace(0, 1, 48).reshape(6, 8)


def saved(path, values, **options):
    tifffile.imwrite(path, values, **options)
    return path


@pytest.mark.parametrize(
    "values",
    [
        (RAMP * 4095).astype(np.uint16),
        (RAMP * 2000 - 1000).astype(np.int16),
        (RAMP * 4_000_000_000).astype(np.uint32),
        (RAMP * 4_000_000 - 2_000_000).astype(np.int32),
        RAMP.astype(np.float32),
        (RAMP * 2 - 1).astype(np.float64),
        RAMP.astype(np.float16),
    ],
    ids=lambda values: values.dtype.name,
)
@pytest.mark.parametrize("ending", [".tif", ".npy", ".npz"])
def test_numbers_come_out_as_they_went_in(tmp_path, values, ending):
    path = tmp_path / f"a{ending}"
    if ending == ".tif":
        saved(path, values, compression="zlib")
    elif ending == ".npy":
        np.save(path, values)
    else:
        np.savez(path, image=values)
    found = read_numbers(path)
    assert found.dtype == values.dtype.name
    assert np.array_equal(found.values[:, :, 0], values)
    assert np.array_equal(read_numbers(path.read_bytes()).values, found.values)


@pytest.mark.parametrize("planar", ["contig", "separate", None])
def test_bands_of_a_tiff_come_last(tmp_path, planar):
    bands = np.arange(6 * 8 * 6, dtype=np.uint16).reshape(6, 8, 6)
    given = np.moveaxis(bands, -1, 0) if planar == "separate" else bands
    path = saved(tmp_path / "a.tif", given, planarconfig=planar, photometric="minisblack")
    assert np.array_equal(read_numbers(path).values, bands)


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits"])
def test_one_band_is_read_whatever_its_compression(tmp_path, compression):
    values = (RAMP * 4095).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "a.tif", compression=compression)
    assert np.array_equal(read_numbers(tmp_path / "a.tif").values[:, :, 0], values)


def test_bands_in_another_compression_are_named_with_what_to_do(tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise KeyError("<COMPRESSION.LZW: 5> requires the 'imagecodecs' package")

    path = saved(tmp_path / "six.tif", np.zeros((4, 4, 6), np.uint16), planarconfig="contig")
    monkeypatch.setattr(tifffile.TiffPage, "asarray", refuse)
    with pytest.raises(UnreadableImage, match=r"six\.tif.*6 bands.*save it so"):
        read_numbers(path)


def test_colours_of_16_bits_keep_them_and_their_order(tmp_path):
    values = np.stack([RAMP * 4095, RAMP * 100, RAMP], axis=2).astype(np.uint16)
    cv2.imwrite(str(tmp_path / "a.png"), values[:, :, ::-1])
    assert np.array_equal(read_numbers(tmp_path / "a.png").values, values)


def test_a_png_that_promises_two_gigabytes_takes_none(tmp_path):
    """OpenCV, which reads colours of 16 bits, makes room for a chunk before it reads it."""
    colours = np.zeros((16, 24, 3), np.uint16)
    file = bytearray(cv2.imencode(".png", colours)[1].tobytes())
    place = file.index(b"IDAT") - 4
    file[place : place + 4] = (2**31 - 1).to_bytes(4, "big")
    before = memory()
    for read in (read_image, read_numbers):
        with pytest.raises(UnreadableImage, match="complete"):
            read(bytes(file))
    assert memory(peak=True) - before < 2**28


def test_a_palette_keeps_its_numbers_and_colours(tmp_path):
    image = Image.fromarray(np.array([[0, 1], [2, 1]], np.uint8))
    image.putpalette([255, 0, 0, 0, 128, 0, 0, 0, 64])
    image.save(tmp_path / "a.png")
    found = read_numbers(tmp_path / "a.png")
    assert found.values[:, :, 0].tolist() == [[0, 1], [2, 1]]
    assert found.colours[:3] == ("#ff0000", "#008000", "#000040")


def test_a_palette_with_something_that_shows_through_is_a_picture_over_white(tmp_path):
    image = Image.fromarray(np.array([[0, 1]], np.uint8))
    image.putpalette([0, 0, 0, 0, 128, 0])
    for name in ("a.png", "a.gif"):
        image.save(tmp_path / name, transparency=0)
        found = read_numbers(tmp_path / name)
        assert found.colours == (), name
        assert found.values.tolist() == [[[255, 255, 255], [0, 128, 0]]], name


def test_pictures_of_8_bits_hold_no_numbers_beyond_their_pixels(tmp_path):
    for name in ("a.png", "b.jpg", "c.tif", "d.webp", "e.gif"):
        Image.new("RGB", (4, 4), (10, 20, 30)).save(tmp_path / name)
        assert not holds_numbers(tmp_path / name), name
    assert read_numbers(tmp_path / "a.png").values[0, 0].tolist() == [10, 20, 30]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientations_are_those_of_pillow(orientation):
    exif = Image.Exif()
    exif[274] = orientation
    data = io.BytesIO()
    values = np.arange(6, dtype=np.uint8).reshape(2, 3)
    Image.fromarray(values).save(data, "PNG", exif=exif)
    assert np.array_equal(upright(values, orientation), np.asarray(read_image(data.getvalue())))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((6, 90, 80)), "numpy.moveaxis"),
        (np.zeros(5), "height, width"),
        (np.zeros((2, 2), complex), "array of numbers"),
        (np.zeros((0, 4)), "height, width"),
        (np.zeros((200, 100)), "megapixels"),
    ],
)
def test_an_array_that_is_no_picture_is_named_in_one_sentence(tmp_path, monkeypatch, array, words):
    monkeypatch.setattr(decoding, "MAX_PIXELS", 10_000)
    np.save(tmp_path / "odd.npy", array)
    with pytest.raises(UnreadableImage, match=rf"odd\.npy.*{words}"):
        read_numbers(tmp_path / "odd.npy")


def test_objects_and_damaged_files_are_not_loaded(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([[{}]], object), allow_pickle=True)
    good = saved(tmp_path / "a.tif", RAMP.astype(np.float32)).read_bytes()
    (tmp_path / "cut.tif").write_bytes(good[:-40])
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04 and no more")
    for name in ("objects.npy", "cut.tif", "cut.npz"):
        with pytest.raises(UnreadableImage, match=name):
            read_numbers(tmp_path / name)


def test_an_npz_of_several_arrays_needs_one_called_image(tmp_path):
    np.savez(tmp_path / "two.npz", a=RAMP, b=RAMP)
    with pytest.raises(UnreadableImage, match=r"two\.npz.*one called image, found a, b"):
        read_numbers(tmp_path / "two.npz")


@pytest.mark.parametrize(
    ("values", "middle"),
    [
        (np.array([[0, 2048, 4095]], np.uint16), 128),
        (np.array([[0, 0.5, 1]], np.float32), 128),
        (np.array([[-1, 0, 1]], np.float32), 128),
        (np.array([[-1000, 500, 3000]], np.int16), 96),
    ],
)
def test_a_picture_by_itself_is_seen_by_its_own_range(tmp_path, values, middle):
    found = np.asarray(read_image(saved(tmp_path / "a.tif", values)))
    assert found.tolist() == [[0, middle, 255]]


def test_of_six_bands_the_first_three_are_seen(tmp_path):
    bands = np.zeros((2, 2, 6), np.uint8)
    bands[..., :3] = (10, 20, 30)
    np.save(tmp_path / "a.npy", bands)
    assert read_image(tmp_path / "a.npy").getpixel((0, 0)) == (10, 20, 30)
