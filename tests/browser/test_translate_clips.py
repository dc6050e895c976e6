"""Clips and the live camera of the Translate tab in Chromium."""

from clips_made import pan, save_clip
from translating import SECONDS, downloaded, says

from models.clips.reading import open_clip


def test_a_clip_is_translated_frame_by_frame(open_translate, tmp_path):
    page = open_translate(model="paintings")
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


def test_the_camera_is_translated_frame_by_frame(open_translate):
    page = open_translate(model="paintings", permissions=["camera"])
    page.get_by_role("tab", name="Live", exact=True).click()
    page.locator("#camera button").click()
    says(page, "#live-words", "frames a second, at 192 pixels")
    assert page.locator("#live-picture img").get_attribute("src").startswith("data:image/png")
    page.locator("#camera button", has_text="Stop").click()
