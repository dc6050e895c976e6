"""The Translate tab in Chromium."""

import json
import re
import zipfile

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect
from translating import SECONDS, choose, downloaded, says, sides, upload, wait_for_made

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


def test_an_example_is_translated_before_anything_is_clicked(open_at, app_url):
    page = open_at(app_url)
    page.get_by_role("tab", name="Translate", exact=True).click()
    page.locator("#before-after img").first.wait_for(timeout=SECONDS)
    assert len(set(sides(page))) == 2
    expect(page.locator("#translated")).to_contain_text("An example")
    expect(page.locator("#made")).to_be_hidden()
    expect(page.locator("#direction")).to_be_visible()
    size = page.locator("#working-size").get_by_label(re.compile(r"^\s*medium in .* (ms|seconds)"))
    size.wait_for(timeout=SECONDS)
    expect(size).to_be_checked()


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


def test_the_line_between_before_and_after_moves_and_an_example_is_chosen(open_translate):
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
    page.locator("#examples button").nth(2).click()
    wait_for_made(page, 1)
    says(page, "#translated", "256 × 256 pixels")
    expect(page.locator("#source img").first).to_be_visible()


def test_a_picture_is_pasted_and_a_camera_takes_one(open_translate):
    page = open_translate(permissions=["clipboard-read", "clipboard-write", "camera"])
    page.evaluate(COPY)
    page.get_by_label("Paste from clipboard").click()
    says(page, "#translated", "70 × 50 pixels")
    page.get_by_label("Remove Image").click()
    page.get_by_label("Capture from camera").click()
    page.get_by_text("Click to Access Webcam").click()
    page.wait_for_function(
        "() => (document.querySelector('#source video')?.videoWidth ?? 0) > 0", timeout=SECONDS
    )
    page.locator("#source").get_by_label("capture photo").click()
    wait_for_made(page, 2)
    says(page, "#translated", "pixels in")


def test_the_other_direction_another_size_and_strength_translate_again(
    open_translate, photo, tmp_path
):
    page = open_translate(model="paintings")
    expect(page.locator("#working-size").get_by_label(re.compile(r"^\s*512 "))).to_be_checked()
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
    page.locator("#strength input[type=range]").focus()
    page.keyboard.press("Home")
    page.locator("#strength input[type=range]").dispatch_event("pointerup")
    wait_for_made(page, 4)
    downloaded(page, "#download", tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image, Image.open(photo) as before:
        assert json.loads(image.text["parameters"])["strength"] == 0
        extremes = ImageChops.difference(image.convert("RGB"), before).getextrema()
    assert max(high for _, high in extremes) <= 1


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
    expect(page.locator("#download")).to_be_visible()
    expect(page.locator("#cancel-translation")).to_be_hidden()


def test_a_translation_is_cancelled_and_another_one_works(open_translate, photo, large):
    page = open_translate(model="strokes")
    upload(page, large)
    page.locator("#cancel-translation").click(timeout=SECONDS)
    says(page, "#translated", "Cancelled.")
    assert not page.locator("#before-after img").count()
    page.wait_for_timeout(4000)
    expect(page.locator("#translated")).to_contain_text("Cancelled.")
    expect(page.locator("#made")).to_be_hidden()
    page.locator("#working-size").get_by_label("bold").click()
    wait_for_made(page, 1)
    upload(page, photo)
    wait_for_made(page, 2)
    says(page, "#translated", "90 × 60 pixels")


def test_another_model_translates_the_same_picture_and_shows_its_way_back(open_translate, photo):
    page = open_translate()
    upload(page, photo)
    wait_for_made(page, 1)
    expect(page.locator("#examples")).to_be_visible()
    expect(page.locator("#way-back")).to_be_hidden()
    choose(page, "paintings")
    wait_for_made(page, 2)
    expect(page.locator("#direction")).to_be_visible()
    expect(page.locator("#cycle")).to_be_hidden()
    page.get_by_label("Show the way back too").check()
    says(page, "#cycle", "difference × 2")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#cycle img')].filter(i => i.naturalWidth).length > 3",
        timeout=SECONDS,
    )
    choose(page, "outlines")
    wait_for_made(page, 4)
    page.locator("#direction").wait_for(state="hidden", timeout=SECONDS)
    expect(page.locator("#examples button")).to_have_count(8)


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


def test_files_that_are_no_pictures_get_one_sentence_and_the_next_one_works(
    open_translate, photo, tmp_path
):
    page = open_translate()
    data = photo.read_bytes()
    (tmp_path / "half.jpg").write_bytes(data[: len(data) // 2])
    (tmp_path / "notes.png").write_text("a shopping list")
    for name in ("notes.png", "half.jpg"):
        upload(page, tmp_path / name)
        says(page, ".toast-body", f"in {name}, found a file that does not open")
        page.locator("#source img").first.wait_for(state="detached", timeout=SECONDS)
    assert "Traceback" not in page.content()
    upload(page, photo)
    wait_for_made(page, 1)


def test_many_files_become_a_zip_and_the_others_are_named(open_many, album, tmp_path):
    page = open_many()
    page.locator("#translate-files").click()
    says(page, ".toast-body", "found no file; choose some first")
    page.locator("#translate-files").wait_for(timeout=SECONDS)
    page.set_input_files("#many-pictures input[type=file]", album[:3])
    page.locator("#many-pictures .file-preview").wait_for(timeout=SECONDS)
    expect(page.locator("#zip-of-files")).to_be_hidden()
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
    expect(page.locator("#progress")).to_contain_text("Stopped")
    expect(page.locator("#zip-of-files")).to_be_hidden()


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
