"""Pictures' files made on the spot: encoded, damaged, and with colour profiles of our own."""

import io
import struct
import zipfile
import zlib

import numpy as np
from PIL import Image

D50 = (0.9642, 1.0, 0.8249)
DISPLAY_P3 = (  # red, green and blue as XYZ of D50, as the profile of Apple's displays has them
    (0.515121, 0.241196, -0.001053),
    (0.291977, 0.692245, 0.041885),
    (0.157104, 0.066574, 0.784073),
)
ADOBE_RGB = (
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
)
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # g, a, b, c, d of function 3


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def filled_square(colour: str) -> tuple[Image.Image, Image.Image]:
    """The outline of a square in 32 x 32 pixels, and the same filled."""
    outline = Image.new("L", (32, 32), "white")
    outline.paste(0, (8, 8, 24, 24))
    outline.paste(255, (10, 10, 22, 22))
    filled = outline.convert("RGB")
    filled.paste(colour, (10, 10, 22, 22))
    return outline, filled


def noise(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    bands = len(Image.new(mode, (1, 1)).getbands())
    values = np.random.default_rng(0).integers(0, 255, (height, width, bands), np.uint8)
    return Image.frombytes(mode, (width, height), values.tobytes())


def frames(kind: str, **options) -> bytes:
    """A red picture, and a blue one after it."""
    first, second = (Image.new("RGB", (24, 16), colour) for colour in ("red", "blue"))
    return encoded(first, kind, save_all=True, append_images=[second], **options)


def chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png(width: int, height: int, body: bytes = b"", colour: int = 2, packed: bool = False) -> bytes:
    """A PNG whose header promises so many pixels, 8 bits in each of the bands of `colour`."""
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    data = chunk(b"IDAT", body if packed else zlib.compress(body))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def packed(files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


# ICC.1:2022


def fixed(*numbers: float) -> bytes:
    """s15Fixed16Number."""
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def curve(*parameters: float) -> bytes:
    """parametricCurveType: of function 0 with one parameter, of function 3 with five."""
    function = {1: 0, 5: 3}[len(parameters)]
    return b"para" + bytes(4) + struct.pack(">HH", function, 0) + fixed(*parameters)


def profile(space: bytes, tags: dict[bytes, bytes], connection: bytes = b"XYZ ") -> bytes:
    """An ICC profile of these tags."""
    place = 128 + 4 + 12 * len(tags)
    table, content = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", place + len(content), len(data))
        content += data
    header = struct.pack(
        ">I4sI4s4s4s", place + len(content), bytes(4), 0x04300000, b"mntr", space, connection
    )
    header += bytes(12) + b"acsp" + bytes(28) + fixed(*D50)
    return header.ljust(128, b"\0") + table + content


def rgb_profile(primaries=DISPLAY_P3, gamma=SRGB_CURVE) -> bytes:
    tags = {b"wtpt": b"XYZ " + bytes(4) + fixed(*D50)}
    for name, colour in zip((b"r", b"g", b"b"), primaries, strict=True):
        tags |= {name + b"XYZ": b"XYZ " + bytes(4) + fixed(*colour), name + b"TRC": curve(*gamma)}
    return profile(b"RGB ", tags)


def grey_profile(gamma: float) -> bytes:
    return profile(b"GRAY", {b"wtpt": b"XYZ " + bytes(4) + fixed(*D50), b"kTRC": curve(gamma)})


def cmyk_profile() -> bytes:
    """Inks that are all grey: L* is 100 without ink, and 0 where any of them is full."""
    corners = [[0 if any(ink) else 255, 128, 128] for ink in np.ndindex(2, 2, 2, 2)]
    line = bytes([*range(256)])
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += 4 * line + bytes(np.array(corners, np.uint8)) + 3 * line
    return profile(b"CMYK", {b"A2B0": table}, b"Lab ")
