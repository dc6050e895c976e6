"""Nearest training images by brute force, walks whose ends are known, and both as pictures."""

import numpy as np
import pytest
import torch
from PIL import Image

import models
from models.images import grid, pixels_to_images
from training import evaluate
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.layouts import Source
from training.previews import neighbours as module
from training.previews.neighbours import neighbours, picture, walk


@pytest.fixture
def train() -> LabelledImages:
    pixels = np.random.default_rng(0).integers(0, 255, (20, 28, 28), np.uint8)
    return LabelledImages(Source("noise", pixels))


def test_a_training_image_is_its_own_nearest(train):
    indices, distances = neighbours(train.plain([7, 3]).images, train, k=3)
    assert indices[:, 0].tolist() == [7, 3]
    assert distances[:, 0].tolist() == [0, 0]
    assert (distances.diff(dim=1) > 0).all()


def test_neighbours_are_those_of_brute_force_whatever_the_chunks(train, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 3)
    samples = torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    apart = (samples[:, None] - train.plain().images).square().sum(dim=(2, 3, 4)).sqrt()
    distances, indices = apart.sort(dim=1)
    found = neighbours(samples, train, k=5)
    assert torch.equal(found[0], indices[:, :5])
    assert torch.allclose(found[1], distances[:, :5])


@pytest.mark.parametrize("k", [0, 21])
def test_a_number_of_neighbours_that_is_not_there_is_an_error(train, k):
    with pytest.raises(ValueError, match=f"1 to 20 neighbours, found {k}"):
        neighbours(train.plain(slice(1)).images, train, k)


def test_the_picture_shows_each_sample_before_its_neighbours(train):
    samples = train.plain([7, 3]).images
    found = picture(samples, train, torch.tensor([[7, 1], [3, 2]]))
    tiles = [Image.fromarray(train.pixels[index, :, :, 0]) for index in (7, 7, 1, 3, 3, 2)]
    assert np.array_equal(found, grid(tiles, columns=3, scale=2))


@pytest.mark.parametrize("which", ["plain", "classes"])
def test_a_walk_leads_from_one_noise_to_another_in_one_class(tiny_models, which):
    sampler = models.load(tiny_models[which])
    noise = sampler.noise(4, seed=5)  # two starts, two ends
    labels = torch.tensor([0, 0, 1, 1]) if sampler.class_names else None
    ends = pixels_to_images(sampler.draw(noise[[0, 2, 1, 3]], labels))
    found, expected = (
        np.asarray(image, int)
        for image in (walk(sampler, rows=2, frames=6, seed=5), grid(ends, columns=2, scale=2))
    )
    width = expected.shape[1] // 2
    assert np.abs(found[:, :width] - expected[:, :width]).max() <= 2
    assert np.abs(found[:, -width:] - expected[:, -width:]).max() <= 2
    assert found.shape[1] == 6 * (width - 1) + 2


def test_a_walk_of_one_frame_is_an_error(tiny_models):
    with pytest.raises(ValueError, match="2 frames or more, found 3 and 1"):
        walk(models.load(tiny_models["plain"]), rows=3, frames=1)


def test_evaluate_adds_the_parzen_estimate_and_the_pictures(tiny_models, capsys):
    folder = tiny_models["plain"]
    few = ["--samples", "150", "--train-samples", "0"]
    evaluate.main([str(folder), *few, "--parzen", "--neighbours"])
    printed = capsys.readouterr().out
    assert "Parzen log-likelihood, nats" in printed and "(real: " in printed
    for name in ("neighbours.png", "walk.png"):
        with Image.open(folder / name) as image:
            assert image.width > 300
        (folder / name).unlink()
