"""Kill a run at random moments, resume it each time, and compare what comes of it with a run that
nobody touched: `python tests/kill_and_resume.py --kills 20`."""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import torch
from helpers import ROOT, call_module, environment, save_digits
from safetensors.torch import load_file

sys.path.insert(0, str(ROOT))

OPTIONS = [
    "--width",
    "8",
    "--critic-width",
    "8",
    "--batch-size",
    "8",
    "--device",
    "cpu",
    "--checkpoint-every",
    "160",
    "--log-every",
    "80",
    "--sample-every",
    "400",
    "--n-epochs",
    "100000",
    "--flip",
    "--log-with",
    "none",
]
LONGEST = 0.5  # seconds between a checkpoint and a kill


def compare(kills: int, steps: int, folder: Path, seed: int = 0) -> list[int]:
    """The steps of the last checkpoint at each kill.

    Raises:
        AssertionError: the weights, averages or optimisers differ in a single bit.
    """
    data, moments = save_digits(folder / "data"), random.Random(seed)
    common = ["--data", data, "--name", "run", *OPTIONS, "--max-steps", steps]
    call_module("training.cgan", *common, "--runs", folder / "straight")
    killed = folder / "killed" / "run"
    reached = []
    for _ in range(kills):
        reached.append(kill_once(killed, common, moments.uniform(0, LONGEST)))
    call_module("training.cgan", *resumed(killed, common))
    one, other = (
        place / "checkpoints" / f"{steps:08d}" for place in (folder / "straight" / "run", killed)
    )
    files = sorted(path.name for path in one.iterdir())
    assert files == sorted(path.name for path in other.iterdir())
    for name in files:
        states = [read(place / name) for place in (one, other)]
        assert same(*states), name
    return reached


def kill_once(run: Path, common: list, seconds: float) -> int:
    """Start or resume, and kill -9 so many seconds after a new checkpoint, while it trains or
    writes the next; the step of the last complete one."""
    from training.engine.checkpoints import complete
    from training.runs.states import read_status

    before = complete(run / "checkpoints")
    command = [sys.executable, "-m", "training.cgan", *map(str, resumed(run, common))]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and complete(run / "checkpoints") in ([], before):
        time.sleep(0.01)
    time.sleep(seconds)
    psutil.Process(read_status(run).pid).kill()
    process.wait()
    return int(complete(run / "checkpoints")[-1].name)


def resumed(run: Path, common: list) -> list:
    """The command line that starts the run, or goes on with it."""
    place = ["--runs", run.parent]
    return [*common, *place, *(["--resume"] if (run / "config.yaml").is_file() else [])]


def read(path: Path) -> dict:
    """A file of a checkpoint, without the clock."""
    if path.suffix == ".safetensors":
        return load_file(path)
    state = torch.load(path, weights_only=False)
    state.pop("minutes", None)
    return state


def same(one, other) -> bool:
    """Equality of nested state, tensors bit for bit."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return bool((one == other).all()) if hasattr(one, "all") else one == other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    options = parser.parse_args()
    torch.set_num_threads(1)  # as in the processes that are killed
    with tempfile.TemporaryDirectory() as folder:
        reached = compare(options.kills, options.steps, Path(folder), options.seed)
    print(f"Killed {len(reached)} times, at the steps {reached}: the same bits after all.")


if __name__ == "__main__":
    main()
