"""`python -m models` as a person uses it."""

import json

import pytest
from helpers import run_module
from PIL import Image


def test_sample_writes_a_file_for_each_image_with_its_parameters(tiny_models, tmp_path):
    out = tmp_path / "out"
    run_module(
        "models",
        "sample",
        tiny_models["classes"],
        "--classes",
        "3",
        "1",
        "--count",
        "2",
        "--seed",
        "7",
        "--out",
        out,
    )
    files = sorted(out.iterdir())
    assert [file.name for file in files] == [
        "00000-3.png",
        "00001-3.png",
        "00002-1.png",
        "00003-1.png",
    ]
    with Image.open(files[3]) as image:
        assert json.loads(image.text["parameters"])["seed"] == 7
        assert json.loads(image.text["parameters"])["class"] == "1"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--classes", "cat"], "no class 'cat'"),
        (["--classes", "12"], "no class 12"),
        (["--count", "0"], "--count of at least 1"),
        (["--count", "10000000"], "1 to 100,000 images"),
        (["--seed", "-5"], "seed"),
        (["--seed", "abc"], "invalid int value"),
    ],
)
def test_a_mistake_is_one_sentence_exit_2_and_no_files(tiny_models, tmp_path, arguments, words):
    out = tmp_path / "out"
    done = run_module(
        "models", "sample", tiny_models["classes"], *arguments, "--out", out, check=False
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_an_unknown_model_lists_those_that_there_are(tmp_path):
    done = run_module("models", "sample", "nothing", "--out", tmp_path / "out", check=False)
    assert done.returncode == 2
    assert "found 'nothing'" in done.stderr


def test_list_prints_json():
    rows = json.loads(run_module("models", "list", "--json").stdout)
    assert {"digits", "digits-gan"} <= {row["name"] for row in rows}
