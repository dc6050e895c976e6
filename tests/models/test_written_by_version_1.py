"""Folders that format version 1 wrote are read as they were meant, whatever it has added since.

The models and their pictures in written_by_version_1/ were written once and are never written
again: a test here that turns red says that somebody's models would no longer load, or look
different.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import models
from models.point_sampler import PointSampler
from models.sampler import Sampler
from models.translator import Translator

FOLDER = Path(__file__).parent / "written_by_version_1"
TASKS = {"digits": Sampler, "points": PointSampler, "outlines": Translator, "photos": Translator}
POINTS = [[-0.4698, 1.5178], [-0.1050, 0.7860], [-0.3089, 1.2821]]  # of seed 7


def outline() -> Image.Image:
    """A square of two pixels' thickness."""
    picture = Image.new("L", (20, 20), "white")
    picture.paste(0, (4, 4, 16, 16))
    picture.paste(255, (6, 6, 14, 14))
    return picture


def slopes() -> Image.Image:
    """Three slopes, one for each channel."""
    slope = np.add.outer(np.arange(20) * 9, np.arange(24) * 3).astype(np.uint8)
    return Image.fromarray(np.stack([slope, slope[::-1], slope[:, ::-1]], axis=2))


GIVEN = {"outlines": outline, "photos": slopes}


def difference(picture: Image.Image, expected: str) -> np.ndarray:
    """|picture - the stored one|, of 255."""
    with Image.open(FOLDER / "pictures" / f"{expected}.png") as stored:
        assert (picture.mode, picture.size) == (stored.mode, stored.size)
        return np.abs(np.asarray(picture, int) - np.asarray(stored, int))


@pytest.mark.parametrize(("name", "kind"), TASKS.items())
def test_each_task_loads_as_what_it_is(name, kind):
    model = models.load(FOLDER / name)
    assert isinstance(model, kind)
    assert model.config["format_version"] == 1
    assert model.name == name


@pytest.mark.parametrize(("precision", "most", "mean"), [("fp32", 1, 0.1), ("bf16", 48, 1)])
@pytest.mark.parametrize(
    ("name", "direction"),
    [("outlines", "A to B"), ("photos", "A to B"), ("photos", "B to A")],
)
def test_translators_make_the_same_pictures(name, direction, precision, most, mean):
    """Noise by seed, the palette's votes, and the enlargement of small pictures among it."""
    translator = models.load(FOLDER / name)
    picture = translator.translate(GIVEN[name](), direction, precision=precision)
    apart = difference(picture, f"{name}, {direction}")
    assert apart.max() <= most
    assert apart.mean() <= mean


def test_samplers_make_the_same_pictures_and_find_them_again():
    sampler = models.load(FOLDER / "digits")
    images = sampler.sample([2, "0", 1], seed=7)
    for index, image in enumerate(images):
        assert difference(image, f"digits, {index}").max() <= 1
    assert sampler.can_find
    assert sampler.find(images[0]).image.size == (8, 8)


def test_points_are_where_they_were():
    points = models.load(FOLDER / "points").draw_points(3, seed=7)
    assert points.numpy() == pytest.approx(np.array(POINTS), abs=1e-3)


@pytest.mark.parametrize("name", TASKS)
def test_what_a_later_program_added_is_passed_over_and_kept(tmp_path, name):
    folder = shutil.copytree(FOLDER / name, tmp_path / name)
    config = json.loads((folder / "config.json").read_text())
    added = {**config, "later": {"is": ["kept"]}, "training": {**config["training"], "later": 1}}
    (folder / "config.json").write_text(json.dumps(added))
    assert models.load(folder).config == added
