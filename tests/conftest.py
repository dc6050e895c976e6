"""What tests share: small real data, and a tiny exported model."""

import os
from pathlib import Path

import pytest
import warm
from helpers import forget_precision, running_app, save_digits
from xdist.scheduler import LoadScopeScheduling

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"


TOGETHER = (
    "tests/models/interchange/test_onnx_export.py",
    "tests/test_wheel.py",
    "tests/training/benchmark/test_benchmark.py",
    "tests/training/export/test_two_ways.py",
    "tests/training/metrics/unpaired/test_protocol.py",
    "tests/training/test_cgan_words.py",
    "tests/training/test_pix2pix_manners.py",
    "tests/training/test_pix2pix_told.py",
    "tests/training/test_value_ranges_in_use.py",
)


# the half of the browser's tests whose models are drawn on, translate and are listed
WITH_MODELS = tuple(f"tests/browser/test_{name}.py" for name in ("draw", "models", "translate"))


class AppsApart(LoadScopeScheduling):
    """Of the processes that share the tests, two take half of the browser's each, with a browser
    and an app of their own, and one all that asks a running app, so that there are few; the three
    are the longest, and begin first. The others go where there is time, each by itself except where
    the tests of a file share what takes seconds to make."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/browser/"):
            return "browser with models" if nodeid.startswith(WITH_MODELS) else "browser"
        if nodeid.startswith("tests/app/"):
            return "app"
        return nodeid.partition("::")[0] if nodeid.startswith(TOGETHER) else nodeid


# files whose tests train for a while, or start processes that do
SLOW = (
    "training/benchmark/",
    "training/data/test_own_data.py",
    "training/engine/test_loop.py",
    "training/engine/test_resume.py",
    "training/runs/test_queue.py",
    "training/test_cut.py",
    "training/test_cyclegan.py",
    "training/test_pix2pix.py",
    "training/test_value_ranges_in_use.py",
    "app/train/test_train_api.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz-minutes", type=float, default=0, help="how long each reader is fuzzed (test_fuzz)"
    )


@pytest.fixture(scope="session")
def fuzz_minutes(request: pytest.FixtureRequest) -> float:
    """How long each reader is given damaged files; 0 for some seconds."""
    return request.config.getoption("--fuzz-minutes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(tuple(f"tests/{name}" for name in SLOW)):
            item.add_marker(pytest.mark.slow)
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


def pytest_configure(config: pytest.Config) -> None:
    warm.set_up(config)


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> AppsApart:
    return AppsApart(config, log)


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory) -> Path:
    """A folder of its own for all that is made: a person's models and runs are neither seen nor
    touched."""
    folder = tmp_path_factory.mktemp("home")
    os.environ["ATELIER_HOME"] = str(folder)
    return folder


@pytest.fixture(autouse=True)
def no_precision_left_behind():
    """Trainings in one process differ in it."""
    forget_precision()


@pytest.fixture(scope="session")
def digit_folders(tmp_path_factory) -> Path:
    """120 real digits as PNG files in ten class folders."""
    return save_digits(tmp_path_factory.mktemp("data") / "digits")


@pytest.fixture(scope="session")
def drawings(tmp_path_factory) -> Path:
    """A zip of 24 real pairs."""
    import zipfile

    from training.data.paired.pairs import find_pairs

    path = tmp_path_factory.mktemp("zips") / "drawings.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for index, pair in enumerate(find_pairs("emoji").pairs[:24]):
            for side, file in (("A", pair.a), ("B", pair.b)):
                archive.write(file, f"mine/{side}/{index}{file.suffix}")
    return path


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory) -> dict[str, Path]:
    """Two untrained exported models: `classes` with classes, `plain` without."""
    import torch
    from PIL import Image

    from models import model_folder
    from models.networks import GENERATORS, build
    from training.export.export_model import sampler_config
    from training.export.model_card import write_card

    folders = {}
    for name, class_names in (("classes", [str(i) for i in range(10)]), ("plain", [])):
        torch.manual_seed(0)
        arguments = {
            "size": 28,
            "channels": 1,
            "classes": len(class_names),
            "noise_dim": 16,
            "width": 8,
        }
        network = {"name": "dcgan", "arguments": arguments}
        data = {
            "name": "mnist",
            "licence": "CC BY-SA 3.0",
            "class_names": class_names,
            "images": 60_000,
        }
        training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
        config = sampler_config(name, "training.cgan", network, network, data, training)
        folders[name] = tmp_path_factory.mktemp("models") / name
        generator = build(GENERATORS, **network)
        with torch.no_grad():  # larger weights, so that untrained pictures differ
            generator.project[0].weight.mul_(20)
        model_folder.save(
            folders[name], config, generator.eval(), write_card(config), Image.new("L", (8, 8))
        )
    return folders


@pytest.fixture(scope="session")
def tiny_translator(tmp_path_factory) -> Path:
    """An untrained exported model from outlines of 64 pixels to colour."""
    import torch
    from PIL import Image
    from torch import nn

    from models import model_folder
    from models.networks import GENERATORS, build
    from training.export.export_model import translation_config
    from training.export.model_card import write_card

    torch.manual_seed(0)
    arguments = {"in_channels": 1, "out_channels": 3, "levels": 4, "width": 8}
    network = {"name": "unet", "arguments": arguments}
    data = {
        "name": "emoji",
        "licence": "CC BY-SA 4.0",
        "images": 1272,
        "size": 64,
        "domains": ["outline", "emoji"],
        "directions": ["A to B"],
    }
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    critic = {"name": "patch", "arguments": {}}
    config = translation_config("outlines", "training.pix2pix", network, critic, data, training)
    folder = tmp_path_factory.mktemp("translators") / "outlines"
    generators = nn.ModuleDict({"a_to_b": build(GENERATORS, **network)}).eval()
    with torch.no_grad():  # larger weights, so that one sees what is drawn
        generators["a_to_b"].down[0][0].weight.mul_(20)
        generators["a_to_b"].up[-1].weight.mul_(20)
    model_folder.save(folder, config, generators, write_card(config), Image.new("RGB", (8, 8)))
    return folder


@pytest.fixture(scope="session")
def tiny_listener(tiny_translator) -> Path:
    """An untrained exported model for outlines beside it that can be told words, dabs of colour and
    seeds, with three words and four colours."""
    import json

    import torch
    from PIL import Image
    from torch import nn

    from models import model_folder
    from models.conditions.words import WordTable
    from models.networks import GENERATORS, build

    torch.manual_seed(0)
    config = json.loads((tiny_translator / "config.json").read_text())
    arguments = {**config["network"]["arguments"], "condition_dim": 5, "hints": True}
    arguments["palette"] = ["#ffffff", "#000000", "#ea5a47", "#5c9e31"]
    network = {"name": "unet", "arguments": arguments}
    told = {"name": "listener", "network": network, "condition": {"words": 3, "z": 2}}
    generators = nn.ModuleDict({"a_to_b": build(GENERATORS, **network)}).eval()
    with torch.no_grad():  # larger weights, so that one sees what is drawn and said
        generators["a_to_b"].down[0][0].weight.mul_(20)
        generators["a_to_b"].up[-1].weight.mul_(20)
        for weights in generators["a_to_b"].modulations.parameters():
            weights.normal_(0, 1)
    vectors = (127 * torch.eye(3)).to(torch.int8)
    table = WordTable(["red", "strawberry", "草莓"], vectors, torch.ones(3) / 127)
    folder = tiny_translator.parent / "listener"
    samples = Image.new("RGB", (8, 8))
    model_folder.save(folder, {**config, **told}, generators, "", samples, words=table)
    return folder


@pytest.fixture(scope="session")
def tiny_writer(tmp_path_factory) -> Path:
    """An untrained exported model of three manners, which carries a font of crosses."""
    import torch
    from helpers import save_font
    from PIL import Image
    from torch import nn

    from models import model_folder
    from models.networks import GENERATORS, build
    from training.export.export_model import source_font_config, translation_config
    from training.export.model_card import write_card

    torch.manual_seed(0)
    fonts = tmp_path_factory.mktemp("fonts")
    save_font(fonts / "source.woff2", "永和九年，。「」﹁A1", flavor="woff2")
    arguments = {"in_channels": 1, "out_channels": 1, "levels": 4, "width": 8, "condition_dim": 3}
    network = {"name": "unet", "arguments": arguments}
    data = {
        "name": "brush",
        "licence": "public domain",
        "images": 700,
        "size": 64,
        "domains": ["regular hand", "brush"],
        "directions": ["A to B"],
    }
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    critic = {"name": "patch", "arguments": {}}
    config = translation_config("writer", "training.pix2pix", network, critic, data, training)
    manners = {"condition": {"manner": 3}, "manners": ["kaisho", "gyosho", "soseki"]}
    config |= {**manners, **source_font_config(fonts)}
    folder = tmp_path_factory.mktemp("writers") / "writer"
    generators = nn.ModuleDict({"a_to_b": build(GENERATORS, **network)}).eval()
    with torch.no_grad():  # larger weights, so that manners and characters differ
        generators["a_to_b"].down[0][0].weight.mul_(20)
        generators["a_to_b"].up[-1].weight.mul_(20)
        for name, weights in generators.named_parameters():
            if "modulations" in name:
                weights.normal_()
    model_folder.save(
        folder, config, generators, write_card(config), Image.new("RGB", (8, 8)), source=fonts
    )
    return folder


@pytest.fixture(scope="session")
def app_to_train_in(tiny_translator, tiny_listener, two_way_translator, painter, tmp_path_factory):
    """The app with the weights that ship, four translators beside, and folders for runs, data
    sets and the user's own models, still empty; its address and where those folders lie. One for
    all tests of a process: each start takes many seconds and a gigabyte."""
    folder = tmp_path_factory.mktemp("user")
    beside = tmp_path_factory.mktemp("beside")
    for model in (tiny_translator, tiny_listener, two_way_translator, painter):
        (beside / model.name).symlink_to(model)
    flags = [f for name in ("runs", "datasets", "made") for f in (f"--{name}", folder / name)]
    flags += ["--user-weights", folder / "weights", "--weights", beside]
    with running_app(*flags) as url:
        yield url, folder


@pytest.fixture(scope="session")
def app_url(app_to_train_in) -> str:
    """Its address alone."""
    return app_to_train_in[0]


@pytest.fixture(scope="session")
def app_with_own_models(app_to_train_in) -> tuple[str, Path]:
    """Its address, and the folder for the user's own models."""
    url, folder = app_to_train_in
    return url, folder / "weights"


@pytest.fixture(scope="session")
def two_way_translator(tmp_path_factory) -> Path:
    """An untrained exported model from photos to paintings and back, which works at 512 pixels."""
    import json

    from helpers import save_checkpoint

    from models.interchange.import_checkpoints import import_checkpoints

    place = tmp_path_factory.mktemp("translators")
    checkpoints = [save_checkpoint(place / f"{seed}.pth", seed) for seed in (0, 1)]
    folder = place / "models" / "paintings"
    config = import_checkpoints(checkpoints, folder, domains=("photo", "painting"))
    (folder / "config.json").write_text(json.dumps({**config, "long_side": 512}))
    return folder


@pytest.fixture(scope="session")
def painter(two_way_translator, tmp_path_factory) -> Path:
    """The same with a working size in the place of a long side."""
    import json
    import shutil

    folder = tmp_path_factory.mktemp("translators") / "strokes"
    shutil.copytree(two_way_translator, folder)
    config = json.loads((folder / "config.json").read_text())
    changed = {**config, "name": folder.name, "long_side": 0, "working_size": 256}
    (folder / "config.json").write_text(json.dumps(changed))
    return folder
