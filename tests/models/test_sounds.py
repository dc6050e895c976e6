"""Strangers' sounds become one channel of 8 kHz, or one sentence."""

from io import BytesIO

import numpy as np
import pytest
from sounds import RATE, sound_file, tone

from models.sounds import MOST_SECONDS, UnreadableSound, as_heard, read_sound


def pitch(samples: np.ndarray) -> float:
    """The strongest frequency, in hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return spectrum.argmax() * RATE / len(samples)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3", "AIFF"])
def test_a_tone_keeps_its_pitch_length_and_level_in_every_format(kind):
    found = read_sound(sound_file(tone(1.0, 440, 44_100), 44_100, kind)).numpy()
    assert found.dtype == np.float32
    assert len(found) == pytest.approx(RATE, abs=RATE * 0.1)  # MP3 pads
    assert pitch(found) == pytest.approx(440, abs=3)
    middle = found[RATE // 4 : 3 * RATE // 4]
    assert 10 * np.log10(np.mean(middle**2)) == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 48_000, 96_000])
def test_any_rate_becomes_8_khz_and_what_lies_above_4_khz_does_not_fold_back(rate):
    heard = as_heard(tone(0.5, 1_000, rate), rate).numpy()
    assert len(heard) == RATE // 2
    assert pitch(heard) == pytest.approx(1_000, abs=5)
    if rate > 16_000:
        high = as_heard(tone(0.5, 6_000, rate), rate).numpy()[400:-400]
        assert np.mean(high**2) < 1e-5  # 30 dB below the tone


def test_channels_are_averaged_and_whole_numbers_are_parts_of_their_range():
    stereo = np.stack([np.full(800, 2**14), np.full(800, 0)], 1).astype(np.int16)
    heard = as_heard(stereo, RATE).numpy()
    assert heard[100:-100] == pytest.approx(0.25, abs=1e-3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"RIFF no sound at all", "found none that can be read"),
        (b"", "found none that can be read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "found none that can be read"),
        (sound_file(tone(1.0)).getvalue()[:30], "found"),
        (sound_file(np.zeros((0, 1))).getvalue(), "found one of no length"),
        (sound_file(np.zeros((10, 9))).getvalue(), "up to 8 channels"),
        (sound_file(np.zeros(10), 400).getvalue(), "400 Hz"),
    ],
)
def test_what_is_no_sound_is_one_sentence(content, words):
    with pytest.raises(UnreadableSound, match=words) as error:
        read_sound(BytesIO(content), "voice.wav")
    assert "voice.wav" in str(error.value)


def test_numbers_that_are_none_are_refused():
    with pytest.raises(UnreadableSound, match="finite numbers"):
        as_heard(np.array([0.0, np.nan, 0.5]), RATE)


def test_an_hour_is_refused_by_its_header_alone():
    file = sound_file(np.zeros(3_600 * 1_000, np.int16), 1_000)
    with pytest.raises(UnreadableSound, match=r"at most 60 seconds, found 3,600 in talk\.wav"):
        read_sound(file, "talk.wav")
    assert MOST_SECONDS == 60


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"found no file .*three\.wav"):
        read_sound(tmp_path / "three.wav")
