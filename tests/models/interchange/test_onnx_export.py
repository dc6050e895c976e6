"""ONNX files: the same pictures as our network, at any size, and a file that explains itself."""

import json
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from helpers import ROOT, run_module
from PIL import Image
from worded import worded_model

import models
from models import model_folder
from models.__main__ import main
from models.interchange import onnx_export
from models.interchange.onnx_export import PACKAGES, TOLERANCE, export
from models.networks import GENERATORS, build
from models.sampler import Sampler
from models.translator import Translator
from training.export.export_model import translation_config

ort = pytest.importorskip("onnxruntime")
PALETTE = ["#ffffff", "#000000", "#cc3311"]
# every option once: an export takes seconds
NETWORKS = [
    {"name": "unet", "levels": 4, "norm": "batch", "upsample": "transposed"},
    {"levels": 4, "norm": "instance", "upsample": "resize", "palette": PALETTE, "hints": True},
    {"name": "resnet", "blocks": 1, "upsample": "transposed"},
    {
        "name": "resnet",
        "blocks": 1,
        "upsample": "resize",
        "skip": True,
        "global_skip": True,
        "in_channels": 3,
        "input_noise": 0.1,
    },
    {"name": "resnet", "blocks": 1, "antialias": True},
]
STROKES = {"name": "resnet", "in_channels": 3, "input_noise": 0.1, "stroke_length": 8.0}


def make(folder, name="unet", directions=("A to B",), **arguments) -> Translator:
    """An untrained translator of grey to RGB whose pictures have some contrast."""
    torch.manual_seed(0)
    arguments = {"in_channels": 1, "out_channels": 3, "width": 4, **arguments}
    network = {"name": name, "arguments": arguments}
    data = {"name": "x", "licence": "mine", "images": 2, "size": 32, "domains": ["a", "b"]}
    data["directions"] = list(directions)
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    critic = {"name": "patchgan", "arguments": {"channels": 4}}
    config = translation_config("mine", "training.pix2pix", network, critic, data, training)
    generators = model_folder.make_network(config, "network", GENERATORS)
    for module in generators.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.running_mean, std=0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
    contrast(generators)
    model_folder.save(folder / "mine", config, generators, "", Image.new("L", (8, 8)))
    return models.load(folder / "mine")


def contrast(network: torch.nn.Module) -> None:
    """Weights so large (He 2015) that untrained pictures are not all grey."""
    for parameter in (one for one in network.parameters() if one.ndim == 4):
        torch.nn.init.normal_(parameter, std=(2 / parameter[0].numel()) ** 0.5)


@pytest.fixture(scope="module")
def translator(tmp_path_factory) -> Translator:
    """One of both directions."""
    folder = tmp_path_factory.mktemp("models")
    return make(folder, levels=4, norm="instance", directions=("A to B", "B to A"))


@pytest.fixture(scope="module")
def shell(translator, tmp_path_factory):
    """What the shell says as it writes the other direction's file, and that file."""
    path = tmp_path_factory.mktemp("onnx") / "new" / "back.onnx"
    arguments = ("models", "export", translator.folder, "--out", path)
    return run_module(*arguments, "--direction", "B to A"), path


@pytest.fixture(scope="module")
def written(shell):
    """The other direction's file."""
    return shell[1]


@pytest.fixture(scope="module")
def sampler(tiny_models) -> Sampler:
    torch.manual_seed(0)
    sampler = models.load(tiny_models["classes"])
    contrast(sampler.network)
    return sampler


@pytest.fixture(scope="module")
def digits(sampler, tmp_path_factory):
    """Its file, and what the export says of it."""
    path = tmp_path_factory.mktemp("onnx") / "digits.onnx"
    return path, export(sampler, path)


def session(path) -> ort.InferenceSession:
    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])


def run(path, **inputs: torch.Tensor) -> torch.Tensor:
    """What onnxruntime makes of inputs by name."""
    (picture,) = session(path).run(["picture"], {name: x.numpy() for name, x in inputs.items()})
    return torch.from_numpy(picture)


def metadata(path) -> dict:
    return json.loads(session(path).get_modelmeta().custom_metadata_map["atelier"])


def same(ours: torch.Tensor, theirs: torch.Tensor) -> bool:
    """Within 1/255 of the value range, which is two wide, for pictures that are not all alike."""
    assert ours.std() > 0.05
    return ours.shape == theirs.shape and (ours - theirs).abs().max() <= 2 * TOLERANCE


@pytest.mark.parametrize("network", NETWORKS, ids=lambda one: "-".join(map(str, one.values())))
def test_a_translator_gives_the_same_picture_at_every_size(tmp_path, network):
    model = make(tmp_path, **network)
    export(model, tmp_path / "mine.onnx")
    channels = model.networks["a_to_b"].in_channels
    for count, *shape in ((1, 16, 16), (1, 96, 48), (3, 32, 160)):
        images = torch.rand(count, channels, *shape) * 2 - 1
        with torch.inference_mode():
            ours = model.networks["a_to_b"](model.with_hints(images, None))
        assert same(ours, run(tmp_path / "mine.onnx", image=images)), shape


def test_strokes_are_made_in_the_file_of_the_noise_that_it_is_given(tmp_path):
    model = make(tmp_path, **STROKES, blocks=1, hints=True)
    about = export(model, tmp_path / "mine.onnx")
    assert set(about["inputs"]) == {"image", "noise"}
    for count, *shape in ((1, 16, 16), (2, 96, 48)):
        torch.manual_seed(0)
        images = torch.rand(count, 3, *shape) * 2 - 1
        state = torch.get_rng_state()
        noise = torch.randn_like(images)
        torch.set_rng_state(state)
        with torch.inference_mode():
            ours = model.run(model.with_hints(images, None), "A to B")
        assert same(ours, run(tmp_path / "mine.onnx", image=images, noise=noise)), shape


def test_both_directions_have_their_own_network(translator, written):
    images = torch.rand(2, 3, 32, 48) * 2 - 1
    with torch.inference_mode():
        ours = translator.networks["b_to_a"](images)
    assert same(ours, run(written, image=images))


def test_a_sampler_with_classes_gives_the_same_pictures(sampler, digits):
    path, _ = digits
    for count in (1, 7):
        noise, labels = sampler.noise(count, seed=3), sampler.labels(count, seed=3)
        with torch.inference_mode():
            ours = sampler.network(noise, labels)
        assert same(ours, run(path, noise=noise, labels=labels)), count


@pytest.mark.parametrize("name", ["dcgan", "residual"])
def test_a_sampler_without_classes_takes_noise_alone(tiny_models, tmp_path, name):
    plain = models.load(tiny_models["plain"])
    arguments = {"size": 28, "channels": 1, "classes": 0, "noise_dim": 16, "width": 8}
    plain.network = build(GENERATORS, name, arguments).eval()
    about = export(plain, tmp_path / "plain.onnx")
    assert list(about["inputs"]) == ["noise"]
    assert run(tmp_path / "plain.onnx", noise=plain.noise(3, seed=0)).shape == (3, 1, 28, 28)


@pytest.mark.parametrize("things", [0, 3])
def test_a_sampler_that_takes_words_gets_their_vectors(tmp_path, things):
    emoji = models.load(worded_model(tmp_path / "worded", things))
    about = export(emoji, tmp_path / "worded.onnx")
    assert "96 of words and 2 of manner" in about["inputs"]["labels"]
    assert ("colour in front of a thing" in about.get("afterwards", "")) == bool(things)
    for texts in (["cat"], ["cat", "dog", "owl"]):
        noise, told = emoji.noise(len(texts), seed=3), emoji.told(texts, hand="openmoji")
        with torch.inference_mode():
            ours = emoji.network(noise, told)
        assert same(ours, run(tmp_path / "worded.onnx", noise=noise, labels=told))


def test_a_model_of_several_manners_writes_one_in_batches_of_any_size(tiny_writer, tmp_path):
    model = models.load(tiny_writer)
    export(model, tmp_path / "mine.onnx")
    for count in (1, 3):
        images = torch.rand(count, 1, 32, 32) * 2 - 1
        told = model.conditioned("", None).expand(count, -1)
        with torch.inference_mode():
            ours = model.networks["a_to_b"](images, told)
        assert same(ours, run(tmp_path / "mine.onnx", image=images)), count


def test_a_translators_file_says_what_it_takes(written):
    words = "float32 (batch, 3, height, width) in [-1, 1]; height and width have to be multiples "
    assert metadata(written) == {
        "name": "mine",
        "task": "translation",
        "value_range": [-1.0, 1.0],
        "data": "x",
        "data_licence": "mine",
        "direction": "B to A",
        "domains": ["a", "b"],
        "channels": {"image": 3, "picture": 1},
        "multiple": 16,
        "smallest": 16,
        "inputs": {"image": words + "of 16, and at least 16"},
    }


def changed(translator, folder, **entries) -> Translator:
    """The same translator with other entries in its config."""
    shutil.copytree(translator.folder, folder)
    config = {**translator.config, **entries}
    (folder / "config.json").write_text(json.dumps(config))
    return models.load(folder)


def test_a_translators_file_says_what_is_scaled_before_it(translator, tmp_path):
    """Who runs a file alone gives it the picture that our own program would."""
    enlarging = changed(translator, tmp_path / "enlarging", short_side=24)
    about = onnx_export.of_translator(enlarging, "A to B").about
    assert (about["short_side"], "long_side" in about, "working_size" in about) == (
        24,
        False,
        False,
    )
    assert "short side below 24 pixels is enlarged" in about["beforehand"]
    both = changed(translator, tmp_path / "both", short_side=24, working_size=48)
    about = onnx_export.of_translator(both, "A to B").about
    assert (about["short_side"], about["working_size"]) == (24, 48)
    assert "short side of 48 pixels" in about["beforehand"]
    assert "enlarged" not in about["beforehand"]


def test_a_file_says_which_numbers_are_minus_1_and_1(translator, tmp_path):
    twelve = {"A": {"low": 0, "high": 4095, "dtype": "uint16"}, "B": {}}
    model = changed(translator, tmp_path / "twelve", values=twelve)
    assert onnx_export.of_translator(model, "A to B").about["values"] == twelve


def test_a_samplers_file_says_what_it_takes(digits):
    path, about = digits
    assert about == metadata(path)
    assert about["class_names"] == [str(digit) for digit in range(10)]
    assert about["noise"] == {"distribution": "normal", "dim": 16, "truncation": 1.0}
    assert about["data_licence"] == "CC BY-SA 3.0"
    assert list(about["inputs"]) == ["noise", "labels"]


def test_a_file_holds_no_paths_of_the_machine_that_made_it(written):
    content = written.read_bytes()
    assert str(ROOT).encode() not in content
    assert b".py" not in content


def test_what_does_not_fit_is_an_error_in_words(translator, sampler, tmp_path):
    one_way = make(tmp_path, levels=4)
    for model, file, direction, words in (
        (one_way, "x.onnx", "B to A", "direction of mine, A to B, found 'B to A'"),
        (translator, "x.onnx", "sideways", "A to B or B to A, found 'sideways'"),
        (sampler, "x.onnx", "A to B", "no direction for classes, which draws images"),
        (translator, "x.pt", None, "ends in .onnx, found .*x.pt"),
    ):
        with pytest.raises(ValueError, match=words):
            export(model, tmp_path / "new" / file, direction)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("wrong", [0.02, np.nan])
def test_another_picture_is_refused_and_the_older_file_kept(
    translator, written, tmp_path, monkeypatch, wrong
):
    once_more = SimpleNamespace(save=lambda path, **_: shutil.copy(written, path))
    monkeypatch.setattr(onnx_export, "traced", lambda _: once_more)
    path = tmp_path / "mine.onnx"
    path.write_bytes(b"older")
    run_file = onnx_export.run_file
    monkeypatch.setattr(
        onnx_export, "run_file", lambda *about: run_file(*about) + np.float32(wrong)
    )
    measured = f"{255 * wrong / 2:.2f}/255"  # 2.55
    with pytest.raises(ValueError, match=f"within 1/255, found a difference of {measured}"):
        export(translator, path, "B to A")
    assert [file.name for file in tmp_path.iterdir()] == ["mine.onnx"]
    assert path.read_bytes() == b"older"


@pytest.mark.parametrize("package", ["onnx", "onnxscript", "onnxruntime"])
def test_a_missing_package_is_one_line_that_names_the_command(
    translator, tmp_path, monkeypatch, capsys, package
):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SystemExit, match="2"):
        main(["export", str(translator.folder), "--out", str(tmp_path / "new" / "mine.onnx")])
    (line,) = capsys.readouterr().err.splitlines()
    assert f"found no {package};" in line
    assert f"pip install {PACKAGES}" in line
    assert not (tmp_path / "new").exists()


def test_the_packages_it_asks_for_are_those_of_the_requirements():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert set(PACKAGES.split()) <= set(lines)


def test_the_shell_writes_a_file_and_nothing_of_the_exporters_chatter(shell):
    done, path = shell
    first, second = done.stdout.splitlines()
    assert str(path) in first
    assert second.strip() == f"image: {metadata(path)['inputs']['image']}"
    assert done.stderr == ""
    assert [file.name for file in path.parent.iterdir()] == ["back.onnx"]


def test_the_shell_says_a_wrong_direction_in_one_line(translator, tmp_path, capsys):
    arguments = ("export", str(translator.folder), "--out", str(tmp_path / "x.onnx"))
    with pytest.raises(SystemExit, match="2"):
        main([*arguments, "--direction", "up"])
    (line,) = capsys.readouterr().err.splitlines()
    assert "found 'up'" in line
    assert not (tmp_path / "x.onnx").exists()
