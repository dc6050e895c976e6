"""A translation and its way back, learned apart and used as one model."""

import json
import re

import pytest
from helpers import call_module
from PIL import Image, ImageChops

import models
from tests.training.test_cyclegan import SMALL, domains  # noqa: F401

SKIPS = ["--global-skip", "true", "--input-noise", "0.03"]


def learn(data, runs, name: str, *arguments: str) -> None:
    short = ["--max-steps", "2", "--log-with", "none", "--recipe", "cpu", "--load-size", "32"]
    start = ["--data", data, "--runs", runs, "--name", name]
    call_module("training.cut", *start, *short, *SMALL, *arguments)


@pytest.fixture(scope="module")
def runs(domains, tmp_path_factory):  # noqa: F811
    folder = tmp_path_factory.mktemp("runs")
    learn(domains, folder, "there", *SKIPS)
    learn(domains, folder, "back", "--direction", "BtoA", "--seed", "1", *SKIPS)
    learn(domains, folder, "wider", "--direction", "BtoA", "--ngf", "6")
    learn(domains, folder, "brighter", "--direction", "BtoA", "--value-range", "0", "4095", *SKIPS)
    return folder


def export(runs, out, *arguments: str, check: bool = True):
    start = ["training.runs", "--runs", runs, "export", "there", "--out", out]
    return call_module(*start, *arguments, check=check)


def test_two_runs_of_one_direction_become_a_model_of_both(domains, runs, tmp_path):  # noqa: F811
    export(runs, tmp_path / "both", "--way-back", "back", "--working-size", "64")
    both = models.load(tmp_path / "both")
    assert both.directions == ["A to B", "B to A"] and both.working_size == 64
    there, back = (models.load(runs / name / "export" / "last") for name in ("there", "back"))
    assert both.domains == there.domains == back.domains[::-1]
    for side, way, alone in (("A", "A to B", there), ("B", "B to A", back)):
        picture = Image.open(domains / f"train{side}" / "0.png")
        found = both.translate(picture, way, long_side=0)
        apart = ImageChops.difference(found, alone.translate(picture))
        assert max(high for _, high in apart.getextrema()) <= 4, way  # float16
    card = (tmp_path / "both" / "README.md").read_text()
    assert "The way back was trained by itself" in card and "Not measured yet" in card


def test_a_way_back_may_be_learned_from_pairs_of_a_models_own_translations(
    domains,  # noqa: F811
    runs,
    tmp_path,
):
    there = models.load(runs / "there" / "export" / "last")
    for photograph in sorted((domains / "trainA").iterdir()):
        for side, save in (("A", lambda one: there.translate(one)), ("B", lambda one: one)):
            place = tmp_path / "pairs" / "train" / side / photograph.name
            place.parent.mkdir(parents=True, exist_ok=True)
            save(Image.open(photograph)).save(place)
    same = json.loads((runs / "there" / "export" / "last" / "config.json").read_text())["network"]
    alike = [
        f"--{name}={str(value).lower()}"
        for name, value in same["arguments"].items()
        if name not in ("in_channels", "out_channels", "width")  # as in SMALL
    ]
    start = ["--data", tmp_path / "pairs", "--runs", runs, "--name", "paired", "--max-steps", "2"]
    turned = ["--network", "resnet", "--domains", *there.domains[::-1], "--log-with", "none"]
    call_module("training.pix2pix", *start, *turned, *SMALL, *alike)
    export(runs, tmp_path / "both", "--way-back", "paired")
    assert models.load(tmp_path / "both").directions == ["A to B", "B to A"]


@pytest.mark.parametrize(
    "back, words",
    [
        ("there", r"Expected domains .* as the way back of"),
        ("wider", r"Expected network .* as the way back of"),
        ("brighter", "ranges of values"),
        ("nowhere", "nowhere"),
    ],
)
def test_what_is_no_way_back_is_refused_in_a_sentence(runs, tmp_path, back, words):
    done = export(runs, tmp_path / "both", "--way-back", back, check=False)
    assert done.returncode == 2 and not (tmp_path / "both").exists()
    assert re.search(words, done.stderr) and "Traceback" not in done.stderr
