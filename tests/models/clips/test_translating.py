"""Clips into clips: frames, times and sizes kept, nothing lost, from Python and the shell."""

import sys

import numpy as np
import pytest
from clips_made import pan, save_clip
from PIL import Image

from models.__main__ import main
from models.clips import writing
from models.clips.reading import open_clip

FAST = {"precision": "fp32"}


@pytest.mark.parametrize(
    ("source", "out"),
    [("a.gif", "b.gif"), ("a.webm", "b.webp"), ("a.webp", "b.webm"), ("a.mp4", "b.gif")],
)
def test_frames_times_and_size_are_kept(translator, tmp_path, source, out):
    durations = [200, 100, 200, 100] if source == "a.gif" else [100] * 4
    path = save_clip(tmp_path / source, pan(4), durations)
    made = translator.translate_clip(path, tmp_path / "new" / out, **FAST)
    assert (made.frames, made.scenes, made.remarks) == (4, 1, [])
    assert made.path == tmp_path / "new" / out
    clip = open_clip(made.path)
    assert clip.size == (64, 48)
    assert clip.durations == pytest.approx(durations, abs=1)
    assert [path.name for path in made.path.parent.iterdir()] == [out]


def test_frames_that_stay_longer_are_repeated_in_a_video(translator, tmp_path):
    path = save_clip(tmp_path / "a.gif", pan(3), [100, 300, 100])
    translator.translate_clip(path, tmp_path / "b.webm", **FAST)
    clip = open_clip(tmp_path / "b.webm")
    assert (len(clip.durations), clip.seconds) == (5, pytest.approx(0.5))


def test_a_gif_of_a_video_takes_as_long_and_shows_fewer_frames_where_it_must(translator, tmp_path):
    path = save_clip(tmp_path / "a.webm", pan(12), [1000 / 60] * 12)
    made = translator.translate_clip(path, tmp_path / "b.gif", **FAST)
    assert made.frames == 12
    clip = open_clip(tmp_path / "b.gif")
    assert len(clip.durations) < 12 and min(clip.durations) >= 20
    assert clip.seconds == pytest.approx(0.2, abs=0.02)


def test_an_odd_side_of_a_video_gets_its_last_row_twice(translator, tmp_path):
    path = save_clip(tmp_path / "a.gif", pan(2, 65, 49), [100] * 2)
    translator.translate_clip(path, tmp_path / "b.webm", **FAST)
    assert open_clip(tmp_path / "b.webm").size == (66, 50)
    translator.translate_clip(path, tmp_path / "b.webp", **FAST)
    assert open_clip(tmp_path / "b.webp").size == (65, 49)


def test_a_scene_of_a_gif_has_one_palette_and_a_still_stays_still():
    scene = [Image.fromarray(np.roll(np.asarray(pan(1)[0]), 8 * i, 1)) for i in range(3)]
    palettes = {bytes(one.getpalette()) for one in writing.with_one_palette(scene)}
    assert len(palettes) == 1


def test_a_clip_that_is_there_is_kept(translator, tmp_path):
    path = save_clip(tmp_path / "a.gif", pan(2), [100] * 2)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"a.gif, found one that is there"):
        translator.translate_clip(path, path, **FAST)
    assert path.read_bytes() == before
    translator.translate_clip(path, path, overwrite=True, **FAST)
    assert path.read_bytes() != before


def test_bounds_and_mistakes_leave_no_file(translator, tmp_path, monkeypatch):
    path = save_clip(tmp_path / "a.gif", pan(2), [100] * 2)
    for out, options, words in (
        ("b.avi", {}, r"ends in .gif, .webp, .webm, .mp4, found b.avi"),
        ("b.gif", {"direction": "B to A"}, "found 'B to A'"),
        ("b.webm", {"strength": 2}, "strength"),
    ):
        with pytest.raises(ValueError, match=words):
            translator.translate_clip(path, tmp_path / out, **options)
    monkeypatch.setattr(writing, "MOST_HELD", 5000)
    with pytest.raises(ValueError, match=r"megapixels in all frames.*write a .webm"):
        translator.translate_clip(path, tmp_path / "b.webp", **FAST)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ValueError, match="pip install imageio-ffmpeg"):
        translator.translate_clip(path, tmp_path / "b.mp4", **FAST)
    assert [one.name for one in tmp_path.iterdir()] == ["a.gif"]


def test_mp4_keeps_the_sound(translator, tmp_path):
    import imageio_ffmpeg

    silent = save_clip(tmp_path / "a.mp4", pan(5), [100] * 5)
    assert not writing.has_sound(str(silent))
    file = imageio_ffmpeg.write_frames(
        str(tmp_path / "s.mp4"),
        (64, 48),
        fps=10,
        macro_block_size=2,
        audio_path=save_tone(tmp_path / "tone.wav"),
        audio_codec="aac",
    )
    file.send(None)
    for frame in pan(5):
        file.send(frame.tobytes())
    file.close()
    for source, sound in (("a.mp4", False), ("s.mp4", True)):
        out = tmp_path / f"made-{source}"
        translator.translate_clip(tmp_path / source, out, **FAST)
        assert writing.has_sound(str(out)) == sound
        assert len(open_clip(out).durations) == 5


def save_tone(path) -> str:
    import wave

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((np.sin(np.arange(4000)) * 9000).astype("<i2").tobytes())
    return str(path)


# the shell


def run(*arguments) -> int:
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as error:
        return error.code
    return 0


def test_the_shell_takes_clips(translator, tmp_path, capsys):
    gif = save_clip(tmp_path / "a.gif", pan(20), [50] * 20)
    data = gif.read_bytes()
    gif.write_bytes(data[: len(data) // 2])
    video = save_clip(tmp_path / "v.webm", pan(2), [100] * 2)
    assert run("translate", translator.folder, gif, tmp_path / "b.webp") == 0
    said = capsys.readouterr()
    assert "a.gif: It is damaged after" in said.err
    assert f"In {tmp_path / 'b.webp'}: " in said.out and "frames a second" in said.out
    assert open_clip(tmp_path / "b.webp").durations[0] == 50
    (tmp_path / "folder").mkdir()
    assert run("translate", translator.folder, video, tmp_path / "folder") == 0
    assert len(open_clip(tmp_path / "folder" / "v.webm").durations) == 2
    assert run("translate", translator.folder, gif, tmp_path / "first.png") == 0  # of its frames
    assert Image.open(tmp_path / "first.png").size == (64, 48)
    hints = ["--hints", tmp_path / "first.png"]
    for out, more, words in (
        ("b.webp", [], "--overwrite"),
        ("c.webp", hints, "leave them out"),
        ("c.png", [], "ends in .gif"),
    ):
        source = video if out == "c.png" else gif
        assert run("translate", translator.folder, source, tmp_path / out, *more) == 2
        assert words in capsys.readouterr().err
