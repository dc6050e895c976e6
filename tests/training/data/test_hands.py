"""Things drawn by several hands, with words, and what is held out of them."""

import io
import json
import sys
import tarfile
from types import SimpleNamespace

import pytest
from PIL import Image

from training.data.errors import DataError
from training.data.hands import PAIRS_APART, THINGS_APART, is_held_out, write_hands
from training.data.labelled.sources import find_source
from training.data.paired.captions import read_captions

THINGS = {"1F34E": ("red apple", "红苹果"), "2708-FE0F": ("airplane", "飞机")}
THINGS |= {f"1F4{index:02X}": (f"thing {index}", f"东西{index}") for index in range(60)}
OTHERS = {
    "1F1E9-1F1EA": ("flag", "旗", 9),
    "1F3FB": ("tone", "色", 2),
    "1F468-200D-1F466": ("f", "f", 1),
}


@pytest.fixture
def emojibase(tmp_path):
    """As the package lies, with a flag, a part and a picture of two people among the things."""
    for index, language in enumerate(("en", "zh")):
        rows = [
            {"hexcode": code, "label": names[index], "tags": ["fruit"], "group": 4}
            for code, names in THINGS.items()
        ]
        rows += [
            {"hexcode": code, "label": names[index], "tags": [], "group": names[2]}
            for code, names in OTHERS.items()
        ]
        path = tmp_path / "emojibase" / language / "data.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(rows))
    return tmp_path / "emojibase"


@pytest.fixture
def packages(tmp_path):
    """Two hands, one as `npm pack` fetches it, one unpacked and without the airplane."""
    made = []
    for name, colour in (("red", "#f00"), ("blue", "#00f")):
        codes = [code.lower().removesuffix("-fe0f") for code in (*THINGS, *OTHERS)]
        codes = [code for code in codes if name == "red" or code != "2708"]
        files = {
            "package": {"name": f"@iconify-json/{name}", "version": "1.0"},
            "icons": {"icons": {f"i-{code}": {"body": colour} for code in codes}, "width": 36},
            "chars": {code: f"i-{code}" for code in codes},
            "info": {
                "name": name,
                "license": {"title": "MIT"},
                "author": {"name": "A. Hand", "url": "https://example.org"},
            },
        }
        texts = {f"{key}.json": json.dumps(value).encode() for key, value in files.items()}
        place = tmp_path / f"{name}.tgz" if name == "red" else tmp_path / "unpacked"
        if name == "red":
            with tarfile.open(place, "w:gz") as archive:
                for file, text in texts.items():
                    info = tarfile.TarInfo(f"package/{file}")
                    info.size = len(text)
                    archive.addfile(info, io.BytesIO(text))
        else:
            place.mkdir()
            for file, text in texts.items():
                (place / file).write_bytes(text)
        made.append(place)
    return made


@pytest.fixture
def drawing(monkeypatch):
    """In place of resvg-py: a square of the body's colour, transparent in its left half."""

    def svg_to_bytes(svg_string: str, width: int, height: int) -> bytes:
        assert 'viewBox="0 0 36 ' in svg_string
        colour = (255, 0, 0, 255) if "#f00" in svg_string else (0, 0, 255, 255)
        picture = Image.new("RGBA", (width, height), colour)
        picture.paste((0, 0, 0, 0), (0, 0, width // 2, height))
        out = io.BytesIO()
        picture.save(out, "PNG")
        return out.getvalue()

    monkeypatch.setitem(sys.modules, "resvg_py", SimpleNamespace(svg_to_bytes=svg_to_bytes))


def test_hands_become_classes_on_white_with_words_and_their_licences(
    tmp_path, emojibase, packages, drawing
):
    folder = tmp_path / "drawn"
    count = write_hands(folder, emojibase, packages, size=16)
    assert count == 2 * len(THINGS) - 1  # without flags, parts, and what has several code points
    train, test = (find_source(str(folder), split) for split in ("train", "test"))
    assert train.class_names == test.class_names == ["blue", "red"]
    assert len(train) + len(test) == count
    with Image.open(next((folder / "train" / "red").iterdir())) as picture:
        assert picture.size == (16, 16)
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
        assert picture.convert("RGB").getpixel((15, 0)) == (255, 0, 0)
    captions = read_captions(str(folder / "words.csv"))
    apple = captions.by_name["1f34e"]
    assert (apple.text, apple.tags) == ("red apple", ("fruit", "红苹果"))
    assert "2708" in captions.by_name
    notice = json.loads((folder / "NOTICE.json").read_text())
    assert notice["red"]["licence"] == "MIT"
    assert notice["blue"]["package"] == "@iconify-json/blue 1.0"


def test_a_thing_is_held_out_of_all_hands_and_further_pairs_of_one():
    codes = [f"{index:04X}" for index in range(4_000)]
    held = [[is_held_out(code, hand, 0) for hand in ("noto", "twemoji")] for code in codes]
    both = sum(all(pair) for pair in held) / len(held)
    once = sum(sum(pair) for pair in held) / (2 * len(held))
    apart = (1 - THINGS_APART) * PAIRS_APART
    assert once == pytest.approx(THINGS_APART + apart, abs=0.02)
    assert both == pytest.approx(THINGS_APART + apart * PAIRS_APART, abs=0.015)
    assert held != [[is_held_out(code, hand, 1) for hand in ("noto", "twemoji")] for code in codes]


def test_what_is_missing_is_one_sentence(tmp_path, emojibase, packages, drawing, monkeypatch):
    for arguments, words in (
        ((tmp_path, emojibase, packages), "found .* there already"),
        ((tmp_path / "x", tmp_path, packages), "emojibase-data"),
        ((tmp_path / "x", emojibase, [tmp_path]), "@iconify-json"),
        ((tmp_path / "x", emojibase, packages, 8), "--size from 16"),
    ):
        with pytest.raises(DataError, match=words):
            write_hands(*arguments)
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(DataError, match="pip install resvg-py"):
        write_hands(tmp_path / "x", emojibase, packages)
