"""Images from strangers."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from models.images import (
    UnreadableImage,
    grid,
    pixels_to_tensor,
    pixels_to_unit,
    read_image,
    save_png,
    tensor_to_images,
    tensor_to_pixels,
    unit_to_pixels,
)


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def test_transparency_becomes_white():
    data = encoded(Image.new("RGBA", (4, 4), (255, 0, 0, 0)))
    assert read_image(data).getpixel((0, 0)) == (255, 255, 255)


def test_16_bit_grey_is_scaled_not_clipped():
    data = encoded(Image.fromarray(np.full((4, 4), 32_896, np.uint16)))
    assert read_image(data).getpixel((0, 0)) == 128
    assert read_image(data).mode == "L"


def test_exif_orientation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(Image.new("RGB", (8, 4)), "JPEG", exif=exif)
    assert read_image(data).size == (4, 8)


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "LA", "RGB"])
def test_every_mode_comes_out_as_grey_or_rgb(mode):
    kind = "TIFF" if mode == "CMYK" else "PNG"
    assert read_image(encoded(Image.new(mode, (4, 4)), kind)).mode in ("L", "RGB")


def test_a_broken_image_and_a_text_file_get_one_sentence(tmp_path):
    good = encoded(
        Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    )
    (tmp_path / "cut.png").write_bytes(good[: len(good) // 2])
    (tmp_path / "text.png").write_text("hello")
    for name in ("cut.png", "text.png"):
        with pytest.raises(UnreadableImage, match=name):
            read_image(tmp_path / name)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableImage, match="no such file"):
        read_image(tmp_path / "nowhere.png")


def test_parameters_travel_in_the_png(tmp_path):
    save_png(Image.new("L", (4, 4)), tmp_path / "a.png", {"seed": 7})
    with Image.open(tmp_path / "a.png") as image:
        assert image.text["parameters"] == '{"seed": 7}'


def test_a_grid_has_every_image_in_its_place():
    sheet = grid([Image.new("L", (2, 2), value) for value in (10, 20, 30)], columns=2, gap=1)
    assert sheet.size == (7, 7)
    assert [sheet.getpixel(xy) for xy in ((1, 1), (4, 1), (1, 4), (4, 4))] == [10, 20, 30, 255]


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_come_back_from_a_tensor_as_they_were(channels):
    every = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1).repeat(channels, axis=3)
    tensor, unit = pixels_to_tensor(every), pixels_to_unit(every)
    assert tensor.shape == unit.shape == (1, channels, 16, 16)
    assert (tensor.min(), tensor.max(), unit.min(), unit.max()) == (-1, 1, 0, 1)
    assert np.array_equal(tensor_to_pixels(tensor), every)
    assert np.array_equal(unit_to_pixels(unit), every)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_an_image_comes_back_from_a_tensor_as_it_was(mode):
    image = Image.effect_noise((5, 3), 60).convert(mode)
    (back,) = tensor_to_images(pixels_to_tensor(image))
    assert (back.mode, back.size, back.tobytes()) == (mode, (5, 3), image.tobytes())


def test_a_tensor_goes_to_the_nearest_pixel_and_no_further_than_the_range():
    values = torch.tensor([-3.0, 0.4 / 127.5 - 1, 0.6 / 127.5 - 1, 0.999, 1.5])
    assert tensor_to_pixels(values[None, None, None]).ravel().tolist() == [0, 0, 1, 255, 255]
