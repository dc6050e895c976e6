"""Images from strangers, decoded safely, and images of our own, written with their parameters.

Everything that is decoded comes out as 8-bit grey (mode L) or RGB, upright, over white.
"""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM")
EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ppm", ".pgm")
MAX_PIXELS = 64_000_000


class UnreadableImage(ValueError):
    """A file that is not an image we take; the message is one sentence for the person who gave
    it."""


def read_image(source: str | Path | bytes, name: str | None = None) -> Image.Image:
    """Decode the first frame of an image: upright, alpha over white, 16 bits scaled to 8, mode L or
    RGB.

    Args:
        source: a path, or the bytes of a file.
        name: how the message calls it; the file's name where it is not given.

    Raises:
        UnreadableImage: not one of `FORMATS`, damaged, or more than `MAX_PIXELS` pixels.
    """
    name = name or ("the image" if isinstance(source, bytes) else Path(source).name)
    try:
        with Image.open(
            BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS
        ) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:  # before load(): a small file can hold a huge picture
                raise UnreadableImage(
                    f"Expected at most {MAX_PIXELS // 10**6} megapixels in {name}, "
                    f"found {width} x {height}; make it smaller first."
                )
            image.load()
            return to_grey_or_rgb(ImageOps.exif_transpose(image))
    except UnreadableImage:
        raise
    except Image.DecompressionBombError:  # Pillow looks first where it is far too much
        raise UnreadableImage(
            f"Expected at most {MAX_PIXELS // 10**6} megapixels in {name}, found far more; make it "
            "smaller first."
        ) from None
    except FileNotFoundError:
        raise UnreadableImage(f"Expected an image at {name}, found no such file.") from None
    except Exception:  # Pillow raises many kinds for damaged files, SyntaxError among them
        raise UnreadableImage(
            f"Expected an image ({', '.join(FORMATS)}) in {name}, found a file that does not open "
            "as one; "
            "is it complete?"
        ) from None


def upright(image: Image.Image) -> Image.Image:
    """An open image as mode L or RGB: its first frame, EXIF orientation applied, transparency over
    white.

    Raises:
        UnreadableImage: more than `MAX_PIXELS` pixels, or damaged.
    """
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise UnreadableImage(
            f"Expected at most {MAX_PIXELS // 10**6} megapixels, found {width} x {height}; make "
            "the image smaller first."
        )
    try:
        return to_grey_or_rgb(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError) as error:  # Pillow decodes an open file only now
        raise UnreadableImage(
            f"Expected a complete image, found a damaged one ({error})."
        ) from None


def to_grey_or_rgb(image: Image.Image) -> Image.Image:
    """Mode L or RGB from any mode of Pillow's: transparency over white, 16-bit grey divided by
    257."""
    if image.mode in ("I;16", "I;16L", "I;16B", "I"):
        grey = np.asarray(image).astype(np.float64) / 257
        return Image.fromarray(np.clip(np.round(grey), 0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def save_png(image: Image.Image, path: str | Path, parameters: dict | None = None) -> None:
    """Write a PNG with the parameters that made it, as JSON in the text chunk `parameters`."""
    chunks = PngImagePlugin.PngInfo()
    if parameters:
        chunks.add_text("parameters", json.dumps(parameters, ensure_ascii=False))
    image.save(path, "PNG", pnginfo=chunks)


def grid(images: Sequence[Image.Image], columns: int, scale: int = 1, gap: int = 2) -> Image.Image:
    """Lay images of one size out in rows of `columns`, each enlarged `scale` times, on white."""
    if not images:
        raise ValueError("Expected at least one image for a grid, found none.")
    width, height = images[0].width * scale, images[0].height * scale
    rows = -(-len(images) // columns)
    sheet = Image.new(
        images[0].mode, (columns * (width + gap) + gap, rows * (height + gap) + gap), color="white"
    )
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        large = image.resize((width, height), Image.Resampling.LANCZOS) if scale > 1 else image
        sheet.paste(large, (gap + column * (width + gap), gap + row * (height + gap)))
    return sheet
