"""Noise on what a generator is given: as strong as it says, the same each time, without seams."""

import numpy as np
import pytest
import torch
from PIL import Image

from models import noise, tiles
from models.networks import GENERATORS, build
from tests.models.test_translator import make

pytestmark = pytest.mark.usefixtures("either_precision")

GREY = Image.new("RGB", (72, 48), (128, 128, 128))


@pytest.fixture(scope="module")
def translator(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return make(folder, channels=(3, 3), name="resnet", input_noise=0.1)


def test_its_deviation_is_on_the_scale_from_0_to_1():
    torch.manual_seed(0)
    plain = torch.full((1, 3, 200, 200), 0.5)
    added = noise.noisy(plain, 0.1) - plain
    assert added.std().item() == pytest.approx(0.2, rel=0.01)  # of values from -1 to 1
    assert added.mean().abs().item() < 0.005


def test_no_noise_leaves_images_as_they_are_and_draws_nothing():
    images, state = torch.rand(1, 3, 8, 8), torch.get_rng_state()
    assert noise.noisy(images, 0.0) is images
    assert torch.equal(torch.get_rng_state(), state)


def test_a_generator_draws_noise_in_training_and_leaves_it_to_others_in_use():
    network = build(GENERATORS, "resnet", {"blocks": 1, "width": 4, "input_noise": 0.1})
    images = torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        assert not torch.equal(network(images), network(images))
        network.eval()
        assert torch.equal(network(images), network(images))
    assert noise.expected_noise(network) == 0.1
    assert noise.expected_noise(build(GENERATORS, "unet", {"levels": 4, "width": 4})) == 0


def test_a_seed_gives_one_picture_and_another_seed_another(translator):
    first, again, other = (
        np.asarray(translator.translate(GREY, seed=s)).astype(int) for s in (0, 0, 1)
    )
    assert np.array_equal(first, again)
    assert np.abs(first - other).mean() > 1


def test_what_else_draws_goes_on_where_it_was(translator):
    state = torch.get_rng_state()
    translator.translate(GREY)
    assert torch.equal(torch.get_rng_state(), state)


def test_plain_areas_are_no_longer_plain(translator, tmp_path):
    same_without = make(tmp_path, channels=(3, 3), name="resnet")
    middle = (slice(16, 32), slice(24, 48))
    assert np.asarray(same_without.translate(GREY))[middle].std(axis=(0, 1)).max() == 0
    assert np.asarray(translator.translate(GREY))[middle].std(axis=(0, 1)).max() > 2


@pytest.mark.parametrize("size", [(48, 72), (104, 152)])  # the second in tiles
@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 31, 77)])
@pytest.mark.parametrize("upsample", ["transposed", "resize"])
def test_a_plain_picture_stays_plain_without_noise(tmp_path, monkeypatch, size, colour, upsample):
    """Instance norm does not make a pattern of what rounding leaves in it."""
    monkeypatch.setattr(tiles, "WHOLE", 100 * 100)
    translator = make(tmp_path, channels=(3, 3), name="resnet", blocks=2, upsample=upsample)
    picture = np.asarray(translator.translate(Image.new("RGB", size, colour)))
    assert (picture == picture[0, 0]).all()


def test_pictures_in_tiles_have_one_noise(translator, monkeypatch):
    """The same as in one piece with the same statistics, so no tile shows."""
    given = torch.rand(1, 3, 96, 128) * 2 - 1
    monkeypatch.setattr(tiles, "WHOLE", 1)
    pictures = []
    for inner in (32, 4096):
        monkeypatch.setattr(tiles.translated, "__defaults__", (inner,))
        torch.manual_seed(0)
        with torch.inference_mode():
            pictures.append(translator.run(given, "A to B"))
    assert pictures[0].std() > 0.05
    torch.testing.assert_close(*pictures, atol=1e-4, rtol=0)
