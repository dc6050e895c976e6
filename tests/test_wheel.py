"""The wheel works where there is no checkout: installed into an environment of its own, from
another folder, without a network."""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import PATIENCE, ROOT, gradient
from PIL import Image

pytestmark = pytest.mark.slow
PACKAGES = ("app", "models", "training")
Run = Callable[..., str]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The folder of an environment into which the wheel is installed; what it depends on is seen
    in ours."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index"]
    build = ["wheel", *offline, "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run([*pip, *build], check=True, timeout=PATIENCE)
    (wheel,) = folder.glob("atelier-*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    install = ["--python", environment, "install", *offline, "--no-compile", wheel]
    subprocess.run([*pip, *install], check=True, timeout=PATIENCE)
    place = site_packages(environment)
    (place / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return environment


def site_packages(environment: Path) -> Path:
    """Where an environment has its packages."""
    variables = {"base": str(environment), "platbase": str(environment)}
    return Path(sysconfig.get_path("purelib", "venv", variables))


@pytest.fixture
def run(installed, tmp_path) -> Run:
    """Run a program of the environment in an empty folder, and give what it prints."""
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(installed)}))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"ATELIER_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
    here = tmp_path / "elsewhere"
    here.mkdir()

    def started(program: str, *arguments: str) -> str:
        done = subprocess.run(
            [scripts / program, *arguments],
            cwd=here,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert not done.returncode, done.stderr
        return done.stdout

    return started


def contents(environment: Path) -> dict[Path, int]:
    """Every file of our packages, and when it was written."""
    folders = (site_packages(environment) / name for name in PACKAGES)
    files = (path for folder in folders for path in folder.rglob("*"))
    return {path: path.stat().st_mtime_ns for path in files}


def test_the_modules_are_those_of_the_wheel(run, installed):
    found = run("python", "-c", "import app, models; print(app.__file__); print(models.__file__)")
    assert {Path(line).parent.parent for line in found.split()} == {site_packages(installed)}


def test_it_lists_the_models_that_ship(run):
    listed = [line.split()[0] for line in run("atelier", "list").splitlines()]
    assert listed == sorted(path.parent.name for path in ROOT.glob("weights/*/config.json"))


def test_it_translates_a_picture_from_another_folder(run, tmp_path):
    gradient(60, 40).save(tmp_path / "elsewhere" / "in.png")
    run("atelier", "translate", "emoji", "in.png", "out.png")
    assert Image.open(tmp_path / "elsewhere" / "out.png").size == (60, 40)


def test_the_page_builds_and_nothing_is_written_into_the_package(run, installed, tmp_path):
    before = contents(installed)
    build = (
        "from app import page, settings; built = page.build(settings.read_settings([])); "
        "import sys; print(built.title, 'torch._dynamo' in sys.modules)"
    )
    assert run("python", "-c", build).strip() == "Atelier False"  # it takes seconds to import
    assert "photo" in run("atelier", "data", "check", "photo-vangogh")
    assert contents(installed) == before
    assert any((tmp_path / "home" / "datasets").iterdir())


def test_a_process_of_the_app_does_not_meet_modules_that_lie_where_it_was_started(run, tmp_path):
    """A person's own folder may hold a `training` or a `models`."""
    for name in PACKAGES:
        (tmp_path / "elsewhere" / f"{name}.py").write_text("raise SystemExit('not ours')\n")
    queue = ("runs", "queue", "rings", "training.gan", "--data", "ring", "--max-steps", "2")
    run("atelier", *queue, "--device", "cpu", "--batch-size", "8")
    assert "rings" in run("atelier", "runs", "list")
