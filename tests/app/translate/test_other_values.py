"""Pictures of other than 8 bits in the Translate tab."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from app.shared.library import Library
from app.shared.uploads import File, read_upload
from app.translate import actions, batch_actions
from app.translate.actions import Manner
from app.translate.speed import seconds_of_a_pixel
from models import model_folder
from models.networks import GENERATORS, build
from models.values.value_range import ORDINARY, ValueRange, ValuesCut
from training.export.export_model import translation_config
from training.export.model_card import write_card


@pytest.fixture
def library(tmp_path) -> Library:
    """Of a model from six bands of 14 bits to floats alone."""
    network = {
        "name": "resnet",
        "arguments": {"in_channels": 6, "out_channels": 1, "width": 4, "blocks": 1},
    }
    about = {
        "name": "scans",
        "licence": "MIT",
        "images": 9,
        "size": 32,
        "domains": ["bands", "height"],
        "directions": ["A to B"],
        "values": (ValueRange(0, 16383, "uint16", bands=6), ValueRange(-1, 1, "float32")),
    }
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    critic = {"name": "patch", "arguments": {}}
    config = translation_config("bands", "training.pix2pix", network, critic, about, training)
    torch.manual_seed(0)
    generators = nn.ModuleDict({"a_to_b": build(GENERATORS, **network)}).eval()
    folder = tmp_path / "weights" / "bands"
    model_folder.save(folder, config, generators, write_card(config), Image.new("RGB", (8, 8)))
    return Library((folder.parent, tmp_path / "own"))


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "scan.npy"
    np.save(path, np.random.default_rng(0).integers(0, 16384, (40, 48, 6)).astype(np.uint16))
    return path


def test_six_bands_are_translated_and_the_page_says_what_it_shows(library, scan):
    made = actions.translate(library, "bands", Manner(back=True), read_upload(scan))
    with Image.open(made.before) as before, Image.open(made.download) as after:
        assert (before.mode, before.size) == ("RGB", (48, 40))
        assert (after.mode, after.size) == ("L", (48, 40))
    assert "0 to 16,383 (14 bits in uint16, 6 channels)" in made.words
    assert "gives -1 to 1 (float32); shown are 8 bits and the first three channels" in made.words


def test_numbers_outside_the_range_of_training_are_said(library, tmp_path):
    path = tmp_path / "bright.npy"
    np.save(path, np.full((40, 48, 6), 60_000, np.uint16))
    words = "100.0% of its numbers lie outside 0 to 16,383"
    given = [File(path, path.name)]
    with pytest.warns(ValuesCut, match=words):
        made = actions.translate(library, "bands", Manner(), read_upload(path))
        *_, last = batch_actions.translate_files(library, "bands", Manner(), given)
    assert words in made.words
    assert last.remarks[0].startswith(f"bright.npy: {words}")


def test_speed_and_examples_know_such_a_model(library):
    assert seconds_of_a_pixel(library.translator("bands")) > 0
    assert actions.examples(library, "bands") == []


def test_a_photograph_among_many_is_left_out_with_its_name(library, scan, tmp_path):
    Image.new("RGB", (40, 40)).save(tmp_path / "photo.png")
    files = [File(path, path.name) for path in (scan, tmp_path / "photo.png")]
    *_, last = batch_actions.translate_files(library, "bands", Manner(), files)
    assert last.left_out == ("photo.png: Expected 6 channels, found 3.",)
    assert last.archive is not None


def test_an_ordinary_picture_brings_no_numbers(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert read_upload(tmp_path / "a.png").numbers is None


def test_models_of_8_bits_have_no_key_for_values(library):
    config = json.loads((library.translator("bands").folder / "config.json").read_text())
    assert set(config["values"]) == {"A", "B"}
    assert ORDINARY.as_json() == {"low": 0.0, "high": 255.0, "dtype": "uint8"}
