"""From an image back to noise: the encoder on disk, the descent, the twin."""

import json
import math

import numpy as np
import pytest
import torch
from encoders import described, with_encoder
from PIL import Image
from safetensors.torch import load_file, save_file

import models
from models.config import InvalidModel
from models.inversion import FARTHEST, near, refine, variations
from models.networks.encoder import Encoder


@pytest.fixture
def folder(tiny_models, tmp_path):
    return with_encoder(tiny_models["classes"], tmp_path / "found")


@pytest.fixture
def sampler(folder):
    return models.load(folder)


def change(folder, **values) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize(("size", "channels", "classes"), [(28, 1, 10), (64, 3, 0), (32, 1, 2)])
def test_an_encoder_gives_noise_and_logits(size, channels, classes):
    encoder = Encoder(size, channels, classes, noise_dim=7, width=4, hidden=8)
    noise, logits = encoder(torch.zeros(3, channels, size, size))
    assert noise.shape == (3, 7)
    assert logits.shape == (3, classes)


def test_what_ships_is_small():
    """At most 3 MB as float16."""
    assert 2 * sum(p.numel() for p in Encoder(28, 1, 10, 64).parameters()) <= 3 * 10**6


def test_an_encoder_is_read_back_as_it_was_written_in_half_precision(sampler, folder):
    stored = load_file(folder / "encoder.safetensors")
    for name, tensor in sampler.encoder.state_dict().items():
        assert stored[name].dtype in (torch.float16, torch.int64)
        assert torch.equal(tensor, stored[name].to(tensor.dtype)), name
    assert not sampler.encoder.training
    assert sampler.can_find
    assert sampler.config["name"] == "found"


def test_a_model_without_encoder_says_so(tiny_models):
    sampler = models.load(tiny_models["classes"])
    assert not sampler.can_find
    with pytest.raises(InvalidModel, match=r"python -m training\.inversion"):
        sampler.find(Image.new("L", (28, 28)))


def test_a_lost_file_is_as_good_as_no_encoder(folder):
    (folder / "encoder.safetensors").unlink()
    assert not models.load(folder).can_find


@pytest.mark.parametrize(
    ("encoder", "words"),
    [
        (3, "name and arguments"),
        (described(noise_dim=17), "encoder.* to have noise_dim = 16, found 17"),
        (described(classes=0), "encoder.* to have classes = 10, found 0"),
        ({"name": "x", "arguments": {**described()["arguments"], "width": 10**9}}, "to 4096"),
    ],
)
def test_an_encoder_that_does_not_fit_the_generator_is_refused(folder, encoder, words):
    change(folder, encoder=encoder)
    with pytest.raises(InvalidModel, match=words):
        models.load(folder)


def test_an_unknown_encoder_is_named(folder):
    change(folder, encoder={**described(), "name": "pickle"})
    with pytest.raises(InvalidModel, match="'pickle'"):
        _ = models.load(folder).encoder


def test_misshapen_and_damaged_tensors_are_named(folder):
    path = folder / "encoder.safetensors"
    tensors = load_file(path)
    save_file({**tensors, "heads.bias": torch.zeros(3)}, path)
    with pytest.raises(InvalidModel, match="'heads.bias' has the shape"):
        _ = models.load(folder).encoder
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InvalidModel, match="damaged"):
        _ = models.load(folder).encoder


def test_noise_is_shortened_only_where_it_is_too_long():
    noise = torch.tensor([[3.0, 4.0], [0.3, 0.4]])
    longest = FARTHEST * math.sqrt(2)
    assert near(noise)[0].norm().item() == pytest.approx(longest, rel=1e-5)
    assert torch.equal(near(noise)[1], noise[1])


def test_descent_finds_the_noise_of_a_linear_generator():
    """G(z) = A z: the least error is 0, at z itself."""
    torch.manual_seed(0)
    weights = torch.randn(4, 16) / 4

    def generator(noise, labels):
        return (noise @ weights).view(-1, 1, 4, 4)

    wanted = torch.tensor([[0.5, -0.5, 1.0, 0.0], [0.0, 0.3, -1.0, 0.8]])
    images = generator(wanted, None)
    found = refine(generator, images, torch.zeros(2, 4), None, steps=200)
    assert torch.allclose(found, wanted, atol=0.02)


def test_descent_never_makes_an_image_worse_and_treats_each_alone(sampler):
    images = torch.rand(3, 1, 28, 28) * 2 - 1
    noise, labels = torch.randn(3, 16), torch.tensor([1, 2, 3])

    def error(z, some=slice(None)):
        return (sampler.network(z, labels[some]) - images[some]).square().mean(dim=(1, 2, 3))

    noise = near(noise)
    found = refine(sampler.network, images, noise, labels, steps=5)
    assert (error(found) <= error(noise)).all()
    assert (error(found) < error(noise)).any()
    alone = refine(sampler.network, images[1:2], noise[1:2], labels[1:2], steps=5)
    assert torch.allclose(alone, found[1:2], atol=1e-4)
    assert torch.equal(refine(sampler.network, images, noise, labels, steps=0), noise)


def test_a_generated_image_is_found_again_and_the_error_is_what_one_sees(sampler):
    (image,) = sampler.sample(["3"], seed=1)
    twin = sampler.find(image, steps=5)
    seen = np.abs(np.asarray(twin.image, float) - np.asarray(image, float)).mean() / 255
    assert twin.error == pytest.approx(seen, abs=1e-6)
    assert twin.noise.shape == (1, 16)
    assert 0 <= twin.label < 10
    drawn = sampler.draw(twin.noise, torch.tensor([twin.label]), truncation=1.0)
    assert (drawn[0, :, :, 0] == np.asarray(twin.image)).all()
    assert sampler.find(image, steps=5).error == twin.error


def test_colour_and_size_are_brought_to_the_models(sampler):
    twin = sampler.find(Image.new("RGB", (100, 60), "red"), steps=1)
    assert (twin.image.size, twin.image.mode) == ((28, 28), "L")


def test_a_model_without_classes_finds_without_a_class(tiny_models, tmp_path):
    sampler = models.load(with_encoder(tiny_models["plain"], tmp_path / "plain", classes=0))
    assert sampler.find(Image.new("L", (28, 28)), steps=1).label is None


def test_variations_begin_at_the_found_noise_and_stay_standard_normal():
    """var(cos(t) z + sin(t) e) = cos^2 + sin^2 = 1 for independent standard normal z and e."""
    torch.manual_seed(0)
    noise, others = torch.randn(1, 20_000), torch.randn(3, 20_000)
    assert torch.equal(variations(noise, others, 0.0), noise.expand(3, -1))
    assert torch.allclose(variations(noise, others, 1.0), others, atol=1e-6)
    assert variations(noise, others, 0.4).std(1).sub(1).abs().max() < 0.02
