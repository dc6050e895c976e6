"""The Translate tab in Chromium."""

import json
import re
import zipfile

import pytest
from clips_made import pan, save_clip
from helpers import PATIENCE
from PIL import Image, ImageChops

from models.clips.reading import open_clip

SECONDS = 1000 * PATIENCE
COPY = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 70, height: 50 });
  canvas.getContext("2d").fillRect(0, 0, 30, 30);
  const file = await new Promise((done) => canvas.toBlob(done, "image/png"));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": file })]);
}"""


WATCH = """() => {
  window.seen = [];
  const look = () => {
    const bar = document.querySelector("#translated .running .bar");
    if (bar) {
      window.seen.push({
        sides: [...document.querySelectorAll("#before-after img")].map((image) => image.src),
        moves: bar.getAnimations({ subtree: true }).some((one) => one.playState === "running"),
        download: document.querySelector("#download").offsetParent !== null,
      });
    }
    requestAnimationFrame(look);
  };
  look();
}"""


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


@pytest.fixture
def open_many(open_translate):
    """Open the part for many files."""

    def opened(*arguments, **options):
        page = open_translate(*arguments, **options)
        page.get_by_role("tab", name="Many files", exact=True).click()
        return page

    return opened


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.radial_gradient("L").resize((90, 60)).convert("RGB").save(path)
    return path


@pytest.fixture
def large(tmp_path):
    """A photograph of twelve megapixels."""
    path = tmp_path / "large.jpg"
    Image.radial_gradient("L").resize((4000, 3000)).convert("RGB").save(path)
    return path


@pytest.fixture
def album(photo, tmp_path):
    """Twenty-four larger pictures, and a file that is none."""
    with Image.open(photo) as image:
        large = image.resize((1200, 800))
    paths = [tmp_path / f"picture {number:02}.jpg" for number in range(24)]
    for path in paths:
        large.save(path)
    (tmp_path / "notes.png").write_text("a shopping list")
    return [tmp_path / "notes.png", *paths]


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


def test_an_example_is_translated_before_anything_is_clicked(open_at, app_url):
    page = open_at(app_url)
    page.get_by_role("tab", name="Translate", exact=True).click()
    page.locator("#before-after img").first.wait_for(timeout=SECONDS)
    assert len(set(sides(page))) == 2
    assert "An example" in page.locator("#translated").inner_text()
    assert not page.locator("#made").is_visible()
    assert page.locator("#direction").is_visible()
    size = page.locator("#working-size").get_by_label(re.compile(r"^\s*medium in .* (ms|seconds)"))
    size.wait_for(timeout=SECONDS)
    assert size.is_checked()


def test_an_upload_is_translated_at_once_and_downloaded_with_its_parameters(
    open_translate, photo, tmp_path
):
    page = open_translate()
    before = sides(page)
    upload(page, photo)
    wait_for_made(page, 1)
    says(page, "#translated", "90 × 60 pixels")
    assert not set(sides(page)) & set(before)
    assert downloaded(page, "#download", tmp_path / "out.png") == "photo-outlines.png"
    with Image.open(tmp_path / "out.png") as image:
        assert (image.format, image.size) == ("PNG", (90, 60))
        about = json.loads(image.text["parameters"])
    assert about == {"model": "outlines", "direction": "A to B", "long_side": 0}


def test_the_line_between_before_and_after_moves(open_translate):
    page = open_translate()
    page.locator("#before-after img").first.wait_for(timeout=SECONDS)
    box = page.locator("#before-after .slider-wrap").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    clip = page.locator("#before-after img").last.get_attribute("style")
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 100, middle[1], steps=4)
    page.mouse.up()
    assert page.locator("#before-after img").last.get_attribute("style") != clip


def test_an_example_is_chosen(open_translate):
    page = open_translate()
    page.locator("#examples button").nth(2).click()
    wait_for_made(page, 1)
    says(page, "#translated", "256 × 256 pixels")
    assert page.locator("#source img").first.is_visible()


def test_a_picture_is_pasted(open_translate):
    page = open_translate(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(COPY)
    page.get_by_label("Paste from clipboard").click()
    says(page, "#translated", "70 × 50 pixels")


def test_a_camera_takes_a_picture(open_translate):
    page = open_translate(permissions=["camera"])
    page.get_by_label("Capture from camera").click()
    page.get_by_text("Click to Access Webcam").click()
    page.wait_for_function(
        "() => (document.querySelector('#source video')?.videoWidth ?? 0) > 0", timeout=SECONDS
    )
    page.locator("#source").get_by_label("capture photo").click()
    wait_for_made(page, 1)
    says(page, "#translated", "pixels in")


def test_the_other_direction_and_another_size_translate_again(open_translate, photo, tmp_path):
    page = open_translate(model="paintings")
    assert page.locator("#working-size").get_by_label(re.compile(r"^\s*512 ")).is_checked()
    photographs = page.locator("#examples img").first.get_attribute("src")
    upload(page, photo)
    wait_for_made(page, 1)
    page.get_by_label("painting → photo").click()
    wait_for_made(page, 2)
    assert page.locator("#examples img").first.get_attribute("src") != photographs
    page.locator("#working-size").get_by_label(re.compile(r"^\s*256 ")).click()
    wait_for_made(page, 3)
    downloaded(page, "#download", tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        about = json.loads(image.text["parameters"])
    assert about == {"model": "paintings", "direction": "B to A", "long_side": 256}


def test_a_large_picture_is_seen_at_once_and_the_one_before_never_poses_as_it(
    open_translate, photo, large
):
    page = open_translate(model="strokes")
    upload(page, photo)
    wait_for_made(page, 1)
    before = sides(page)
    page.evaluate(WATCH)
    upload(page, large)
    page.locator("#cancel-translation").wait_for(timeout=SECONDS)
    wait_for_made(page, 2)
    says(page, "#translated", "4,000 × 3,000 pixels")
    seen = page.evaluate("window.seen")
    assert not any({*before} & {*one["sides"]} for one in seen)
    assert not any({*sides(page)} & {*one["sides"]} for one in seen)
    assert len({tuple(one["sides"]) for one in seen if one["sides"]}) == 1  # the first look
    assert any(one["moves"] for one in seen)  # however few frames a busy machine draws
    assert not any(one["download"] for one in seen)
    assert page.locator("#download").is_visible()
    assert not page.locator("#cancel-translation").is_visible()


def test_a_translation_is_cancelled_and_another_one_works(open_translate, photo, large):
    page = open_translate(model="strokes")
    upload(page, large)
    page.locator("#cancel-translation").click(timeout=SECONDS)
    says(page, "#translated", "Cancelled.")
    assert not page.locator("#before-after img").count()
    page.wait_for_timeout(4000)
    assert "Cancelled." in page.locator("#translated").inner_text()
    assert not page.locator("#made").is_visible()
    page.locator("#working-size").get_by_label("bold").click()
    wait_for_made(page, 1)
    upload(page, photo)
    wait_for_made(page, 2)
    says(page, "#translated", "90 × 60 pixels")


def test_another_model_translates_the_same_picture(open_translate, photo):
    page = open_translate()
    upload(page, photo)
    wait_for_made(page, 1)
    assert page.locator("#examples").is_visible()
    choose(page, "paintings")
    wait_for_made(page, 2)
    assert page.locator("#direction").is_visible()
    choose(page, "outlines")
    wait_for_made(page, 3)
    page.locator("#direction").wait_for(state="hidden", timeout=SECONDS)
    assert page.locator("#examples button").count() == 8


def test_another_model_is_chosen_by_key_and_translates_once(open_translate, photo):
    asked = []
    page = open_translate(model="paintings", on_request=asked.append)
    upload(page, photo)
    wait_for_made(page, 1)
    asked.clear()
    picker = page.locator(".model-picker input:visible").first
    picker.press("End")
    picker.press("Enter")
    page.locator(".card h3:visible", has_text="outlines").wait_for(timeout=SECONDS)
    wait_for_made(page, 2)
    page.keyboard.press("Tab")
    page.wait_for_timeout(1000)
    assert len([url for url in asked if "/queue/join" in url]) == 1


def test_the_way_back_and_its_difference_are_shown_where_there_is_one(open_translate, photo):
    page = open_translate()
    assert not page.locator("#way-back").is_visible()
    choose(page, "paintings")
    upload(page, photo)
    wait_for_made(page, 1)
    assert not page.locator("#cycle").is_visible()
    page.get_by_label("Show the way back too").check()
    says(page, "#cycle", "difference × 2")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#cycle img')].filter(i => i.naturalWidth).length > 3",
        timeout=SECONDS,
    )


def test_strength_blends_with_the_picture(open_translate, photo, tmp_path):
    page = open_translate(model="paintings")
    upload(page, photo)
    wait_for_made(page, 1)
    page.locator("#strength input[type=range]").focus()
    page.keyboard.press("Home")
    page.locator("#strength input[type=range]").dispatch_event("pointerup")
    wait_for_made(page, 2)
    downloaded(page, "#download", tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image, Image.open(photo) as before:
        assert json.loads(image.text["parameters"])["strength"] == 0
        extremes = ImageChops.difference(image.convert("RGB"), before).getextrema()
    assert max(high for _, high in extremes) <= 1


def test_what_was_made_is_kept_with_the_newest_first_and_shown_again(open_translate, photo):
    page = open_translate()
    upload(page, photo)
    wait_for_made(page, 1)
    first = sides(page)
    page.locator("#examples button").nth(1).click()
    wait_for_made(page, 2)
    assert sides(page) != first
    page.locator("#made button").nth(1).click()
    page.wait_for_function(
        "old => document.querySelector('#before-after img').src === old",
        arg=first[0],
        timeout=SECONDS,
    )
    assert sides(page) == first
    says(page, "#translated", "90 × 60 pixels")


@pytest.mark.parametrize("name", ["notes.png", "half.jpg"])
def test_a_file_that_is_no_picture_gets_one_sentence_and_the_next_one_works(
    open_translate, photo, tmp_path, name
):
    page = open_translate()
    data = photo.read_bytes()
    (tmp_path / "half.jpg").write_bytes(data[: len(data) // 2])
    (tmp_path / "notes.png").write_text("a shopping list")
    upload(page, tmp_path / name)
    message = page.locator(".toast-body")
    message.wait_for(timeout=SECONDS)
    assert f"in {name}, found a file that does not open" in message.inner_text()
    assert "Traceback" not in page.content()
    page.locator("#source img").first.wait_for(state="detached", timeout=SECONDS)
    upload(page, photo)
    wait_for_made(page, 1)


def test_many_files_become_a_zip_and_the_others_are_named(open_many, album, tmp_path):
    page = open_many()
    page.set_input_files("#many-pictures input[type=file]", album[:3])
    page.locator("#many-pictures .file-preview").wait_for(timeout=SECONDS)
    assert not page.locator("#zip-of-files").is_visible()
    page.locator("#translate-files").click()
    says(page, "#progress", "2 of 3 pictures are in the zip")
    says(page, "#progress li", "in notes.png, found a file that does not open")
    assert downloaded(page, "#zip-of-files", tmp_path / "out.zip") == "translated.zip"
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["picture 00.png", "picture 01.png"]
        with archive.open("picture 00.png") as entry, Image.open(entry) as image:
            assert image.size == (1200, 800)
            assert json.loads(image.text["parameters"])["model"] == "outlines"
    page.locator("#translate-files").wait_for(timeout=SECONDS)


def test_a_clip_and_the_camera_are_translated_frame_by_frame(open_translate, tmp_path):
    page = open_translate(model="paintings", permissions=["camera"])
    film = save_clip(tmp_path / "film.gif", pan(4), [100] * 4)
    page.get_by_role("tab", name="A clip", exact=True).click()
    page.set_input_files("#clip input[type=file]", film)
    page.locator("#clip .file-preview").wait_for(timeout=SECONDS)
    page.locator("#translate-clip").click()
    says(page, "#clip-progress", "4 frames, 0.4 seconds")
    page.locator("#clip-both img").wait_for(timeout=SECONDS)
    assert page.locator("#clip-both img").evaluate("i => i.decode().then(() => i.naturalWidth)")
    assert downloaded(page, "#download-clip", tmp_path / "out.gif") == "film-paintings.gif"
    assert len(open_clip(tmp_path / "out.gif").durations) == 4
    page.get_by_role("tab", name="Live", exact=True).click()
    page.locator("#camera button").click()
    says(page, "#live-words", "frames a second, at 192 pixels")
    assert page.locator("#live-picture img").get_attribute("src").startswith("data:image/png")
    page.locator("#camera button", has_text="Stop").click()


def test_many_files_show_their_progress_and_are_stopped(open_many, album):
    page = open_many()
    page.set_input_files("#many-pictures input[type=file]", album)
    page.locator("#many-pictures .file-preview").wait_for(timeout=SECONDS)
    page.locator("#translate-files").click()
    page.locator("#progress progress").wait_for(timeout=SECONDS)
    says(page, "#progress", "of 25: picture")
    page.locator("#stop-files").click()
    says(page, "#progress", "Stopped. Nothing was kept.")
    page.locator("#translate-files").wait_for(timeout=SECONDS)
    page.wait_for_timeout(1000)
    assert "Stopped" in page.locator("#progress").inner_text()
    assert not page.locator("#zip-of-files").is_visible()


def test_no_files_get_one_sentence(open_many):
    page = open_many()
    page.locator("#translate-files").click()
    message = page.locator(".toast-body")
    message.wait_for(timeout=SECONDS)
    assert "found no file; choose some first" in message.inner_text()
    page.locator("#translate-files").wait_for(timeout=SECONDS)


def test_nothing_is_cut_off(open_translate, photo, looks):
    page = open_translate(390, 844, "system")
    picture = page.locator("#before-after img").first
    picture.wait_for(timeout=SECONDS)
    for _ in looks(page):
        assert picture.bounding_box()["y"] < 600  # in sight at once
    upload(page, photo)
    wait_for_made(page, 1)
    for part in ("One picture", "Many files", "A clip", "Live"):
        page.get_by_role("tab", name=part, exact=True).click()
        for width in looks(page):
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for button in page.locator("button:visible").all():
                box = button.bounding_box()
                inside = box["x"] >= 0 and box["x"] + box["width"] <= width
                # examples stand in a row that is moved sideways
                assert inside or button.evaluate("b => b.closest('#examples') !== null")
