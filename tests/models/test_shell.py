"""`python -m models` as a person uses it."""

import json
from pathlib import Path

import pytest
from helpers import run_module
from PIL import Image

from models.__main__ import main


def run(*arguments: str | Path) -> int:
    """The shell's exit code, in this process."""
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as error:
        return error.code
    return 0


def test_sample_writes_a_file_for_each_image_with_its_parameters(tiny_models, tmp_path):
    out = tmp_path / "out"
    model = tiny_models["classes"]
    asked = ["--classes", "3", "1", "--count", "2", "--seed", "7", "--out"]
    assert run("sample", model, *asked, out) == 0
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
def test_a_mistake_is_one_sentence_exit_2_and_no_files(
    tiny_models, tmp_path, capsys, arguments, words
):
    out = tmp_path / "out"
    assert run("sample", tiny_models["classes"], *arguments, "--out", out) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_an_unknown_model_lists_those_that_there_are(tmp_path, capsys):
    assert run("sample", "nothing", "--out", tmp_path / "out") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "digits" in line and "found 'nothing'" in line


def test_a_mistake_is_no_traceback_for_a_person(tmp_path):
    done = run_module("models", "sample", "nothing", "--out", tmp_path / "out", check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_the_help_names_the_program_that_was_called(capsys):
    with pytest.raises(SystemExit):
        main(["--help"], prog="atelier")
    assert capsys.readouterr().out.startswith("usage: atelier ")


def test_list_prints_json():
    rows = json.loads(run_module("models", "list", "--json").stdout)
    assert {"digits", "digits-gan"} <= {row["name"] for row in rows}


@pytest.fixture
def pictures(tmp_path):
    """Two pictures, one of them in a folder below, and a file that is none."""
    folder = tmp_path / "pictures"
    (folder / "below").mkdir(parents=True)
    Image.new("L", (40, 20), "white").save(folder / "one.png")
    Image.new("RGB", (16, 16)).save(folder / "below" / "two.jpg")
    (folder / "broken.png").write_bytes(b"no image")
    return folder


def test_a_folder_is_translated_and_what_does_not_open_is_named(tiny_translator, pictures, capsys):
    out = pictures.parent / "out"
    assert run("translate", tiny_translator, pictures, out) == 0
    sizes = {path.relative_to(out).as_posix(): Image.open(path).size for path in out.rglob("*.png")}
    assert sizes == {"one.png": (40, 20), "below/two.png": (16, 16)}
    said = capsys.readouterr().err
    assert "skipped" in said
    assert "broken.png" in said


def test_a_file_is_translated_with_its_parameters_inside(tiny_translator, pictures):
    out = pictures.parent / "out.png"
    assert run("translate", tiny_translator, pictures / "one.png", out) == 0
    assert '"source": "one.png"' in Image.open(out).info["parameters"]
    assert (
        run("translate", tiny_translator, pictures / "one.png", out, "--stroke-size", "bold") == 0
    )
    assert '"stroke_size": "bold"' in Image.open(out).info["parameters"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.png", "out.png"], "found no nowhere.png"),
        (["broken.png", "out.png"], "does not open"),
        (["one.png", "out.png", "--direction", "B to A"], "found 'B to A'"),
        (["one.png", "out.png", "--long-side", "-5"], "found -5"),
        (["one.png", "out.png", "--stroke-size", "huge"], "fine, medium, bold, found 'huge'"),
    ],
)
def test_what_cannot_be_translated_is_one_line(tiny_translator, pictures, capsys, arguments, words):
    paths = [pictures / arguments[0], pictures / arguments[1]]
    paths[0] = paths[0] if paths[0].exists() else arguments[0]
    assert run("translate", tiny_translator, *paths, *arguments[2:]) == 2
    assert words in capsys.readouterr().err
    assert not paths[1].exists()


def test_a_model_for_something_else_is_named(tiny_models, tiny_translator, pictures, capsys):
    out = pictures / "out"
    for arguments, words in (
        (("translate", tiny_models["plain"], pictures, out), "for generation"),
        (("sample", tiny_translator, "--out", out), "for translation"),
    ):
        assert run(*arguments) == 2
        assert words in capsys.readouterr().err


def test_a_generator_of_points_is_no_onnx_file(tmp_path, capsys):
    points = Path(__file__).parent / "written_by_version_1" / "points"
    assert run("export", points, "--out", tmp_path / "points.onnx") == 2
    assert "found points, which draws points" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
