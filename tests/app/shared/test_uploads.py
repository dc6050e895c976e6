"""Files from strangers: what is read, what is refused, and their names."""

import io
import struct
import zlib

import pytest
from helpers import gradient
from PIL import Image

from app.shared import uploads
from app.shared.uploads import harmless, harmless_stem, read_upload


def png_that_says(width: int, height: int) -> bytes:
    """A small PNG whose header promises so many pixels."""
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.png", b"a shopping list", "in notes.png, found a file that does not open"),
        ("nothing.png", b"", "in nothing.png, found a file that does not open"),
        ("vector.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "does not open"),
        ("huge.png", png_that_says(20_000, 20_000), "at most 250 megapixels in huge.png"),
        ("large.png", png_that_says(9_000, 9_000), "in large.png, found a file that does not"),
        ("broken.png", png_that_says(100, 100), "in broken.png, found a file that does not open"),
    ],
)
def test_a_file_that_is_no_picture_gets_one_sentence(save, name, content, words):
    with pytest.raises(ValueError, match=words) as error:
        read_upload(save(name, content))
    assert len(str(error.value)) < 200
    assert "/" not in str(error.value)


def test_a_truncated_photograph_gets_one_sentence(save):
    whole = save("whole.jpg", Image.effect_noise((200, 200), 90)).read_bytes()
    with pytest.raises(ValueError, match="in half.jpg, found a file that does not open"):
        read_upload(save("half.jpg", whole[: len(whole) // 2]))


def test_a_file_that_is_too_large_or_gone_gets_one_sentence(save, monkeypatch, tmp_path):
    path = save("tree.png", gradient())
    monkeypatch.setattr(uploads, "MAX_BYTES", 10)
    with pytest.raises(ValueError, match="in tree.png, found 0 MB; make it smaller first"):
        read_upload(path)
    with pytest.raises(ValueError, match="found no such file; upload it again"):
        read_upload(tmp_path / "gone.png")
    with pytest.raises(ValueError, match="found none; upload one"):
        read_upload(None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tree.jpg", "tree.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\pictures\\cat.png", "cat.png"),
        ("<img src=x onerror=alert(1)>.png", "_img src_x onerror_alert(1)_.png"),
        ("Bäume & Äste.png", "Bäume _ Äste.png"),
        ("...", "picture"),
        ("", "picture"),
        ("a" * 300 + ".png", "a" * 76 + ".png"),
    ],
)
def test_a_strangers_name_is_made_harmless(name, expected):
    assert harmless(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tree.jpg", "tree"),
        ("a.b.png", "a.b"),
        ("CON.png", "CON_"),
        ("lpt1", "lpt1_"),
        ("", "picture"),
    ],
)
def test_a_stem_is_a_file_name_on_every_system(name, expected):
    assert harmless_stem(name) == expected
