"""Colours of things: what has the foremost hue changes, and nothing else does."""

import pytest
import torch
from torch import Tensor

from models.conditions.colours import BY_WORD, COLOURS, on_the_way, recoloured

BLUE = BY_WORD["blue"]


def flat(colour: tuple[int, int, int]) -> Tensor:
    """(3, 1, 1) in [-1, 1]."""
    return torch.tensor(colour)[:, None, None] / 127.5 - 1


def apple(body: tuple[int, int, int] = (220, 40, 50)) -> Tensor:
    """A body with a light and a dark half, a green leaf and a black outline, on white."""
    image = torch.ones(3, 32, 32)
    image[:, 8:28, 4:28] = flat((20, 20, 20))
    image[:, 9:18, 5:27] = flat(body)
    image[:, 18:27, 5:27] = flat(tuple(int(0.8 * one) for one in body))
    image[:, 4:8, 14:20] = flat((90, 170, 50))
    return image


def test_the_body_takes_the_colour_and_the_rest_stays():
    before, after = apple(), recoloured(apple(), BLUE)
    light, dark = after[:, 12, 15], after[:, 24, 15]
    assert light[2] > light[1] > light[0] and dark[2] > dark[1] > dark[0]
    assert light.sum() > dark.sum() + 0.2  # its shade is still there
    assert (light - flat(BLUE)[:, 0, 0]).abs().max() < 0.5
    for row, column in ((0, 0), (30, 30), (8, 15), (5, 16)):  # ground, outline, leaf
        assert torch.allclose(after[:, row, column], before[:, row, column], atol=0.04)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_thing_of_that_colour_is_left_as_it_is(colour):
    image = torch.ones(3, 16, 16)
    image[:, 4:12, 4:12] = flat(colour)
    assert recoloured(image, colour) is image


def test_a_thing_without_colours_takes_one_but_for_what_is_dark():
    image = apple((150, 150, 155))
    image[:, 4:8] = 1  # no leaf
    image[:, 12:14, 10:12] = -1  # an eye
    after = recoloured(image, BLUE)
    assert after[2, 10, 20] - after[0, 10, 20] > 0.5
    assert torch.allclose(after[:, 12, 10], torch.full((3,), -1.0), atol=0.02)


def test_black_and_white_are_colours_too():
    assert recoloured(apple(), BY_WORD["black"])[:, 12, 15].max() < -0.4
    assert recoloured(apple(), BY_WORD["white"])[:, 12, 15].min() > 0.6


def test_nothing_drawn_stays_nothing():
    ground = torch.ones(3, 8, 8)
    assert torch.allclose(recoloured(ground, BLUE), ground, atol=1e-4)


def test_on_the_way_one_colour_goes_and_the_other_comes():
    images = apple().expand(5, -1, -1, -1)
    way = on_the_way(images, BLUE, None)
    assert torch.allclose(way[0], recoloured(apple(), BLUE)) and torch.equal(way[-1], apple())
    assert (way[:, 2, 12, 15].diff() < 0).all()
    same = on_the_way(images, BLUE, BLUE)
    assert torch.allclose(same, recoloured(apple(), BLUE).expand_as(same))


def test_no_word_says_two_colours():
    words = [word for said in COLOURS.values() for word in said.split()]
    assert len(words) == len(set(words))
