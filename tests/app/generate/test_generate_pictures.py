"""Pictures that know where they come from."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from app.generate import actions, pictures


@pytest.fixture(autouse=True)
def only_tiny_models(offered):
    pass


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image, int)


@pytest.mark.parametrize(
    ("name", "which"), [("classes", "3"), ("classes", actions.ANY), ("plain", actions.ANY)]
)
def test_the_gallery_has_the_pictures_of_the_sheet_each_with_its_parameters(library, name, which):
    origins = pictures.origins(library, name, which, 4, 7, 0.8)
    shown = pictures.shown(library, pictures.drawn(library, origins), origins)
    model = library.sampler(name)
    alone = model.sample(4 if which == actions.ANY else [which] * 4, 7, 0.8)
    for row, (one, other) in enumerate(zip(shown, alone, strict=True)):
        large = other.resize(one.size, Image.Resampling.LANCZOS)
        assert abs(pixels(one) - pixels(large)).max() <= 1
        about = json.loads(one.info["parameters"])
        assert (about["model"], about["seed"], about["picture"]) == (name, 7, row)
        assert ("class" in about) == bool(model.class_names)


def test_more_like_a_picture_are_nearer_to_it_than_others_and_begin_with_it(library):
    first = pictures.origins(library, "classes", "3", 2, 7, 1.0)
    like = pictures.like(first[1], seed=9)
    model = library.sampler("classes")
    z, *others = (origin.z(model) for origin in like)
    assert torch.equal(z, model.noise(2, 7)[1:])
    away = torch.cat(others).sub(z).norm(dim=1)
    assert away.min() > 0
    assert away.max() < (model.noise(2, 7)[0] - z).norm()
    assert {origin.what for origin in like} == {"3"}
    about = like[1].about(model)
    assert (about["picture"], about["near"]) == (1, [[9, 0]])


def test_more_like_has_an_end(library):
    origin = pictures.origins(library, "plain", actions.ANY, 1, 7, 1.0)[0]
    for seed in range(pictures.MOST_STEPS):
        origin = pictures.like(origin, seed)[1]
    with pytest.raises(ValueError, match="Too many steps"):
        pictures.like(origin, 0)


def test_the_way_between_two_begins_and_ends_with_them(library, monkeypatch):
    monkeypatch.setattr(actions, "FRAMES", 3)
    start, end = pictures.origins(library, "classes", actions.ANY, 2, 7, 1.0)
    model = library.sampler("classes")
    noise = torch.cat([start.z(model), end.z(model)])
    labels = pictures.told(model, [start, end])
    frames = model.between(noise, labels, 3)
    for frame, alone in zip((frames[0], frames[-1]), model.sample(2, 7), strict=True):
        assert abs(pixels(frame) - pixels(alone)).max() <= 1
    with Image.open(pictures.way(library, start, end)) as image:
        assert (image.format, image.is_animated) == ("WEBP", True)


def test_two_pictures_of_two_models_have_no_way_between(library):
    one, other = (
        pictures.origins(library, name, actions.ANY, 1, 7, 1.0)[0] for name in ("classes", "plain")
    )
    with pytest.raises(ValueError, match="one model"):
        pictures.way(library, one, other)
