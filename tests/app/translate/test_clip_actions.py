"""Clips and the camera in the Translate tab, without Gradio."""

from pathlib import Path

import numpy as np
import pytest
from clips_made import pan, save_clip
from PIL import Image

from app.shared.drawings import to_data_url
from app.shared.uploads import File
from app.translate.actions import Manner, made
from app.translate.moving import clip_actions
from app.translate.moving.clip_actions import SAME, translate_clip
from app.translate.moving.live_actions import LONG_SIDE, START, translate_frame
from models.clips.reading import open_clip

pytestmark = pytest.mark.usefixtures("translators")


def uploaded(path: Path) -> File:
    return File(path, path.name)


@pytest.mark.parametrize(
    ("source", "kind", "ending"),
    [
        ("a.gif", SAME, ".gif"),
        ("a.png", SAME, ".webp"),
        ("a.webm", SAME, ".webm"),
        ("a.gif", "WebM", ".webm"),
    ],
)
def test_a_clip_becomes_a_clip_beside_both_in_step(library, tmp_path, source, kind, ending):
    path = save_clip(tmp_path / source, pan(3), [100] * 3)
    first, look, *_, last = translate_clip(library, "paintings", Manner(), kind, uploaded(path))
    assert (first.done, first.total, first.look) == (0, 3, None)
    assert look.look.size == (128, 48) and look.download is None
    assert last.download.name == f"a-paintings{ending}"
    translated, both = open_clip(last.download), open_clip(last.both)
    assert translated.size == (64, 48) and both.size == (128, 48)
    assert translated.durations == both.durations == pytest.approx([100] * 3, abs=1)
    assert "3 frames, 0.3 seconds" in last.words
    left = np.asarray(next(both.frames()).crop((0, 0, 64, 48)), int)
    assert np.abs(left - np.asarray(pan(3)[0], int)).mean() < 15


def test_what_the_page_shows_of_a_long_clip_is_bounded(library, tmp_path, monkeypatch):
    """In step all the same: what is left out stands a little longer."""
    monkeypatch.setattr(clip_actions, "MOST_HELD", 5 * 128 * 48)
    path = save_clip(tmp_path / "a.gif", pan(10), [100] * 10)
    *_, last = translate_clip(library, "paintings", Manner(), SAME, uploaded(path))
    translated, both = open_clip(last.download), open_clip(last.both)
    assert (len(translated.durations), len(both.durations)) == (10, 5)
    assert both.seconds == pytest.approx(1.0)


def test_cancelling_leaves_nothing_and_mistakes_are_one_sentence(library, tmp_path):
    before = set(Path(made.name).iterdir())
    path = save_clip(tmp_path / "a.gif", pan(3), [100] * 3)
    running = translate_clip(library, "paintings", Manner(), SAME, uploaded(path))
    next(running), next(running)
    running.close()
    long = save_clip(tmp_path / "long.gif", pan(3), [9000] * 3)
    (tmp_path / "notes.gif").write_text("a shopping list")
    for given, words in (
        (None, "upload or record one"),
        (uploaded(long), "at most 20 seconds .* in long.gif"),
        (uploaded(tmp_path / "notes.gif"), "in notes.gif.*does not open"),
    ):
        with pytest.raises(ValueError, match=words):
            list(translate_clip(library, "paintings", Manner(), SAME, given))
    with pytest.raises(ValueError, match="found 'C to D'"):
        list(translate_clip(library, "paintings", Manner("C to D"), SAME, uploaded(path)))
    assert set(Path(made.name).iterdir()) == before


def test_old_clips_are_deleted(library, tmp_path, monkeypatch):
    monkeypatch.setattr(clip_actions, "KEPT", 1)
    path = save_clip(tmp_path / "a.gif", pan(2), [100] * 2)
    given = library, "paintings", Manner(), SAME, uploaded(path)
    ends = [list(translate_clip(*given))[-1] for _ in range(2)]
    assert [end.download.exists() for end in ends] == [False, True]


def test_a_camera_is_followed_until_something_else_is_asked_for(library):
    frames = [to_data_url(frame.resize((256, 192))) for frame in pan(3)]
    manner = Manner("A to B")
    picture, words, live = translate_frame(library, "paintings", manner, frames[0], None)
    assert (picture.size, words) == ((LONG_SIDE, 144), "The first frame.")
    assert live.model.memory.cut
    _, words, same = translate_frame(library, "paintings", manner, frames[1], live)
    assert same is live and not live.model.memory.cut
    assert f"frames a second, at {LONG_SIDE} pixels" in words
    *_, other = translate_frame(library, "paintings", Manner("B to A"), frames[2], live)
    assert other is not live
    assert translate_frame(library, "paintings", manner, "", other) == (None, START, None)


def test_what_a_camera_cannot_have_sent_is_refused(library):
    with pytest.raises(ValueError, match="send a PNG"):
        translate_frame(library, "paintings", Manner(), "data:text/html,x", None)
    large = to_data_url(Image.new("L", (2000, 10)))
    with pytest.raises(ValueError, match="at most 1024 x 1024"):
        translate_frame(library, "paintings", Manner(), large, None)
