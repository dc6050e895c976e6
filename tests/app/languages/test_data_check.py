"""What the check of data says of it, in another language: most of it is put together of parts."""

import html
import re

import numpy as np
import pytest
from PIL import Image
from test_catalogs import CHINESE, ENGLISH, OTHERS

from app.languages.markup import translated_html
from app.train.cards import report_card
from training.data.check import check

TAG = re.compile(r"<[^<>]*>")


def save(path, size=(40, 30), seed=0) -> None:
    """A picture that is like no other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3))
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def uneven_classes(folder) -> None:
    """Few of one, none of another, pictures and files beside, a torn one, other classes to test."""
    for at in range(55):
        save(folder / "train/cats" / f"{at}.png", seed=at)
    for at in range(3):
        save(folder / "train/dogs" / f"{at}.png", seed=at)
    (folder / "train/cats/torn.png").write_bytes((folder / "train/cats/0.png").read_bytes()[:60])
    (folder / "train/birds").mkdir()
    save(folder / "train/beside.png")
    (folder / "train/cats/words.txt").write_text("words")
    save(folder / "test/dogs/0.png")
    save(folder / "test/cows/0.png")


def a_table(folder) -> None:
    """Rows without a picture, and pictures without a row."""
    for at in range(12):
        save(folder / f"{at}.png", seed=at)
    rows = [f"{at}.png,{'ab'[at % 2]}" for at in range(10)]
    (folder / "labels.csv").write_text("\n".join(["file,label", *rows, "gone.png,a"]))


def another_table(folder) -> None:
    """Which names no classes, beside pictures of several frames."""
    for at in range(5):
        save(folder / f"{at}.png", seed=at)
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    (folder / "table.csv").write_text("one,two\n1,2\n")


def pairs_of_two_sizes(folder) -> None:
    """By rules, with one that has no partner, B twice as large."""
    for at in range(12):
        save(folder / "given" / f"in_{at:03}.png", seed=at)
        save(folder / "made" / f"{at}_out.png", (80, 60), seed=at)
    save(folder / "given/in_999.png")


def pairs_in_halves(folder) -> None:
    """Beside each other in one picture, one of another shape."""
    for at in range(12):
        save(folder / f"{at}.png", (80, 40), seed=at)
    save(folder / "narrow.png", (30, 80))


def no_pairs(folder) -> None:
    """Names that no rule pairs."""
    for at, (one, other) in enumerate(zip("kqzvw", "mpjxy", strict=True)):
        save(folder / "A" / f"{one}.png", seed=at)
        save(folder / "B" / f"{other}.png", seed=at + 50)


def several_manners(folder) -> None:
    """A target in each of two folders."""
    for at in range(6):
        save(folder / "A" / f"{at}.png", seed=at)
        for manner in ("bold", "thin"):
            save(folder / "B" / manner / f"{at}.png", seed=at)


def two_domains(folder) -> None:
    """Few of A, one of B."""
    for at in range(4):
        save(folder / "A" / f"{at}.png", seed=at)
    save(folder / "B/one.png", (300, 300), seed=99)


def deep_pictures(folder) -> None:
    """Of 16 bits and of 8."""
    for at in range(4):
        for side in "AB":
            path = folder / side / f"{at}.png"
            save(path, seed=at + 10 * (side == "B"))
            if side == "A" and at:
                deep = np.full((30, 40), 1000 * at, np.uint16)
                deep[at] = 60_000
                Image.fromarray(deep).save(path)


def masks(folder) -> None:
    """Pictures of few classes."""
    for at in range(6):
        save(folder / "A" / f"{at}.png", seed=at)
        classes = np.zeros((30, 40), np.uint8)
        classes[10:, : 10 + at], classes[20:] = 1, 2
        (folder / "B").mkdir(exist_ok=True)
        Image.fromarray(classes).save(folder / "B" / f"{at}.png")


CASES = [
    ("training.cgan", uneven_classes, 7),
    ("training.cgan", a_table, 3),
    ("training.gan", another_table, 3),
    ("training.pix2pix", pairs_of_two_sizes, 5),
    ("training.pix2pix", pairs_in_halves, 3),
    ("training.pix2pix", no_pairs, 1),
    ("training.pix2pix", several_manners, 2),
    ("training.pix2pix", masks, 2),
    ("training.cyclegan", two_domains, 2),
    ("training.cyclegan", deep_pictures, 2),
]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(("script", "make", "least"), CASES, ids=[one[1].__name__ for one in CASES])
def test_a_report_has_no_english_sentence(tmp_path, script, make, least, language):
    """Whatever is in the data: its names alone stay as they are."""
    make(tmp_path)
    report = check([str(tmp_path)], script)[0].as_json()
    told = [*report["advice"], *report["skipped"], *filter(None, [report["problem"]])]
    assert len(told) >= least
    card = translated_html(report_card("mine", report), language)
    parts = [html.unescape(part) for part in TAG.split(card.replace(str(tmp_path), "/"))]
    assert [part for part in parts if ENGLISH.search(part)] == []
    assert [part for part in parts if CHINESE.search(part)]
