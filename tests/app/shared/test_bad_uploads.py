"""Forty kinds of files that are not what they should be: each gets one clear sentence."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.models import imports
from app.settings import Settings
from app.shared.library import Library
from app.shared.uploads import File, read_upload
from app.train import datasets


def encoded(kind: str, size=(64, 48), **options) -> bytes:
    out = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
    Image.fromarray(noise).save(out, kind, **options)
    return out.getvalue()


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG whose header promises so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(body))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def packed(files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


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


PNG = encoded("PNG")
PICTURES = {
    "empty.png": b"",
    "zeros.png": bytes(4096),
    "noise.png": np.random.default_rng(1).bytes(4096),
    "words.png": b"This is no picture.",
    "page.png": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
    "paper.pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "program.png": b"MZ" + bytes(2000),
    "binary.png": b"\x7fELF" + bytes(2000),
    "film.jpg": b"\x00\x00\x00\x18ftypmp42" + bytes(2000),
    "phone.heic": b"\x00\x00\x00\x18ftypheic" + bytes(2000),
    "layers.psd": b"8BPS\x00\x01" + bytes(2000),
    "icon.ico": encoded("ICO", (32, 32)),
    "array.png": b"\x93NUMPY\x01\x00" + bytes(200),
    "pickle.png": b"\x80\x04\x95" + bytes(200),
    "zip.png": packed({"1.png": PNG}),
    "half.png": half(PNG),
    "half.jpg": half(encoded("JPEG")),
    "half.webp": half(encoded("WEBP")),
    "half.gif": half(encoded("GIF")),
    "half.bmp": half(encoded("BMP")),
    "half.tif": half(encoded("TIFF")),
    "header.jpg": b"\xff\xd8\xff\xe0",
    "signature.png": b"\x89PNG\r\n\x1a\n",
    "flipped.png": PNG[:60] + bytes([PNG[60] ^ 255]) + PNG[61:],
    "nothing.png": png(0, 10),
    "bomb.png": png(50_000, 50_000),
    "wide.png": png(2**31 - 1, 1),
    "large.png": png(9_000, 9_000),
    "promise.png": png(100, 100, b"\x00" * 50),
}
ZIPS: dict[str, Callable[[], bytes] | bytes] = {
    "empty.zip": b"",
    "words.zip": b"This is no zip.",
    "half.zip": half(packed({"1.png": PNG})),
    "without.zip": packed({}),
    "letters.zip": packed({"readme.txt": b"words"}),
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
    "pictures.rar": b"Rar!\x1a\x07\x00" + bytes(200),
    "pictures.7z": b"7z\xbc\xaf\x27\x1c" + bytes(200),
    "pictures.tar.gz": tar,
    "pictures.gz": gzip.compress(PNG),
}
MODELS = {
    "words.pth": b"This is no checkpoint.",
    "half.pth": half(packed({"archive/data.pkl": b"\x80\x02}q\x00."}, zipfile.ZIP_STORED)),
    "pickle.pth": b"cos\nsystem\n(S'touch evil'\ntR.",
    "pictures.zip": packed({"1.png": PNG}),
    "torn.zip": packed({"m/config.json": b"{"}),
    "list.zip": packed({"m/config.json": b"[]"}),
    "two.zip": packed({"a/config.json": b"{}", "b/config.json": b"{}"}),
}


def written(folder: Path, name: str, content) -> Path:
    path = folder / name
    path.write_bytes(content() if callable(content) else content)
    return path


def check(words: str, name: str, folder: Path) -> None:
    """One sentence that names the file as the person knows it, and nothing of this machine."""
    assert words.startswith("Expected"), words
    assert "\n" not in words and "Traceback" not in words
    assert str(folder) not in words
    assert name in words or "1.png" in words  # the file inside it


def test_there_are_more_than_forty_kinds():
    assert len(PICTURES) + len(ZIPS) + len(MODELS) >= 50


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
