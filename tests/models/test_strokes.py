"""Noise drawn out along what a picture shows: along its edges, over the length asked for."""

import math

import pytest
import torch

import models
from models import noise, strokes
from models.networks import GENERATORS, build
from tests.models.test_noise import GREY
from tests.models.test_translator import make

DEGREES = [0, 30, 45, 90, 135, 170]


def stripes(degrees: float, size: int = 96, period: float = 12) -> torch.Tensor:
    """Stripes (1, 3, size, size) in [-1, 1] whose edges run at an angle to the x axis, which points
    to the right, towards the y axis, which points down."""
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    angle = math.radians(degrees)
    across = x * math.sin(angle) - y * math.cos(angle)
    return torch.sin(2 * math.pi * across / period).expand(1, 3, -1, -1)


def degrees_between(directions: torch.Tensor, degrees: float) -> torch.Tensor:
    """The angle (N, H, W) between directions (N, 2, H, W) and another, both ways alike."""
    wanted = torch.tensor([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
    cosine = torch.einsum("nchw,c->nhw", directions, wanted).abs().clamp(max=1)
    return cosine.acos().rad2deg()


@pytest.mark.parametrize("degrees", DEGREES)
def test_tangents_run_along_stripes(degrees):
    found = strokes.tangents(stripes(degrees))
    torch.testing.assert_close(found.norm(dim=1), torch.ones(1, 96, 96))
    inside = degrees_between(found, degrees)[:, 16:-16, 16:-16]
    assert inside.max() < 3


def test_plain_areas_follow_the_edge_that_is_nearest():
    picture = torch.full((1, 1, 128, 128), -1.0)
    picture[:, :, :, 64:] = 1  # one edge, from top to bottom
    found = degrees_between(strokes.tangents(picture), 90)
    assert found[:, 8:-8, 8:-8].max() < 5  # 56 pixels away too


def test_a_cameras_noise_does_not_turn_them():
    torch.manual_seed(0)
    given = stripes(30)
    moved = degrees_between(strokes.tangents(given + 0.05 * torch.randn_like(given)), 30)
    assert moved[:, 16:-16, 16:-16].max() < 6


def test_what_is_drawn_out_keeps_its_sum_and_stays_in_its_line():
    dot = torch.zeros(1, 1, 41, 41)
    dot[..., 20, 20] = 1
    right = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 41, 41)
    line = strokes.along(dot, right, length=16)
    assert line.sum().item() == pytest.approx(1, rel=1e-4)
    assert line[..., 20, :].sum().item() == pytest.approx(1, rel=1e-4)
    # of four steps the variances, 2/3 r^2 each, add up
    places = torch.arange(41) - 20
    variance = (line[0, 0, 20] * places**2).sum().item()
    assert variance == pytest.approx(2 / 3 * (1 + 4 + 16 + 64), rel=1e-3)


def test_half_the_length_is_halved_down_to_a_pixel():
    assert list(strokes.reaches(20)) == [10, 5, 2.5, 1.25]


def test_rows_are_made_in_bands(monkeypatch):
    torch.manual_seed(0)
    values, directions = torch.randn(2, 3, 50, 40), strokes.tangents(torch.randn(2, 1, 50, 40))
    whole = strokes.along(values, directions, 16)
    monkeypatch.setattr(strokes, "BAND", 16)
    torch.testing.assert_close(strokes.along(values, directions, 16), whole, atol=1e-5, rtol=0)


def test_a_length_of_less_than_two_pixels_leaves_it_as_it_is():
    given = torch.randn(1, 2, 20, 20)
    assert strokes.along(given, strokes.tangents(stripes(0, 20)), length=1) is given


@pytest.mark.parametrize("degrees", [0, 90])
def test_noise_is_alike_along_the_edges_and_not_across_them(degrees):
    torch.manual_seed(0)
    found = strokes.drawn_out(torch.randn(1, 1, 96, 96), stripes(degrees), 16)[0, 0]

    def alike(dim: int, pixels: int) -> float:
        return (found * found.roll(pixels, dim)).mean().item() / found.square().mean().item()

    along, across = (1, 0) if degrees == 0 else (0, 1)
    assert alike(along, 8) > 0.4 > 0.1 > abs(alike(across, 8))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(16, 16), (16, 61), (90, 120)])
def test_it_is_as_strong_as_it_says_at_any_size(channels, size):
    torch.manual_seed(0)
    images = torch.rand(2, channels, *size) * 2 - 1
    added = noise.noisy(images, 0.1, 16) - images
    assert added.shape == images.shape
    torch.testing.assert_close(added.std(dim=(1, 2, 3)), torch.full((2,), 0.2))
    assert added.mean(dim=(1, 2, 3)).abs().max() < 1e-5


def test_channels_share_most_of_it():
    """So that strokes are lighter and darker first, and differ in colour a little."""
    torch.manual_seed(0)
    added = noise.noisy(torch.zeros(1, 3, 128, 128), 0.1, 16)[0].flatten(1)
    red_and_green = torch.corrcoef(added)[0, 1].item()
    assert red_and_green == pytest.approx(0.8, abs=0.1)


def test_it_is_computed_in_float32():
    images, white = stripes(30).bfloat16(), torch.randn(1, 3, 96, 96).bfloat16()
    found = strokes.drawn_out(white, images, 16)
    assert torch.equal(found, strokes.drawn_out(white.float(), images.float(), 16))


def test_a_generator_expects_what_it_was_trained_with():
    network = build(GENERATORS, "resnet", {"input_noise": 0.1, "stroke_length": 16.0, "width": 4})
    images = stripes(30)
    torch.manual_seed(0)
    expected = noise.as_expected(network, images)
    torch.manual_seed(0)
    assert torch.equal(expected, noise.noisy(images, 0.1, 16))
    without = build(GENERATORS, "unet", {"levels": 4, "width": 4})
    assert noise.as_expected(without, images) is images


def test_hints_have_no_noise():
    arguments = {"input_noise": 0.1, "stroke_length": 16.0, "width": 4, "hints": True}
    network = build(GENERATORS, "resnet", arguments)
    given = torch.cat([stripes(30), torch.rand(1, 4, 96, 96)], 1)
    found = noise.as_expected(network, given)
    assert torch.equal(found[:, 3:], given[:, 3:]) and not torch.equal(found[:, :3], given[:, :3])


def test_a_picture_is_translated_with_it(tmp_path):
    kind = {"name": "resnet", "channels": (3, 3), "input_noise": 0.1}
    folder = make(tmp_path, stroke_length=16.0, **kind).folder
    model = models.load(folder)
    first, again, other = (model.translate(GREY, seed=seed) for seed in (0, 0, 1))
    assert first.tobytes() == again.tobytes() != other.tobytes()


def test_nothing_is_learned_through_the_directions():
    """A plain picture has none, and its gradient would be no number."""
    plain = torch.zeros(1, 3, 32, 32, requires_grad=True)
    noise.noisy(plain, 0.1, 16).sum().backward()
    assert torch.equal(plain.grad, torch.ones_like(plain))
