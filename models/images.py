"""Images from strangers, decoded safely; pixels to tensors and back; images of our own, written
with their parameters.

`read_image` gives 8-bit grey (mode L) or RGB of sRGB, upright, over white; `read_numbers` the
numbers as they are stored, and `read_picture` those of a data set with its range of values.
Networks take and give [-1, 1]; colour spaces and edges are computed in [0, 1].
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

from models import decoding
from models.decoding import FORMATS, SEVERAL, decoded, has_several_frames, most_pixels, opened
from models.values.numbers import (
    ARRAYS,
    Numbers,
    UnreadableImage,
    check_pixels,
    checked,
    decode,
    holds_numbers,
    of_image,
)
from models.values.raster import Picture
from models.values.value_range import ORDINARY, ValueRange, range_of, shown

if TYPE_CHECKING:  # torch takes a second to import, and many who read images need none
    from torch import Tensor

EXTENSIONS = (*decoding.EXTENSIONS, *ARRAYS)
LEVEL = 3  # of a PNG's compression: twelve megapixels in a third of the usual time, 7 % larger


def read_image(source: str | Path | bytes, name: str | None = None) -> Image.Image:
    """Decode the first frame of an image: upright, alpha over white, colours those of sRGB, mode L
    or RGB; scaled down where it is larger than `decoding.MAX_PIXELS`; of more than 8 bits or three
    channels as its own range of values shows it (`range_of`, `shown`).

    Args:
        source: a path, or the bytes of a file, whatever its ending.
        name: how the message calls it; the file's name where it is not given.

    Returns:
        an image whose info["remarks"] is a list of sentences on how it was read.

    Raises:
        UnreadableImage: not one of `FORMATS`, damaged, or too many pixels.
    """
    name = name or ("the image" if isinstance(source, bytes) else Path(source).name)
    if holds_numbers(source):
        image = own_view(read_numbers(source, name))
        image.info["remarks"] = [SEVERAL] if has_several_frames(source) else []
        return image
    try:
        return plain(first_frame(source, name))
    except UnreadableImage:
        raise
    except Image.DecompressionBombError:  # Pillow looks first where it is far too much
        raise UnreadableImage(
            f"Expected at most {decoding.MAX_SCALED // 10**6} megapixels in {name}, found far "
            "more; make it smaller first."
        ) from None
    except FileNotFoundError:
        raise UnreadableImage(f"Expected an image at {name}, found no such file.") from None
    except Exception:  # Pillow raises many kinds for damaged files, SyntaxError among them
        raise UnreadableImage(
            f"Expected an image ({', '.join(FORMATS)}) in {name}, found a file that does not open "
            "as one; is it complete?"
        ) from None


def first_frame(source: str | Path | bytes, name: str) -> Image.Image:
    """The first frame of a file as `decoded` gives it; what the file itself took is freed."""
    with opened(source) as image:
        check_size(image, name)
        return decoded(image)


def read_numbers(source: str | Path | bytes, name: str | None = None) -> Numbers:
    """The numbers of an image as they are stored, upright; transparency of 8 bits over white.

    Raises:
        UnreadableImage: as `read_image`.
    """
    name = name or ("the image" if isinstance(source, bytes) else Path(source).name)
    if not holds_numbers(source):
        return replace(palette_numbers(source) or of_image(read_image(source, name)), name=name)
    try:
        return replace(decode(source, decoding.MAX_PIXELS), name=name)
    except UnreadableImage as error:
        raise UnreadableImage(f"{name}: {error}") from None
    except Exception:  # of as many kinds as there are libraries
        raise UnreadableImage(
            f"Expected an image or an array of numbers in {name}, found a file that does not open "
            "as one; is it complete?"
        ) from None


def palette_numbers(source: str | Path | bytes) -> Numbers | None:
    """The numbers of an image that has a palette and nothing that shows through, upright; None
    of another, and of what does not open."""
    try:
        with opened(source) as image:
            if image.width * image.height > decoding.MAX_PIXELS or image.mode != "P":
                return None
            image.load()  # of a GIF, only then it is known whether something shows through
            if "transparency" not in image.info:
                return of_palette(image)
    except Exception:  # which `read_image` puts into words
        return None
    return None


def of_palette(image: Image.Image) -> Numbers:
    """The numbers of an image that has a palette, upright, with its colours in sRGB."""
    return of_image(ImageOps.exif_transpose(decoding.with_palette_in_srgb(image)))


def read_picture(path: Path, values: ValueRange = ORDINARY) -> Picture:
    """A picture of a data set with its range of values: of the ordinary one as `read_image` gives
    it, else as `ValueRange.picture` does.

    Raises:
        UnreadableImage: as `read_image`, or the picture does not fit the range.
    """
    if values.ordinary:
        return read_image(path)
    numbers = read_numbers(path)
    try:
        return values.picture(numbers)
    except UnreadableImage as error:
        raise UnreadableImage(f"{path.name}: {error}") from None


def numbers_of(image: Image.Image | np.ndarray | Numbers) -> Numbers:
    """The numbers of an open image, upright, or of an array (H, W) or (H, W, C).

    Raises:
        UnreadableImage: too large, damaged, or no array of a picture.
    """
    if isinstance(image, Numbers):
        return image
    if isinstance(image, np.ndarray):
        return Numbers(checked(image, decoding.MAX_PIXELS))
    if image.mode == "P" and "transparency" not in image.info:
        check_pixels(image.size, decoding.MAX_PIXELS)
        return of_palette(image.copy())
    if image.mode.startswith("I") or image.mode == "F":
        check_pixels(image.size, decoding.MAX_PIXELS)
        return of_image(ImageOps.exif_transpose(image))
    return of_image(upright(image))


def own_view(numbers: Numbers) -> Image.Image:
    """Numbers as a person sees them where nothing but themselves tells their range, mode L or
    RGB."""
    values = range_of(numbers)
    return shown(values.picture(numbers), values)


def upright(image: Image.Image) -> Image.Image:
    """An open image as `read_image` gives it.

    Raises:
        UnreadableImage: too many pixels, or damaged.
    """
    check_size(image, "the image")
    try:
        return plain(decoded(image))
    except UnreadableImage:
        raise
    except Exception as error:  # Pillow decodes an open file only now, and raises many kinds
        said = " ".join(str(error).split())  # one sentence: HEIF's readers say theirs in lines
        raise UnreadableImage(f"Expected a complete image, found a damaged one ({said}).") from None


def plain(image: Image.Image) -> Image.Image:
    """A decoded image as `to_grey_or_rgb` makes it, with nothing but remarks in its info."""
    found = to_grey_or_rgb(image)
    found.info = {"remarks": image.info["remarks"]}
    return found


def check_size(image: Image.Image, name: str) -> None:
    """Raise an UnreadableImage where an open image is too large, before it is decoded: a small file
    can hold a huge picture."""
    width, height = image.size
    if width * height > (most := most_pixels(image)):
        kind = f" of {image.format}" if most < decoding.MAX_SCALED and image.format else ""
        raise UnreadableImage(
            f"Expected at most {most // 10**6} megapixels{kind} in {name}, found {width} x "
            f"{height}; make it smaller first."
        )


def to_grey_or_rgb(image: Image.Image) -> Image.Image:
    """Mode L or RGB from any mode of Pillow's: transparency over white, more than 8 bits by their
    own range."""
    if image.mode.startswith("I") or image.mode == "F":
        return own_view(of_image(image))
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def pixels_to_tensor(pixels: np.ndarray | Image.Image) -> Tensor:
    """Pixels v as v / 127.5 - 1, float32 in [-1, 1]: (N, H, W, C) to (N, C, H, W).

    Args:
        pixels: uint8 (N, H, W, C), or a mean of such; or one image, of mode L or RGB or uint8
            (H, W, C), which becomes (1, C, H, W).
    """
    return channels_first(pixels).div(127.5).sub(1)


def pixels_to_unit(pixels: np.ndarray | Image.Image) -> Tensor:
    """Pixels v as v / 255, float32 in [0, 1]; shapes as those of `pixels_to_tensor`."""
    return channels_first(pixels).div(255)


def channels_first(pixels: np.ndarray | Image.Image) -> Tensor:
    """Pixels (N, H, W, C), or one image, as float32 (N, C, H, W).

    One image gets its axis of length 1 last: so torch does not take it for channels_last, whose
    order dropout would draw in.
    """
    import torch

    if isinstance(pixels, Image.Image):
        pixels = np.array(pixels).reshape(pixels.height, pixels.width, -1)
    if pixels.ndim == 3:
        return torch.from_numpy(pixels).permute(2, 0, 1)[None].float()
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float()


def tensor_to_pixels(images: Tensor) -> np.ndarray:
    """Images (N, C, H, W) in [-1, 1] as uint8 (N, H, W, C), to the nearest; beyond the range at its
    ends."""
    return channels_last(images.add(1).mul(127.5))


def unit_to_pixels(images: Tensor) -> np.ndarray:
    """Images (N, C, H, W) in [0, 1] as uint8 (N, H, W, C), to the nearest; beyond the range at its
    ends."""
    return channels_last(images.mul(255))


def channels_last(images: Tensor) -> np.ndarray:
    """Images (N, C, H, W) on the scale of pixels, rounded, as uint8 (N, H, W, C)."""
    return images.round().clamp(0, 255).byte().permute(0, 2, 3, 1).cpu().numpy()


def pixels_to_images(pixels: np.ndarray) -> list[Image.Image]:
    """uint8 pixels (N, H, W, 1 or 3) as PIL images of mode L or RGB."""
    return [Image.fromarray(one[:, :, 0] if one.shape[2] == 1 else one) for one in pixels]


def tensor_to_images(images: Tensor) -> list[Image.Image]:
    """Images (N, 1 or 3, H, W) in [-1, 1] as PIL images of mode L or RGB."""
    return pixels_to_images(tensor_to_pixels(images))


def save_png(
    image: Image.Image, path: str | Path | IO[bytes], parameters: dict | None = None
) -> None:
    """Write a PNG with the parameters that made it, as JSON in the text chunk `parameters`."""
    chunks = PngImagePlugin.PngInfo()
    if parameters:
        chunks.add_text("parameters", json.dumps(parameters, ensure_ascii=False))
    image.save(path, "PNG", pnginfo=chunks, compress_level=LEVEL)


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
