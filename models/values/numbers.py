"""The numbers of a picture's file as they are stored: 16 and 32 bits, floats, signed values,
palettes, and more bands than a colour has, as TIFF, PNG, PGM, .npy or .npz.
"""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

PNG, NPY, NPZ = b"\x89PNG\r\n\x1a\n", b"\x93NUMPY", b"PK\x03\x04"
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
HEAD = 64  # bytes that tell what a file is
MAX_BANDS = 64
MOST_IN_PAGES = 16  # bands; what is wider is a stack of pictures
MAX_BYTES = 2**30  # of the numbers of one picture
DIMENSIONS = "(height, width) or (height, width, channels)"
ALPHA = (1, 2)  # of TIFF's extra samples
ORIENTATION = 274  # the tag of EXIF and TIFF
ARRAYS = (".npy", ".npz")
KEYS = ("image", "arr_0")  # of an .npz with several arrays

Source = str | Path | bytes


class UnreadableImage(ValueError):
    """A file that is not an image we take; the message is one sentence for the person who gave
    it."""


@dataclass(frozen=True)
class Numbers:
    """The numbers of a picture.

    Attributes:
        values: (H, W, C) of the type that they are stored in.
        colours: of a palette as "#rrggbb", which the values number; empty where there is none.
        name: of their file, for what is said of them.
    """

    values: np.ndarray
    colours: tuple[str, ...] = ()
    name: str = "the picture"

    @property
    def dtype(self) -> str:
        """The name of their type."""
        return self.values.dtype.name

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.values.shape[1], self.values.shape[0]


def holds_numbers(source: Source) -> bool:
    """Whether a file holds what 8 bits of grey or RGB cannot, by its first bytes; False for what
    does not open."""
    try:
        head = head_of(source)
        if head.startswith(PNG):
            return head[24:25] == b"\x10"
        if head.startswith(TIFF):
            return tiff_holds_numbers(source)
        if head.startswith(b"P5"):
            sizes = re.findall(rb"\d+", re.sub(rb"#[^\n]*\n", b" ", head[2:]))
            return len(sizes) > 2 and int(sizes[2]) > 255
        return head.startswith((NPY, NPZ))
    except Exception:  # damaged in one of many ways, which whoever reads it says
        return False


def head_of(source: Source) -> bytes:
    """The first bytes of a file."""
    if isinstance(source, bytes):
        return source[:HEAD]
    with Path(source).open("rb") as file:
        return file.read(HEAD)


def tiff_holds_numbers(source: Source) -> bool:
    """Whether a TIFF holds other than 8 bits, or other bands than grey, RGB, CMYK and alpha."""
    import tifffile

    with tifffile.TiffFile(opened(source)) as file:
        page: Any = file.pages[0]
        extra = [int(one) for one in page.extrasamples]
        bands = page.samplesperpixel - sum(one in ALPHA for one in extra)
        usual = {"RGB": 3, "YCBCR": 3, "CIELAB": 3, "SEPARATED": 4}
        wanted = usual.get(page.photometric.name, 1)
        if bands_in_pages(file):
            return True
        return page.dtype is None or page.dtype.name not in ("uint8", "bool") or bands != wanted


def has_bands_in_pages(source: Source) -> bool:
    """Whether a file is a TIFF whose pages are rows of one picture of several bands."""
    import tifffile

    if not head_of(source).startswith(TIFF):
        return False
    with tifffile.TiffFile(opened(source)) as file:
        return bands_in_pages(file)


def bands_in_pages(file: Any) -> bool:
    """Whether a TIFF holds an array (H, W, C) as H pages of W x C, as tifffile writes one that it
    is told nothing of."""
    if len(file.pages) < 2 or file.series[0].kind != "shaped":
        return False
    shape = file.series[0].shape
    return len(shape) == 3 and shape[2] <= min(MOST_IN_PAGES, *shape[:2])


def opened(source: Source) -> Any:
    """A source as libraries take it."""
    return io.BytesIO(source) if isinstance(source, bytes) else source


def decode(source: Source, most_pixels: int) -> Numbers:
    """The numbers of a file, upright.

    Raises:
        UnreadableImage: too large, or of a shape or a type that is no picture's; the message lacks
            the file's name.
        Exception: of many kinds, from the libraries, where it is damaged.
    """
    head = head_of(source)
    if head.startswith((NPY, NPZ)):
        return Numbers(checked(from_numpy(source), most_pixels))
    if head.startswith(TIFF) and tiff_holds_numbers(source):
        return Numbers(checked(from_tiff(source, most_pixels), most_pixels))
    if head.startswith(PNG) and head[24:26] in (b"\x10\x02", b"\x10\x06"):  # colour of 16 bits
        check_pixels(Image.open(opened(source)).size, most_pixels)
        return Numbers(checked(from_opencv(source)[:, :, :3], most_pixels))  # alpha left out
    return from_pillow(source, most_pixels)


def check_pixels(size: tuple[int, int], most: int) -> None:
    """Raise an UnreadableImage for a picture of more than `most` pixels."""
    width, height = size
    if width * height > most:
        raise UnreadableImage(
            f"Expected at most {most // 10**6} megapixels, found {width} x {height}; make it "
            "smaller first."
        )


def checked(values: np.ndarray, most_pixels: int) -> np.ndarray:
    """An array as (H, W, C) of numbers.

    Raises:
        UnreadableImage: another shape or type, or too large.
    """
    if values.dtype.kind not in "buif":
        raise UnreadableImage(f"Expected an array of numbers, found {values.dtype}.")
    values = values[:, :, None] if values.ndim == 2 else values
    if values.ndim != 3 or not values.size:
        raise UnreadableImage(f"Expected an array {DIMENSIONS}, found the shape {values.shape}.")
    if values.shape[2] > MAX_BANDS:
        hint = "; numpy.moveaxis(array, 0, -1) puts the channels last"
        raise UnreadableImage(
            f"Expected an array {DIMENSIONS} of at most {MAX_BANDS} channels, found the shape "
            f"{values.shape}{hint if values.shape[0] <= MAX_BANDS else ''}."
        )
    check_pixels((values.shape[1], values.shape[0]), most_pixels)
    if values.nbytes > MAX_BYTES:
        raise UnreadableImage(f"Expected at most 1 GB of numbers, found {values.nbytes:,} bytes.")
    if values.dtype.kind == "b":
        return values.astype(np.uint8)
    return np.ascontiguousarray(values, values.dtype.newbyteorder("="))


def from_numpy(source: Source) -> np.ndarray:
    """The array of an .npy file, or the one of an .npz; NumPy refuses objects in it by itself."""
    size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
    if size > MAX_BYTES:
        raise UnreadableImage(f"Expected at most 1 GB of numbers, found {size:,} bytes.")
    if not head_of(source).startswith(NPZ):
        return np.load(opened(source))
    with np.load(opened(source)) as arrays:
        unpacked = sum(entry.file_size for entry in arrays.zip.infolist())
        if unpacked > MAX_BYTES:
            raise UnreadableImage(f"Expected at most 1 GB of numbers, found {unpacked:,} bytes.")
        names = list(arrays.files)
        name = names[0] if len(names) == 1 else next((key for key in KEYS if key in names), None)
        if name is None:
            raise UnreadableImage(
                f"Expected one array, or one called {KEYS[0]}, found "
                f"{', '.join(map(str, names[:5])) or 'none'}."
            )
        return arrays[name]


def from_tiff(source: Source, most_pixels: int) -> np.ndarray:
    """The first picture of a TIFF, bands last."""
    import tifffile

    with tifffile.TiffFile(opened(source)) as file:
        page: Any = file.pages[0]
        if bands_in_pages(file):
            check_pixels((page.imagelength, len(file.pages)), most_pixels)
            return file.series[0].asarray()
        check_pixels((page.imagewidth, page.imagelength), most_pixels)
        if page.nbytes > MAX_BYTES:
            raise UnreadableImage(f"Expected at most 1 GB of numbers, found {page.nbytes:,} bytes.")
        bands, planar = page.samplesperpixel, page.axes.startswith("S")
        orientation = page.tags.get(ORIENTATION)
        try:
            values = page.asarray()
        except (KeyError, ImportError, ValueError) as error:
            if "requires the 'imagecodecs' package" not in str(error):
                raise
            values = from_other_libraries(source, bands, page.compression.name)
        else:
            values = np.moveaxis(values, 0, -1) if planar else values
    return upright(values, int(orientation.value) if orientation else 1)


def from_other_libraries(source: Source, bands: int, compression: str) -> np.ndarray:
    """A TIFF whose compression tifffile knows only with a further package."""
    if bands == 1:
        with Image.open(opened(source)) as image:
            return np.asarray(image)
    if bands in (3, 4):
        return from_opencv(source)
    raise UnreadableImage(
        f"Expected a TIFF of {bands} bands without compression or with deflate, found "
        f"{compression}; save it so, or `pip install imagecodecs`."
    )


def from_opencv(source: Source) -> np.ndarray:
    """3 or 4 bands as OpenCV reads them, in the file's own order."""
    import cv2

    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    check_chunks(data)
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise ValueError("OpenCV does not open it.")
    return found[:, :, [2, 1, 0, 3][: found.shape[2]]] if found.ndim == 3 else found


def check_chunks(data: bytes) -> None:
    """Raise a ValueError for a PNG with a chunk longer than the rest of it, for which OpenCV would
    take as much memory as it promises, up to 4 GB."""
    if not data.startswith(PNG):
        return
    place = len(PNG)
    while place + 8 <= len(data):
        place += 12 + int.from_bytes(data[place : place + 4], "big")  # length, kind and checksum
        if place > len(data):
            raise ValueError("A part of it is missing.")


def upright(values: np.ndarray, orientation: int) -> np.ndarray:
    """An array turned and mirrored as EXIF's orientation, 1 to 8, says."""
    if orientation in (5, 6, 7, 8):
        values = np.swapaxes(values, 0, 1)
        orientation = {5: 1, 6: 2, 7: 3, 8: 4}[orientation]
    rows, columns = orientation in (3, 4), orientation in (2, 3)
    return values[:: -1 if rows else 1, :: -1 if columns else 1]


def from_pillow(source: Source, most_pixels: int) -> Numbers:
    """What Pillow reads: one band of 16 bits."""
    with Image.open(opened(source)) as file:
        check_pixels(file.size, most_pixels)
        file.load()
        return of_image(ImageOps.exif_transpose(file))


def of_image(image: Image.Image) -> Numbers:
    """The numbers of an image of any mode of Pillow's; transparency is left aside."""
    if image.mode == "P":
        return Numbers(np.asarray(image)[:, :, None], palette_of(image))
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image)
        if values.dtype == np.int32 and values.min() >= 0 and values.max() < 2**16:
            values = values.astype(np.uint16)  # as those of a PGM were
        return Numbers(values[:, :, None])
    plain = image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")
    return Numbers(np.asarray(plain).reshape(image.height, image.width, -1))


def palette_of(image: Image.Image) -> tuple[str, ...]:
    """The colours of a palette as "#rrggbb"; none where each number is its own grey, so that the
    numbers are all that it says."""
    rgb = image.getpalette("RGB") or []
    colours = [tuple(rgb[at : at + 3]) for at in range(0, len(rgb) - 2, 3)]
    if all(colour == (index,) * 3 for index, colour in enumerate(colours)):
        return ()
    return tuple("#{:02x}{:02x}{:02x}".format(*colour) for colour in colours)
