"""A spoken word as a condition: the spectrogram against its formula, loudness, what is unclear."""

import itertools
import math

import numpy as np
import pytest
import torch
from sounds import RATE, sound_file, tone, with_sound_encoder

import models
from models.conditions.hearing import (
    BANDS,
    FFT,
    FRAMES,
    HIGHEST,
    HOP,
    LOWEST,
    RANGE,
    USUAL_LEVEL,
    WINDOW,
    boldness,
    class_logits,
    level,
    log_mel,
    louder,
    loudest,
    mel_power,
)
from models.config import InvalidModel
from models.sounds import UnreadableSound, read_sound

VOICES = models.locations.PACKAGES / "app" / "listen" / "voices"


@pytest.fixture
def sampler(tiny_models, tmp_path):
    return models.load(with_sound_encoder(tiny_models["classes"], tmp_path / "listens"))


def test_mel_powers_are_those_of_the_formula():
    """P(b, t) = sum_f H(b, f) |sum_n w(n) x(t + n) e^(-2 pi i f n / 256)|^2, written out for one
    frame, with w a periodic Hann window and H triangles on m = 2595 log10(1 + f / 700)."""
    x = np.random.default_rng(0).standard_normal(RATE // 4) * 0.1
    frame, hz = 11, np.arange(FFT // 2 + 1) * RATE / FFT
    window = np.zeros(FFT)
    begin = (FFT - WINDOW) // 2
    window[begin : begin + WINDOW] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    cut = x[frame * HOP - FFT // 2 : frame * HOP + FFT // 2] * window
    power = np.array(
        [abs(sum(cut * np.exp(-2j * np.pi * f * np.arange(FFT) / FFT))) ** 2 for f in range(129)]
    )
    low, high = (2595 * math.log10(1 + f / 700) for f in (LOWEST, HIGHEST))
    corners = low + (high - low) * np.arange(BANDS + 2) / (BANDS + 1)
    mels = 2595 * np.log10(1 + hz / 700)
    wanted = [
        sum(power * np.interp(mels, corners[band : band + 3], [0, 1, 0])) for band in range(BANDS)
    ]
    found = mel_power(torch.from_numpy(x.astype(np.float32)))
    assert found.shape == (BANDS, len(x) // HOP + 1)
    assert found[:, frame].numpy() == pytest.approx(np.array(wanted), rel=1e-3, abs=1e-6)


def test_a_spectrogram_is_relative_to_its_peak_in_decibels():
    power = torch.tensor([[1.0, 0.1], [1e-3, 0.0]])
    wanted = torch.tensor([[1.0, 1 - 10 / RANGE], [1 - 30 / RANGE, 0.0]])
    assert torch.allclose(log_mel(power), wanted, atol=1e-5)
    assert torch.allclose(log_mel(100 * power), wanted, atol=1e-5)
    assert torch.equal(log_mel(torch.zeros(2, 2)), torch.zeros(2, 2))


def test_the_loudest_second_of_a_sound_is_taken_and_a_short_one_lies_in_the_middle():
    power = torch.full((BANDS, 5 * FRAMES), 1e-6)
    power[:, 320:360] = 1.0
    assert loudest(power).sum() == pytest.approx(40 * BANDS, rel=1e-3)
    short = loudest(torch.ones(BANDS, 20))
    assert short.shape == (BANDS, FRAMES)
    assert short[0].nonzero().flatten().tolist() == list(range(40, 60))


@pytest.mark.parametrize("decibels", [-50.0, -20.0, -6.0])
def test_a_level_is_that_of_the_word_whatever_silence_is_around_it(decibels):
    word = torch.from_numpy(tone(0.5, level=decibels))
    around = torch.cat([torch.zeros(RATE), word, torch.zeros(2 * RATE)])
    assert level(word) == pytest.approx(decibels, abs=0.1)
    assert level(around) == pytest.approx(decibels, abs=0.3)


def test_louder_puts_so_many_steps_in_place_of_what_lay_along_the_direction():
    noise = torch.randn(5, 8)
    direction = torch.nn.functional.normalize(torch.randn(8), dim=0)
    moved = louder(noise, direction, 1.5)
    assert torch.allclose(moved @ direction, torch.full((5,), 1.5), atol=1e-5)
    apart = moved - noise
    assert torch.allclose(apart, (apart @ direction)[:, None] * direction, atol=1e-5)
    steps = [boldness(decibels) for decibels in range(-90, 10, 3)]
    assert steps == sorted(steps)
    assert boldness(-26) == 0 and boldness(-20) == 1 and boldness(-120) == -boldness(0)


def test_logits_are_products_with_the_directions_of_the_embeddings():
    embeddings = torch.tensor([[3.0, 4.0], [0.0, -2.0]])
    found = class_logits(torch.tensor([[5.0, 10.0]]), embeddings)
    assert torch.allclose(found, torch.tensor([[11.0, -10.0]]))


def test_a_clear_word_is_drawn_as_its_class_is(sampler, monkeypatch):
    """With all probability on one class and the noise as it is, `listen` is `sample`."""
    wanted = sampler.sample([3], seed=7, truncation=1.0)[0]
    steps = float(sampler.noise(1, 7)[0] @ sampler.sound_encoder.louder)
    monkeypatch.setattr("models.sampler.boldness", lambda level: steps)
    monkeypatch.setattr(
        "models.conditions.hearing.class_logits",
        lambda found, embeddings: 1e4 * torch.eye(10)[3:4],
    )
    drawn = sampler.listen(torch.from_numpy(tone()), seed=7, truncation=1.0)
    assert drawn.size == (28, 28)
    assert np.abs(np.asarray(drawn, int) - np.asarray(wanted, int)).max() <= 1


def test_the_same_seed_draws_the_same_and_a_file_is_heard_as_its_samples(sampler):
    samples = torch.from_numpy(tone())
    one = sampler.listen(samples, seed=7)
    assert np.array_equal(one, sampler.listen(samples, seed=7))
    assert not np.array_equal(one, sampler.listen(samples, seed=8))
    heard = sampler.hear(sound_file(tone()), "tone.wav")
    assert heard.spectrogram.shape == (BANDS, FRAMES)
    assert heard.level == pytest.approx(-20, abs=0.1)
    assert heard.probabilities.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "samples",
    [
        np.random.default_rng(0).uniform(-1, 1, RATE),  # noise
        np.sign(tone(3.0, 220)),  # clipped
        sum(tone(10.0, hertz) for hertz in (220, 277, 330)),  # a chord
        np.array([0.5]),  # one sample
        np.full(RATE, 0.3),  # an offset
    ],
    ids=["noise", "clipped", "chord", "one sample", "offset"],
)
def test_any_sound_gives_a_picture(sampler, samples):
    drawn = sampler.listen(torch.from_numpy(samples.astype(np.float32)), seed=7)
    assert drawn.mode == "L" and drawn.size == (28, 28)


def test_silence_is_said(sampler):
    with pytest.raises(UnreadableSound, match=r"in quiet\.wav, found silence"):
        sampler.hear(torch.full((RATE,), 1e-5), "quiet.wav")


def test_a_model_that_does_not_listen_says_so(tiny_models, sampler):
    deaf = models.load(tiny_models["classes"])
    assert sampler.can_listen and not deaf.can_listen
    with pytest.raises(InvalidModel, match=r"python -m training\.sound"):
        deaf.listen(torch.from_numpy(tone()))


def test_an_encoder_for_another_generator_is_refused(tiny_models, tmp_path):
    with pytest.raises(InvalidModel, match="noise_dim = 16, found 8"):
        with_sound_encoder(tiny_models["classes"], tmp_path / "other", noise_dim=8)
    plain = models.load(with_sound_encoder(tiny_models["plain"], tmp_path / "plain"))
    with pytest.raises(InvalidModel, match="embeddings of its generator's classes"):
        plain.hear(torch.from_numpy(tone()))


def test_the_digit_that_ships_grows_bolder_with_loudness_over_24_decibels():
    """A bundled voice at nine levels, 3 dB apart, each in the same twenty handwritings."""
    digits = models.load("digits")
    voice = read_sound(sorted(VOICES.glob("8.flac"))[0])
    quietest = voice * 10 ** ((USUAL_LEVEL - 12 - level(voice)) / 20)
    ink = []
    for step in range(9):
        heard = digits.hear(quietest * 10 ** (3 * step / 20))
        assert heard.level == pytest.approx(USUAL_LEVEL - 12 + 3 * step, abs=0.1)
        drawn = [np.asarray(digits.draw_heard(heard, seed), float) for seed in range(20)]
        ink.append(np.mean(drawn))
    assert all(after > before for before, after in itertools.pairwise(ink))
    assert ink[-1] > 1.5 * ink[0]


def test_what_ships_is_small():
    """At most 1 MB."""
    assert (models.find("digits") / "sound.safetensors").stat().st_size <= 10**6
