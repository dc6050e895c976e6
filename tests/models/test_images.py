"""Images from strangers."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from models import images
from models.images import UnreadableImage, grid, read_image, save_png


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


def test_a_huge_picture_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 10_000)
    with pytest.raises(UnreadableImage, match="200 x 100"):
        read_image(encoded(Image.new("L", (200, 100))))


def test_parameters_travel_in_the_png(tmp_path):
    save_png(Image.new("L", (4, 4)), tmp_path / "a.png", {"seed": 7})
    with Image.open(tmp_path / "a.png") as image:
        assert image.text["parameters"] == '{"seed": 7}'


def test_a_grid_has_every_image_in_its_place():
    sheet = grid([Image.new("L", (2, 2), value) for value in (10, 20, 30)], columns=2, gap=1)
    assert sheet.size == (7, 7)
    assert [sheet.getpixel(xy) for xy in ((1, 1), (4, 1), (1, 4), (4, 4))] == [10, 20, 30, 255]
