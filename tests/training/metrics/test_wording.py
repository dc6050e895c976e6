"""The judge of words and pictures."""

import json
from functools import partial

import pytest
import torch
from PIL import Image
from worded import HANDS, worded_model

from training import evaluate
from training.metrics import wording
from training.metrics.wording import CANDIDATES, fit_judge, fit_linear, manner, recall


def test_recall_counts_how_many_candidates_fit_better():
    """Of three pictures with ten words each: ranks 0, 3 and 9."""
    fits = torch.zeros(3, 10)
    fits[0, 2] = 1
    fits[1] = torch.arange(10.0)
    fits[2] = torch.arange(10.0)
    found = recall(fits, torch.tensor([2, 6, 0]))
    assert found.at_1 == pytest.approx(1 / 3)
    assert found.at_5 == pytest.approx(2 / 3)


def test_recall_of_chance_is_one_and_five_in_a_hundred():
    fits = torch.randn(4_000, 300, generator=torch.Generator().manual_seed(0))
    found = recall(fits, torch.arange(4_000) % 300)
    assert found.at_1 == pytest.approx(1 / CANDIDATES, abs=0.006)
    assert found.at_5 == pytest.approx(5 / CANDIDATES, abs=0.012)


def test_a_judge_knows_drawings_that_it_never_saw():
    """Features that are a linear function of the words, and some noise."""
    stream = torch.Generator().manual_seed(0)
    words = torch.randn(60, 8, generator=stream)
    mixed = torch.randn(8, 20, generator=stream)
    features = words @ mixed
    things = torch.arange(60)
    judge = fit_judge(features[:40], words[:40], things[:40], steps=300)
    assert recall(judge(features[40:], words[40:]), torch.arange(20)).at_1 > 0.8


def test_hands_are_told_by_what_differs_and_counted_by_their_pictures():
    """Two clouds of features far apart; of 10 and 30 pictures 5 and 30 are told: 35 of 40."""
    features = torch.randn(200, 5, generator=torch.Generator().manual_seed(0))
    labels = (torch.arange(200) % 2).long()
    features[:, 0] += 8 * (labels - 0.5)
    judge = fit_linear(features[:100], labels[:100], steps=300)
    assert (judge(features[100:]).argmax(1) == labels[100:]).float().mean() > 0.98
    hands = {
        "noto": {"n": 10, "told": 0.5, "told_real": 1.0},
        "openmoji": {"n": 30, "told": 1.0, "told_real": 0.8},
    }
    found = manner(hands)
    assert (found.value, found.n) == (pytest.approx(35 / 40), 40)
    assert found.text == "87.5% (real: 85.0%)"


def test_held_out_pairs_and_things_are_measured_apart_and_prompts_are_shown(tmp_path, monkeypatch):
    """Two hands draw a, b and c; noto's b is held out, and d and e are in the test split alone."""
    drawings = {
        "train/noto": "ac",
        "train/openmoji": "abc",
        "test/noto": "bd",
        "test/openmoji": "de",
    }
    for place, things in drawings.items():
        (tmp_path / "data" / place).mkdir(parents=True)
        for thing in things:
            colour = (60 * "abcde".index(thing), 40, 200)
            Image.new("RGB", (16, 16), colour).save(tmp_path / "data" / place / f"{thing}.png")
    rows = "a,apple\nb,bird\nc,car\nd,dog\ne,ear\n"
    (tmp_path / "data" / "words.csv").write_text(f"name,caption\n{rows}")
    monkeypatch.setattr(wording, "fit_judge", partial(fit_judge, steps=1))
    model = worded_model(tmp_path / "worded")
    evaluate.main([str(model), "--data", str(tmp_path / "data"), "--neighbours", "true"])
    measured = json.loads((model / "evaluation.json").read_text())
    found = measured["hands"]
    assert list(found) == HANDS
    assert found["noto"]["pairs"]["n"] == found["noto"]["things"]["n"] == 1
    assert "pairs" not in found["openmoji"] and found["openmoji"]["things"]["n"] == 2
    assert found["openmoji"]["things"]["real"]["at_5"] == 1  # of two candidates
    figures = measured["figures"]
    parts = [found[hand]["things"] for hand in HANDS]
    mean = sum(one["n"] * one["drawn"]["at_1"] for one in parts) / 3
    assert 0 <= figures["hand_told"]["value"] <= 1 and figures["hand_told"]["n"] == 4
    assert figures["recall_things_at_1"] == {"value": pytest.approx(mean), "n": 3}
    assert "recall at 1 of 100, held-out things" in (model / "README.md").read_text()
    with Image.open(model / "prompts.png") as sheet:
        assert sheet.size == (12 * 34 + 2, 8 * 34 + 2)  # six pairs in a row, twice as large
