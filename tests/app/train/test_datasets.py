"""Data from strangers becomes folders of ours, decoded, bounded and under names that we made sure
of."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import save_font
from PIL import Image

from app.settings import Settings
from app.shared.uploads import File
from app.train import datasets
from app.train.adding import files as adding
from app.train.tasks import BY_KEY, TASKS
from models.locations import bundled_data
from training.data.check import check


@pytest.fixture
def place(tmp_path) -> Path:
    return tmp_path / "datasets"


@pytest.fixture
def settings(place) -> Settings:
    return Settings(datasets=place)


def picture(path: Path, size=(32, 24), colour="red", **options) -> File:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path, **options)
    return File(path, path.name)


def pack(path: Path, files: dict[str, Path | bytes]) -> File:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            content = content if isinstance(content, bytes) else content.read_bytes()
            archive.writestr(name, content)
    return File(path, path.name)


def files(place: Path, name: str) -> set[str]:
    folder = place / name
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".ours"
    }


def test_a_zip_keeps_its_folders_and_leaves_out_what_does_not_open(tmp_path, place, settings):
    one = picture(tmp_path / "1.png").path
    zipped = pack(
        tmp_path / "pets.zip",
        {
            **{"pets/cats/1.png": one, "pets/dogs/2.webp": one, "pets/dogs/2.png": one},
            **{"pets/dogs/phone": one},
            **{"pets/dogs/torn.jpg": b"no picture", "pets/readme.txt": b"words"},
        },
    )
    name, left_out = datasets.add(settings, "my pets", zipped, [()])
    assert name == "my-pets"
    kept = {"cats/1.png", "dogs/2.png", "dogs/2.webp.png", "dogs/phone.png"}
    assert files(place, name) == kept
    assert len(left_out) == 2 and "torn.jpg" in left_out[0] and "readme.txt" in left_out[1]
    assert datasets.own(settings) == ["my-pets"]
    assert datasets.argument(settings, "my-pets") == str(place / "my-pets")
    found = datasets.check(settings, "my-pets", BY_KEY["classes"])
    assert found.fit and [one["name"] for one in found.report["groups"]] == ["cats", "dogs"]
    assert found.look.width > 100


def dropped(path: Path, place: str) -> File:
    """A picture of a dropped folder, as the page names it."""
    return File(picture(path / place).path, place.replace("/", datasets.SLASH))


def test_a_dropped_folder_names_the_data_and_its_folders_are_pairs(tmp_path, place, settings):
    given = [
        dropped(tmp_path, f"my art!/{side}/{i}.png")
        for side in ("lines", "coloured")
        for i in range(4)
    ]
    name, left_out = datasets.add_dropped(settings, given)
    assert (name, left_out) == ("my-art", [])
    assert files(place, name) == {f"{s}/{i}.png" for s in ("lines", "coloured") for i in range(4)}
    found = datasets.check(settings, name, BY_KEY["pairs"])
    assert found.fit and [one["name"] for one in found.report["groups"]] == ["lines", "coloured"]
    assert datasets.add_dropped(settings, given)[0] == "my-art-2"
    assert datasets.rename(settings, "my-art-2", "other art") == "other-art"
    with pytest.raises(ValueError, match="there is a my-art already"):
        datasets.rename(settings, "other-art", "my-art")


def test_a_dropped_zip_and_a_dropped_picture_name_the_data(tmp_path, settings):
    one = picture(tmp_path / "the sea.png")
    zipped = pack(tmp_path / "pets.zip", {"pets/1.png": one.path})
    assert datasets.add_dropped(settings, [zipped])[0] == "pets"
    assert datasets.add_dropped(settings, [one])[0] == "the-sea"
    assert datasets.add_dropped(settings, [one, picture(tmp_path / "b.png")])[0] == "my-pictures"
    for wrong in ([], [zipped, one]):
        with pytest.raises(ValueError, match="Expected a zip, a folder or pictures"):
            datasets.add_dropped(settings, wrong)
    outside = File(one.path, datasets.SLASH.join(["..", "..", "x.png"]))
    with pytest.raises(ValueError, match="leads outside"):
        datasets.add_dropped(settings, [outside])


def test_pictures_of_the_camera_go_straight_into_a_class(tmp_path, place, settings):
    some = [Image.new("RGB", (8, 8), "red")] * 3
    assert datasets.add_to_class(settings, "", "my cats", some) == ("camera", 3)
    assert datasets.add_to_class(settings, "camera", "my cats", some) == ("camera", 6)
    assert datasets.add_to_class(settings, "camera", "dogs", some) == ("camera", 3)
    assert {path.name for path in (place / "camera").glob("*/")} == {"my-cats", "dogs"}
    assert datasets.check(settings, "camera", BY_KEY["classes"]).fit
    with pytest.raises(ValueError, match="for the class"):
        datasets.add_to_class(settings, "camera", "../x", some)


def test_two_sets_of_files_become_a_and_b(tmp_path, place, settings):
    a = [picture(tmp_path / "a" / f"{i}.png") for i in range(3)]
    b = [picture(tmp_path / "b" / f"{i}.jpg") for i in range(3)]
    name, left_out = datasets.add(settings, "pairs", None, [a, b])
    assert files(place, name) == {
        f"{side}/{i}.{end}" for i in range(3) for side, end in (("A", "png"), ("B", "jpg"))
    }
    assert left_out == []
    found = datasets.check(settings, name, BY_KEY["pairs"])
    assert found.fit and found.report["images"] == 3
    assert not datasets.check(settings, name, BY_KEY["classes"]).report[
        "problem"
    ]  # A and B as classes


def test_large_pictures_are_made_smaller_and_stay_twice_as_wide_as_high(tmp_path, place, settings):
    wide = picture(tmp_path / "wide.png", (4_200, 2_100))
    name, _ = datasets.add(settings, "wide", None, [[wide]])
    with Image.open(place / name / "wide.png") as image:
        assert image.size == (2048, 1024)


def test_a_photo_loses_its_orientation_tag_and_not_its_orientation(tmp_path, place, settings):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    file = picture(tmp_path / "turned.jpg", (40, 20), exif=exif)
    name, _ = datasets.add(settings, "photos", None, [[file]])
    with Image.open(place / name / "turned.jpg") as image:
        assert image.size == (20, 40) and not image.getexif()


def test_a_table_of_labels_still_finds_its_pictures(tmp_path, place, settings):
    one = picture(tmp_path / "1.png").path
    table = b"file,label\n" + b"".join(b"%d.webp,%d\n" % (i, i % 2) for i in range(6))
    zipped = pack(tmp_path / "t.zip", {"labels.csv": table, **{f"{i}.webp": one for i in range(6)}})
    name, _ = datasets.add(settings, "table", zipped, [()])
    report = datasets.check(settings, name, BY_KEY["classes"]).report
    assert [one["images"] for one in report["groups"]] == [3, 3]


@pytest.mark.parametrize("name", ["", " ", "..", "a/b", "x" * 61, "mnist", "EMOJI", "a.tmp", "-a"])
def test_odd_and_taken_names_are_refused(tmp_path, name, settings):
    with pytest.raises(ValueError, match="Expected a"):
        datasets.add(settings, name, None, [[picture(tmp_path / "1.png")]])


def test_what_is_wrong_with_files_is_said(tmp_path, place, monkeypatch, settings):
    one = picture(tmp_path / "1.png")
    zipped = pack(tmp_path / "a.zip", {"1.png": one.path})
    cases = [
        ((None, [()]), "found neither"),
        ((zipped, [[one]]), "found both"),
        ((None, [[one], []]), "only one of them"),
        ((File(one.path, "1.rar"), [()]), "Expected a .zip, found 1.rar"),
        ((File(one.path, "no.zip"), [()]), "complete zip file in no.zip"),
        ((pack(tmp_path / "b.zip", {"../x.png": one.path}), [()]), "leads outside"),
        ((pack(tmp_path / "c.zip", {"x.png": b"torn"}), [()]), "found none; the first"),
        ((None, [[one, one]]), "1.png twice"),
    ]
    for (archive, sides), words in cases:
        with pytest.raises(ValueError, match="Expected") as error:
            datasets.add(settings, "new", archive, sides)
        assert words in str(error.value)
        assert str(tmp_path) not in str(error.value)
    monkeypatch.setattr(adding, "MAX_PICTURES", 1)
    with pytest.raises(ValueError, match="at most 1 files, found 2"):
        datasets.add(settings, "new", None, [[one, picture(tmp_path / "2.png")]])
    monkeypatch.setattr(adding, "MAX_BYTES", 10)
    with pytest.raises(ValueError, match="GB of pictures"):
        datasets.add(settings, "new", None, [[one]])
    assert list(place.iterdir()) == []  # nothing half made is left


def test_a_folder_of_this_machine_needs_the_flag(tmp_path, settings):
    picture(tmp_path / "mine" / "1.png")
    picture(tmp_path / "mine" / "2.png", colour="blue")
    with pytest.raises(ValueError, match="--allow-folders"):
        datasets.add_folder(settings, "mine", str(tmp_path / "mine"))
    settings = replace(settings, allow_folders=True)
    for odd in ("", str(tmp_path / "nothing")):
        with pytest.raises(ValueError, match="folder of this machine"):
            datasets.add_folder(settings, "mine", odd)
    assert datasets.add_folder(settings, "mine", str(tmp_path / "mine")) == "mine"
    assert datasets.check(settings, "mine", BY_KEY["pictures"]).report["images"] == 2
    datasets.delete(settings, "mine")
    assert datasets.own(settings) == [] and (tmp_path / "mine" / "1.png").is_file()


@pytest.mark.parametrize("name", ["../datasets", "/etc", "mnist", "nothing", "", None])
def test_nothing_but_own_data_is_deleted(tmp_path, place, name, settings):
    datasets.add(settings, "mine", None, [[picture(tmp_path / "1.png")]])
    with pytest.raises(ValueError, match="one of your own"):
        datasets.delete(settings, name)
    datasets.delete(settings, "mine")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("name", ["../datasets", "/etc", "nothing", None])
def test_a_path_is_no_data_set(name, settings):
    with pytest.raises(ValueError, match="no data set"):
        datasets.argument(settings, name)


def test_the_problem_of_data_names_it_as_the_person_does(tmp_path, place, settings):
    datasets.add(settings, "flat", None, [[picture(tmp_path / f"{i}.png") for i in range(3)]])
    problem = datasets.check(settings, "flat", BY_KEY["domains"]).report["problem"]
    assert "flat" in problem and str(place) not in problem


@pytest.mark.parametrize("task", TASKS, ids=lambda one: one.key)
def test_every_example_is_bundled_and_fit_for_its_task(task, settings):
    for name in task.examples:
        assert datasets.argument(settings, name) == name
        assert not check(datasets.places(settings, name, task), task.script)[0].problem


def test_a_picture_of_ones_own_is_learned_beside_bundled_photographs(tmp_path, settings):
    task = BY_KEY["style"]
    datasets.add(settings, "mine", None, [[picture(tmp_path / "1.png")]])
    assert datasets.places(settings, "mine", task)[0] == "photo-vangogh"
    report = datasets.check(settings, "mine", task).report
    assert report["problem"] == "" and report["test"] == 25
    groups = [(one["name"], one["images"]) for one in report["groups"]]
    assert groups == [("photograph", 153), ("mine", 1)]
    assert any("mine is one picture" in text for text in report["advice"])


def test_own_writing_and_one_font_are_learned_from_the_bundled_hand_and_two_fonts_by_themselves(
    tmp_path, place, settings
):
    task = BY_KEY["characters"]
    own = [picture(tmp_path / f"{character}.png") for character in "永和"]
    datasets.add(settings, "writing", None, [own])
    assert files(place, "writing") == {"永.png", "和.png"}
    first, second = (save_font(tmp_path / f"{name}.ttf", "永和") for name in ("one", "other"))
    datasets.add(settings, "font", None, [[File(second, second.name)]])
    both = pack(tmp_path / "fonts.zip", {"fonts/one.ttf": first, "fonts/other.ttf": second})
    datasets.add(settings, "fonts", both, [[]])
    hand = str(bundled_data() / "brush" / "source.woff2")
    assert datasets.places(settings, "writing", task) == [hand, str(place / "writing")]
    assert datasets.places(settings, "font", task) == [hand, str(place / "font" / "other.ttf")]
    fonts = [str(place / "fonts" / name) for name in ("one.ttf", "other.ttf")]
    assert datasets.places(settings, "fonts", task) == fonts
    assert datasets.places(settings, "brush", task) == ["brush"]
