"""The one table of how data may lie: what documentation, check and scripts make of it."""

import numpy as np
import pytest
from helpers import ROOT
from PIL import Image

from training.data import __main__ as command
from training.data.check import CHECKS, check
from training.runs.data_rules import (
    CHARACTERS,
    CLASSES,
    DOMAINS,
    PAIRS,
    PICTURES,
    RULES,
    STYLE,
    rules_for,
    ways,
)

SCRIPTS = {
    CLASSES: "training.cgan",
    PICTURES: "training.gan",
    PAIRS: "training.pix2pix",
    DOMAINS: "training.cyclegan",
}
DRAWN = [
    (rule, kind)
    for rule in RULES
    for kind in rule.kinds
    # pictures of these say nothing of the files' content
    if not rule.title.startswith(
        ("IDX", "two places", "pictures alone", "StyleGAN", "a table", "two fonts")
    )
    # beside a place that is not drawn: test_two_places.py, glyphs/test_handwriting.py
    and kind not in (STYLE, CHARACTERS)
]


def test_the_documentation_has_the_table_as_the_command_prints_it(capsys):
    command.main(["layouts"])
    assert capsys.readouterr().out.strip() in (ROOT / "docs" / "data.md").read_text()


@pytest.mark.parametrize("kind", SCRIPTS)
def test_every_kind_has_a_usual_way_and_a_sentence_of_all(kind):
    usual, *others = rules_for(kind)
    assert usual.kinds == (kind,) and others
    sentence = ways(kind)
    assert all(rule.title in sentence for rule in rules_for(kind) if rule is not RULES[-1])
    assert usual.title not in ways(kind, besides=usual.title)


@pytest.mark.parametrize(("rule", "kind"), DRAWN, ids=lambda one: getattr(one, "title", one))
def test_data_that_lie_as_drawn_are_taken(rule, kind, tmp_path):
    """Five times what a picture shows, so that a split is large enough."""
    if rule is RULES[-1] and kind in (CLASSES, PICTURES):
        rule = type(rule)((kind,), "", (("train/cats/", "o s"), ("train/dogs/", "t o")), "")
    random = np.random.default_rng(0)
    for name, tiles in rule.drawn:
        for index in range(5 * len(tiles.split())):
            size = (16, 16, 3) if name == "small/" else (32, 32, 3)
            wide = len(tiles.split()[0])
            pixels = random.integers(0, 255, (size[0], wide * size[1], 3), np.uint8)
            place = tmp_path / f"{name}{index}.png" if name.endswith("/") else None
            place = place or tmp_path / name.replace("7", str(index))
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(place)
    report, _ = check([str(tmp_path)], SCRIPTS[kind])
    assert not report.problem


@pytest.mark.parametrize("script", CHECKS)
def test_data_that_are_not_fit_are_told_how_they_may_lie(script, tmp_path):
    for index in range(2 if script != "training.gan" else 0):
        Image.new("RGB", (32, 32)).save(tmp_path / f"{index}.png")
    kind = next((kind for kind, name in SCRIPTS.items() if name == script), DOMAINS)
    problem = check([str(tmp_path)], script)[0].problem
    assert problem and (kind == PICTURES or rules_for(kind)[0].title in problem)
