"""A stranger's way in Chromium, in two languages: from the first page to a coloured drawing, to a
repainted photograph, and to a model of their own in use; what it takes is printed (`-s`)."""

import re
import time
from dataclasses import dataclass, field
from functools import partial

import pytest
from helpers import PATIENCE
from playwright.sync_api import Locator, Page

from app.languages import LANGUAGES, translated
from app.shared.examples import PHOTOGRAPHS

SECONDS = 1000 * PATIENCE
LANGUAGES_TRIED = ("en-GB", "zh-TW")


@dataclass
class Stranger:
    """Who goes that way, and what it takes.

    Attributes:
        language: of the browser.
        clicks, took: so far, and the seconds and clicks of each part.
    """

    page: Page
    language: str
    clicks: int = 0
    took: dict[str, str] = field(default_factory=dict)

    def words(self, text: str) -> str:
        """A text of the page in the stranger's language, which has it."""
        language = self.language if self.language in LANGUAGES else "en"
        said = translated(text, language)
        assert language == "en" or said != text, f"no word in {language} for {text}"
        return said

    def click(self, place: Locator) -> None:
        """A click on what is in sight."""
        self.clicks += 1
        place.locator("visible=true").first.click()

    def give(self, place: Locator, path) -> None:
        """A click, and a file in the window that opens."""
        with self.page.expect_file_chooser() as chooser:
            self.click(place)
        chooser.value.set_files(path)

    def press(self, name: str) -> None:
        """A click on a button."""
        self.click(self.page.get_by_role("button", name=self.words(name), exact=True))

    def begin(self, entry: str) -> float:
        """A click on an entry of the first page."""
        self.page.locator("#front").wait_for(timeout=SECONDS)
        self.clicks, began = 0, time.monotonic()
        self.click(self.page.get_by_role("link", name=self.words(entry)))
        return began

    def arrived(self, part: str, began: float) -> None:
        """Keep what a part took, and be at the first page again."""
        self.took[part] = f"{self.clicks} clicks, {time.monotonic() - began:.0f} s"
        self.page.locator("#masthead h1 a").click()


@pytest.mark.parametrize("language", LANGUAGES_TRIED)
def test_a_stranger_colours_repaints_and_trains(
    open_at, app_to_train_in, own_models, drawings, tmp_path, language
):
    url, _ = app_to_train_in
    began = time.monotonic()
    stranger = Stranger(open_at(url, locale=language), language)
    stranger.took["the first page"] = f"{time.monotonic() - began:.1f} s"
    colour_a_drawing(stranger)
    repaint_a_photograph(stranger, tmp_path)
    train_a_model(stranger, drawings, f"stranger-{language}", own_models)
    for part, taken in stranger.took.items():
        print(f"{language}: {part}: {taken}")


def colour_a_drawing(stranger: Stranger) -> None:
    """A line is drawn, and the picture beside it is another, in colour."""
    page, began = stranger.page, stranger.begin("Colour a drawing")
    source = "() => document.querySelector('#translation img')?.src"
    before = page.wait_for_function(source, timeout=SECONDS).json_value()
    stranger.press("Clear")
    draw_a_circle(stranger)
    coloured(page, before)
    stranger.arrived("a coloured drawing", began)


def draw_a_circle(stranger: Stranger) -> None:
    """A press of the mouse and a way round."""
    page = stranger.page
    page.locator(".ink").scroll_into_view_if_needed()
    box = page.locator(".ink").bounding_box()
    places = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3)]
    ways = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    stranger.clicks += 1
    page.mouse.move(*ways[0])
    page.mouse.down()
    for way in ways[1:]:
        page.mouse.move(*way, steps=6)
    page.mouse.up()


def coloured(page: Page, before: str) -> None:
    """Wait until there is another picture than before, with colour in it."""
    page.wait_for_function(
        """async (before) => {
          const shown = document.querySelector("#translation img");
          if (!shown?.naturalWidth || shown.src === before) return false;
          const canvas = new OffscreenCanvas(64, 64), ink = canvas.getContext("2d");
          ink.drawImage(shown, 0, 0, 64, 64);
          const pixels = ink.getImageData(0, 0, 64, 64).data;
          for (let at = 0; at < pixels.length; at += 4)
            if (Math.abs(pixels[at] - pixels[at + 2]) > 40) return true;
          return false;
        }""",
        arg=before,
        timeout=SECONDS,
    )


def repaint_a_photograph(stranger: Stranger, folder) -> None:
    """A photograph of the stranger's own, painted, and the painting saved."""
    page, began = stranger.page, stranger.begin("Repaint a photograph")
    photograph = folder / "photograph.jpg"
    photograph.write_bytes(PHOTOGRAPHS.read(PHOTOGRAPHS.folder + "fanoewindmill.jpg"))
    stranger.give(page.locator("#source button"), photograph)
    page.locator("#translated").get_by_text(re.compile(r"\d+ × \d+")).wait_for(timeout=SECONDS)
    with page.expect_download() as download:
        stranger.click(page.locator("#download"))
    painting = folder / "painting.png"
    download.value.save_as(painting)
    assert painting.read_bytes().startswith(b"\x89PNG")
    stranger.arrived("a repainted photograph", began)


def train_a_model(stranger: Stranger, drawings, name: str, own_models) -> None:
    """A zip is given, a run is started and becomes a model, which colours a drawing."""
    page, began = stranger.page, stranger.begin("Train your own")
    by_label = partial(page.get_by_label, exact=True)
    stranger.give(page.locator("#data-drop button"), drawings)
    page.locator("#report [data-fit='yes']", has_text="drawings").wait_for(timeout=SECONDS)
    by_label(stranger.words("A name for it")).fill(name)
    shortened(stranger)
    stranger.press("Start training")
    stopped = page.locator("#run-state [data-state='stopped']")
    stopped.wait_for(timeout=SECONDS)
    stranger.press("Use this model")
    stranger.press("Open in Draw")
    page.wait_for_function(
        "name => [...document.querySelectorAll('.model-picker input')]"
        ".some((one) => one.offsetParent && one.value === name)",
        arg=name,
        timeout=SECONDS,
    )
    assert (own_models / name / "config.json").is_file()
    before = page.locator("#translation img").get_attribute("src")
    draw_a_circle(stranger)
    page.wait_for_function(
        "old => document.querySelector('#translation img').src !== old",
        arg=before,
        timeout=SECONDS,
    )
    stranger.arrived("an own model in use (12 steps)", began)


def shortened(stranger: Stranger) -> None:
    """What makes a run of seconds, which a stranger does not do and is not counted."""
    page, before = stranger.page, stranger.clicks
    by_label = partial(page.get_by_label, exact=True)
    stranger.click(page.locator("#run-start input"))
    scratch = page.get_by_role("option", name=stranger.words("Nothing yet: from scratch"))
    stranger.click(scratch)
    page.locator("#minutes input[type=number]").fill("0")
    stranger.click(page.locator("#more-choices").get_by_text(stranger.words("More choices")))
    stranger.click(page.locator("#run-size input"))
    stranger.click(page.get_by_role("option", name="64 × 64"))
    by_label(stranger.words("Steps")).fill("12")
    for option in ("ngf", "ndf"):
        entry = page.locator(f"#option-{option} input")
        entry.wait_for(timeout=SECONDS)
        entry.fill("8")
    stranger.clicks = before
