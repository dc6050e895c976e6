"""Modes found and lost, by hand and by formula."""

import math
from types import SimpleNamespace

import pytest
import torch
from PIL import Image

import models
from models import model_folder
from models.config import read_config
from models.networks import GENERATORS, build
from training import evaluate
from training.data.errors import DataError
from training.data.labelled.mixtures import MIXTURES
from training.export.export_model import sampler_config
from training.export.model_card import write_card
from training.metrics import modes
from training.metrics.modes import (
    high_quality_share,
    kl_from_uniform,
    measure_points,
    mode_kl,
    modes_found,
)

RING, BUMPS = MIXTURES["ring"], MIXTURES["bumps"]


class Drawn:
    """Stands in for a model that draws points: those of a mixture."""

    name, config = "drawn", {"task": "points", "training": {"data": "ring"}}

    def draw_points(self, count: int, seed: int) -> torch.Tensor:
        return RING.sample(count, torch.Generator().manual_seed(seed))


def test_a_mode_counts_from_one_point_within_three_deviations_on():
    points = torch.tensor([[1.0], [1.0 + 2.9 * BUMPS.std], [-1.0 - 3.1 * BUMPS.std], [0.0]])
    assert modes_found(points, BUMPS) == 1
    assert high_quality_share(points, BUMPS) == 0.5
    assert modes_found(torch.cat([points, torch.tensor([[-1.2]])]), BUMPS) == 2


def test_points_between_the_modes_still_belong_to_the_nearest_in_the_divergence():
    points = torch.tensor([[0.1], [0.2], [3.0], [-0.1]])  # three of one mode, one of the other
    expected = 0.75 * math.log(2 * 0.75) + 0.25 * math.log(2 * 0.25)
    assert mode_kl(points, BUMPS) == pytest.approx(expected)


def test_a_generator_that_makes_one_point_found_one_mode():
    points = RING.means[3].expand(100, -1)
    assert modes_found(points, RING) == 1
    assert high_quality_share(points, RING) == 1
    assert mode_kl(points, RING) == pytest.approx(math.log(8))


def test_a_blob_in_the_middle_finds_nothing():
    assert modes_found(torch.zeros(100, 2), RING) == 0
    assert high_quality_share(torch.zeros(100, 2), RING) == 0


@pytest.mark.parametrize("name", MIXTURES)
def test_real_points_score_what_the_normal_distribution_says(name):
    """P(chi^2_D < 9) is erf(3 / sqrt 2) in one dimension and 1 - exp(-9 / 2) in two."""
    mixture, n = MIXTURES[name], 40_000
    expected = {1: math.erf(3 / math.sqrt(2)), 2: 1 - math.exp(-4.5)}[mixture.means.shape[1]]
    points = mixture.sample(n, torch.Generator().manual_seed(1))
    assert modes_found(points, mixture) == len(mixture.means)
    assert high_quality_share(points, mixture) == pytest.approx(expected, abs=0.002)
    assert mode_kl(points, mixture) < 10 * len(mixture.means) / (2 * n)


def test_the_divergence_of_uniform_draws_is_its_known_bias():
    """(K - 1) / (2 n), as of 26,000 draws from 1,000 classes."""
    drawn = torch.randint(1000, (26_000,), generator=torch.Generator().manual_seed(0))
    found = kl_from_uniform(torch.bincount(drawn, minlength=1000))
    assert found == pytest.approx(999 / 52_000, rel=0.1)
    assert kl_from_uniform(torch.tensor([7, 7])) == pytest.approx(0)


def test_the_figures_stand_beside_those_of_real_points():
    figures = {figure.key: figure for figure in measure_points(RING.means[:1].repeat(50, 1), RING)}
    assert figures["modes_found"].text == "1 of 8 (real: 8)"
    assert figures["high_quality_share"].text.startswith("100.00% (real: ")
    assert figures["mode_kl"].value == pytest.approx(math.log(8))
    assert all(figure.n == 50 for figure in figures.values())


def test_a_model_of_points_is_measured_on_the_points_of_the_protocol():
    measure, samples = evaluate.protocol_of(Drawn())
    assert (measure, samples) == (modes.measure, 2_500)
    figures, details = measure(Drawn(), "ring", SimpleNamespace(samples=samples, seed=1))
    assert figures[0].text == "8 of 8 (real: 8)"
    assert figures[0].n == 2_500
    assert sum(details["good_points_by_mode"]) == round(figures[1].value * 2_500)


def test_evaluate_writes_the_figures_of_a_model_of_points(tmp_path):
    arguments = {"size": 1, "channels": 2, "classes": 0, "noise_dim": 2, "width": 8, "layers": 1}
    network = {"name": "mlp", "arguments": {**arguments, "output": "linear"}}
    about = {"name": "ring", "licence": "CC0 1.0", "class_names": [], "images": 100_000}
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    config = sampler_config("points", "training.gan", network, network, about, training)
    generator, folder = build(GENERATORS, **network).eval(), tmp_path / "points"
    model_folder.save(folder, config, generator, write_card(config), Image.new("RGB", (8, 8)))
    evaluate.main([str(folder)])
    metrics = read_config(folder)["metrics"]
    assert metrics["command"] == "python -m training.evaluate points"
    keys = [row["key"] for row in metrics["table"]]
    assert keys == ["modes_found", "high_quality_share", "mode_kl"]
    assert {row["n"] for row in metrics["table"]} == {2_500}
    card = (folder / "README.md").read_text()
    assert all(f"| {row['name']} | {row['value']} | 2,500 |" in card for row in metrics["table"])
    assert not any("|" in row["name"] + row["value"] for row in metrics["table"])


def test_unfit_data_is_named():
    options = SimpleNamespace(samples=10, seed=0)
    with pytest.raises(DataError, match="ring, grid, bumps as data, found 'mnist'"):
        modes.measure(Drawn(), "mnist", options)
    with pytest.raises(DataError, match=r"1 dimension\(s\) to measure on bumps, found 2"):
        modes.measure(Drawn(), "bumps", options)


@pytest.mark.parametrize("option", ["parzen", "neighbours"])
def test_what_is_only_known_of_pictures_is_not_asked_of_points(option):
    options = evaluate.Options("drawn", **{option: True})
    with pytest.raises(ValueError, match=f"no --{option} for drawn"):
        evaluate.check(Drawn(), modes.measure, options)


def test_the_command_in_a_card_can_be_typed(tiny_translator):
    model = models.load(tiny_translator)
    options = evaluate.Options("outlines", data=["photos", "my paintings"], degrade=True, seed=3)
    assert evaluate.command_of(model, options) == (
        "python -m training.evaluate outlines --data photos 'my paintings' --seed 3 --degrade"
    )
