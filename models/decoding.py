"""Files of pictures as Pillow decodes them: which formats, how large, in which colours.

A picture of more than `MAX_PIXELS` is scaled while it is decoded where its format can (JPEG), or
right after it; colours come out as those of sRGB, whatever the file's profile says.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps

from models.values.numbers import has_bands_in_pages

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "HEIF", "BMP", "TIFF", "GIF", "PPM")
EXTENSIONS = (
    *(".jpg", ".jpeg", ".jfif", ".png", ".webp", ".avif", ".heic", ".heif", ".bmp"),
    *(".tif", ".tiff", ".gif", ".ppm", ".pgm"),
)
MAX_PIXELS = 64_000_000  # of what is decoded to; what is larger is scaled to it
MAX_SCALED = 250_000_000  # of a file that is scaled, for which its decoder takes at most 2 GB
COPYING = ("WEBP", "AVIF", "HEIF")  # their decoders hold a picture three times, and cannot scale
BYTES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB")  # modes that can be scaled
MAX_PROFILE = 8 * 2**20  # bytes; those of printing presses have three million
SEVERAL = "It has several frames or pages, of which the first is taken."
CMS_MODES = {"L": "RGB", "RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}  # and those they become

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_SCALED  # or Pillow refuses before we can say what is too large


def opened(source: str | Path | bytes) -> Image.Image:
    """A file of one of `FORMATS`, of which no more than the header is read."""
    return Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS)


def most_pixels(image: Image.Image) -> int:
    """How many pixels an open image may have."""
    scales = image.mode in BYTES and image.format not in COPYING
    return MAX_SCALED if scales else MAX_PIXELS


def decoded(image: Image.Image) -> Image.Image:
    """An open image, its first frame: at most `MAX_PIXELS`, upright, in the colours of sRGB; of
    info, `remarks` and what transparency it has.

    Raises:
        Exception: of many kinds, where it is damaged.
    """
    said, whole = remarks(image), scaled(image)
    check_palette(whole)
    found = in_srgb(ImageOps.exif_transpose(whole))
    # not the profile, which would be written into what is made of the picture
    found.info = {key: found.info[key] for key in ("transparency",) if key in found.info}
    found.info["remarks"] = said
    return found


def check_palette(image: Image.Image) -> None:
    """Raise an OSError where an image numbers colours that its file lacks."""
    if image.mode == "P" and image.palette is None:
        raise OSError("no palette")


def scaled(image: Image.Image) -> Image.Image:
    """An open image, decoded; halved, or less, where it has more than `MAX_PIXELS`."""
    if (factor := reduction(image.size)) == 1:
        image.load()
        return image
    width, height = image.size
    image.draft(None, (width // factor, height // factor))  # which does nothing but to a JPEG
    image.load()
    info = image.info
    if (factor := reduction(image.size)) > 1:
        if image.mode == "P":  # the mean of two numbers is another colour
            size = (-(-image.width // factor), -(-image.height // factor))
            image = image.resize(size, Image.Resampling.NEAREST)
        else:
            image = (image.convert("L") if image.mode == "1" else image).reduce(factor)
        image.info = info
    return image


def reduction(size: tuple[int, int]) -> int:
    """By how much a picture is scaled down: 1 for one of at most `MAX_PIXELS`, 2 for one of at most
    four times as many."""
    factor = 1
    while -(-size[0] // factor) * -(-size[1] // factor) > MAX_PIXELS:
        factor += 1
    return factor


def remarks(image: Image.Image) -> list[str]:
    """What a person should know of how an image is read that is not decoded yet, a sentence
    each."""
    said, (width, height) = [], image.size
    if several_frames(image):
        said.append(SEVERAL)
    if (factor := reduction(image.size)) > 1:
        parts = {2: "half", 3: "a third"}.get(factor, f"1/{factor}")
        said.append(f"It has {width:,} × {height:,} pixels, and is read at {parts} of that.")
    return said


def several_frames(image: Image.Image) -> bool:
    """Whether an open file is animated or has several pages; a photograph's preview is none."""
    if image.format in ("JPEG", "MPO"):
        return False
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # the second frame is damaged; the first may be whole
        return False


def has_several_frames(source: str | Path | bytes) -> bool:
    """Whether a file is animated or has several pages; False for what does not open."""
    try:
        if has_bands_in_pages(source):
            return False
        with opened(source) as image:
            return several_frames(image)
    except Exception:
        return False


def in_srgb(image: Image.Image) -> Image.Image:
    """An image in the colours of sRGB; as it is where it has no profile, or one that is broken or
    of another mode."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not 0 < len(profile) <= MAX_PROFILE:
        return image
    if image.mode == "LA":
        grey, alpha = image.split()
        return Image.merge("LA", (transformed(grey, profile), alpha))
    if "transparency" in image.info or image.mode == "PA":  # one of the colours that will move
        return transformed(image.convert("RGBA"), profile)
    return transformed(image.convert("RGB") if image.mode == "P" else image, profile)


def with_palette_in_srgb(image: Image.Image) -> Image.Image:
    """An image that has a palette, with its colours as those of sRGB."""
    check_palette(image)
    colours = bytes(image.getpalette("RGB") or [])
    if colours and "icc_profile" in image.info:
        row = Image.frombytes("RGB", (len(colours) // 3, 1), colours)
        row.info = {"icc_profile": image.info["icc_profile"]}
        image.putpalette(in_srgb(row).tobytes())
    return image


def transformed(image: Image.Image, profile: bytes) -> Image.Image:
    """An image of a profile's colours in those of sRGB; grey stays grey."""
    if (transform := to_srgb(profile, image.mode)) is None:
        return image
    found = transform.apply(image)
    return found.convert("L") if image.mode == "L" else found


@lru_cache(maxsize=32)
def to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform of a profile to sRGB for images of a mode; None where it is that of sRGB, up to
    a step of a pixel, broken, or for another mode."""
    if mode not in CMS_MODES:
        return None
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        transform = ImageCms.buildTransform(own, srgb, mode, CMS_MODES[mode])
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return None if leaves_alone(transform, mode) else transform


def leaves_alone(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether a transform moves no colour by more than a step of rounding."""
    if mode == "CMYK":
        return False
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(len(steps), -1, 3)
    given = Image.fromarray(cube if mode != "L" else np.ascontiguousarray(cube[:, :, 0]))
    found = transform.apply(given.convert(mode)).convert("RGB")
    return bool(np.abs(np.asarray(found, int) - np.asarray(given.convert("RGB"), int)).max() <= 1)
