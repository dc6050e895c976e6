"""Models from strangers' files: what is taken, what is refused, and two at once."""

import json
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Barrier

import pytest
import torch
from encoders import with_encoder
from helpers import save_checkpoint
from PIL import Image

from app.models import actions as models_actions
from app.models import imports
from app.models.actions import OWN
from app.models.imports import import_model
from app.shared.library import Library
from app.shared.model_names import free_model_name
from models import model_folder
from tests.app.models.hostile_zips import HOSTILE, changed, contents

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture
def library(library_of_places) -> Library:
    return library_of_places


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def checkpoint(path: Path, seed: int = 0, **arguments) -> str:
    return str(save_checkpoint(path, seed, **arguments))


def zipped(path: Path, entries: dict[str, bytes], kind: int = zipfile.ZIP_STORED) -> str:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return str(path)


# import


def test_a_checkpoint_becomes_a_model_that_every_tab_finds(places, tmp_path, library):
    path = checkpoint(tmp_path / "latest_net_G.pth")
    name = import_model(library, "Photos to Monet", [path], "photo", " a  Monet ")
    assert name == "Photos-to-Monet"
    assert names(places) == ["Photos-to-Monet", "mine"]
    model = library.get(name)
    assert (model.name, model.domains) == (name, ["photo", "a Monet"])
    assert model.translate(Image.new("RGB", (50, 31))).size == (50, 31)
    assert models_actions.entry(library, name).origin == OWN
    assert models_actions.samples(library, name)
    card = library.card(name)
    assert "turns photo into a Monet" in card
    assert card.count("not known") == 3  # what it learned from, how long, and the licence


def test_two_checkpoints_are_there_and_back_in_the_order_of_their_names(tmp_path, library):
    there = checkpoint(tmp_path / "1" / "net_G_A.pth", out_channels=1)
    back = checkpoint(tmp_path / "2" / "net_G_B.pth", in_channels=1, seed=1)
    model = library.get(import_model(library, "both", [back, there]))
    assert model.directions == ["A to B", "B to A"]
    assert (model.domains, model.channels("A to B")) == (["A", "B"], (3, 1))


@pytest.mark.parametrize("name", ["classes", "outlines"])
def test_a_zip_that_the_page_made_becomes_the_same_model(places, name, library):
    path = models_actions.pack(library, name)
    assert path.name == f"{name}.zip"
    assert import_model(library, "again", [str(path)]) == "again"
    old, new = contents(library, name), contents(library, "again")
    assert changed(old, name="again").keys() == new.keys()
    assert json.loads(new["config.json"]) == {**json.loads(old["config.json"]), "name": "again"}
    assert new["model.safetensors"] == old["model.safetensors"]
    assert library.get("again").name == "again"
    assert names(places) == ["again", "mine"]


def test_a_zip_without_a_folder_inside_and_with_other_files_is_taken(places, tmp_path, library):
    files = {
        **contents(library),
        "notes.txt": b"hello",
        "run.sh": b"ls",
        "__MACOSX/config.json": b"{}",
    }
    import_model(library, "flat", [zipped(tmp_path / "a.zip", files)])
    assert set(names(places / "flat")) == set(contents(library))


def test_a_zip_with_the_critic_keeps_it(tmp_path, tiny_models, library):
    model = library.get("classes")
    critic = {"name": "dcgan", "arguments": {"size": 28, "channels": 1, "classes": 10, "width": 8}}
    config = {**model.config, "name": "fine", "critic": critic}
    network = model_folder.make_network(config, "critic", model_folder.CRITICS)
    image = Image.new("L", (8, 8))
    folder = library.folders[0] / "fine"
    model_folder.save(folder, config, model.network, "", image, critic=network)
    import_model(library, "again", [str(models_actions.pack(library, "fine"))])
    assert "critic.safetensors" in contents(library, "again")
    damaged = contents(library, "fine")
    damaged["critic.safetensors"] = damaged["critic.safetensors"][:-9]
    with pytest.raises(ValueError, match="complete safetensors file in bad/critic.safetensors"):
        import_model(library, "bad", [zipped(tmp_path / "a.zip", damaged)])


def test_a_zip_with_the_way_back_from_pictures_keeps_it(tmp_path, tiny_models, library):
    with_encoder(tiny_models["classes"], library.folders[0] / "finder")
    import_model(library, "again", [str(models_actions.pack(library, "finder"))])
    assert library.get("again").can_find
    assert (
        contents(library, "again")["encoder.safetensors"]
        == contents(library, "finder")["encoder.safetensors"]
    )
    damaged = contents(library, "finder")
    damaged["encoder.safetensors"] = damaged["encoder.safetensors"][:-9]
    with pytest.raises(ValueError, match="complete safetensors file in bad/encoder.safetensors"):
        import_model(library, "bad", [zipped(tmp_path / "a.zip", damaged)])


def test_huge_samples_are_made_smaller(tmp_path, library):
    out = BytesIO()
    Image.new("L", (6000, 3000)).save(out, "PNG")
    import_model(
        library,
        "huge",
        [zipped(tmp_path / "a.zip", {**contents(library), "samples.png": out.getvalue()})],
    )
    assert models_actions.samples(library, "huge").size == (2048, 1024)


# what is refused


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "found none; type one"),
        ("   ", "found none; type one"),
        (None, "found none; type one"),
        ("x" * 61, "at most 60 characters, found 61"),
        ("../x", "found '/'"),
        ("/etc/passwd", "found '/'"),
        ("a\\b", r"found '\\\\'"),
        ("C:x", "found ':'"),
        ("a\nb", r"found '\\n'"),
        ("a\0b", r"found '\\x00'"),
        ("<b>", "found '<'"),
        ("..", "begins and ends with a letter or digit"),
        (".hidden", "begins and ends with a letter or digit"),
        ("-rf", "begins and ends with a letter or digit"),
        ("model.", "begins and ends with a letter or digit"),
        ("con", "no system keeps"),
        ("Nul.model", "no system keeps"),
        ("half.tmp", "no system keeps"),
        ("mine", "there is a mine already"),
        ("classes", "there is a classes already"),
        ("Outlines", "there is a Outlines already"),
        ("left", "there is a left already"),
    ],
)
def test_odd_and_taken_names_are_refused_in_one_sentence(places, tmp_path, name, words, library):
    (places / "left").mkdir()  # no model, but something
    path = checkpoint(tmp_path / "net_G.pth")
    with pytest.raises(ValueError, match=words) as refused:
        import_model(library, name, [path])
    assert "\n" not in str(refused.value)
    assert names(places) == ["left", "mine"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" My  emoji ", "My-emoji"),
        ("a_b-c.d 1", "a_b-c.d-1"),
        ("U\u0308bung", "\u00dcbung"),
        ("図案", "図案"),
        ("x" * 60, "x" * 60),
    ],
)
def test_other_names_are_kept_with_hyphens_for_spaces(text, name, library):
    assert free_model_name(library, text) == name


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (None, "none"),
        ([], "none"),
        (["a.safetensors"], "a.safetensors"),
        (["a.zip", "b.zip"], "a.zip, b.zip"),
        (["a.pth", "b.zip"], "a.pth, b.zip"),
        (["a.pth", "b.pth", "c.pth", "d.pth"], "a.pth, b.pth, c.pth and more"),
    ],
)
def test_other_files_are_named(files, found, library):
    with pytest.raises(ValueError, match=f"two for both directions, found {found}; choose again"):
        import_model(library, "new", files)


class Intruder:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def refused(library, files: list[str], words: str, places: Path) -> None:
    """One sentence with these words, without folders of this machine, and nothing left behind."""
    with pytest.raises(ValueError, match=words) as error:
        import_model(library, "new", files)
    assert str(places.parent) not in str(error.value)
    assert "\n" not in str(error.value)
    assert names(places) == ["mine"]
    assert "new" not in library.available()


def test_code_in_a_checkpoint_is_not_run(places, tmp_path, library):
    torch.save({"x": Intruder(tmp_path / "trace")}, tmp_path / "net_G.pth")
    refused(
        library,
        [str(tmp_path / "net_G.pth")],
        r"in net_G.pth, found Python code \(\w+.mkdir",
        places,
    )
    assert not (tmp_path / "trace").exists()


def test_a_checkpoint_of_something_else_is_refused(places, tmp_path, library):
    torch.save({"model.0.weight": torch.ones(4, 3, 4, 4)}, tmp_path / "net_D.pth")
    refused(library, [str(tmp_path / "net_D.pth")], "in net_D.pth, found a PatchGAN critic", places)
    pair = [checkpoint(tmp_path / "a.pth"), checkpoint(tmp_path / "b.pth", blocks=2)]
    refused(library, pair, r"found resnet \(.*\) in a.pth and resnet \(.*\) in b.pth", places)
    (tmp_path / "a.pth").write_text("hello")
    refused(library, pair[:1], "in a.pth, found damage or another format", places)


def test_domains_that_are_too_long_are_refused(tmp_path, library):
    with pytest.raises(ValueError, match="at most 40 characters .* found 41"):
        import_model(library, "new", [checkpoint(tmp_path / "net_G.pth")], "x" * 41)


@pytest.mark.parametrize("case", HOSTILE)
def test_zips_of_anything_else_are_refused_in_one_sentence(places, tmp_path, case, library):
    files, words = HOSTILE[case]
    refused(library, [zipped(tmp_path / "a.zip", files(library))], words, places)


def test_zip_bombs_and_what_is_no_zip_are_refused(places, tmp_path, monkeypatch, library):
    bomb = {**contents(library), "model.safetensors": bytes(10**7)}
    path = zipped(tmp_path / "bomb.zip", bomb, zipfile.ZIP_DEFLATED)
    refused(library, [path], "times their packed size, found 'model.safetensors'", places)
    (tmp_path / "text.zip").write_text("hello")
    refused(library, [str(tmp_path / "text.zip")], "complete zip file in text.zip", places)
    monkeypatch.setattr(imports, "MAX_WEIGHT_BYTES", 1000)
    path = str(models_actions.pack(library, "mine"))
    refused(library, [path], "unpacks to at most 1 GB, found more in mine.zip", places)


def test_a_full_disk_is_one_sentence(places, tmp_path, monkeypatch, library):
    def full(*_):
        raise OSError(28, "No space left on device", str(places))

    monkeypatch.setattr(imports, "import_checkpoints", full)
    refused(library, [checkpoint(tmp_path / "net_G.pth")], "No space left on device", places)


# two at once


def test_a_model_is_seen_only_when_it_is_finished(places, tmp_path, monkeypatch, library):
    seen = []

    def look(folder):
        seen.append((folder.is_dir(), list(library.available())))

    monkeypatch.setattr(imports, "use_once", look)
    import_model(library, "new", [checkpoint(tmp_path / "net_G.pth")])
    assert seen == [(True, ["classes", "mine", "outlines"])]
    assert "new" in library.available()


def test_of_two_imports_of_one_name_at_once_one_wins(places, tmp_path, monkeypatch, library):
    paths = [checkpoint(tmp_path / str(i) / "net_G.pth", i, blocks=1 + i) for i in range(2)]
    meeting, use_once = Barrier(2), imports.use_once

    def meet(folder):
        use_once(folder)
        meeting.wait(timeout=60)

    monkeypatch.setattr(imports, "use_once", meet)

    def attempt(path: str) -> str:
        try:
            return import_model(library, "new", [path])
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(attempt, paths))
    assert found == [
        "Expected a new name, found that there is a new already; choose another.",
        "new",
    ]
    assert library.get("new").translate(Image.new("RGB", (20, 20))).size == (20, 20)
    assert names(places) == ["mine", "new"]


def test_imports_of_two_names_at_once_both_arrive(places, tmp_path, library):
    paths = [checkpoint(tmp_path / str(i) / "net_G.pth", i, blocks=1 + i) for i in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(partial(import_model, library), ["one", "two"], [[path] for path in paths]))
    blocks = [library.get(name).config["network"]["arguments"]["blocks"] for name in ("one", "two")]
    assert blocks == [1, 2]
