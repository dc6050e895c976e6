"""How fast the app is: `python -m app.tools.benchmark` (nothing else should be running).

Measures the time to the first page, a click's way through the queue to its picture, and digits a
second in a batch.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from urllib.request import urlopen

import models
from models.precision import bfloat16_in_words
from models.sampler import Sampler

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
START_LIMIT = 120


def main(arguments: list[str] | None = None) -> None:
    """Print the figures as a command line says."""
    parser = argparse.ArgumentParser(prog="python -m app.tools.benchmark", description=__doc__)
    parser.add_argument("--model", default="digits", help="a model with classes (default: digits)")
    parser.add_argument(
        "--repeats", type=int, default=20, help="clicks to take the median of (default: 20)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    figures = {**page_and_click(options.model, options.repeats), **batch(options.model)}
    if options.json:
        print(json.dumps({**figures, "processor": bfloat16_in_words()}, indent=1))
        return
    for name, value in figures.items():
        print(f"{name:45} {value:>10,.3f}")
    print(f"{'processor':45} {bfloat16_in_words()}")


def page_and_click(model: str, repeats: int) -> dict[str, float]:
    """Seconds from the command to the first page, and from a click to 16 pictures on the disk."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    command = [sys.executable, "-m", "app", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        first_page = wait_for(url, process) - began
        from gradio_client import Client  # reads HF_HUB_OFFLINE when it is imported

        client = Client(url, verbose=False)
        times = []
        for seed in range(repeats + 1):
            click = time.monotonic()
            client.predict(model, "any", 16, seed, 1.0, False, api_name="/draw")
            times.append(time.monotonic() - click)
    finally:
        process.terminate()
        process.wait()
    clicks = times[1:]  # the first one warms the queue up
    return {
        "first page, seconds": first_page,
        "click to 16 digits, seconds (median)": statistics.median(clicks),
        "click to 16 digits, seconds (slowest)": max(clicks),
    }


def wait_for(url: str, process: subprocess.Popen) -> float:
    """The moment at which the page answers."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urlopen(url, timeout=5).read()
            return time.monotonic()
        except OSError:
            time.sleep(0.05)
    raise SystemExit("error: the app did not start")


def batch(model: str, count: int = 10_000) -> dict[str, float]:
    """Images a second in one call, PIL images included."""
    sampler = models.load(model)
    if not isinstance(sampler, Sampler):
        raise SystemExit(f"error: Expected a model that draws, found {model}; name another.")
    sampler.sample(256, seed=0)
    began = time.monotonic()
    sampler.sample(count, seed=1)
    return {"digits a second in a batch": count / (time.monotonic() - began)}


if __name__ == "__main__":
    main()
