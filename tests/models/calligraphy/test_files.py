"""Written text as files, from Python and from the shell."""

import json

import numpy as np
import pytest
from helpers import call_module
from PIL import Image, ImageSequence

import models
from models.calligraphy.animation import frames


def ink(image) -> float:
    return float((255 - np.asarray(image.convert("L"), float)).sum())


def write(*arguments, **options):
    return call_module("models", "write", *arguments, **options)


def test_an_animation_begins_empty_and_ends_with_the_whole_line(tiny_writer):
    sheet = models.load(tiny_writer).inscribe("永和", seal="九")
    found = frames(sheet, 32)
    amounts = [ink(frame) for frame in found]
    assert amounts[0] == 0 and amounts == sorted(amounts)
    assert np.array_equal(np.asarray(found[-1]), np.asarray(sheet.image(32)))
    halfway = np.asarray(found[len(found) // 2].convert("L"))
    upper, lower = np.split(255 - halfway.astype(int), [halfway.shape[0] // 2])
    assert upper.sum() > 4 * lower.sum()  # 永 stands above 和


def test_the_shell_writes_pictures_outlines_and_animations(tiny_writer, tmp_path):
    said = write(tiny_writer, "永和𠮷", "--manner", "gyosho", "--out", tmp_path / "line.png")
    assert "no 𠮷" in said.stderr and "2 characters in" in said.stdout
    with Image.open(tmp_path / "line.png") as picture:
        assert max(picture.size) == pytest.approx(2048, abs=500)
        about = json.loads(picture.text["parameters"])
    assert (about["text"], about["manner"]) == ("永和𠮷", "gyosho")
    (tmp_path / "poem.txt").write_text("永\n和", encoding="utf-8")
    text = f"@{tmp_path / 'poem.txt'}"
    write(tiny_writer, text, "--rows", "--size", "32", "--out", tmp_path / "line.gif")
    with Image.open(tmp_path / "line.gif") as moving:
        assert len(list(ImageSequence.Iterator(moving))) > 5
    write(tiny_writer, "永", "--out", tmp_path / "line.svg")
    assert (tmp_path / "line.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["", "--out", "a.png"], "text to write"),
        (["永", "--out", "a.doc"], "ends in .svg, .gif"),
        (["永", "--out", "a.jpg", "--paper", "transparent"], "keeps transparency"),
        (["永", "--out", "a.png", "--manner", "kaisho=x"], "kaisho=x"),
        (["@none.txt", "--out", "a.png"], "none.txt"),
    ],
)
def test_what_the_shell_cannot_write_is_one_sentence(
    tiny_writer, tmp_path, monkeypatch, arguments, words
):
    monkeypatch.chdir(tmp_path)
    failed = write(tiny_writer, *arguments, check=False)
    assert failed.returncode == 2 and words in failed.stderr
    assert failed.stderr.count("\n") == 1 and not list(tmp_path.iterdir())
