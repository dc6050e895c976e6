"""Formats, sizes, colours and frames of pictures' files."""

import io
import subprocess
import sys
import zlib

import numpy as np
import pillow_heif
import pytest
import tifffile
from pictures import (
    ADOBE_RGB,
    DISPLAY_P3,
    cmyk_profile,
    encoded,
    frames,
    grey_profile,
    noise,
    png,
    rgb_profile,
)
from PIL import Image, ImageCms

from models import decoding, images
from models.decoding import remarks, several_frames
from models.images import UnreadableImage, read_image, read_numbers, save_png, upright

P3, SRGB = (60, 200, 60), (0, 203, 11)  # one colour in both spaces


def plain(mode: str = "RGB", colour=P3, size=(16, 16)) -> Image.Image:
    return Image.new(mode, size, colour)


def mean(image: Image.Image) -> list[float]:
    return np.asarray(image).reshape(-1, len(image.getbands())).mean(0).tolist()


# formats


@pytest.mark.parametrize("kind", ["AVIF", "HEIF", "WEBP", "JPEG", "TIFF", "GIF", "BMP", "PPM"])
def test_a_picture_opens_by_its_content_whatever_its_ending(tmp_path, kind):
    for name in ("photo", "photo.jfif", "photo.png", "photo.txt"):
        (tmp_path / name).write_bytes(encoded(plain(size=(24, 16)), kind))
        picture = read_image(tmp_path / name)
        assert (picture.mode, picture.size) == ("RGB", (24, 16))
        assert mean(picture) == pytest.approx(P3, abs=4)


def test_a_phones_picture_is_turned_once():
    """AVIF turns by its own property or by EXIF; of HEIC, EXIF only repeats what was done."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind, size in (("AVIF", (16, 32)), ("HEIF", (32, 16))):
        assert read_image(encoded(plain(size=(32, 16)), kind, exif=exif)).size == size


def test_an_open_picture_of_a_phone_is_taken_too():
    with Image.open(io.BytesIO(encoded(plain(), "HEIF"))) as image:
        assert mean(upright(image)) == pytest.approx(P3, abs=4)


def test_a_reader_that_says_more_than_a_line_is_quoted_in_one(monkeypatch):
    """As HEIF's, which found this while it was fuzzed."""

    def broken(image):
        raise OSError("Unexpected end of file:\n  outside of file bounds\n")

    monkeypatch.setattr(images, "decoded", broken)
    with pytest.raises(UnreadableImage, match="file: outside of file bounds\\)") as refused:
        upright(plain())
    assert "\n" not in str(refused.value)


# colours


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP", "AVIF", "HEIF"])
def test_display_p3_becomes_srgb(kind):
    picture = read_image(encoded(plain(), kind, icc_profile=rgb_profile()))
    assert mean(picture) == pytest.approx(SRGB, abs=0.5 if kind in ("PNG", "TIFF") else 8)


def test_a_space_wider_in_green_becomes_srgb():
    """Adobe RGB (1998): (60, 200, 60) is (0, 201, 37) there."""
    adobe = rgb_profile(ADOBE_RGB, (563 / 256,))
    assert mean(read_image(encoded(plain(), icc_profile=adobe))) == [0, 201, 37]


def test_an_open_picture_is_converted_as_a_file_is():
    with Image.open(io.BytesIO(encoded(plain(), icc_profile=rgb_profile()))) as image:
        assert mean(upright(image)) == list(SRGB)


def test_colours_of_a_palette_and_of_glass_are_converted():
    palette = plain().quantize(4)
    glass = plain("RGBA", (*P3, 255))
    glass.paste((0, 0, 0, 0), (0, 0, 8, 16))
    key = plain()
    key.paste((1, 2, 3), (0, 0, 8, 16))
    given = [
        encoded(palette, icc_profile=rgb_profile()),
        encoded(glass, icc_profile=rgb_profile()),
        encoded(key, icc_profile=rgb_profile(), transparency=(1, 2, 3)),
    ]
    for data, left in zip(given, [SRGB, (255, 255, 255), (255, 255, 255)], strict=True):
        picture = read_image(data)
        assert picture.getpixel((0, 0)) == left
        assert picture.getpixel((15, 0)) == SRGB


def test_a_mask_keeps_its_numbers_and_its_palette_becomes_that_of_srgb():
    mask = Image.fromarray(np.array([[0, 1]], np.uint8))
    mask.putpalette([*P3, 0, 0, 0])
    found = read_numbers(encoded(mask, icc_profile=rgb_profile()))
    assert found.values.ravel().tolist() == [0, 1]
    assert found.colours[:2] == ("#{:02x}{:02x}{:02x}".format(*SRGB), "#000000")


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_of_another_gamma_becomes_that_of_srgb_and_stays_grey(mode):
    value = 55 / 255  # linear: gamma 1
    expected = 255 * (1.055 * value ** (1 / 2.4) - 0.055)
    given = plain(mode, 55 if mode == "L" else (55, 255))
    picture = read_image(encoded(given, icc_profile=grey_profile(1.0)))
    assert len(set(np.asarray(picture).flat)) == 1
    assert picture.getpixel((0, 0)) == pytest.approx(
        expected if picture.mode == "L" else (expected,) * 3, abs=1
    )
    assert picture.mode == "L" or mode == "LA"


def test_inks_become_what_their_profile_says():
    red = plain("CMYK", (0, 255, 255, 0))
    assert mean(read_image(encoded(red, "TIFF"))) == pytest.approx((255, 0, 0), abs=20)
    black = read_image(encoded(red, "TIFF", icc_profile=cmyk_profile()))
    assert black.mode == "RGB"
    assert max(mean(black)) <= 3


@pytest.mark.parametrize(
    ("mode", "broken"),
    [
        ("RGB", b"no profile"),
        ("RGB", rgb_profile()[:200]),
        ("RGB", bytes(500)),
        ("RGB", grey_profile(1.0)),
        ("RGB", cmyk_profile()),
        ("L", rgb_profile()),
        ("L", cmyk_profile()),
        ("CMYK", rgb_profile()),
        ("1", rgb_profile()),
    ],
)
def test_a_profile_that_is_broken_or_of_another_kind_is_left_aside(mode, broken):
    given = noise(16, 16).convert(mode)
    without, with_it = (
        read_image(encoded(given, "TIFF", **options)) for options in ({}, {"icc_profile": broken})
    )
    assert with_it.mode == without.mode
    assert with_it.tobytes() == without.tobytes()


def test_pixels_of_srgb_itself_stay_as_they_are():
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    given = noise()
    assert read_image(encoded(given, icc_profile=own)).tobytes() == given.tobytes()


def test_what_is_made_of_a_picture_has_not_its_profile(tmp_path):
    save_png(read_image(encoded(plain(), icc_profile=rgb_profile())), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert "icc_profile" not in image.info
        assert image.getpixel((0, 0)) == SRGB


def test_the_primaries_add_up_to_white():
    """The profiles of these tests are some: their colours add up to the white of D50."""
    for primaries in (DISPLAY_P3, ADOBE_RGB):
        assert np.sum(primaries, 0) == pytest.approx((0.9642, 1, 0.8249), abs=3e-4)


# sizes


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(decoding, "MAX_PIXELS", 10_000)
    monkeypatch.setattr(decoding, "MAX_SCALED", 40_000)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "PPM"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_large_picture_is_halved_and_said(kind, mode):
    ramp = Image.linear_gradient("L").resize((200, 150)).convert(mode)
    picture = read_image(encoded(ramp, kind))
    assert (picture.size, picture.mode) == ((100, 75), mode)
    assert picture.info["remarks"] == ["It has 200 × 150 pixels, and is read at half of that."]
    difference = np.asarray(picture, float) - np.asarray(ramp.reduce(2), float)
    assert abs(difference).max() <= 4


@pytest.mark.usefixtures("small")
def test_a_large_mask_keeps_its_colours_and_a_large_drawing_its_lines():
    mask = noise(200, 150).quantize(7)
    colours = {tuple(colour) for colour in np.asarray(mask.convert("RGB")).reshape(-1, 3)}
    found = np.asarray(read_image(encoded(mask))).reshape(-1, 3)
    assert {tuple(colour) for colour in found} <= colours
    lines = Image.new("1", (200, 150), 1)
    lines.paste(0, (0, 0, 200, 1))
    assert read_image(encoded(lines)).getpixel((9, 0)) == pytest.approx(127, abs=1)


@pytest.mark.usefixtures("small")
def test_a_large_photograph_is_turned_after_it_was_scaled():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_image(encoded(plain(size=(200, 150)), "JPEG", exif=exif)).size == (75, 100)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("kind", decoding.COPYING)
def test_formats_that_cannot_scale_end_sooner_and_say_so(kind):
    assert read_image(encoded(plain(size=(100, 100)), kind)).size == (100, 100)
    with pytest.raises(UnreadableImage, match=f"megapixels of {kind} in the image, found 200 x 1"):
        read_image(encoded(plain(size=(200, 150)), kind))


@pytest.mark.usefixtures("small")
def test_more_than_can_be_scaled_is_refused_before_it_is_decoded():
    for kind in ("PNG", "JPEG"):
        with pytest.raises(UnreadableImage, match="found 300 x 200"):
            read_image(encoded(plain(size=(300, 200)), kind))


# VmHWM: getrusage's maximum is inherited, and was that of the process that runs the tests
LARGE = r"""
import re, sys
from models.images import read_image
picture = read_image(sys.argv[1])
print(*picture.size, re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])
"""


def enormous_png(path, side: int) -> None:
    packer = zlib.compressobj(1)
    row = bytes(1 + 3 * side)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    path.write_bytes(png(side, side, body, packed=True))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_250_megapixels_are_read_within_2_gb(tmp_path, kind):
    path, side = tmp_path / f"large.{kind}", 15_811
    if kind == "png":
        enormous_png(path, side)
    else:
        Image.new("L", (side, side)).save(path)
    done = subprocess.run(
        [sys.executable, "-c", LARGE, path], check=True, capture_output=True, text=True
    )
    width, height, peak = map(int, done.stdout.split())
    assert width == height == -(-side // 2)
    assert peak * 1024 < 2 * 2**30


# frames


@pytest.mark.parametrize(
    ("kind", "options"),
    [("GIF", {}), ("TIFF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("AVIF", {})],
)
def test_of_several_frames_the_first_is_taken_and_said(kind, options):
    picture = read_image(frames(kind, **options))
    assert mean(picture) == pytest.approx((255, 0, 0), abs=3)
    assert picture.info["remarks"] == [
        "It has several frames or pages, of which the first is taken."
    ]


def test_of_several_pages_of_numbers_the_first_is_taken_and_said(tmp_path):
    pages = np.stack([np.full((8, 24), value, np.uint16) for value in (0, 4095)])
    tifffile.imwrite(tmp_path / "a.tif", pages, photometric="minisblack")
    picture = read_image(tmp_path / "a.tif")
    assert (picture.size, mean(picture)) == ((24, 8), [0])
    assert "several frames" in picture.info["remarks"][0]


def test_of_several_pictures_of_a_phone_the_main_one_is_taken_and_said():
    out = io.BytesIO()
    both = pillow_heif.from_pillow(Image.new("RGB", (24, 16), "red"))
    both.add_from_pillow(Image.new("RGB", (24, 16), "blue"))
    both.save(out)
    picture = read_image(out.getvalue())
    assert mean(picture) == pytest.approx((255, 0, 0), abs=4)
    assert "several frames" in picture.info["remarks"][0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "MPO", "GIF", "TIFF", "WEBP", "AVIF", "HEIF"])
def test_one_frame_is_nothing_to_say(kind):
    with Image.open(io.BytesIO(encoded(plain(), kind))) as image:
        assert not several_frames(image)
        assert remarks(image) == []


def test_the_preview_in_a_photograph_is_no_second_picture():
    with Image.open(io.BytesIO(frames("MPO"))) as image:
        assert not several_frames(image)
