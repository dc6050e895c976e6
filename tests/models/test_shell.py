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


def test_pictures_of_phones_and_of_the_web_are_translated(tiny_translator, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("phone.heic", "web.avif"):
        Image.new("RGB", (24, 16)).save(tmp_path / "in" / name)
    assert run("translate", tiny_translator, tmp_path / "in", tmp_path / "out") == 0
    sizes = {path.name: Image.open(path).size for path in (tmp_path / "out").iterdir()}
    assert sizes == dict.fromkeys(("phone.png", "web.png"), (24, 16))


@pytest.mark.parametrize("name", ["phone.heic", "web.avif"])
def test_a_photograph_that_begins_like_a_video_is_none(tiny_translator, tmp_path, name):
    Image.new("RGB", (24, 16)).save(tmp_path / name)
    assert run("translate", tiny_translator, tmp_path / name, tmp_path / "out.png") == 0
    assert Image.open(tmp_path / "out.png").size == (24, 16)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with what is in it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_folder_is_never_translated_into_itself(tiny_translator, pictures, capsys):
    before = contents(pictures)
    assert run("translate", tiny_translator, pictures, pictures) == 2
    assert "another folder" in capsys.readouterr().err
    assert run("translate", tiny_translator, pictures, pictures / "below" / "..") == 2
    assert contents(pictures) == before


def test_an_output_inside_the_source_is_no_part_of_it(tiny_translator, pictures, capsys):
    for extra in ([], ["--overwrite"], ["--overwrite"]):
        assert run("translate", tiny_translator, pictures, pictures / "out", *extra) == 0
        assert "2 images in" in capsys.readouterr().out
    assert sorted(contents(pictures / "out")) == ["below/two.png", "one.png"]


def test_files_that_are_there_are_kept_unless_told_otherwise(tiny_translator, pictures, capsys):
    own = pictures.parent / "own"
    own.mkdir()
    (own / "one.png").write_bytes(b"mine")
    assert run("translate", tiny_translator, pictures, own) == 2
    said = capsys.readouterr().err
    assert "one.png" in said and "--overwrite" in said
    assert contents(own) == {"one.png": b"mine"}
    assert run("translate", tiny_translator, pictures / "one.png", own / "one.png") == 2
    assert contents(own) == {"one.png": b"mine"}
    assert run("translate", tiny_translator, pictures, own, "--overwrite") == 0
    assert Image.open(own / "one.png").size == (40, 20)


def test_two_pictures_of_one_name_become_two(tiny_translator, tmp_path, capsys):
    for index, name in enumerate(("photo.jpg", "photo.png", "PHOTO.webp", "other.jpg")):
        (tmp_path / "in").mkdir(exist_ok=True)
        Image.new("RGB", (16 + index, 16)).save(tmp_path / "in" / name)
    assert run("translate", tiny_translator, tmp_path / "in", tmp_path / "out") == 0
    widths = {path.name: Image.open(path).width for path in (tmp_path / "out").iterdir()}
    assert widths == {"photo.png": 17, "photo.jpg.png": 16, "PHOTO.webp.png": 18, "other.png": 19}
    assert "4 images in" in capsys.readouterr().out


def test_a_file_becomes_what_its_name_says_where_it_says(tiny_translator, pictures, capsys):
    there = pictures.parent / "there"
    there.mkdir()
    for asked, written, kind in (
        ("o.jpg", "o.jpg", "JPEG"),
        ("o.webp", "o.webp", "WEBP"),
        ("plain", "plain.png", "PNG"),
        ("there", "there/one.png", "PNG"),
    ):
        out = pictures.parent / asked
        assert run("translate", tiny_translator, pictures / "one.png", out) == 0
        assert Image.open(pictures.parent / written).format == kind
        assert str(pictures.parent / written) in capsys.readouterr().out
    assert run("translate", tiny_translator, pictures / "one.png", pictures / "o.pdf") == 2
    assert ".jpg" in capsys.readouterr().err


def test_what_a_folder_holds_besides_is_said(tiny_translator, pictures, capsys):
    pages = [Image.new("L", (16, 16), value) for value in (0, 255)]
    pages[0].save(pictures / "pages.tif", save_all=True, append_images=pages[1:])
    Image.new("L", (16, 16)).save(pictures / "phone.jfif", "JPEG")
    (pictures / "notes.txt").write_text("hello")
    assert run("translate", tiny_translator, pictures, pictures.parent / "out") == 0
    said = capsys.readouterr()
    assert "no pictures: notes.txt" in said.err
    assert "the first is taken: pages.tif" in said.err
    assert "4 images in" in said.out


def test_drawn_images_that_are_there_are_kept(tiny_models, tmp_path, capsys):
    arguments = ["sample", tiny_models["plain"], "--count", "2", "--seed", "1", "--out", tmp_path]
    assert run(*arguments) == 0
    before = contents(tmp_path)
    arguments[5] = "2"
    assert run(*arguments) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert contents(tmp_path) == before
    assert run(*arguments, "--overwrite") == 0
    assert contents(tmp_path) != before


def test_an_onnx_file_that_is_there_is_kept(tiny_translator, tmp_path, capsys):
    (tmp_path / "mine.onnx").write_bytes(b"mine")
    assert run("export", tiny_translator, "--out", tmp_path / "mine.onnx") == 2
    assert "--overwrite" in capsys.readouterr().err
    assert contents(tmp_path) == {"mine.onnx": b"mine"}


def test_a_file_is_translated_with_its_parameters_inside(tiny_translator, pictures):
    out = pictures.parent / "out.png"
    assert run("translate", tiny_translator, pictures / "one.png", out) == 0
    assert '"source": "one.png"' in Image.open(out).info["parameters"]
    again = ["--stroke-size", "bold", "--overwrite"]
    assert run("translate", tiny_translator, pictures / "one.png", out, *again) == 0
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
