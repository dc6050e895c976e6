"""Upsampling of translations: edges stay, nothing rings, strokes stay, noise stays out."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from models import upsampling
from models.images import pixels_to_tensor

FACTOR = 6
SIZE = WIDTH, HEIGHT = 240, 180


def reduced(pixels: np.ndarray, factor: int = FACTOR) -> torch.Tensor:
    """Pixels made smaller, as a translator does before it translates."""
    size = [max(1, side // factor) for side in pixels.shape[1::-1]]
    return pixels_to_tensor(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def carried(pixels: np.ndarray, given: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    """All rows of the translation."""
    return torch.cat([images for _, images in upsampling.carried(pixels, given, output)], 2)


def noise(shape: tuple[int, ...], deviation: float = 80) -> np.ndarray:
    return np.random.default_rng(0).normal(128, deviation, shape).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("across", [False, True])
def test_a_step_keeps_its_place_and_its_contrast(channels, across):
    place = 100  # within a pixel of the small picture
    pixels = np.full((HEIGHT, WIDTH, channels), 60, np.uint8)
    (pixels if across else pixels.swapaxes(0, 1))[place:] = 200
    given = reduced(pixels if channels == 3 else pixels[..., 0])
    output = 0.3 - 0.5 * given  # a translation that turns light and dark around
    found = carried(pixels, given, output)[0, 0]
    line = found[:, WIDTH // 2] if across else found[HEIGHT // 2]
    before, after = (0.3 - 0.5 * (value / 127.5 - 1) for value in (60, 200))
    middle, contrast = (before + after) / 2, before - after
    assert int((line > middle).sum()) == place
    blurred = F.interpolate(output, SIZE[::-1], mode="bicubic")[0, 0]
    dull = blurred[:, WIDTH // 2] if across else blurred[HEIGHT // 2]
    rise = (line[place - 1] - line[place]) / contrast
    assert rise > 0.8 > 4 * (dull[place - 1] - dull[place]) / contrast
    far = torch.cat([line[: place - 2 * FACTOR] - before, line[place + 2 * FACTOR :] - after])
    assert far.abs().max() < 0.01 * contrast


def test_nothing_rings():
    """A value lies within those of the translation around it, whatever the picture."""
    pixels = noise((HEIGHT, WIDTH, 3))
    output = torch.rand(1, 3, HEIGHT // FACTOR, WIDTH // FACTOR) * 2 - 1
    found = carried(pixels, reduced(pixels), output)
    around = F.pad(output, (2, 2, 2, 2), mode="replicate")
    high, low = F.max_pool2d(around, 5, 1), -F.max_pool2d(-around, 5, 1)
    high, low = (F.interpolate(one, SIZE[::-1], mode="nearest") for one in (high, low))
    assert (found <= high + 1e-5).all() and (found >= low - 1e-5).all()


@pytest.mark.parametrize("value", [0, 90, 255])
def test_a_plain_picture_with_a_plain_translation_stays_plain(value):
    pixels = np.full((HEIGHT, WIDTH, 3), value, np.uint8)
    given = reduced(pixels)
    found = carried(pixels, given, torch.full_like(given, 0.25))
    torch.testing.assert_close(found, torch.full((1, 3, HEIGHT, WIDTH), 0.25), atol=1e-5, rtol=0)


def test_strokes_that_the_picture_does_not_have_stay():
    pixels = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    pixels[:, 120:] = 180
    given = reduced(pixels)
    strokes = 0.3 * torch.sin(torch.arange(WIDTH // FACTOR) * 2 * torch.pi / 5)
    found = carried(pixels, given, 0.5 * given + strokes)
    again = F.interpolate(found, given.shape[2:], mode="bicubic", antialias=True)
    lost = again - (0.5 * given + strokes)
    assert lost.std() < 0.2 * strokes.std()


def test_the_noise_of_a_flat_picture_stays_out():
    pixels = noise((HEIGHT, WIDTH, 3), deviation=4)
    given = reduced(pixels)
    found = carried(pixels, given, 2 * given)
    fine = found - F.avg_pool2d(found, 9, 1, 4, count_include_pad=False)
    assert fine.std() < 0.25 * 2 * (4 / 127.5)


def test_a_gain_is_that_of_the_guided_filter():
    """Of y = 3 x, var(x) = v in every window: 3 v / (v + eps)."""
    x = (torch.arange(40) % 5).float().div(10).expand(1, 1, 40, 40)
    v = x[0, 0, 0, :5].var(correction=0)
    found = upsampling.gains(x, 3 * x)[0, 0, 0, 4:-4, 4:-4]
    expected = 3 * v / (v + upsampling.NOISE**2)
    torch.testing.assert_close(found, expected.expand_as(found), atol=1e-4, rtol=0)


def test_colours_get_the_gain_that_made_them():
    x, mixed = torch.rand(1, 3, 40, 40) * 4 - 2, torch.randn(3, 3)
    found = upsampling.gains(x, torch.einsum("oi,nihw->nohw", mixed, x))
    torch.testing.assert_close(found.mean((0, 3, 4)), mixed, atol=0.05, rtol=0)


@pytest.mark.parametrize("channels", [1, 3])
def test_an_inverse_times_its_matrix_is_one(channels):
    parts = torch.rand(2, channels, 5, 4, 4)
    identity = torch.eye(channels)[:, :, None, None].expand(2, -1, -1, 4, 4)
    matrices = torch.einsum("nikhw,njkhw->nijhw", parts, parts) + 0.1 * identity
    found = torch.einsum("nijhw,njkhw->nikhw", matrices, upsampling.inverse(matrices))
    torch.testing.assert_close(found, identity, atol=1e-4, rtol=0)


def test_rows_at_a_time_make_no_difference(monkeypatch):
    pixels = noise((HEIGHT, WIDTH, 3))
    given = reduced(pixels)
    whole = carried(pixels, given, given.flip(1))
    monkeypatch.setattr(upsampling, "PIXELS", 7 * WIDTH)
    torch.testing.assert_close(carried(pixels, given, given.flip(1)), whole, atol=1e-5, rtol=0)


@pytest.mark.parametrize("small", [(1, 1), (1, 40), (30, 1), (30, 40)])
def test_a_translation_of_the_same_size_comes_back_as_it_was(small):
    pixels = noise((*small, 3))
    output = torch.rand(1, 1, *small) * 2 - 1
    torch.testing.assert_close(carried(pixels, pixels_to_tensor(pixels), output), output)
