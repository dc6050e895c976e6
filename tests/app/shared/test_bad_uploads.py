"""A hundred kinds of files that are odd: each gets what it holds, or one clear sentence."""

import gzip
import io
import json
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from pictures import (
    cmyk_profile,
    encoded,
    frames,
    grey_profile,
    noise,
    packed,
    png,
    rgb_profile,
)
from PIL import Image

from app.models import imports
from app.settings import Settings
from app.shared.library import Library
from app.shared.uploads import File, read_upload
from app.train import datasets


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def linked() -> bytes:
    out, entry = io.BytesIO(), zipfile.ZipInfo("link.png")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def locked() -> bytes:
    """A zip that says that its file is encrypted."""
    content = bytearray(packed({"1.png": PNG}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    return bytes(content)


def lying() -> bytes:
    """A zip whose directory says that its file is far larger."""
    content = bytearray(packed({"1.png": PNG}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 2**31)
    return bytes(content)


def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("1.png", PNG)
        archive.writestr("1.png", PNG)
    return out.getvalue()


def tar() -> bytes:
    out, entry = io.BytesIO(), tarfile.TarInfo("1.png")
    entry.size = len(PNG)
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        archive.addfile(entry, io.BytesIO(PNG))
    return out.getvalue()


def brand(name: bytes, more: bytes = b"") -> bytes:
    """The beginning of a file of the family of MP4."""
    return struct.pack(">I", 16 + len(more)) + b"ftyp" + name + bytes(4) + more


def jpeg(width: int, height: int) -> bytes:
    """A JPEG whose header promises so many pixels."""
    content = bytearray(JPEG)
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def bmp(width: int, height: int) -> bytes:
    content = bytearray(encoded(noise(8, 8), "BMP"))
    content[18:26] = struct.pack("<ii", width, height)
    return bytes(content)


def webp(width: int, height: int) -> bytes:
    """A WebP without loss whose header promises so many pixels."""
    content = bytearray(encoded(noise(8, 8), "WEBP", lossless=True))
    at = content.index(b"VP8L") + 9
    content[at : at + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    return bytes(content)


def marked(signature: bytes, place: int, value: bytes, content: bytes) -> bytes:
    """A file with other bytes so far behind a signature."""
    at = content.index(signature) + place
    return content[:at] + value + content[at + len(value) :]


def saved(state: object, new: bool = True) -> bytes:
    """A checkpoint."""
    out = io.BytesIO()
    torch.save(state, out, _use_new_zipfile_serialization=new)
    return out.getvalue()


def turned() -> Image.Exif:
    """EXIF of a picture that is turned by a quarter; some writers take the entry out of it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def numpy(*values: np.ndarray) -> bytes:
    """An .npy of one array, an .npz of several."""
    out = io.BytesIO()
    if len(values) == 1:
        np.save(out, values[0])
    else:
        np.savez(out, *values)
    return out.getvalue()


def npy_header(*shape: int) -> bytes:
    """The beginning of an .npy that promises so many numbers."""
    out = io.BytesIO()
    about = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(out, about)
    return out.getvalue()


def tiff(values: np.ndarray, **options) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, values, photometric="minisblack", **options)
    return out.getvalue()


class Intruder:
    def __reduce__(self):
        return os.mkdir, ("evil",)


ENCODED = ("JPEG", "WEBP", "GIF", "BMP", "TIFF", "PNG", "AVIF", "HEIF", "PPM")
PNG, JPEG = encoded(noise()), encoded(noise(), "JPEG")
P3 = {"icc_profile": rgb_profile()}
GREEN, CONVERTED = Image.new("RGB", (32, 16), (60, 200, 60)), (0, 203, 11)
GLASS = Image.new("RGBA", (32, 16), (60, 200, 60, 0))
KEY = {"transparency": (60, 200, 60)}
INKS = Image.new("CMYK", (32, 16), (0, 255, 255, 0))
PLAIN, WHITE, RED, TURNED = (60, 200, 60), (255, 255, 255), (255, 0, 0), (16, 32)
TWELVE = np.full((16, 32), 2048, np.uint16)
TWELVE[0, :2] = 0, 4095
RIGHT: dict[str, tuple[bytes, tuple, tuple[int, int]]] = {  # what is at the middle, and the size
    "green.jfif": (encoded(GREEN, "JPEG"), PLAIN, (32, 16)),
    "without an ending": (encoded(GREEN), PLAIN, (32, 16)),
    "jpeg.png": (encoded(GREEN, "JPEG"), PLAIN, (32, 16)),
    "heic.jpg": (encoded(GREEN, "HEIF"), PLAIN, (32, 16)),
    "green.avif": (encoded(GREEN, "AVIF"), PLAIN, (32, 16)),
    "green.heic": (encoded(GREEN, "HEIF"), PLAIN, (32, 16)),
    "turned.jpg": (encoded(GREEN, "JPEG", exif=turned()), PLAIN, TURNED),
    "turned-once.heic": (encoded(GREEN, "HEIF", exif=turned()), PLAIN, (32, 16)),
    "turned.avif": (encoded(GREEN, "AVIF", exif=turned()), PLAIN, TURNED),
    "turned.webp": (encoded(GREEN, "WEBP", exif=turned()), PLAIN, TURNED),
    "display-p3.png": (encoded(GREEN, **P3), CONVERTED, (32, 16)),
    "display-p3.jpg": (encoded(GREEN, "JPEG", **P3), CONVERTED, (32, 16)),
    "display-p3.heic": (encoded(GREEN, "HEIF", **P3), CONVERTED, (32, 16)),
    "palette-p3.png": (encoded(GREEN.quantize(2), **P3), CONVERTED, (32, 16)),
    "no-profile.png": (encoded(GREEN, icc_profile=b"no profile"), PLAIN, (32, 16)),
    "half-a-profile.jpg": (
        encoded(GREEN, "JPEG", icc_profile=half(rgb_profile())),
        PLAIN,
        (32, 16),
    ),
    "profile-of-grey.png": (encoded(GREEN, icc_profile=grey_profile(1)), PLAIN, (32, 16)),
    "linear-grey.png": (
        encoded(Image.new("L", (32, 16), 55), icc_profile=grey_profile(1)),
        (128, 128, 128),
        (32, 16),
    ),
    "inks.jpg": (encoded(INKS, "JPEG"), RED, (32, 16)),
    "inks-of-grey.tif": (encoded(INKS, "TIFF", icc_profile=cmyk_profile()), (0, 0, 0), (32, 16)),
    "glass.png": (encoded(GLASS), WHITE, (32, 16)),
    "glass.webp": (encoded(GLASS, "WEBP", lossless=True), WHITE, (32, 16)),
    "glass.avif": (encoded(GLASS, "AVIF"), WHITE, (32, 16)),
    "key.png": (encoded(GREEN, **KEY), WHITE, (32, 16)),
    "film.gif": (frames("GIF"), RED, (24, 16)),
    "film.webp": (frames("WEBP"), RED, (24, 16)),
    "film.png": (frames("PNG"), RED, (24, 16)),
    "film.avif": (frames("AVIF"), RED, (24, 16)),
    "pages.tif": (frames("TIFF"), RED, (24, 16)),
    "preview.jpg": (frames("MPO"), RED, (24, 16)),
    "progressive.jpg": (encoded(GREEN, "JPEG", progressive=True), PLAIN, (32, 16)),
    "more-behind.jpg": (encoded(GREEN, "JPEG") + bytes(999), PLAIN, (32, 16)),
    "more-behind.png": (encoded(GREEN) + b"<script>", PLAIN, (32, 16)),
    "fax.tif": (
        encoded(Image.new("1", (32, 16), 1), "TIFF", compression="group4"),
        WHITE,
        (32, 16),
    ),
    "lab.tif": (encoded(Image.new("LAB", (32, 16), (255, 128, 128)), "TIFF"), WHITE, (32, 16)),
    "luminance.tif": (encoded(GREEN, "TIFF", compression="jpeg"), PLAIN, (32, 16)),
    "letters.pgm": (b"P2\n# a comment\n2 2\n255\n255 255 255 255\n", WHITE, (2, 2)),
    "twelve-bits.png": (encoded(Image.fromarray(TWELVE)), (128,) * 3, (32, 16)),
    "floats.tif": (tiff((TWELVE / 2048 - 1).astype(np.float32)), (128,) * 3, (32, 16)),
    "signed.tif": (tiff(TWELVE.astype(np.int16) - 2048), (128,) * 3, (32, 16)),
    "no-numbers.npy": (numpy(np.full((16, 32), np.nan)), (0, 0, 0), (32, 16)),
    "six-bands.npy": (
        numpy(np.full((16, 32, 6), (60, 200, 60, 1, 2, 3), np.uint8)),
        PLAIN,
        (32, 16),
    ),
    "classes.png": (encoded(Image.fromarray(np.full((16, 32), 7, np.uint8))), (7,) * 3, (32, 16)),
    "dot.png": (encoded(Image.new("RGB", (1, 1), PLAIN)), PLAIN, (1, 1)),
    "strip.png": (encoded(Image.new("RGB", (3000, 1), PLAIN)), PLAIN, (3000, 1)),
}
PICTURES = {
    "empty.png": b"",
    "zeros.png": bytes(4096),
    "noise.png": np.random.default_rng(1).bytes(4096),
    "words.png": b"This is no picture.",
    "page.png": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
    "paper.pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "print.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "program.png": b"MZ" + bytes(2000),
    "binary.png": b"\x7fELF" + bytes(2000),
    "film.jpg": brand(b"mp42") + bytes(2000),
    "phone.heic": brand(b"heic") + bytes(2000),
    "web.avif": brand(b"avif") + bytes(2000),
    "layers.psd": b"8BPS\x00\x01" + bytes(2000),
    "scan.jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(2000),
    "new.jxl": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(2000),
    "scanner.dcm": bytes(128) + b"DICM" + bytes(2000),
    "stars.fits": b"SIMPLE  =                    T".ljust(2880),
    "icon.ico": encoded(noise(32, 32), "ICO"),
    "objects.npy": numpy(np.array([[{}]], object)),
    "complex.npy": numpy(np.zeros((8, 8), complex)),
    "line.npy": numpy(np.zeros(8)),
    "volume.npy": numpy(np.zeros((2, 90, 90, 3))),
    "channels-first.npy": numpy(np.zeros((3, 90, 90))),
    "nothing.npy": numpy(np.zeros((0, 8))),
    "half.npy": half(numpy(np.zeros((90, 90)))),
    "unnamed.npz": packed({"a.npy": numpy(np.zeros((8, 8))), "b.npy": numpy(np.ones((8, 8)))}),
    "half.npz": half(numpy(np.zeros((8, 8)), np.zeros((8, 8)))),
    "floats-half.tif": half(tiff(np.zeros((90, 90), np.float32))),
    "bomb.npy": npy_header(80_000, 80_000) + bytes(99),
    "array.png": b"\x93NUMPY\x01\x00" + bytes(200),
    "pickle.png": b"\x80\x04\x95" + bytes(200),
    "zip.png": packed({"1.png": PNG}),
    **{f"half.{kind.lower()}": half(encoded(noise(), kind)) for kind in ENCODED},
    "header.jpg": b"\xff\xd8\xff\xe0",
    "end-lost.jpg": JPEG[:-40],
    "signature.png": b"\x89PNG\r\n\x1a\n",
    "flipped.png": PNG[:60] + bytes([PNG[60] ^ 255]) + PNG[61:],
    "nothing.png": png(0, 10),
    "bomb.png": png(50_000, 50_000),
    "bomb.jpg": jpeg(65_000, 65_000),
    "bomb.bmp": bmp(50_000, 50_000),
    "bomb.webp": webp(16_384, 16_384),
    "backwards.bmp": bmp(-8, 8),
    "wide.png": png(2**31 - 1, 1),
    "large.png": png(20_000, 20_000),
    "promise.png": png(100, 100, b"\x00" * 50),
    "no-palette.png": png(10, 10, bytes(110), colour=3),
    "no-colour.png": png(10, 10, bytes(110), colour=5),
    "numbers.pgm": b"P5 99999999999 9 255\n" + bytes(99),
    "less-than-nothing.pgm": b"P5 -9 9 255\n" + bytes(99),
    "nowhere.tif": b"II*\0\xff\xff\xff\x7f" + bytes(99),
}
ZIPS: dict[str, Callable[[], bytes] | bytes] = {
    "empty.zip": b"",
    "words.zip": b"This is no zip.",
    "half.zip": half(packed({"1.png": PNG})),
    "without.zip": packed({}),
    "letters.zip": packed({"readme.txt": b"words"}),
    "hidden.zip": packed({"__MACOSX/1.png": PNG, ".trash/1.png": PNG}),
    "folders.zip": packed({"a/": b"", "b/": b""}),
    "outside.zip": packed({"../1.png": PNG}),
    "root.zip": packed({"/etc/1.png": PNG}),
    "drive.zip": packed({"C:\\1.png": PNG}),
    "back.zip": packed({"..\\1.png": PNG}),
    "link.zip": linked,
    "locked.zip": locked,
    "bomb.zip": packed({"1.png": bytes(20_000_000)}),
    "lying.zip": lying,
    "twice.zip": twice,
    "torn.zip": packed({"1.png": half(PNG), "2.jpg": b"no"}),
    "nested.zip": packed({"inner.zip": packed({"1.png": PNG})}),
    "checksum.zip": marked(b"PK\x01\x02", 16, b"oops", packed({"1.png": PNG})),
    "method.zip": marked(b"PK\x01\x02", 10, b"\x63\0", packed({"1.png": PNG})),
    "elsewhere.zip": marked(b"PK\x01\x02", 42, b"\xff\xff\xff\x7f", packed({"1.png": PNG})),
    "pictures.rar": b"Rar!\x1a\x07\x00" + bytes(200),
    "pictures.7z": b"7z\xbc\xaf\x27\x1c" + bytes(200),
    "pictures.tar.gz": tar,
    "pictures.gz": gzip.compress(PNG),
}
CONFIG = {"format_version": 1, "name": "m", "task": "generation", "network": {}, "size": 28}
MODELS = {
    "words.pth": b"This is no checkpoint.",
    "half.pth": half(packed({"archive/data.pkl": b"\x80\x02}q\x00."}, zipfile.ZIP_STORED)),
    "pickle.pth": b"cos\nsystem\n(S'touch evil'\ntR.",
    "code.pth": saved({"model.1.weight": Intruder()}),
    "old-code.pth": saved({"model.1.weight": Intruder()}, new=False),
    "network.pth": saved(torch.nn.Conv2d(1, 1, 1)),
    "list.pth": saved([torch.ones(1)]),
    "nothing.pth": saved({}),
    "arrays.pth": saved({"model.1.weight": np.ones(3)}),
    "critic.pth": saved({f"model.{at}.weight": torch.ones(4, 3, 4, 4) for at in (0, 2, 5, 8, 11)}),
    "pictures.zip": packed({"1.png": PNG}),
    "torn.zip": packed({"m/config.json": b"{"}),
    "list.zip": packed({"m/config.json": b"[]"}),
    "letters.zip": packed({"m/config.json": b"\xff\xfe\xfa"}),
    "deep.zip": packed({"m/config.json": b"[" * 2000 + b"]" * 2000}),
    "digits.zip": packed({"m/config.json": b'{"size": ' + 5000 * b"9" + b"}"}),
    "future.zip": packed({"m/config.json": json.dumps({**CONFIG, "format_version": 2}).encode()}),
    "two.zip": packed({"a/config.json": b"{}", "b/config.json": b"{}"}),
}


def written(folder: Path, name: str, content) -> Path:
    path = folder / name
    path.write_bytes(content() if callable(content) else content)
    return path


def check(words: str, name: str, folder: Path) -> None:
    """One sentence that names the file as the person knows it, and nothing of this machine."""
    assert words.removeprefix(f"{name}: ").startswith("Expected"), words
    assert "\n" not in words and "Traceback" not in words
    assert str(folder) not in words
    assert name in words or "1.png" in words  # the file inside it


def test_there_are_more_than_a_hundred_kinds():
    assert len(RIGHT) + len(PICTURES) + len(ZIPS) + len(MODELS) >= 100


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_odd_and_a_picture(tmp_path, name):
    content, colour, size = RIGHT[name]
    picture = read_upload(written(tmp_path, name, content), name).picture.convert("RGB")
    assert picture.size == size
    middle = picture.getpixel((size[0] // 2, size[1] // 2))
    assert np.abs(np.subtract(middle, colour)).max() <= 6


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_no_picture(tmp_path, name):
    path = written(tmp_path, name, PICTURES[name])
    with pytest.raises(ValueError, match="Expected") as error:
        read_upload(path, name)
    check(str(error.value), name, tmp_path)


@pytest.mark.parametrize("name", ZIPS)
def test_what_is_no_data(tmp_path, name):
    settings = Settings(datasets=tmp_path / "datasets")
    path = written(tmp_path, name, ZIPS[name])
    with pytest.raises(ValueError, match="Expected") as error:
        datasets.add(settings, "mine", File(path, name), [()])
    check(str(error.value), name, tmp_path)
    assert not list((tmp_path / "datasets").iterdir())


@pytest.mark.parametrize("name", MODELS)
def test_what_is_no_model(tmp_path, name):
    library = Library((Settings().weights[0], tmp_path / "weights"))
    path = written(tmp_path, name, MODELS[name])
    with pytest.raises(ValueError, match="Expected") as error:
        imports.import_model(library, "mine", [str(path)])
    words = str(error.value)
    check(words, "config.json" if "config.json" in words else name, tmp_path)
    assert not list((tmp_path / "weights").glob("mine*"))
    assert not Path("evil").exists()
