"""The Models tab's plain functions: the list, export, deletion."""

import base64
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import save_checkpoint
from PIL import Image

from app.models import actions as models_actions
from app.models.actions import ELSEWHERE, OWN, SHIPPED
from app.models.imports import import_model
from app.shared import listing, processes
from app.shared.library import Library
from app.shared.processes import Finished

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture
def library(library_of_places) -> Library:
    return library_of_places


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def files_of(library, name: str) -> dict[str, bytes]:
    """The files of a model."""
    return {path.name: path.read_bytes() for path in library.available()[name].iterdir()}


# the list


def test_every_model_is_listed_with_what_it_does_and_where_it_comes_from(library):
    found = {one["name"]: one for one in models_actions.listed(library)}
    assert list(found) == ["classes", "mine", "outlines"]
    assert [one["origin"] for one in found.values()] == [SHIPPED, OWN, ELSEWHERE]
    assert [one["deletable"] for one in found.values()] == [False, True, False]
    assert "one of 10 kinds" in found["classes"]["what"]
    assert "turns outline into emoji" in found["outlines"]["what"]
    assert not any(one["problem"] for one in found.values())


def test_a_model_that_cannot_be_read_is_listed_with_what_is_wrong(places, library):
    (places / "mine" / "config.json").write_text("{}")
    entry = models_actions.entry(library, "mine")
    assert entry.problem == "Expected the key 'format_version' in mine/config.json, found none."
    assert (entry.what, entry.deletable) == ("", True)
    assert models_actions.thumbnail(library, entry)


def test_samples_that_are_no_image_or_missing_leave_the_model_without_a_picture(places, library):
    assert models_actions.samples(library, "mine").size == (8, 8)
    (places / "mine" / "samples.png").write_text("no image")
    assert models_actions.samples(library, "mine") is None
    (places / "mine" / "samples.png").unlink()
    assert models_actions.thumbnail(library, models_actions.entry(library, "mine")) == ""


def test_a_thumbnail_is_a_small_square(places, library):
    Image.new("RGB", (900, 300)).save(places / "mine" / "samples.png")
    address = models_actions.thumbnail(library, models_actions.entry(library, "mine"))
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    with Image.open(BytesIO(data)) as image:
        assert image.size == (listing.THUMBNAIL,) * 2


# export


def test_a_zip_holds_the_files_of_a_model_and_no_others(places, library):
    (places / "mine" / "secret.txt").write_text("x")
    with zipfile.ZipFile(models_actions.pack(library, "mine")) as archive:
        found = sorted(archive.namelist())
    expected = ["README.md", "config.json", "model.safetensors", "samples.png"]
    assert found == [f"mine/{name}" for name in expected]


def test_an_onnx_file_gives_the_same_pictures(places, library):
    ort = pytest.importorskip("onnxruntime")
    path = models_actions.export_onnx(library, "mine")
    assert path.name == "mine.onnx"
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    model = library.get("mine")
    noise = model.noise(3, seed=1)
    (theirs,) = session.run(["picture"], {"noise": noise.numpy()})
    with torch.inference_mode():
        ours = model.network(noise).numpy()
    assert np.abs(ours - theirs).max() <= 2 / 255


def test_an_onnx_file_of_a_direction_is_named_after_it(tmp_path, monkeypatch, library):
    pair = [str(save_checkpoint(tmp_path / f"{way}.pth")) for way in "ab"]
    import_model(library, "both", pair)
    asked = []

    def finish(*arguments, limit, tell):
        asked.append(arguments)
        arguments[4].write_bytes(b"onnx")
        return Finished(0, "", "")

    monkeypatch.setattr(processes, "finish", finish)
    assert models_actions.export_onnx(library, "both", "B to A").name == "both-b_to_a.onnx"
    assert asked[0][-2:] == ("--direction", "B to A")
    assert models_actions.export_onnx(library, "outlines").name == "outlines.onnx"
    with pytest.raises(ValueError, match="direction"):
        models_actions.export_onnx(library, "outlines", "B to A")
    assert len(asked) == 2


def test_what_the_export_says_of_an_error_is_passed_on(places, monkeypatch, library):
    words = f"a warning\nerror: Expected x in {places / 'mine'}, found y.\n"
    ended = [Finished(2, "", words)]
    monkeypatch.setattr(processes, "finish", lambda *_, limit, tell: ended[-1])
    with pytest.raises(ValueError, match="^Expected x in mine, found y.$"):
        models_actions.export_onnx(library, "mine")
    for code, words in ((-9, ""), (1, "Traceback\n  x\nRuntimeError: y\n"), (0, "a warning")):
        ended.append(Finished(code, "", words))
        with pytest.raises(ValueError, match="mine, found that the export failed; `python -m"):
            models_actions.export_onnx(library, "mine")


def test_an_export_that_takes_too_long_is_ended_and_each_second_is_told(monkeypatch, library):
    endless, seconds = [sys.executable, "-c", "import time; time.sleep(600)"], []
    monkeypatch.setattr(processes, "command", lambda *_: endless)
    monkeypatch.setattr(models_actions, "EXPORT_LIMIT", 2)
    with pytest.raises(ValueError, match="at most 2 seconds, .*`python -m models export mine"):
        models_actions.export_onnx(library, "mine", tell=seconds.append)
    assert seconds == [0, 1]


@pytest.mark.parametrize("name", ["nothing", "../mine", "", None, ["mine"]])
def test_only_models_that_there_are_can_be_taken_along(places, name, library):
    for function in (models_actions.pack, models_actions.export_onnx, models_actions.delete):
        with pytest.raises((ValueError, TypeError), match="no model|unhashable"):
            function(library, name)
    with pytest.raises(ValueError, match="no model"):
        models_actions.pack(library, str(places / "mine"))


def test_files_to_download_are_kept_for_a_while_only(library, monkeypatch):
    monkeypatch.setattr(models_actions, "KEPT", 2)
    paths = [models_actions.pack(library, "mine") for _ in range(models_actions.KEPT + 2)]
    assert [path.exists() for path in paths] == [False] * 2 + [True] * models_actions.KEPT


# deletion


def test_what_the_user_added_can_be_deleted(places, library):
    models_actions.delete(library, "mine")
    assert names(places) == []
    assert "mine" not in library.available()
    with pytest.raises(ValueError, match="no model 'mine'"):
        models_actions.delete(library, "mine")


def test_a_model_that_cannot_be_read_can_be_deleted(places, library):
    (places / "mine" / "config.json").write_text("{")
    models_actions.delete(library, "mine")
    assert names(places) == []


@pytest.mark.parametrize(("name", "origin"), [("classes", SHIPPED), ("outlines", ELSEWHERE)])
def test_what_came_from_elsewhere_is_not_deleted(name, origin, library):
    before = files_of(library, name)
    with pytest.raises(ValueError, match=f"have added, found {name} \\({origin}\\)"):
        models_actions.delete(library, name)
    assert files_of(library, name) == before


def test_paths_are_no_names_for_deletion(places, library):
    folder = library.folders[0] / "classes"
    for name in ("../weights/classes", str(folder), "mine/../../weights/classes", ".", "..", "*"):
        with pytest.raises(ValueError, match="no model"):
            models_actions.delete(library, name)
    assert folder.is_dir()
    assert names(places) == ["mine"]


def test_a_link_to_another_place_is_not_deleted(places, library):
    (places / "linked").symlink_to(library.folders[2] / "outlines")
    assert "linked" in library.available()
    assert not models_actions.entry(library, "linked").deletable
    with pytest.raises(ValueError, match="only your own"):
        models_actions.delete(library, "linked")
    assert (places / "linked" / "config.json").is_file()


def test_a_folder_of_models_that_is_itself_a_link_is_the_users_own(places, tmp_path, library):
    (tmp_path / "link").symlink_to(places)
    linked = Library((library.shipped, tmp_path / "link"))
    models_actions.delete(linked, "mine")
    assert names(places) == []
