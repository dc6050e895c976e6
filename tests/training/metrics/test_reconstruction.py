"""Training the way back, and what is measured of it."""

import json
import math
import shutil

import numpy as np
import pytest
import torch
from encoders import with_encoder

import models
from training.data.labelled.labelled_images import Batch, LabelledImages
from training.data.labelled.layouts import Source
from training.inversion import Options, fit, inference_terms, load_sampler, main, reconstruct
from training.metrics.reconstruction import Options as MeasureOptions
from training.metrics.reconstruction import class_means, errors, measure, nearest_random
from training.metrics.reconstruction import main as measure_main


@pytest.fixture
def real():
    """Real digits, few."""
    from training.data.labelled.named import load

    source = load("mnist", "train")
    return LabelledImages(
        Source("mnist", source.images[:64], source.labels[:64], list("0123456789"))
    )


def test_terms_are_the_error_of_the_noise_and_the_cross_entropy_of_the_class():
    noise = torch.tensor([[1.0, -1.0], [0.0, 2.0]])
    found = torch.zeros(2, 2), torch.zeros(2, 10)
    terms = inference_terms(found, noise, torch.tensor([3, 4]))
    assert terms["noise"].item() == pytest.approx((1 + 1 + 0 + 4) / 4)
    assert terms["class"].item() == pytest.approx(math.log(10))
    assert set(inference_terms((torch.zeros(2, 2), torch.zeros(2, 0)), noise, None)) == {"noise"}


def test_a_reconstruction_teaches_the_noise_through_a_generator_that_stays(tiny_models):
    generator = models.load(tiny_models["classes"]).network
    noise = torch.randn(2, 16, requires_grad=True)
    logits = torch.randn(2, 10, requires_grad=True)
    reconstruct(generator, (noise, logits)).sum().backward()
    assert noise.grad.abs().sum() > 0
    assert logits.grad is None
    assert all(parameter.grad is None for parameter in generator.parameters())


def test_training_brings_the_guess_nearer(tiny_models, real):
    """The noise of generated images is guessed better than by zero, whose error is about 1."""
    sampler = models.load(tiny_models["plain"])
    before = {name: tensor.clone() for name, tensor in sampler.network.state_dict().items()}
    encoder = fit(sampler, real, Options(model="plain", steps=40, batch_size=32))
    noise = sampler.noise(200, seed=5)
    with torch.no_grad():
        found, _ = encoder(sampler.network(noise))
    assert (found - noise).square().mean() < 0.97 * noise.square().mean()
    for name, tensor in sampler.network.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_errors_are_in_the_range_from_0_to_1():
    black, white = -torch.ones(2, 1, 4, 4), torch.ones(2, 1, 4, 4)
    assert errors(black, white) == errors(white, black)
    assert (errors(black, white).absolute, errors(black, white).squared) == (1, 1)
    found = errors(torch.zeros(2, 1, 4, 4), white)
    assert (found.absolute, found.squared) == (0.5, 0.25)


def test_baselines_are_the_mean_of_the_class_and_the_nearest_sample(tiny_models):
    pixels = np.stack([np.full((28, 28), value, np.uint8) for value in (102, 204, 0)])
    train = LabelledImages(Source("x", pixels, np.array([0, 0, 1]), ["a", "b"]))
    images = torch.zeros(2, 1, 28, 28)
    means = class_means(train, Batch(images, torch.tensor([1, 0])))
    assert means[:, 0, 0, 0].tolist() == pytest.approx([-1.0, 153 / 127.5 - 1])
    assert class_means(train, Batch(images, None))[1, 0, 5, 5].item() == pytest.approx(-0.2)
    sampler = models.load(tiny_models["classes"])
    labels = sampler.labels(1000, 0)
    with torch.no_grad():
        samples = sampler.network(sampler.noise(1000, 0), labels)
    assert torch.allclose(nearest_random(sampler, samples[[7, 99]], 0), samples[[7, 99]], atol=1e-5)


def test_an_encoder_is_trained_into_a_copy_and_measured_there(tiny_models, tmp_path, monkeypatch):
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path))
    shutil.copytree(tiny_models["classes"], tmp_path / "weights" / "classes")
    main(["classes", "--name", "back", "--steps", "2", "--batch-size", "8"])
    assert not models.load("classes").can_find
    back = models.load("back")
    assert (back.can_find, back.name) == (True, "back")
    with pytest.raises(ValueError, match="another --name"):
        main(["classes", "--name", "back", "--steps", "2"])
    measure_main(["back", "--images", "20", "--steps", "2"])
    record = json.loads((back.folder / "reconstruction.json").read_text())
    assert record["split"] == "test"
    assert record["twin"]["squared"] <= record["guess"]["squared"]
    assert 0 <= record["class_agreement"] <= 1
    assert set(record["class_mean"]) == {"absolute", "squared"}


def test_the_train_split_is_measured_to_choose_by_and_not_written(tiny_models, tmp_path):
    folder = shutil.copytree(tiny_models["plain"], tmp_path / "plain")
    main([str(folder), "--steps", "2", "--batch-size", "8"])
    sampler = models.load(folder)
    options = MeasureOptions(model=str(folder), split="train", images=10, steps=1)
    results, _ = measure(sampler, "mnist", options)
    assert np.isfinite([results[name].absolute for name in ("twin", "class_mean")]).all()
    measure_main([str(folder), "--split", "train", "--images", "10", "--steps", "1"])
    assert not (folder / "reconstruction.json").exists()


def test_a_model_that_translates_and_wrong_options_get_one_sentence(tiny_translator):
    with pytest.raises(ValueError, match="draws images from noise"):
        load_sampler(str(tiny_translator))
    with pytest.raises(ValueError, match="--batch-size of at least 1"):
        Options(model="x", batch_size=0)
    with pytest.raises(ValueError, match="--lambda-reconstruction"):
        Options(model="x", lambda_reconstruction=-1.0)


def test_a_model_keeps_its_encoder_when_it_ships(tiny_models, tmp_path):
    from training.export.release import release

    model = with_encoder(tiny_models["classes"], tmp_path / "finder")
    release(model, tmp_path / "shipped")
    assert models.load(tmp_path / "shipped").can_find
