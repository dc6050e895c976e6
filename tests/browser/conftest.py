"""A real browser, and a page that fails a test on errors and on requests that leave the machine."""

import shutil
from collections.abc import Iterator
from functools import partial

import pytest
from helpers import PATIENCE
from playwright.sync_api import expect, sync_playwright
from translating import SECONDS, choose, says

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--use-fake-device-for-media-stream",  # a test picture
    "--use-fake-ui-for-media-stream",
]
# what Gradio's client says of requests that a page had open when it was loaded anew or left
LEFT = (
    "AbortError: signal is aborted",
    "AbortError: BodyStreamBuffer was aborted",
    "Unexpected error Connection errored out",
)


expect.set_options(timeout=SECONDS)  # a page shows one answer after the other


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


@pytest.fixture(scope="session")
def window(browser):
    """Give the window that tests share, one after the other: a new one takes three times as long
    as a page in it."""
    opened = []

    def shared():
        if not opened or opened[-1].is_closed():
            opened.append(browser.new_page())
        return opened[-1]

    yield shared
    for page in opened:
        page.close()


@pytest.fixture
def open_at(browser, window):
    """Open an address in a window of a size and theme; afterwards assert that nothing went wrong or
    out."""
    errors, requests, listeners, contexts, hosts = [], [], [], [], ["data:", "blob:"]

    def listen(page, event: str, listener) -> None:
        page.on(event, listener)
        listeners.append((page, event, listener))

    def opened(
        url: str,
        width: int = 1280,
        height: int = 900,
        theme: str = "light",
        on_request=None,
        moving: bool = False,  # else pictures rest that would be drawn sixty times a second
        **options,
    ):
        size = {"width": width, "height": height}
        if options:  # of a window of its own
            contexts.append(browser.new_context(viewport=size, **options))
            page = contexts[-1].new_page()
        else:
            page = window()
            page.set_viewport_size(size)
        hosts.append(url)
        page.set_default_timeout(1000 * PATIENCE)
        listen(page, "console", lambda said: said.type == "error" and errors.append(said.text))
        listen(page, "pageerror", lambda error: errors.append(str(error)))
        listen(page, "request", lambda request: requests.append(request.url))
        if on_request:
            listen(page, "request", lambda request: on_request(request.url))
        page.emulate_media(reduced_motion="no-preference" if moving else "reduce")
        page.goto(f"{url}/?__theme={theme}")
        page.wait_for_selector("#draw")
        page.wait_for_selector(".picture img")
        return page

    yield opened
    for page, event, listener in listeners:
        page.remove_listener(event, listener)
    for context in contexts:
        context.close()
    for page in {page for page, *_ in listeners if not page.is_closed()}:
        page.goto("about:blank")  # what still runs for it ends
    assert [said for said in errors if not said.startswith(LEFT)] == []
    assert [url for url in requests if not url.startswith(tuple(hosts))] == []


@pytest.fixture
def own_models(app_with_own_models):
    """The folder for the user's own models, which go after the test: a page that is opened while
    there are others than when the app was started begins anew."""
    _, folder = app_with_own_models
    yield folder
    for model in folder.glob("*/"):
        shutil.rmtree(model)


@pytest.fixture
def looks():
    """Show a page of the theme "system" in each width and theme in turn, without loading it again;
    gives the width."""

    def shown(page) -> Iterator[int]:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                page.wait_for_function(
                    "dark => document.body.classList.contains('dark') === dark",
                    arg=theme == "dark",
                )
                yield width

    return shown


@pytest.fixture
def open_page(open_at, app_url):
    """Open the app."""
    return partial(open_at, app_url)


@pytest.fixture
def open_canvas(open_at, app_url):
    """Open the Draw tab of the app with a model for outlines, and an empty canvas."""

    def opened(*arguments, model: str = "outlines", **options):
        page = open_at(app_url, *arguments, **options)
        page.get_by_role("tab", name="Draw", exact=True).click()
        page.wait_for_selector(".ink")
        picture = page.locator("#translation img").get_attribute("src")
        picker = page.locator(".model-picker input:visible")
        if picker.input_value() != model:
            picker.click()
            page.get_by_role("option", name=model, exact=True).click()
            page.wait_for_function(
                "old => document.querySelector('#translation img').src !== old", arg=picture
            )
        page.get_by_role("button", name="Clear", exact=True).click()
        page.get_by_text("Draw something").wait_for()
        return page

    return opened


@pytest.fixture
def open_translate(open_at, app_url):
    """Open the Translate tab of the app with two translators, and choose one."""

    def opened(*arguments, model: str = "outlines", **options):
        page = open_at(app_url, *arguments, **options)
        page.get_by_role("tab", name="Translate", exact=True).click()
        page.locator("#source").wait_for(timeout=SECONDS)
        choose(page, model)
        says(page, "#translated", "An example")  # and nothing is being made any more
        return page

    return opened
