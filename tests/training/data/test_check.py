"""The report on data before a run trains on it says what the run finds."""

import json

import numpy as np
import pytest
from helpers import call_module
from PIL import Image

from training.data.check import check, in_words


def save(path, size=(40, 30), value=0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(value).integers(0, 255, (size[1], size[0], 3))
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def report(data, script: str, made=None) -> dict:
    data = data if isinstance(data, list) else [str(data)]
    return check(data, script, made)[0].as_json()


def test_classes_are_counted_and_uneven_ones_named(tmp_path):
    for index in range(60):
        save(tmp_path / "cats" / f"{index}.png", value=index)
    for index in range(3):
        save(tmp_path / "dogs" / f"{index}.png", value=index)
    found = report(tmp_path, "training.cgan")
    assert found["groups"] == [{"name": "cats", "images": 60}, {"name": "dogs", "images": 3}]
    assert found["images"] == 63 and found["problem"] == ""
    assert any("uneven, 3 of dogs and 60 of cats" in text for text in found["advice"])
    assert found["sizes"]["middle"] == [40, 30]


def test_a_broken_file_is_named_and_not_counted(tmp_path):
    for index in range(20):
        save(tmp_path / f"{index}.png", value=index)
    (tmp_path / "torn.png").write_bytes((tmp_path / "0.png").read_bytes()[:60])
    found = report(tmp_path, "training.gan")
    assert found["images"] == 20
    assert len(found["skipped"]) == 1 and "torn.png" in found["skipped"][0]
    assert any("by heart" in text for text in found["advice"])


def test_pairs_are_held_out_as_a_run_does_and_many_of_two_sizes_are_a_problem(tmp_path):
    for index in range(30):
        for side in "AB":
            save(tmp_path / "train" / side / f"{index}.png", value=index)
    for side in "AB":
        save(tmp_path / "test" / side / "t.png")
    found = report(tmp_path, "training.pix2pix")
    assert (found["images"], found["held_out"], found["test"]) == (30, 3, 1)
    assert (found["size"], found["problem"]) == (64, "")
    assert found["kinds"] == ["photograph", "photograph"]  # as it seems, of what has no names
    for index in (7, 8, 9, 10):
        save(tmp_path / "train" / "B" / f"{index}.png", size=(41, 30))
    problem = report(tmp_path, "training.pix2pix")["problem"]
    assert "7.png" in problem and "40x30" in problem and "41x30" in problem


def test_one_folder_of_pictures_is_enough_where_the_input_is_made(tmp_path):
    for index in range(12):
        save(tmp_path / f"{index}.png", value=index)
    assert report(tmp_path, "training.pix2pix", "edges")["problem"] == ""
    assert "--make-input" in report(tmp_path, "training.pix2pix")["problem"]


def test_two_folders_are_two_domains(tmp_path):
    for index in range(25):
        save(tmp_path / "photos" / f"{index}.png", value=index)
    for index in range(4):
        save(tmp_path / "art" / f"{index}.png", value=100 + index)
    data = [str(tmp_path / "photos"), str(tmp_path / "art")]
    found = report(data, "training.cyclegan")
    assert found["groups"] == [{"name": "A", "images": 25}, {"name": "B", "images": 4}]
    assert (found["held_out"], found["test"]) == (2, 0)
    assert any("4 pictures of B are few" in text for text in found["advice"])


def test_the_bundled_sets_are_fit_for_their_scripts():
    assert report("emoji", "training.pix2pix")["test"] == 150
    domains = report("photo-vangogh", "training.cyclegan")
    assert [group["name"] for group in domains["groups"]] == ["photograph", "Van Gogh"]
    digits = report("mnist", "training.cgan")
    assert len(digits["groups"]) == 10 and digits["advice"] == []
    assert digits["images"] == sum(group["images"] for group in digits["groups"]) == 60_000


def test_the_look_shows_a_row_for_each_class(tmp_path):
    for name, colour in (("red", (255, 0, 0)), ("blue", (0, 0, 255))):
        (tmp_path / name).mkdir()
        for index in range(5):
            Image.new("RGB", (20, 20), colour).save(tmp_path / name / f"{index}.png")
    found, look = check([str(tmp_path)], "training.cgan")
    middle = [look.getpixel((50, y)) for y in (50, 150)]
    assert middle == [(0, 0, 255), (255, 0, 0)]  # sorted by name
    assert look.getpixel((look.width - 20, 50)) == (255, 255, 255)
    assert any("blue 5, red 5" in line for line in in_words(found))


def test_of_a_thousand_classes_the_first_are_named_and_the_rest_counted():
    found, _ = check(["stacked-mnist"], "training.cgan")
    (line,) = [line for line in in_words(found) if "and 988 more" in line]
    assert line.strip().startswith("000 ") and line.count(",") == 12


def test_the_command_prints_json_writes_the_look_and_says_what_does_not_fit(tmp_path):
    for index in range(12):
        save(tmp_path / "data" / f"{index}.png", value=index)
    look = tmp_path / "look.png"
    done = call_module(
        "training.data",
        "check",
        tmp_path / "data",
        "--for",
        "training.gan",
        "--json",
        "--look",
        look,
    )
    assert json.loads(done.stdout)[0]["images"] == 12
    assert Image.open(look).width > 100
    words = call_module("training.data", "check", tmp_path / "data").stdout
    assert "training.gan       yes: 12" in words
    assert "training.cyclegan  no: Expected the domains" in words
    done = call_module("training.data", "check", tmp_path / "nothing", check=False)
    assert done.returncode == 2 and "Expected data to train on" in done.stderr


@pytest.mark.parametrize("script", ["training.gan", "training.cgan"])
def test_two_folders_are_too_many_to_generate_from(tmp_path, script):
    assert "found 2" in report([str(tmp_path), str(tmp_path)], script)["problem"]
