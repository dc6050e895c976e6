"""A real browser, and a page that fails a test on errors and on requests that leave the machine."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

FLAGS = [
    *("--no-sandbox", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-quic"),
]


@pytest.fixture(scope="session")
def browser():
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    assert path, (
        "Expected Chromium for the browser tests, found none; install your system's chromium."
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, app_url):
    """Open the app in a window of a size and theme; afterwards assert that nothing went wrong or
    out."""
    errors, requests, pages = [], [], []

    def opened(width: int = 1280, height: int = 900, theme: str = "light", on_request=None):
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        if on_request:
            page.on("request", lambda request: on_request(request.url))
        page.goto(f"{app_url}/?__theme={theme}")
        page.wait_for_selector("#draw")
        page.wait_for_selector(".picture img")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert errors == []
    assert [url for url in requests if not url.startswith((app_url, "data:", "blob:"))] == []
