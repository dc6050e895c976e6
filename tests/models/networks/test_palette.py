"""The palette: colours chosen, not mixed."""

import pytest
import torch

from models.networks import GENERATORS, build
from models.networks.palette import SHARPNESS, Palette

COLOURS = ["#000000", "#ffffff", "#ff0000"]


def test_the_surest_colour_stands_out():
    scores = torch.zeros(1, 3, 2, 2)
    scores[:, 2] = 2.0
    image = Palette(COLOURS)(scores)
    torch.testing.assert_close(image[0, :, 0, 0], torch.tensor([1.0, -1, -1]), atol=1e-5, rtol=0)


def test_equal_scores_give_the_mean_and_a_difference_the_sharpened_softmax():
    palette = Palette(["#000000", "#ffffff"], channels=1)
    assert palette(torch.zeros(1, 2, 1, 1)).item() == pytest.approx(0)
    share = torch.sigmoid(torch.tensor(0.25 * SHARPNESS))
    found = palette(torch.tensor([0.0, 0.25]).reshape(1, 2, 1, 1))
    assert found.item() == pytest.approx(2 * share.item() - 1)


def test_every_pixel_near_a_colour_has_its_index_and_blends_have_none():
    pixels = torch.tensor([[-1.0, -1, -1], [0.95, 1, 1], [1, -0.95, -1], [0, 0, 0]])
    found = Palette(COLOURS).nearest(pixels.T.reshape(1, 3, 2, 2))
    assert found.flatten().tolist() == [0, 1, 2, -100]


def test_a_u_net_with_a_palette_draws_in_it_and_gives_its_scores():
    torch.manual_seed(0)
    network = build(GENERATORS, "unet", {"levels": 4, "width": 4, "palette": COLOURS}).eval()
    images = torch.rand(2, 3, 32, 48) * 2 - 1
    output, scores = network(images, scores=True)
    assert output.shape == (2, 3, 32, 48) and scores.shape == (2, 3, 32, 48)
    torch.testing.assert_close(output, network(images))
    torch.testing.assert_close(output, Palette(COLOURS)(scores))
    assert (output[:, 1] <= output[:, 0] + 1e-6).all()  # green never exceeds red in these colours


@pytest.mark.parametrize("colours", [["#000000"], ["red-ish", "#000000"]])
def test_a_palette_that_is_none_is_an_error(colours):
    with pytest.raises(ValueError, match=r"palette|color"):
        build(GENERATORS, "unet", {"levels": 4, "width": 4, "palette": colours})
