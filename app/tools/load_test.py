"""Many users at once on the running app: `python -m app.tools.load_test --url http://127.0.0.1:7860`.

Each user asks for digits, for a drawing's picture or for a translation, one after the other, and
looks at the answer before asking again.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import httpx
import psutil
from PIL import Image, ImageDraw

from models.precision import bfloat16_in_words

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
API = "/gradio_api"
LIMIT = 180.0  # seconds that a user waits for an answer
BUSY = ("queue is full", "too many")  # what a clear answer of a full queue holds


@dataclass
class Tally:
    """Answers and errors that the users met.

    Attributes:
        seconds: that each answer took, by action.
        busy: clear answers that there is too much to do.
        errors: anything else that was no picture, in words.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    busy: int = 0
    errors: list[str] = field(default_factory=list)


def main(arguments: list[str] | None = None) -> None:
    """Put load on the app as a command line says."""
    parser = argparse.ArgumentParser(prog="python -m app.tools.load_test", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:7860", help="the app's address")
    parser.add_argument("--users", type=int, default=50, help="at once (default: 50)")
    parser.add_argument("--seconds", type=float, default=60, help="how long (default: 60)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    figures = asyncio.run(put_load(options.url.rstrip("/"), options.users, options.seconds))
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    for name, value in figures.items():
        print(f"{name:32} {value:>12,.2f}" if isinstance(value, float) else f"{name:32} {value}")


async def put_load(url: str, users: int, seconds: float) -> dict[str, Any]:
    """Load for so many seconds; the figures of `report`."""
    app = process_at(int(url.rpartition(":")[2]))
    bounds = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=LIMIT, limits=bounds) as client:
        photo = await upload(client)
        tally = Tally()
        for action in ACTIONS:  # loads the models, so that the memory before is that of use
            await ask(client, action, photo, Tally())
        before = memory(app)
        began = time.monotonic()
        one = (user(client, photo, began + seconds, tally, seed) for seed in range(users))
        await asyncio.gather(*one)
        took = time.monotonic() - began
    return report(tally, took, before, memory(app))


async def user(
    client: httpx.AsyncClient, photo: dict[str, Any], end: float, tally: Tally, seed: int
) -> None:
    """Ask for one thing after the other until the time is over."""
    choice = random.Random(seed)
    while time.monotonic() < end:
        await ask(client, choice.choice(list(ACTIONS)), photo, tally)


async def ask(client: httpx.AsyncClient, action: str, photo: dict[str, Any], tally: Tally) -> None:
    """One request from the click to its answer."""
    began = time.monotonic()
    try:
        asked = await client.post(f"{API}/call/{action}", json={"data": ACTIONS[action](photo)})
        if asked.status_code != 200:
            return refused(tally, action, asked.text)
        path = f"{API}/call/{action}/{asked.json()['event_id']}"
        async with client.stream("GET", path) as answer:
            event = ""
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif event == "error":
                    return refused(tally, action, line)
                elif event == "complete":
                    tally.seconds.setdefault(action, []).append(time.monotonic() - began)
                    return None
        refused(tally, action, "the answer ended early")
    except httpx.HTTPError as error:
        refused(tally, action, repr(error))
    return None


def refused(tally: Tally, action: str, words: str) -> None:
    """An answer that is no picture: a full queue, or an error."""
    if any(one in words.lower() for one in BUSY):
        tally.busy += 1
    else:
        tally.errors.append(f"{action}: {words[:200]}")


async def upload(client: httpx.AsyncClient) -> dict[str, Any]:
    """A photograph of the app's, as a request names it."""
    out = BytesIO()
    Image.linear_gradient("L").resize((320, 240)).convert("RGB").save(out, "PNG")
    sent = await client.post(f"{API}/upload", files={"files": ("photo.png", out.getvalue())})
    return {"path": sent.json()[0], "orig_name": "photo.png", "meta": {"_type": "gradio.FileData"}}


def drawing() -> str:
    """A circle, as the canvas sends it."""
    page, out = Image.new("RGB", (256, 256), "white"), BytesIO()
    ImageDraw.Draw(page).ellipse((60, 60, 200, 200), outline="black", width=3)
    page.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


DRAWING = drawing()
ACTIONS: dict[str, Callable[[dict[str, Any]], list[Any]]] = {
    "draw": lambda _: ["digits", "any", 16, 0, 1.0, True],
    "translate_drawing": lambda _: ["emoji", DRAWING],
    "translate": lambda photo: ["emoji", "A to B", 256, 1, False, False, photo],
}


def process_at(port: int) -> psutil.Process:
    """The process that listens on a port of this machine.

    Raises:
        SystemExit: there is none.
    """
    for process in psutil.process_iter():
        try:
            found = process.net_connections("tcp")
        except psutil.Error:
            continue
        if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in found):
            return process
    raise SystemExit(f"error: Expected the app on port {port}, found nothing that listens there.")


def memory(process: psutil.Process) -> float:
    """Megabytes that a process holds."""
    return process.memory_info().rss / 2**20


def report(tally: Tally, took: float, before: float, after: float) -> dict[str, Any]:
    """The figures by name."""
    times = [one for some in tally.seconds.values() for one in some]
    figures: dict[str, Any] = {"requests a second": len(times) / took}
    for name, some in [("all", times), *sorted(tally.seconds.items())]:
        steps = statistics.quantiles(some, n=20) if len(some) > 1 else [0.0] * 19
        figures[f"{name}: 50 % within, seconds"] = steps[9]
        figures[f"{name}: 95 % within, seconds"] = steps[18]
    return {
        **figures,
        "answers": len(times),
        "busy": tally.busy,
        "errors": len(tally.errors),
        "processor": bfloat16_in_words(),
        **({"first error": tally.errors[0]} if tally.errors else {}),
        "memory before, MB": before,
        "memory after, MB": after,
    }


if __name__ == "__main__":
    main()
