"""Numbers into files of their own kind."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

from models.values.numbers import ARRAYS, Numbers

ENDINGS = (".png", ".tif", ".tiff", *ARRAYS)


def ending_of(dtype: str, channels: int, source: str = "") -> str:
    """The ending of a file for numbers of a type: that of the source where it is an array's, else
    PNG for what a PNG holds, and TIFF for all other."""
    if source.lower() in ARRAYS:
        return source.lower()
    return ".png" if fits_png(dtype, channels) else ".tif"


def fits_png(dtype: str, channels: int) -> bool:
    """Whether a PNG holds such numbers: grey or RGB of 8 or 16 bits."""
    return dtype in ("uint8", "uint16") and channels in (1, 3)


def write_numbers(numbers: Numbers, path: Path, parameters: dict[str, Any] | None = None) -> None:
    """Write numbers as a PNG, with the palette where they have one, a TIFF, or an array of NumPy's.

    Args:
        parameters: that made them, which go into PNG and TIFF as JSON.

    Raises:
        ValueError: the ending is none of `ENDINGS`, or a PNG cannot hold the numbers.
    """
    ending, values = path.suffix.lower(), numbers.values
    if ending not in ENDINGS:
        raise ValueError(f"Expected a file that ends in {', '.join(ENDINGS)}, found {path}.")
    if ending == ".png" and not fits_png(numbers.dtype, values.shape[2]):
        raise ValueError(
            f"Expected a .tif or .npy file for {values.shape[2]} channels of {numbers.dtype}, "
            f"found {path}."
        )
    said = json.dumps(parameters or {})
    if ending == ".npy":
        np.save(path, values)
    elif ending == ".npz":
        np.savez_compressed(path, image=values)
    elif ending == ".png":
        write_png(numbers, path, said)
    else:
        import tifffile

        photometric = "rgb" if values.shape[2] == 3 and values.dtype.kind == "u" else "minisblack"
        tifffile.imwrite(
            path,
            values[:, :, 0] if values.shape[2] == 1 else values,
            photometric=photometric,
            planarconfig="contig" if values.shape[2] > 1 else None,
            compression="zlib",
            description=said,
            metadata=None,
        )


def write_png(numbers: Numbers, path: Path, said: str) -> None:
    """A PNG of 8 or 16 bits; OpenCV writes colours of 16, without parameters."""
    values = numbers.values
    if values.shape[2] == 3 and values.dtype == np.uint16:
        import cv2

        path.write_bytes(cv2.imencode(".png", values[:, :, ::-1])[1].tobytes())
        return
    image = Image.fromarray(values if values.shape[2] == 3 else values[:, :, 0])
    if numbers.colours:
        image.putpalette(b"".join(bytes.fromhex(colour[1:]) for colour in numbers.colours))
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("parameters", said)
    image.save(path, "PNG", pnginfo=chunks)
