"""What words mean: a colour is set aside where no caption has it with the thing."""

import numpy as np
import pytest
import torch
from PIL import Image

import models
from models.conditions.colours import BY_WORD
from models.conditions.wording import Wording
from models.conditions.words import WordTable, load_words
from training.data.paired.captions import bundled_table

PIECES = ["a", "apple", "blue", "green", "cat", "的", "苹果", "蓝色", "orange", "light", "##bell"]


@pytest.fixture
def table() -> WordTable:
    """Each piece along an axis of its own; "a" counts for little."""
    vectors = (127 * torch.eye(len(PIECES))).to(torch.int8)
    return WordTable(PIECES, vectors, torch.tensor([0.01, *[1.0] * 10]) / 127)


@pytest.fixture
def wording(table) -> Wording:
    """Of something that knows an apple, a green one, and a cat."""
    captions = [table.encode(text) for text in ("apple", "green apple", "cat")]
    return Wording(table, torch.stack(captions))


@pytest.mark.parametrize(
    ("text", "colour", "thing"),
    [
        ("a blue apple", "blue", "apple"),
        ("蓝色的苹果", "blue", "苹果"),
        ("Blue, blue cat", "blue", "blue cat"),
        ("a green apple", None, "a green apple"),  # a caption
        ("a green cat", "green", "cat"),
        ("an orange", None, "an orange"),  # the fruit
        ("a blue", None, "a blue"),
        ("apple blue", None, "apple blue"),  # not in front of it
        ("a light blue light", "blue", "light"),
        ("a bluebell", None, "a bluebell"),  # one word
        ("", None, ""),
    ],
)
def test_a_colour_in_front_is_set_aside_unless_a_caption_has_it(
    wording, table, text, colour, thing
):
    found, vector = wording.meant(text)
    assert found == (colour and BY_WORD[colour])
    assert torch.equal(vector, table.encode(thing))


def test_a_thing_whose_name_outweighs_the_colour_is_still_drawn_in_it(table):
    """Of ten times the weight: a cosine of 0.995 to the caption that does not say the colour."""
    heavy = WordTable(table.pieces, table.vectors, table.scales * torch.tensor([1, 10, *[1] * 9]))
    wording = Wording(heavy, torch.stack([heavy.encode("apple"), heavy.encode("cat")]))
    assert wording.meant("a blue apple")[0] == BY_WORD["blue"]


def test_every_word_for_a_colour_is_in_the_table_that_comes_along():
    assert set(BY_WORD) <= set(load_words(bundled_table()).pieces)


@pytest.mark.parametrize(
    ("text", "same"),
    [("粉色的猫", "粉红的猫"), ("金色的狗", "黄色的狗"), ("Turquoise owl", "teal owl")],
)
def test_colours_that_the_table_does_not_have_are_said_in_words_that_it_has(text, same):
    wording = models.load("emoji-words").wording
    (colour, thing), (wanted, other) = wording.meant(text), wording.meant(same)
    assert colour == wanted is not None and torch.equal(thing, other)


def test_a_word_that_begins_with_a_colour_is_no_colour():
    assert models.load("emoji-words").wording.meant("金鱼")[0] is None


def test_what_is_too_long_is_refused_before_anything_is_made_of_it(wording):
    with pytest.raises(ValueError, match="at most"):
        wording.meant("turquoise " * 60)  # of which less would be left


def test_what_is_no_thing_on_white_ground_keeps_its_colours(table):
    found, vector = Wording(table).meant("a blue apple")
    assert found is None and torch.equal(vector, table.encode("a blue apple"))


def foremost(image: Image.Image) -> np.ndarray:
    """The mean r, g, b of what is neither dark nor pale."""
    pixels = np.asarray(image, float).reshape(-1, 3)
    return pixels[(pixels.max(1) > 80) & (np.ptp(pixels, axis=1) > 60)].mean(0)


def test_the_model_that_ships_draws_a_blue_apple_in_every_hand_and_a_red_one_as_learned():
    model = models.load("emoji-words")
    for hand in model.hands:
        red, _, blue = foremost(model.sample("a blue apple", seed=7, hand=hand)[0])
        assert blue > red + 60
    (drawn,) = model.sample("a red apple", seed=7)
    told = model.told(["a red apple"])
    assert np.array_equal(drawn, model.draw(model.noise(1, 7), told)[0])


def test_the_same_thing_in_one_colour_moves_and_in_two_stands():
    model = models.load("emoji-words")
    moving = model.morph("a cat", "A cat", frames=3, seed=7, hand="noto")
    assert moving[0].tobytes() != moving[2].tobytes()
    grey = [
        np.asarray(image.convert("L"), int)
        for image in model.morph("a blue cat", "a purple cat", frames=3, seed=7, hand="noto")
    ]
    assert np.abs(grey[0] - grey[2]).mean() < 0.5 * np.abs(grey[0] - 255).mean()


def test_one_text_alone_is_no_list_of_texts():
    with pytest.raises(ValueError, match="a list of texts, found 'cat'"):
        models.load("emoji-words").told("cat")


def test_a_morph_begins_and_ends_in_the_colours_that_are_asked_for():
    model = models.load("emoji-words")
    images = model.morph("a blue apple", "a purple apple", frames=5, seed=7, hand="noto")
    start, end = foremost(images[0]), foremost(images[-1])
    assert start[2] > start[0] + 60 and end[0] > start[0] + 40
    same = np.asarray(model.sample("a blue apple", seed=7, hand="noto")[0], int)
    assert np.abs(np.asarray(images[0], int) - same).max() <= 4  # of the same z
