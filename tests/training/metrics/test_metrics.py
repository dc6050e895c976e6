"""Metrics against what they are by formula."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import ROOT, call_module
from PIL import Image, ImageFilter

import models
from training import evaluate
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.layouts import Source
from training.data.labelled.sources import find_source
from training.data.paired.pairs import find_pairs
from training.metrics import sampling
from training.metrics.classifier import describe, fit_classifier, load_classifier
from training.metrics.diversity import diversity
from training.metrics.fidelity import density_coverage, frechet_distance, kernel_distance
from training.metrics.pixels import pixel_figures
from training.metrics.texture import crops, texture_distance, texture_features
from training.metrics.translating import tensors


def normal(count: int, mean: float = 0.0, std: float = 1.0, seed: int = 0) -> torch.Tensor:
    return mean + std * torch.randn(count, 4, generator=torch.Generator().manual_seed(seed))


def test_frechet_distance_of_two_gaussians():
    """N(0, 1) and N(m, s^2) in D dimensions: D (m^2 + (1 - s)^2)."""
    distance = frechet_distance(normal(50_000), normal(50_000, 1.0, 2.0, seed=1))
    assert distance == pytest.approx(4 * (1 + 1), rel=0.05)
    assert frechet_distance(normal(50_000), normal(50_000, seed=1)) < 0.01


def test_frechet_distance_from_too_few_samples_is_an_error():
    with pytest.raises(ValueError, match="more than 4 vectors"):
        frechet_distance(normal(4), normal(100))


def test_density_and_coverage_of_equal_distributions():
    """Naeem 2020: density is 1, coverage 1 - 2^-k for equal distributions (lemma 2), here with k
    = 5."""
    density, coverage = density_coverage(normal(5_000), normal(5_000, seed=1), k=5)
    assert density == pytest.approx(1, abs=0.05)
    assert coverage == pytest.approx(1 - 2**-5, abs=0.01)


def test_a_collapsed_generator_covers_next_to_nothing():
    _, coverage = density_coverage(
        normal(2_000), torch.zeros(2_000, 4) + 0.01 * normal(2_000, seed=1)
    )
    assert coverage < 0.15


def test_diversity_is_the_mean_distance_within_classes():
    images = torch.tensor([[0.0, 0.0], [3.0, 4.0], [10.0, 0.0], [10.0, 1.0]])
    assert diversity(images, torch.tensor([0, 0, 1, 1])) == pytest.approx((5 + 1) / 2)
    with pytest.raises(ValueError, match="two images"):
        diversity(images[:1])


def test_agreement_and_confusion_by_hand():
    wanted, seen = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1])
    share, details = sampling.label_agreement(wanted, seen, ["a", "b"])
    assert share == 0.75
    assert details == {"agreement_by_class": {"a": 0.5, "b": 1.0}, "confusion": [[1, 1], [0, 2]]}


def test_a_classifier_learns_to_tell_light_from_dark():
    pixels = np.random.default_rng(0).integers(0, 60, (256, 28, 28), np.uint8)
    labels = np.arange(256) % 2
    pixels[labels == 1] += 150
    data = LabelledImages(Source("light", pixels, labels, ["dark", "light"]))
    network = fit_classifier(data, epochs=4, bf16=False)
    images, truth = data.plain()
    assert (describe(network, images)[1] == truth).float().mean() > 0.95


def test_our_digit_classifier_is_a_good_judge():
    judge = load_classifier("mnist", 1, [str(i) for i in range(10)])
    from training.data.labelled.sources import find_source

    images, labels = LabelledImages(find_source("mnist", "test")).plain()
    assert (describe(judge, images[:2000])[1] == labels[:2000]).float().mean() >= 0.99


def test_a_missing_or_unfit_classifier_says_what_to_do():
    with pytest.raises(ValueError, match=r"python -m training\.metrics\.classifier --data pets"):
        load_classifier("pets", 1, ["a"])
    with pytest.raises(ValueError, match="was trained on"):
        load_classifier("mnist", 3, [])


def class_folders(folder: Path, seed: int) -> Path:
    """Ten classes of fifteen pictures in each split, in a folder called mnist."""
    random = np.random.default_rng(seed)
    for split, count in (("train", 15), ("test", 15)):
        for label in range(10):
            place = folder / "mnist" / split / str(label)
            place.mkdir(parents=True)
            for index in range(count):
                pixels = random.integers(0, 25 * (label + 1), (28, 28), np.uint8)
                Image.fromarray(pixels).save(place / f"{index}.png")
    return folder / "mnist"


def test_own_classes_are_measured_by_a_classifier_of_their_own(
    tiny_models, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "home"))
    few = ["--samples", "140", "--train-samples", "0", "--data"]
    for folder, said in (("one", True), ("two", True), ("one", False)):
        if said:
            class_folders(tmp_path / folder, len(folder + str(tmp_path)))
        if folder == "two":
            (tmp_path / "two" / "mnist" / "train" / "3" / "0.png").unlink()
        evaluate.main([str(tiny_models["classes"]), *few, str(tmp_path / folder / "mnist")])
        out = capsys.readouterr().out
        assert "label agreement" in out and ("Training a classifier of mnist" in out) == said
    kept = sorted(path.name for path in (tmp_path / "home" / "classifiers").iterdir())
    assert len(kept) == 2 and all(re.fullmatch(r"mnist-\w{12}-28x1\.safetensors", x) for x in kept)
    shipped = load_classifier("mnist", 1, [str(i) for i in range(10)])  # ours is still ours
    digits = LabelledImages(find_source("mnist", "test")).labelled(np.arange(200))
    assert (describe(shipped, digits.images)[1] == digits.labels).float().mean() > 0.98


def test_a_model_of_own_data_says_that_it_needs_their_folder(tiny_models, tmp_path):
    folder = shutil.copytree(tiny_models["classes"], tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    config["training"]["data"] = "my-pets"
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="--data with the folder of my-pets"):
        evaluate.main([str(folder)])


@pytest.mark.parametrize("which", ["classes", "plain"])
def test_evaluate_prints_but_does_not_write_few_samples(tiny_models, which):
    folder = tiny_models[which]
    done = call_module("training.evaluate", folder, "--samples", "400", "--train-samples", "0")
    assert "n = 400" in done.stdout
    assert "FID" in done.stdout
    assert ("label agreement" in done.stdout) == (which == "classes")
    assert "Not written" in done.stdout
    assert models.load(folder).config["metrics"] == {}
    assert not (folder / "evaluation.json").exists()


@pytest.mark.parametrize("name", ["digits", "digits-gan"])
def test_what_ships_is_small_fast_and_measured(name):
    """The limits of the issue, and that each figure stands in config, card and evaluation.json
    alike."""
    from torch.utils.flop_counter import FlopCounterMode

    model = models.load(name)
    assert (model.folder / "model.safetensors").stat().st_size <= 8 * 2**20
    with FlopCounterMode(display=False) as counter:
        model.network(model.noise(1, 0), model.labels(1) if model.class_names else None)
    assert counter.get_total_flops() / 2 <= 40e6
    metrics, card = model.config["metrics"], (model.folder / "README.md").read_text()
    record = json.loads((model.folder / "evaluation.json").read_text())
    assert record["truncation"] == model.truncation
    assert metrics["split"] == "test"
    for row in metrics["table"]:
        assert row["n"] >= 10_000
        assert row["value"] in card
        assert row["value"] in (ROOT / "docs/figures.md").read_text()
        assert record["figures"][row["key"]]["n"] == row["n"]
    assert model.config["training"]["data_licence"] in card


def test_the_shipped_emoji_are_small_and_measured_on_the_whole_test_split():
    model = models.load("emoji")
    assert (model.folder / "model.safetensors").stat().st_size <= 30 * 2**20
    metrics, card = model.config["metrics"], (model.folder / "README.md").read_text()
    assert metrics["split"] == "test"
    for row in metrics["table"]:
        assert row["n"] == 150
        assert row["value"] in card
        # the untouched outlines have a row of their own there
        assert row["value"].split(" (")[0] in (ROOT / "docs/figures.md").read_text()
    figures = json.loads((model.folder / "evaluation.json").read_text())["figures"]
    # the aim of a tenth was met by Lite0's features; by Lite2's, which judge now, it is not
    assert figures["l1"]["value"] <= 0.055 and figures["texture_share"]["value"] <= 0.25


def test_the_shipped_brush_is_small_and_as_legible_as_real_writing():
    model = models.load("brush")
    assert sum(file.stat().st_size for file in model.folder.iterdir()) <= 12 * 2**20
    metrics, card = model.config["metrics"], (model.folder / "README.md").read_text()
    assert metrics["split"] == "test"
    text = (ROOT / "docs/figures.md").read_text()
    assert all(row["value"] in card for row in metrics["table"])
    assert all(row["value"] in text for row in metrics["table"] if "psnr" not in row["key"])
    values = {row["key"]: row["value"] for row in metrics["table"]}
    for manner, least in (("kaisho", 0.9), ("gyosho", 0.85)):
        ours, real = re.findall(r"[\d.]+", values[f"read_{manner}"])
        assert float(ours) >= least * float(real), manner


def test_the_shipped_van_gogh_is_small_goes_both_ways_and_is_measured_on_the_test_split():
    model = models.load("photo-vangogh")
    assert (model.folder / "model.safetensors").stat().st_size <= 20 * 2**20
    assert model.directions == ["A to B", "B to A"]
    metrics, card = model.config["metrics"], (model.folder / "README.md").read_text()
    assert metrics["split"] == "test" and "training.cut" in card
    counts = {"a_to_b": 25, "b_to_a": 14}
    of_clips = ("warping", "flicker", "clip_way", "frames_per_second")
    for row in metrics["table"]:
        key, way = row["key"], "a_to_b" if "a_to_b" in row["key"] else "b_to_a"
        pictures = 1 if key.endswith("_large") else counts[way]
        pictures = 4 if key.startswith(of_clips) else pictures
        assert row["n"] == (round(pictures / 3) if key.startswith("dark") else pictures)
        assert row["value"] in card and row["value"] in (ROOT / "docs/figures.md").read_text()


def test_the_shipped_van_gogh_neither_inverts_light_nor_weaves_what_is_plain():
    """A grid of the network's own step, 4 pixels, is what checkerboards and woven skies are. An
    earlier model, whose skies were woven, had lines 300 times as strong as what lies between."""
    model = models.load("photo-vangogh")
    ramp = np.linspace(60, 200, 256).astype(np.uint8)
    picture = Image.fromarray(np.repeat(np.tile(ramp, (256, 1))[..., None], 3, axis=2))
    painted = np.asarray(model.translate(picture).convert("L"), float)
    assert np.corrcoef(painted.mean(0), ramp)[0, 1] > 0.8
    inner = painted[32:-32, 32:-32] - painted.mean(0)[32:-32]
    power = np.abs(np.fft.fft2(inner)) ** 2
    step = len(inner) // 4
    lines = [power[step, 0], power[0, step], power[step, step]]
    assert max(lines) < 50 * np.median(power[step // 2 : 3 * step // 2, : 3 * step // 2])


def test_the_shipped_digits_are_the_digits_asked_for():
    digits = models.load("digits")
    wanted = torch.arange(10).repeat(20)
    images = sampling.draw(digits, len(wanted), seed=5, labels=wanted)
    seen = describe(load_classifier("mnist", 1, digits.class_names), images)[1]
    assert (seen == wanted).float().mean() >= 0.97


def test_pixel_figures_of_known_images():
    black, grey = torch.full((2, 3, 32, 32), -1.0), torch.zeros(2, 3, 32, 32)
    found = pixel_figures(black, grey)
    assert found["l1"] == pytest.approx(0.5)
    assert found["psnr"] == pytest.approx(10 * np.log10(1 / 0.25), abs=1e-4)
    assert pixel_figures(grey, grey)["ssim"] == pytest.approx(1.0)
    assert found["ssim"] < 0.1


def test_the_psnr_is_averaged_over_images_not_over_their_errors():
    target = torch.full((2, 1, 16, 16), -1.0)
    output = target.clone()
    output[0] += 0.2  # 20 dB
    output[1] += 0.02  # 40 dB
    assert pixel_figures(output, target)["psnr"] == pytest.approx(30, abs=1e-3)


def test_the_texture_distance_tells_lines_and_blur_from_clean_filled_shapes():
    pairs = [pair.read() for pair in find_pairs("emoji", "test").pairs[:24]]
    lines, filled = zip(*pairs, strict=True)
    blurred = [image.filter(ImageFilter.GaussianBlur(2)) for image in filled]
    looks = [texture_features(tensors(images)) for images in (filled, lines, blurred)]
    same, of_lines, of_blur = (texture_distance(look, looks[0]) for look in looks)
    assert abs(same) < 0.3
    assert min(of_lines, of_blur) > 0.5


def test_the_mmd_is_unbiased_and_grows_with_the_distance():
    stream = torch.Generator().manual_seed(0)
    target = torch.randn(400, 8, generator=stream)
    same = torch.randn(400, 8, generator=stream)
    assert abs(texture_distance(same, target)) < 0.05
    near, far = (texture_distance(same + shift, target) for shift in (0.5, 1.0))
    assert 0.1 < near < far


def test_crops_cover_an_image_and_small_ones_are_enlarged():
    assert crops(torch.zeros(3, 256, 256)).shape == (4, 3, 224, 224)
    assert crops(torch.zeros(3, 64, 48)).shape == (2, 3, 224, 224)
    assert crops(torch.zeros(3, 200, 1000)).shape == (5, 3, 224, 224)


def test_the_kernel_distance_of_equal_distributions_is_about_zero():
    stream = torch.Generator().manual_seed(0)
    real, same = torch.randn(2, 300, 16, generator=stream)
    assert abs(kernel_distance(real, same)) < 0.02
    assert kernel_distance(real, same + 1) > 0.5
