"""Drawings as the canvas sends and takes them: a PNG in a data URL."""

import base64
import binascii
from io import BytesIO
from typing import TypeGuard

from PIL import Image, PngImagePlugin

from models.conditions.hints import read_hints
from models.images import read_image
from models.translator import Translator

# domains that a person can draw
OUTLINES = (
    *("outline", "outlines", "edges", "line drawing", "line drawings"),
    *("lines", "line art", "sketch", "sketches"),
)
PREFIX = "data:image/png;base64,"
PHOTOGRAPHS = tuple(f"data:image/{kind};base64," for kind in ("jpeg", "png", "webp"))
MAX_BYTES = 2 * 2**20
MAX_PHOTOGRAPH = 8 * 2**20
MAX_SIDE = 1024


def takes_outline(model: object) -> TypeGuard[Translator]:
    """Whether a model translates what one can draw."""
    if not isinstance(model, Translator) or not model.usual:
        return False
    return model.domains[0].strip().lower() in OUTLINES


def read_drawing(address: object) -> Image.Image:
    """The picture in a data URL from a stranger, as mode L or RGB.

    Raises:
        ValueError: not a PNG in base64, more than `MAX_BYTES`, or a side above `MAX_SIDE`.
    """
    return read_image(png_of(address, "a drawing"), "the drawing")


def read_dabs(address: object) -> Image.Image:
    """Dabs of colour in a data URL from a stranger, transparent where there are none.

    Raises:
        ValueError: as `read_drawing`.
    """
    return read_hints(png_of(address, "a layer of dabs"), "the dabs")


def read_photograph(address: object) -> Image.Image:
    """A picture of any kind in a data URL from a stranger, as `models.images.read_image` reads it.

    Raises:
        ValueError: not a JPEG, PNG or WebP in base64, more than `MAX_PHOTOGRAPH`, or one that does
            not open.
    """
    for beginning in PHOTOGRAPHS:
        if isinstance(address, str) and address.startswith(beginning):
            data = decoded(address, beginning, "a picture", MAX_PHOTOGRAPH)
            return read_image(data, "the picture")
    raise ValueError(
        f"Expected a picture that begins with {' or '.join(PHOTOGRAPHS)}, found "
        f"{str(address)[:30]!r}; send one of those."
    )


def png_of(address: object, what: str) -> bytes:
    """The PNG in a data URL, whose header says a size that is taken."""
    if not isinstance(address, str) or not address.startswith(PREFIX):
        found = address[:30] if isinstance(address, str) else type(address)
        raise ValueError(f"Expected {what} that begins with {PREFIX}, found {found!r}; send a PNG.")
    data = decoded(address, PREFIX, what, MAX_BYTES)
    check_header(data, what)
    return data


def decoded(address: str, beginning: str, what: str, most: int) -> bytes:
    """The bytes in a data URL, at most so many."""
    if len(address) > len(beginning) + 4 * -(-most // 3):  # base64 has four letters for three
        raise ValueError(
            f"Expected {what} of at most {most // 2**20} MB, found a larger one; make it smaller "
            "first."
        )
    try:
        return base64.b64decode(address[len(beginning) :], validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(
            f"Expected {what} in base64, found other letters; draw it again."
        ) from None


def check_header(data: bytes, what: str) -> None:
    """A PNG says its size in its first bytes: look before anything is decoded."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        raise ValueError(f"Expected {what} as PNG, found another format; draw it again.")
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    if max(width, height) > MAX_SIDE:
        raise ValueError(
            f"Expected {what} of at most {MAX_SIDE} x {MAX_SIDE} pixels, found {width} x "
            f"{height}; make it smaller first."
        )


def to_data_url(picture: Image.Image) -> str:
    """A picture as the data URL of a PNG, with its parameters inside."""
    chunks, out = PngImagePlugin.PngInfo(), BytesIO()
    if "parameters" in picture.info:
        chunks.add_text("parameters", picture.info["parameters"])
    picture.save(out, "PNG", pnginfo=chunks)
    return PREFIX + base64.b64encode(out.getvalue()).decode()
