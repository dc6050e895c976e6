"""Each of the four scripts learns from the kind of folder that a user has, from the shell."""

import json

import numpy as np
import pytest
from helpers import TINY, call_module
from PIL import Image, ImageOps

import models
from training.data.labelled.named import load
from training.data.paired.pairs import find_pairs
from training.data.places import find_place
from training.runs.folder import read_metrics

SIZE = 64


@pytest.fixture(scope="module")
def holiday(tmp_path_factory):
    """Real drawings under a user's names: 100 pairs, and another 10 to test on."""
    folder = tmp_path_factory.mktemp("holiday") / "my drawings"
    for split, count in (("train", 100), ("test", 10)):
        for index, pair in enumerate(find_pairs("emoji", split).pairs[:count]):
            for side, image in zip("AB", pair.read(), strict=True):
                place = folder / split / side / f"Drawing {index:03d}.png"
                place.parent.mkdir(parents=True, exist_ok=True)
                ImageOps.fit(image, (SIZE, SIZE)).save(place)
    return folder


def untouched(given, wanted) -> float:
    """L1 of the input itself, 0 to 1."""
    both = (np.asarray(image.convert("RGB"), float) / 255 for image in (given, wanted))
    return float(np.abs(np.subtract(*both)).mean())


def train(script: str, runs, *arguments) -> None:
    call_module(script, "--name", "run", "--runs", runs, "--device", "cpu", *arguments)


def test_pairs_come_well_under_the_untouched_input(holiday, tmp_path):
    train(
        "training.pix2pix",
        tmp_path,
        "--data",
        holiday,
        "--recipe",
        "cpu",
        "--size",
        SIZE,
        "--ngf",
        "8",
        "--ndf",
        "4",
        "--lr",
        "0.002",
        "--levels",
        "4",
        "--validate-every",
        "0",
        "--max-steps",
        "150",
        "--direction",
        "BtoA",  # a picture to its outline is learned in seconds
    )
    last = tmp_path / "run" / "export" / "last"
    call_module("training.evaluate", last, "--data", holiday)
    found = json.loads((last / "evaluation.json").read_text())["figures"]["l1"]["value"]
    pairs = [pair.read() for pair in find_pairs(str(holiday), "test").pairs]
    assert found < 0.75 * np.mean([untouched(*pair) for pair in pairs])
    model = models.load(tmp_path / "run" / "export" / "last")
    assert model.translate(Image.new("L", (90, 50), "white")).size == (90, 50)


def test_two_folders_without_pairs(tmp_path):
    bundled = find_place("photo-vangogh").folders[0]
    for name, side in (("holidays 2025", "trainA"), ("Oma's paintings", "trainB")):
        source = bundled / side
        (tmp_path / name).mkdir()
        for path in sorted(source.iterdir())[:6]:
            with Image.open(path) as image:
                image.thumbnail((120, 120))
                image.convert("RGB").save(tmp_path / name / f"IMG_{path.stem}.jpg")
    folders = [tmp_path / "holidays 2025", tmp_path / "Oma's paintings"]
    train(
        "training.cyclegan",
        tmp_path,
        "--data",
        *folders,
        "--recipe",
        "cpu",
        "--size",
        SIZE,
        "--load-size",
        "80",
        "--ngf",
        "8",
        "--ndf",
        "8",
        "--blocks",
        "1",
        "--max-steps",
        "6",
    )
    model = models.load(tmp_path / "run" / "export" / "last")
    assert model.directions == ["A to B", "B to A"]
    assert "cycle_error" in read_metrics(tmp_path / "run")[-1]


@pytest.mark.parametrize("script", ["training.cgan", "training.gan"])
def test_scans_with_a_table_of_classes_or_without(tmp_path, script):
    source = load("mnist", "train")
    scans = tmp_path / "scans"
    scans.mkdir()
    rows = ["filename,category"]
    for index in range(100):
        Image.fromarray(source.images[index]).save(scans / f"scan_{index}.png")
        rows.append(f"scan_{index}.png,{source.class_names[source.labels[index]]}")
    if script == "training.cgan":
        (scans / "my labels.csv").write_text("\n".join(rows))
    train(script, tmp_path, "--data", scans, *TINY, "--max-steps", "20")
    model = models.load(tmp_path / "run" / "export" / "last")
    assert len(model.class_names) == (10 if script == "training.cgan" else 0)
    assert model.sample(2, seed=0)[0].size == (28, 28)
