"""The Write tab in Chromium."""

from helpers import PATIENCE

SECONDS = 1000 * PATIENCE
PICTURE = "#sheet img"


def go_to_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def source(page) -> str:
    return page.locator(PICTURE).get_attribute("src")


def wait_for_new(page, old: str) -> str:
    page.wait_for_function(
        "([picture, old]) => document.querySelector(picture)?.src !== old",
        arg=[PICTURE, old],
        timeout=SECONDS,
    )
    return source(page)


def test_a_line_is_typed_changed_and_taken_along(open_at, app_url, tmp_path):
    page = open_at(app_url)
    go_to_tab(page, "Write")
    page.locator(PICTURE).wait_for(timeout=SECONDS)
    before = source(page)
    page.locator("#to-write textarea").fill("永和")
    written = wait_for_new(page, before)
    page.locator(PICTURE).click(position={"x": 60, "y": 60})
    page.get_by_text("永, by itself").wait_for(timeout=SECONDS)
    page.locator("#by-itself input[type=range]").fill("1")
    wait_for_new(page, written)
    with page.expect_download(timeout=SECONDS) as download:
        page.get_by_role("button", name="SVG", exact=True).click()
    download.value.save_as(tmp_path / "line.svg")
    assert (tmp_path / "line.svg").read_text().startswith("<svg")
