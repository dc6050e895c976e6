"""Pictures of the page for docs and README: `python -m app.tools.screenshots`.

The front page and each tab, on a phone, on a desk and on a wide screen, light above dark, as one
small WebP file each in docs/screens; the front page and a lesson of Learn by themselves in docs.
Needs Chromium and playwright (`pip install atelier[test]`); the app is
started for it, with nothing in its folders but what ships.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

DOCS = Path(__file__).parents[2] / "docs"
TABS = ("generate", "draw", "write", "translate", "train", "learn", "models")
FRONT = "front"
LESSON = "Modes found and lost"
COMES = {"translate": "#before-after img", "train": "#look img", "write": "#sheet img"}
SIZES = ((390, 844), (1440, 900), (1920, 1080))
DESK = 1  # of these
TALL = 1000  # pixels of a window that holds a lesson
THEMES = ("light", "dark")
HEIGHT = 520  # pixels of each screen on a sheet
GAP = 12
QUALITY = 70
PATIENCE = 120  # seconds
SETTLED = 2500  # milliseconds, after which what a tab opens with has come
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Make all of them."""
    parser = argparse.ArgumentParser(description="Make the pictures of the page in docs anew.")
    parser.add_argument("--out", type=Path, default=DOCS, help="a folder (default: %(default)s)")
    parser.add_argument("--url", help="of an app that runs, in place of one that is started")
    flags = parser.parse_args()
    (flags.out / "screens").mkdir(parents=True, exist_ok=True)
    if flags.url:
        write(flags.url, flags.out)
        return
    with started_app() as url:
        write(url, flags.out)


def write(url: str, out: Path) -> None:
    """A sheet for each part of the page, and what is shown by itself."""
    found, shown = taken(url)
    alone = {"front": found[FRONT][0][DESK], "lesson": shown}
    for name, screen in alone.items():
        screen.save(out / f"{name}.webp", quality=QUALITY, method=6)
    for name, screens in found.items():
        sheet(screens).save(out / "screens" / f"{name}.webp", quality=QUALITY, method=6)


@contextmanager
def started_app() -> Iterator[str]:
    """The address of an app whose home is empty."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "--port", str(port)],
            env={**os.environ, "ATELIER_HOME": home},
        )
        try:
            wait_for(url)
            yield url
        finally:
            process.terminate()
            process.wait()


def wait_for(url: str) -> None:
    """Wait until something answers there."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(url, timeout=5).read()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def taken(url: str) -> tuple[dict[str, list[list[Image.Image]]], Image.Image]:
    """{part of the page: a row for each theme, of a screen for each size}, and a lesson."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        found = [screens(browser, url, theme) for theme in THEMES]
        shown = lesson(browser, url)
        browser.close()
    return {name: [one[name] for one in found] for name in found[0]}, shown


def screens(browser: Browser, url: str, theme: str) -> dict[str, list[Image.Image]]:
    """Each part of the page in one theme, in every size."""
    page = browser.new_page(reduced_motion="reduce", color_scheme=theme)  # type: ignore[arg-type]
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(f"{url}/?__theme={theme}")
    page.wait_for_selector(".picture img")
    found = {FRONT: in_sizes(page)}
    for tab in TABS:
        page.set_viewport_size({"width": 1440, "height": 900})  # none of them is in a menu
        page.locator(f"#tabs > .tab-wrapper [data-tab-id='{tab}']").first.click()
        if tab in COMES:
            page.wait_for_selector(COMES[tab])
        found[tab] = in_sizes(page)
    page.close()
    return found


def lesson(browser: Browser, url: str) -> Image.Image:
    """A lesson of the Learn tab with its picture, light."""
    page = browser.new_page(reduced_motion="reduce", viewport={"width": 1440, "height": TALL})
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(f"{url}/?__theme={THEMES[0]}&tab=learn")
    page.locator("#lesson label", has_text=LESSON).click()
    page.locator("#lesson-work svg").first.wait_for()
    page.wait_for_timeout(SETTLED)
    page.locator("#lesson").evaluate("one => one.scrollIntoView()")
    page.wait_for_timeout(500)
    screen = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.close()
    return screen


def in_sizes(page: Page) -> list[Image.Image]:
    """The page as it is, in every size."""
    found = []
    page.wait_for_timeout(SETTLED)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(500)
        found.append(Image.open(BytesIO(page.screenshot())).convert("RGB"))
    return found


def sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Screens side by side, one row below the other, all of them `HEIGHT` pixels high."""
    small = [
        [
            one.resize((HEIGHT * one.width // one.height, HEIGHT), Image.Resampling.LANCZOS)
            for one in row
        ]
        for row in rows
    ]
    width = sum(one.width + GAP for one in small[0]) + GAP
    whole = Image.new("RGB", (width, len(rows) * (HEIGHT + GAP) + GAP), "#808080")
    for line, row in enumerate(small):
        left = GAP
        for one in row:
            whole.paste(one, (left, GAP + line * (HEIGHT + GAP)))
            left += one.width + GAP
    return whole


if __name__ == "__main__":
    main()
