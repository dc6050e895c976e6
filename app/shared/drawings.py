"""Drawings as the canvas sends and takes them: a PNG in a data URL."""

import base64
import binascii
from io import BytesIO
from typing import TypeGuard

from PIL import Image, PngImagePlugin

from models.images import read_image
from models.translator import Translator

OUTLINES = ("outline", "edges")  # domains that a person can draw
PREFIX = "data:image/png;base64,"
MAX_BYTES = 2 * 2**20
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
    if not isinstance(address, str) or not address.startswith(PREFIX):
        found = address[:30] if isinstance(address, str) else type(address)
        raise ValueError(
            f"Expected a drawing that begins with {PREFIX}, found {found!r}; send a PNG."
        )
    if len(address) > len(PREFIX) + 4 * -(-MAX_BYTES // 3):  # base64 has four letters for three
        raise ValueError(
            f"Expected a drawing of at most {MAX_BYTES // 2**20} MB, found a larger one; make it "
            "smaller first."
        )
    try:
        data = base64.b64decode(address[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(
            "Expected a drawing in base64, found other letters; draw it again."
        ) from None
    check_header(data)
    return read_image(data, "the drawing")


def check_header(data: bytes) -> None:
    """A PNG says its size in its first bytes: look before anything is decoded."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        raise ValueError("Expected a drawing as PNG, found another format; draw it again.")
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    if max(width, height) > MAX_SIDE:
        raise ValueError(
            f"Expected a drawing of at most {MAX_SIDE} x {MAX_SIDE} pixels, found {width} x "
            f"{height}; make it smaller first."
        )


def to_data_url(picture: Image.Image) -> str:
    """A picture as the data URL of a PNG, with its parameters inside."""
    chunks, out = PngImagePlugin.PngInfo(), BytesIO()
    if "parameters" in picture.info:
        chunks.add_text("parameters", picture.info["parameters"])
    picture.save(out, "PNG", pnginfo=chunks)
    return PREFIX + base64.b64encode(out.getvalue()).decode()
