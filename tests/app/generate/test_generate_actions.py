"""The Generate tab's plain functions."""

import json

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageSequence

from app.generate import actions as generate_actions


@pytest.fixture(autouse=True)
def only_tiny_models(offered):
    pass


def parameters(picture: Image.Image) -> dict:
    return json.loads(picture.info["parameters"])


def test_the_picker_lists_samplers_with_classes_first_and_leaves_broken_folders_out(
    offered, library
):
    broken = offered / "broken"
    broken.mkdir()
    (broken / "config.json").write_text("{")
    assert generate_actions.sampler_names(library) == ["classes", "plain"]
    assert "Expected JSON in" in library.complaints()


def test_a_folder_may_have_another_name_than_its_config(offered, tiny_models, library):
    (offered / "renamed").symlink_to(tiny_models["classes"])
    assert (
        parameters(generate_actions.draw_images(library, "renamed", "3", 1, 7, 1.0))["class"] == "3"
    )


def test_a_sheet_shows_every_image_and_carries_its_parameters(library):
    sheet = generate_actions.draw_images(library, "classes", "3", 5, 7, 1.0)
    side = sheet.width // 3
    assert sheet.size == (3 * side, 2 * side)
    about = parameters(sheet)
    assert about == {"model": "classes", "class": "3", "count": 5, "seed": 7, "truncation": 1.0}


def test_the_same_seed_draws_the_same_sheet_and_any_class_draws_several(library):
    one, other = (
        generate_actions.draw_images(library, "classes", generate_actions.ANY, 16, 7, 1.0)
        for _ in range(2)
    )
    assert np.array_equal(np.asarray(one), np.asarray(other))


def test_a_model_without_classes_draws_a_count(library):
    assert (
        parameters(generate_actions.draw_images(library, "plain", generate_actions.ANY, 4, 7, 1.0))[
            "count"
        ]
        == 4
    )


def test_a_number_is_written_in_one_handwriting(library):
    sheet = generate_actions.write_text(library, "classes", " 20 26 ", 7, 1.0)
    tiles = np.split(np.asarray(sheet, int), 4, axis=1)
    assert (tiles[0] == tiles[2]).all()  # the two 2s
    assert (tiles[0] != tiles[1]).any()
    assert parameters(sheet)["text"] == "2026"


def test_every_class_in_several_handwritings_is_a_grid(library):
    sheet = generate_actions.draw_alphabet(library, "classes", 3, 7, 1.0)
    assert sheet.height / sheet.width == pytest.approx(10 / 3)
    # its first row is class 0, as drawn alone with the same noise
    first = library.sampler("classes").sample(["0"] * 3, 7)
    scale = sheet.width // (3 * 28)
    large = [
        np.asarray(image.resize((28 * scale,) * 2, Image.Resampling.LANCZOS), int)
        for image in first
    ]
    assert abs(np.asarray(sheet, int)[: 28 * scale] - np.hstack(large)).max() <= 2


def test_a_morph_is_an_endless_webp_there_and_back_with_its_parameters(library):
    with Image.open(generate_actions.morph(library, "classes", "3", "8", 7, 1.0)) as image:
        assert image.format == "WEBP"
        lasts = [frame.info["duration"] for frame in ImageSequence.Iterator(image) if frame.load()]
        assert sum(lasts) == generate_actions.FRAME_MS * (2 * generate_actions.FRAMES - 1)
        assert image.info["loop"] == 0
        about = json.loads(image.getexif()[ExifTags.Base.ImageDescription])
    assert about == {"model": "classes", "from": "3", "to": "8", "seed": 7, "truncation": 1.0}


def test_old_animations_do_not_pile_up(library, monkeypatch):
    monkeypatch.setattr(generate_actions, "FRAMES", 2)
    monkeypatch.setattr(generate_actions, "KEPT", 2)
    paths = [generate_actions.morph(library, "plain", None, None, seed, 1.0) for seed in range(3)]
    assert [path.exists() for path in paths] == [False, True, True]


@pytest.mark.parametrize(
    ("function", "arguments", "words"),
    [
        (generate_actions.draw_images, ("nothing", "3", 4, 7, 1.0), "no model 'nothing'"),
        (
            generate_actions.draw_images,
            ("outlines", "3", 4, 7, 1.0),
            "found outlines, which translates",
        ),
        (generate_actions.draw_images, ("classes", "cat", 4, 7, 1.0), "no class 'cat'"),
        (
            generate_actions.draw_images,
            ("classes", "3", 0, 7, 1.0),
            "how many from 1 to 100, found 0",
        ),
        (generate_actions.draw_images, ("classes", "3", 10_000_000, 7, 1.0), "from 1 to 100"),
        (generate_actions.draw_images, ("classes", "3", None, 7, 1.0), "found nothing"),
        (generate_actions.draw_images, ("classes", "3", 4, None, 1.0), "a seed from 0"),
        (generate_actions.draw_images, ("classes", "3", 4, "abc", 1.0), "found 'abc'"),
        (generate_actions.draw_images, ("classes", "3", 4, 2.5, 1.0), "found 2.5"),
        (generate_actions.draw_images, ("classes", "3", 4, float("nan"), 1.0), "a seed"),
        (generate_actions.draw_images, ("classes", "3", 4, 7, 9.0), "truncation from 0 to 2"),
        (generate_actions.write_text, ("classes", "", 7, 1.0), "something to write"),
        (generate_actions.write_text, ("classes", None, 7, 1.0), "something to write"),
        (
            generate_actions.write_text,
            ("classes", "20a6", 7, 1.0),
            "only the characters 0123456789, found 'a'",
        ),
        (generate_actions.write_text, ("classes", "1" * 99, 7, 1.0), "at most 16 characters"),
        (generate_actions.draw_alphabet, ("plain", 3, 7, 1.0), "with classes"),
        (generate_actions.draw_alphabet, ("classes", 99, 7, 1.0), "handwritings from 1 to 12"),
        (generate_actions.morph, ("classes", "3", None, 7, 1.0), "no class None"),
    ],
)
def test_bad_input_gets_one_sentence(function, arguments, words, library):
    with pytest.raises(ValueError, match=words):
        function(library, *arguments)
