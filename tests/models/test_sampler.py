"""Sampler: classes, seeds, truncation, morphs."""

import numpy as np
import pytest

import models


@pytest.fixture(scope="module")
def digits(tiny_models):
    return models.load(tiny_models["classes"])


@pytest.fixture(scope="module")
def plain(tiny_models):
    return models.load(tiny_models["plain"])


def pixels(images) -> np.ndarray:
    return np.stack([np.asarray(image, int) for image in images])


def test_images_have_the_size_and_mode_of_the_model(digits):
    (image,) = digits.sample(["3"], seed=1)
    assert image.size == (28, 28)
    assert image.mode == "L"


def test_a_class_by_index_and_by_name_is_the_same(digits):
    assert (
        pixels(digits.sample([3, 1], seed=7)) == pixels(digits.sample(["3", "1"], seed=7))
    ).all()


def test_the_same_seed_gives_the_same_images_whatever_the_count(digits, plain):
    few, many = pixels(plain.sample(5, seed=7)), pixels(plain.sample(300, seed=7))
    assert abs(few - many[:5]).max() <= 1
    few, many = pixels(digits.sample(5, seed=7)), pixels(digits.sample(300, seed=7))
    assert abs(few - many[:5]).max() <= 1
    assert (digits.labels(5, 7) == digits.labels(300, 7)[:5]).all()


def test_another_seed_gives_other_images_and_so_does_none(plain):
    assert (pixels(plain.sample(4, seed=1)) != pixels(plain.sample(4, seed=2))).any()
    assert (pixels(plain.sample(4)) != pixels(plain.sample(4))).any()


def test_noise_is_standard_normal(digits):
    noise = digits.noise(20_000, seed=0)
    assert abs(noise.mean()) < 0.01
    assert abs(noise.std() - 1) < 0.01


def test_one_style_shares_the_noise(digits):
    same = pixels(digits.sample([4, 4], seed=3, one_style=True))
    assert (same[0] == same[1]).all()
    other = pixels(digits.sample([4, 4], seed=3))
    assert (other[0] != other[1]).any()


def test_truncation_zero_makes_a_class_alike(digits):
    alike = pixels(digits.sample([4, 4], seed=3, truncation=0))
    assert abs(alike[0] - alike[1]).max() <= 1


def test_a_morph_starts_and_ends_with_the_classes_it_names(digits):
    frames = pixels(digits.morph("3", "8", frames=5, seed=2))
    assert frames.shape == (5, 28, 28)
    ends = pixels(digits.sample(["3", "8"], seed=2, one_style=True))
    assert abs(frames[[0, -1]] - ends).max() <= 1
    steps = abs(np.diff(frames, axis=0)).mean(axis=(1, 2))
    assert (steps > 0).all()


def test_a_morph_without_classes_goes_from_one_picture_to_another(plain):
    frames = pixels(plain.morph(frames=4, seed=2))
    ends = pixels(plain.sample(2, seed=2))
    assert abs(frames[[0, -1]] - ends).max() <= 1


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (0, "1 to 100,000 images, found 0"),
        (10_000_000, "found 10,000,000"),
        ([], "found 0"),
        ([12], "no class 12; expected one of 0, 1"),
        ([-1], "no class -1"),
        (["cat"], "no class 'cat'"),
        ([True], "no class True"),
        ([1.5], "no class 1.5"),
    ],
)
def test_a_wrong_class_or_count_gets_one_sentence(digits, what, words):
    with pytest.raises(ValueError, match=words):
        digits.sample(what, seed=0)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "7", True])
def test_a_wrong_seed_gets_one_sentence(digits, seed):
    with pytest.raises(ValueError, match="whole number from 0"):
        digits.sample(1, seed=seed)


def test_a_wrong_truncation_and_classes_without_classes_are_errors(digits, plain):
    with pytest.raises(ValueError, match="truncation from 0 to 2"):
        digits.sample(1, truncation=3)
    with pytest.raises(ValueError, match="no classes"):
        plain.sample(["3"])
