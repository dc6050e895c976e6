"""Strangers' clips: their frames and times, bounds, and what of a damaged one is used."""

import numpy as np
import pytest
from clips_made import pan, save_clip
from PIL import Image

from models.clips import reading
from models.clips.reading import is_clip, open_clip
from models.images import UnreadableImage

ENDINGS = (".gif", ".webp", ".png", ".webm", ".mp4")


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_frame_comes_with_its_time(tmp_path, ending):
    animated = ending in (".gif", ".webp", ".png")
    durations = [100, 40, 250, 60] if animated else [80] * 4
    given = pan(4)
    path = save_clip(tmp_path / f"a{ending}", given, durations)
    assert is_clip(path)
    clip = open_clip(path)
    assert (clip.size, clip.video, clip.remarks) == ((64, 48), not animated, [])
    assert clip.durations == pytest.approx(durations, abs=1)
    found = list(clip.frames())
    assert len(found) == 4
    for frame, expected in zip(found, given, strict=True):
        assert frame.mode == "RGB"
        assert np.abs(np.asarray(frame, int) - np.asarray(expected, int)).mean() < 15


def test_transparency_is_laid_over_white_and_no_time_is_the_usual_one(tmp_path):
    frames = [Image.new("RGBA", (40, 40), (0, 0, 0, 0)), Image.new("RGBA", (40, 40), "red")]
    clip = open_clip(save_clip(tmp_path / "a.webp", frames, [0, 0]))
    assert clip.durations == [100, 100]
    assert [frame.getpixel((0, 0)) for frame in clip.frames()] == [(255,) * 3, (255, 0, 0)]


def test_a_picture_beside_the_frames_of_a_png_is_none_of_them(tmp_path):
    first, *rest = pan(3)
    first.save(tmp_path / "a.png", save_all=True, append_images=rest, default_image=True)
    assert len(open_clip(tmp_path / "a.png").durations) == 2


@pytest.mark.parametrize("ending", [".gif", ".webp", ".webm"])
def test_of_a_damaged_clip_what_lies_before_the_damage_is_used(tmp_path, ending):
    path = save_clip(tmp_path / f"a{ending}", pan(20), [50] * 20)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    if ending == ".webp":  # which says its length first
        with pytest.raises(UnreadableImage, match="is it complete"):
            open_clip(path)
        return
    clip = open_clip(path)
    count = len(clip.durations)
    assert 2 <= count < 20
    assert len(list(clip.frames())) == count
    assert f"damaged after {count}" in clip.remarks[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.webm", b"\x1a\x45\xdf\xa3" + bytes(200)),
        ("a.mp4", b"\0\0\0\x1cftypisom" + bytes(200)),
        ("a.gif", b"GIF89a" + bytes(20)),
        ("notes.txt", b"a shopping list"),
        ("empty.webm", b""),
    ],
)
def test_what_is_no_clip_is_one_sentence_with_its_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableImage, match=rf"clip in {name}.*is it complete"):
        open_clip(tmp_path / name)


def test_a_picture_of_one_frame_is_no_clip(tmp_path):
    pan(1)[0].save(tmp_path / "a.png")
    assert not is_clip(tmp_path / "a.png")
    with pytest.raises(UnreadableImage, match="of several frames"):
        open_clip(tmp_path / "a.png")
    with pytest.raises(UnreadableImage, match=r"no such file"):
        open_clip(tmp_path / "b.gif")


def test_bounds_stand_in_the_message(tmp_path, monkeypatch):
    gif = save_clip(tmp_path / "a.gif", pan(4), [400] * 4)
    webm = save_clip(tmp_path / "a.webm", pan(30), [100] * 30)
    for path in (gif, webm):
        with pytest.raises(UnreadableImage, match=rf"at most 1 seconds .* in {path.name}"):
            open_clip(path, most_seconds=1)
    monkeypatch.setattr(reading, "MOST_FRAMES", 3)
    with pytest.raises(UnreadableImage, match="3 frames in a.gif"):
        open_clip(gif)
    monkeypatch.setattr(reading, "MOST_PIXELS", 3000)
    for path in (gif, webm):
        with pytest.raises(UnreadableImage, match=r"at most 3,000 pixels.*found 64 x 48"):
            open_clip(path)
    monkeypatch.setattr(reading, "MOST_BYTES", 2**10)
    with pytest.raises(UnreadableImage, match="at most 0 MB in a.gif"):
        open_clip(gif)
