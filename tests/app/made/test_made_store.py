"""What was made, on disk."""

import json

import pytest
from PIL import ExifTags, Image

from app.made import store
from app.made.store import Shelf


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "made")


def picture(**about) -> Image.Image:
    made = Image.new("RGB", (600, 300), "teal")
    if about:
        made.info["parameters"] = json.dumps(about)
    return made


def test_a_picture_is_kept_with_its_parameters_and_a_preview(shelf):
    made = shelf.get(shelf.keep(picture(model="digits", seed=7, words="苹果"), "generate"))
    assert (made.tab, made.parameters) == (
        "generate",
        {"model": "digits", "seed": 7, "words": "苹果"},
    )
    with Image.open(made.file) as kept, Image.open(made.preview) as small:
        assert (kept.size, json.loads(kept.text["parameters"])["seed"]) == ((600, 300), 7)
        assert small.size == (240, 120)


def test_a_file_is_kept_byte_for_byte_and_an_animation_tells_its_parameters(shelf, tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = json.dumps({"from": "3", "to": "8"})
    frames = [Image.new("L", (28, 28), grey) for grey in (0, 255)]
    path = tmp_path / "morph.webp"
    frames[0].save(path, save_all=True, append_images=frames[1:], exif=exif)
    made = shelf.get(shelf.keep(path, "generate"))
    assert made.file.read_bytes() == path.read_bytes()
    assert made.parameters == {"from": "3", "to": "8"}


def test_results_are_there_after_a_restart_the_newest_first(shelf):
    names = [shelf.keep(picture(seed=seed), "draw") for seed in range(3)]
    again = Shelf(shelf.folder)
    assert [made.name for made in again.newest(2)] == names[:0:-1]


def test_the_oldest_go_where_there_are_too_many_or_too_many_bytes(shelf):
    names = [Shelf(shelf.folder, most=2).keep(picture(), "draw") for _ in range(3)]
    assert shelf.names() == names[:0:-1]
    assert len(list(shelf.folder.iterdir())) == 2 * 3
    newest = Shelf(shelf.folder, most_bytes=1).keep(picture(), "draw")
    assert shelf.names() == [newest]


def test_nothing_is_kept_where_none_shall_be(shelf):
    assert Shelf(shelf.folder, most=0).keep(picture(), "draw") is None
    assert not shelf.folder.exists()


def test_a_folder_that_cannot_be_written_costs_no_result(tmp_path, caplog):
    (tmp_path / "made").write_text("a file")
    assert Shelf(tmp_path / "made").keep(picture(), "draw") is None
    assert "Not kept" in caplog.text


def test_one_and_all_are_deleted_and_what_is_another_s_stays(shelf):
    one, other = (shelf.keep(picture(), "draw") for _ in range(2))
    (shelf.folder / "letter.txt").write_text("mine")
    shelf.delete(one)
    assert shelf.names() == [other]
    assert shelf.delete_all() == 1
    assert [path.name for path in shelf.folder.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name", ["../letter", "letter", "*", "", None, 7, "0" * 20 + "-*"])
def test_only_the_name_of_a_result_is_taken(shelf, name):
    shelf.keep(picture(), "draw")
    for asked in (shelf.get, shelf.delete):
        with pytest.raises(ValueError, match="Expected one of the results"):
            asked(name)
    assert len(shelf.names()) == 1


def test_what_is_broken_is_left_out_and_names_no_file_elsewhere(shelf):
    name = shelf.keep(picture(), "draw")
    about = shelf.folder / f"{name}.json"
    about.write_text(json.dumps({"tab": "draw", "parameters": {}, "file": "/etc/passwd.png"}))
    assert shelf.get(name).file == shelf.folder / f"{name}.png"
    about.write_text("{")
    assert shelf.newest(9) == []


def test_what_a_killed_writing_left_goes_after_an_hour(shelf, monkeypatch):
    shelf.keep(picture(), "draw")
    left = shelf.folder / f"{'1':0>20}-00000000.png.part"
    left.write_bytes(b"half")
    shelf.keep(picture(), "draw")
    assert not left.exists()


def test_a_writing_that_fails_leaves_nothing(shelf, monkeypatch):
    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(store, "save_png", full)
    assert shelf.keep(picture(), "draw") is None
    assert list(shelf.folder.iterdir()) == []
