"""Exported models: what is written is read back, and foreign folders get one clear sentence."""

import json
import shutil

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import models
from models import locations
from models.config import InvalidModel, read_config
from models.model_folder import load_network, save

TRAINING = {
    **{"script": "training.gan", "data": "x", "data_licence": "x", "hardware": "x"},
    **{"data_images": 1, "images_seen": 1, "minutes": 1.0},
}


@pytest.fixture
def folder(tiny_models, tmp_path):
    """A copy that a test may spoil."""
    return shutil.copytree(tiny_models["classes"], tmp_path / "model")


def change(folder, **values) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_model_is_read_back_as_it_was_written(tiny_models):
    config = read_config(tiny_models["classes"])
    network = load_network(tiny_models["classes"], config)
    stored = load_file(tiny_models["classes"] / "model.safetensors")
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, stored[name]), name
    assert not network.training
    assert {path.name for path in tiny_models["classes"].iterdir()} == {
        "config.json",
        "model.safetensors",
        "README.md",
        "samples.png",
    }


def test_a_folder_of_other_files_is_not_replaced_by_a_model(tiny_models, tmp_path):
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "beach.jpg").write_bytes(b"mine")
    config = read_config(tiny_models["classes"])
    network = load_network(tiny_models["classes"], config)
    with pytest.raises(InvalidModel, match="other files in it"):
        save(tmp_path / "holiday", config, network, "", Image.new("L", (8, 8)))
    assert (tmp_path / "holiday" / "beach.jpg").read_bytes() == b"mine"


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(folder, file):
    (folder / file).unlink()
    with pytest.raises(InvalidModel, match=file):
        models.load(folder)


def test_a_truncated_file_is_called_damaged(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InvalidModel, match="damaged"):
        models.load(folder)


def test_a_file_of_another_format_is_refused(folder):
    (folder / "model.safetensors").write_bytes(b"\x80\x04cos\nsystem\n" * 50)
    with pytest.raises(InvalidModel, match="safetensors"):
        models.load(folder)


def test_foreign_missing_and_misshapen_tensors_are_named(folder):
    path = folder / "model.safetensors"
    tensors = load_file(path)
    first = next(iter(sorted(tensors)))
    for spoiled, words in (
        ({**tensors, "extra": torch.zeros(1)}, "'extra' does not belong"),
        ({k: v for k, v in tensors.items() if k != first}, f"'{first}' is missing"),
        ({**tensors, first: torch.zeros(3, 3, 3)}, "has the shape"),
    ):
        save_file(spoiled, path)
        with pytest.raises(InvalidModel, match=words):
            models.load(folder)


def test_weights_that_are_not_numbers_are_refused(folder):
    tensors = load_file(folder / "model.safetensors")
    tensors["enlarge.1.bias"][:] = float("nan")
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(InvalidModel, match="finite numbers"):
        models.load(folder)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"format_version": 99}, "format version"),
        ({"task": "segmentation"}, "task"),
        ({"size": "large"}, "'size'.* to be a int"),
        ({"network": {"name": "vgg", "arguments": {}}}, "noise|vgg"),
        ({"network": 3}, "to be a dict"),
        ({"class_names": [1, 2]}, "strings"),
        ({"class_names": ["a"]}, "classes = 1"),
        ({"noise": {"distribution": "gamma", "dim": 16}}, "normal or uniform"),
        ({"noise": {"distribution": "normal", "dim": 16, "truncation": 9}}, "truncation from 0"),
        ({"value_range": [0, 1]}, "value range"),
        ({"training": {}}, "'script'"),
        ({"training": {**TRAINING, "before": 3}}, "'before'"),
        ({"training": {**TRAINING, "images_seen": 10**400}}, "'images_seen'.* from 0 to 1e"),
        ({"size": -28}, "'size'.* from 0 to 1e"),
        ({"training": {**TRAINING, "before": {"name": "x"}}}, "'images_seen'"),
        ({"metrics": {"command": "x", "table": [{"key": "a"}]}}, "'name'"),
    ],
)
def test_a_config_of_another_kind_says_what_is_wrong(folder, values, words):
    change(folder, **values)
    with pytest.raises(InvalidModel, match=words):
        models.load(folder)


def test_a_config_that_is_no_json_is_refused(folder):
    (folder / "config.json").write_text("{")
    with pytest.raises(InvalidModel, match="Expected JSON"):
        models.load(folder)


def test_a_config_cannot_ask_for_a_network_that_fills_the_memory(folder):
    network = json.loads((folder / "config.json").read_text())["network"]
    network["arguments"]["width"] = 10**9
    change(folder, network=network)
    with pytest.raises(InvalidModel, match="from 0 to 4096"):
        models.load(folder)


def test_names_and_paths_find_models_and_others_list_what_there_is(tiny_models, monkeypatch):
    place = tiny_models["classes"].parent
    monkeypatch.setattr(locations, "weights_folders", lambda: (place,))
    assert models.load("classes").name == "classes"
    assert models.load(tiny_models["plain"]).class_names == []
    with pytest.raises(FileNotFoundError, match=r"classes.*found 'nothing'"):
        models.load("nothing")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"domains": ["a"]}, "two names"),
        ({"directions": ["B to A"]}, "found .'B to A'"),
        ({"directions": ["A to B", "B to A"]}, "'b_to_a.* is missing"),
        ({"channels": {"A": 1, "B": 0}}, "1 to 64 'channels'"),
        ({"channels": {"A": 65, "B": 3}}, "1 to 64 'channels'"),
        ({"channels": {"A": [1], "B": 3}}, "1 to 64 'channels'"),
        ({"channels": {"A": 1, "B": 2}}, "out_channels = 2, found 3"),
        ({"channels": {"A": 3, "B": 3}}, "in_channels = 3, found 1"),
        ({"values": [0, 4095]}, "'values' of A and of B"),
        ({"values": {"A": {"low": 5, "high": 5}, "B": {}}}, "low below high"),
        ({"values": {"A": {}, "B": {"bands": 2}}}, "Expected 2 channels of B"),
        ({"long_side": -1}, "'long_side'.* from 0 to 1e"),
        ({"short_side": "384"}, "'short_side'.* to be a int, found a str"),
        ({"short_side": 1025}, "'short_side'.* from 0 to 1024 pixels, found 1025"),
        ({"working_size": 512.0}, "'working_size'.* to be a int, found a float"),
        ({"working_size": 1025}, "'working_size'.* from 0 to 1024 pixels, found 1025"),
    ],
)
def test_a_translators_config_says_what_is_wrong(tiny_translator, tmp_path, values, words):
    folder = shutil.copytree(tiny_translator, tmp_path / "model")
    change(folder, **values)
    with pytest.raises(InvalidModel, match=words):
        models.load(folder)


def test_a_model_that_is_being_written_is_not_listed(tiny_models, tmp_path):
    for name in ("done", "half.tmp"):
        shutil.copytree(tiny_models["plain"], tmp_path / name)
    assert list(models.available([tmp_path])) == ["done"]
