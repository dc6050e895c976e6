"""What the app's start leaves for later."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from app.tools.start import timed

ROOT = Path(__file__).parents[2]
LATER = {
    *("scipy", "matplotlib", "onnx", "onnxruntime", "timm", "sklearn", "torchvision", "sympy"),
    *("fontTools", "imageio", "imageio_ffmpeg", "soundfile", "tensorboard", "accelerate"),
    *("torch._dynamo", "torch._inductor"),
}


def after(code: str, **environment: str) -> subprocess.CompletedProcess:
    """A program that starts as the app does."""
    begin = "import os, sys; from app import __main__ as start; "
    usual = {key: value for key, value in os.environ.items() if "GOMP" not in key}
    return subprocess.run(
        [sys.executable, "-c", begin + code],
        cwd=ROOT,
        env={**usual, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_page_is_built_without_what_it_does_not_need():
    """Each of these takes from a tenth of a second to seconds."""
    code = "start.imports(); start.build(start.read_settings([])); print(*sys.modules)"
    loaded = set(after(code).stdout.split())
    assert {"gradio", "app.page"} <= loaded
    assert loaded & LATER == set()


@pytest.mark.skipif(not torch.backends.openmp.is_available(), reason="PyTorch has no OpenMP")
@pytest.mark.parametrize(("given", "looks"), [({}, "1000"), ({"GOMP_SPINCOUNT": "5"}, "5")])
def test_threads_that_wait_sleep_soon_and_only_those_of_the_app(given, looks):
    """Or an answer beside a training takes ten times as long; libgomp tells what it has read."""
    code = "start.import_torch(); print(os.environ.get('GOMP_SPINCOUNT'))"
    done = after(code, OMP_DISPLAY_ENV="VERBOSE", **given)
    if "GOMP_SPINCOUNT" not in done.stderr:
        pytest.skip("PyTorch has another OpenMP than GNU's")
    assert f"GOMP_SPINCOUNT = '{looks}'" in done.stderr
    assert done.stdout.strip() == given.get("GOMP_SPINCOUNT", "None")


def test_a_part_s_seconds_stand_under_its_name():
    rows = {}
    with timed(rows, "counting"):
        sum(range(300_000))
    assert rows["counting"] > 0
