"""What a person does in the Translate tab, and sees there."""

from helpers import PATIENCE

SECONDS = 1000 * PATIENCE


def choose(page, model: str) -> None:
    page.locator(".model-picker input:visible").first.click()
    page.get_by_role("option", name=model, exact=True).click()
    page.locator(".card h3:visible", has_text=model).wait_for(timeout=SECONDS)


def upload(page, path) -> None:
    """Give a file, in the place of what is there."""
    if page.get_by_label("Remove Image").is_visible():
        page.get_by_label("Remove Image").click()
    page.set_input_files("#source input[type=file]", path)


def wait_for_made(page, count: int) -> None:
    """Until so many pictures were made, and are shown."""
    page.wait_for_function(
        "count => document.querySelectorAll('#made img').length === count",
        arg=count,
        timeout=SECONDS,
    )


def says(page, selector: str, words: str) -> None:
    page.locator(selector, has_text=words).wait_for(timeout=SECONDS)


def sides(page) -> list[str]:
    """The addresses of what stands left and right of the line."""
    images = page.locator("#before-after img").all()
    assert all(image.evaluate("i => i.decode().then(() => i.naturalWidth)") for image in images)
    return [image.get_attribute("src") for image in images]


def downloaded(page, selector: str, path):
    with page.expect_download(timeout=SECONDS) as download:
        page.locator(selector).click()
    download.value.save_as(path)
    return download.value.suggested_filename
