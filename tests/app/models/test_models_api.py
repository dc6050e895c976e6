"""The Models tab through its API, as a script uses it, and what it shows."""

import zipfile

import gradio as gr
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from helpers import save_checkpoint

from app.models import actions as models_actions
from app.models import tab as tab
from app.models.rows import EMPTY, rows
from app.shared.library import Library
from models import locations


@pytest.fixture(scope="module")
def own(app_with_own_models):
    return app_with_own_models[1]


@pytest.fixture(scope="module")
def client(app_with_own_models, tmp_path_factory):
    downloads = str(tmp_path_factory.mktemp("downloads"))
    return Client(app_with_own_models[0], download_files=downloads, verbose=False)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> str:
    """A checkpoint as the reference writes it."""
    return str(save_checkpoint(tmp_path_factory.mktemp("files") / "latest_net_G.pth"))


def listed(client) -> dict[str, dict]:
    return {one["name"]: one for one in client.predict(api_name="/list_models")}


def add(client, name: str, *paths: str, start: str = "", end: str = "") -> str:
    """The words of the page on an import."""
    files = [handle_file(path) for path in paths]
    words, *_ = client.predict(name, files, start, end, api_name="/import_model")
    return words


def test_every_action_has_a_name(client):
    names = set(client.view_api(return_format="dict")["named_endpoints"])
    assert names >= {
        "/list_models",
        "/show_model",
        "/import_model",
        "/download_model",
        "/export_onnx",
        "/delete_model",
    }


def test_models_are_listed_with_where_they_come_from(client):
    found = listed(client)
    assert found["digits"]["origin"] == models_actions.SHIPPED
    assert found["outlines"]["origin"] == models_actions.ELSEWHERE
    assert not any(one["deletable"] for one in found.values())


def test_a_checkpoint_is_imported_taken_along_imported_again_and_deleted(client, own, checkpoint):
    words = add(client, "by script", checkpoint, start="photo", end="map")
    assert "<b>by-script</b> is in the list" in words
    assert "open this page again" in words
    assert listed(client)["by-script"]["what"].startswith("It turns photo into map")
    path = client.predict("by-script", api_name="/download_model")
    assert path.endswith("by-script.zip")
    with zipfile.ZipFile(path) as archive:
        assert "by-script/config.json" in archive.namelist()
    add(client, "copy", path)
    assert listed(client)["copy"]["what"].startswith("It turns photo into map")
    for name in ("by-script", "copy"):
        assert (own / name).is_dir()
        client.predict(name, api_name="/delete_model")
        assert name not in listed(client)
    assert list(own.iterdir()) == []


def test_a_shipped_model_is_exported_to_onnx(client):
    ort = pytest.importorskip("onnxruntime")
    path = client.predict("digits", "A to B", api_name="/export_onnx")
    assert path.endswith("digits.onnx")
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    assert [one.name for one in session.get_inputs()] == ["noise", "labels"]


@pytest.mark.parametrize("name", ["digits", "outlines", "../weights/digits", "/etc", "", "nothing"])
def test_nothing_but_the_users_own_is_deleted(client, name):
    before = listed(client)
    with pytest.raises(AppError, match="no model|only your own") as error:
        client.predict(name, api_name="/delete_model")
    assert "Traceback" not in str(error.value)
    assert listed(client) == before
    assert (locations.shipped_weights() / "digits" / "config.json").is_file()


@pytest.mark.parametrize("name", ["../digits", "/etc/passwd", "nothing"])
@pytest.mark.parametrize("action", ["/show_model", "/download_model", "/export_onnx"])
def test_a_name_that_is_not_in_the_list_is_one_sentence(client, name, action):
    more = ["A to B"] if action == "/export_onnx" else []
    with pytest.raises(AppError, match="no model"):
        client.predict(name, *more, api_name=action)


def test_files_of_this_machine_cannot_be_named_in_place_of_uploads(client, own):
    path = str(locations.shipped_weights() / "digits" / "model.safetensors")
    given = {"path": path, "meta": {"_type": "gradio.FileData"}}
    with pytest.raises(AppError):
        client.predict("mine", [given], "", "", api_name="/import_model")
    assert not (own / "mine").exists()


def test_other_files_are_refused_and_the_app_goes_on(client, own, tmp_path, checkpoint):
    (tmp_path / "run.sh").write_text("ls")
    with pytest.raises(AppError, match="Invalid file type"):
        add(client, "mine", str(tmp_path / "run.sh"))
    with pytest.raises(AppError, match="two for both directions, found none"):
        client.predict("mine", None, "", "", api_name="/import_model")
    with pytest.raises(AppError, match="found '/'"):
        add(client, "../mine", checkpoint)
    assert "digits" in listed(client)
    assert not own.exists() or list(own.iterdir()) == []


# what the tab shows


@pytest.fixture
def broken(offered):
    """A model that cannot be read, with a name and a config to be careful with."""
    folder = offered / "a<b>${1}"
    folder.mkdir()
    (folder / "config.json").write_text('{"<i>": 1}')
    return folder.name


@pytest.fixture
def components() -> tab.Layout:
    with gr.Blocks():
        return tab.components()


def test_the_list_shows_every_model_and_escapes_what_files_say(broken, library):
    names = [entry.name for entry in models_actions.entries(library)]
    assert names == [broken, "classes", "outlines", "plain"]
    shown = rows(library, models_actions.entries(library))
    assert shown.count("<input type='radio'") == 4
    assert "a&lt;b&gt;${1}" in shown
    assert "a<b>" not in shown
    assert "Cannot be used: Expected the key" in shown
    assert EMPTY in rows(library, [])


def test_a_model_that_cannot_be_read_shows_why_and_cannot_be_taken_along(
    broken, library, components
):
    shown = tab.details(library, components, broken)
    assert "Cannot be used" in shown[components.about]
    assert "a&lt;b&gt;${1}/config.json" in shown[components.about]
    assert shown[components.samples].visible is False
    assert shown[components.export.column].visible is False


def test_only_a_model_of_two_directions_asks_for_one(library, components):
    for name in ("outlines", "classes"):
        shown = tab.details(library, components, name)
        assert shown[components.export.direction].visible is False


def test_without_models_the_tab_says_so(tmp_path, components):
    shown = tab.newest(Library((tmp_path / "a", tmp_path / "b")), components)
    assert EMPTY in shown[components.listing].props["rows"]
    assert shown[components.column].visible is False
