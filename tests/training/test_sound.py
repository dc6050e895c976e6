"""Teaching a generator to listen, what befalls the words, and what is measured of it."""

import json
import math
import stat
import sys

import numpy as np
import pytest
import torch
from sounds import RATE, counting, sound_file, tone

import models
from models.conditions.hearing import BANDS, FRAMES, level
from models.networks.sound_encoder import SoundEncoder
from models.sounds import read_sound
from training.data.errors import DataError
from training.data.sound_augmentation import augmented, no_words
from training.data.speech import write_speech
from training.data.spoken import powers_of, recordings, voices_apart
from training.data.synthesisers import ENGLISH, SYNTHESISERS, TONGUES
from training.metrics.listening import main as measure_main
from training.sound import (
    TEMPERATURES,
    Options,
    accuracy,
    alignment,
    calibrate,
    direction_of_ink,
    fit,
    ink,
    load_words,
    main,
    recognised,
    spread,
)

DIGITS = list("0123456789")


@pytest.fixture
def data(tmp_path):
    return counting(tmp_path / "counting")


def test_the_loss_is_the_cross_entropy_of_softened_classes_and_of_no_class_for_noise():
    """With h = 0 every class has probability 1/K, so the loss is log K whatever was spoken."""
    embeddings = torch.randn(10, 4)
    assert alignment(torch.zeros(3, 4), embeddings, torch.tensor([1, 2])).item() == pytest.approx(
        math.log(10)
    )
    h = torch.nn.functional.normalize(embeddings, dim=1)[[2]] * 50
    sure = alignment(h, embeddings, torch.tensor([2]))
    assert sure < alignment(h, embeddings, torch.tensor([3]))
    assert sure < alignment(h, embeddings, torch.tensor([], dtype=torch.int64))


def test_ink_is_the_mean_and_spread_the_distance_from_the_middle():
    picture = torch.zeros(1, 1, 8, 8)
    picture[0, 0, 2, 3] = picture[0, 0, 6, 3] = 1  # 2 rows above and below their middle
    assert ink(picture).item() == pytest.approx(2 / 64)
    assert spread(picture).item() == pytest.approx(2, abs=1e-3)


def test_along_its_direction_digits_grow_bolder_and_bigger():
    """The generator that ships, over 24 dB in steps of 3."""
    sampler = models.load("digits")
    direction = direction_of_ink(sampler)
    assert direction.norm().item() == pytest.approx(1)
    noise, labels = sampler.noise(40, 3), torch.arange(40) % 10
    across = noise - (noise @ direction)[:, None] * direction
    drawn = [sampler.draw(across + s * direction, labels) for s in np.linspace(-2, 2, 9)]
    pictures = [torch.from_numpy(p).float().permute(0, 3, 1, 2) / 255 for p in drawn]
    for measured in (ink, spread):
        means = [measured(p).mean().item() for p in pictures]
        assert means == sorted(means)
    assert ink(pictures[-1]).mean() > 1.5 * ink(pictures[0]).mean()


def test_words_are_heard_otherwise_each_time_and_alike_by_the_same_seed(data):
    powers = powers_of(recordings(data, DIGITS))
    torch.manual_seed(1)
    one, other = augmented(powers), augmented(powers)
    torch.manual_seed(1)
    again = augmented(powers)
    assert one.shape == (len(powers), BANDS, FRAMES)
    assert torch.equal(one, again) and not torch.equal(one, other)
    for spectrograms in (one, no_words(4)):
        assert spectrograms.min() >= 0 and spectrograms.max() <= 1
        assert torch.isfinite(spectrograms).all()


def test_a_tenth_of_the_voices_is_held_out_in_every_tongue(tmp_path):
    folder = counting(tmp_path / "many", 20)
    for path in list(folder.iterdir()):
        path.with_name(path.name.replace("en+", "cmn+")).write_bytes(path.read_bytes())
    learned, held = voices_apart(recordings(folder, DIGITS))
    voices = [{one.voice.partition("+")[2] for one in part} for part in (learned, held)]
    assert [len(part) for part in voices] == [18, 2]
    assert not voices[0] & voices[1]


def test_of_few_voices_one_is_held_out(tmp_path):
    learned, held = voices_apart(recordings(counting(tmp_path / "few", 2), DIGITS))
    assert len({one.voice for one in learned}) == len({one.voice for one in held}) == 1


@pytest.mark.parametrize(
    ("name", "words"), [("three.wav", "CLASS_VOICE_TAKE"), ("x_a_0.wav", "x_a_0.wav")]
)
def test_a_sound_that_is_called_otherwise_is_named(data, name, words):
    (data / name).write_bytes(sound_file(tone()).getvalue())
    with pytest.raises(DataError, match=words):
        recordings(data, DIGITS)


def test_each_folder_is_heard_as_often_as_another(tmp_path):
    """However many sounds it holds: 36 words of 18 voices, and 16 of 8."""
    for name, voices in (("many", 20), ("few", 8)):
        counting(tmp_path / name, voices)
    for path in (tmp_path / "few").iterdir():  # other voices
        path.rename(path.with_name(path.name.replace("voice", "another")))
    words, held_out = load_words(models.load("digits"), str(tmp_path))
    sums = [words.shares[words.shares == share].sum() for share in words.shares.unique()]
    assert sums == pytest.approx([1, 1])
    assert len(words.powers) > 3 * len(held_out.powers)


def test_no_sounds_and_one_voice_are_said(tmp_path):
    with pytest.raises(DataError, match=r"python -m training\.data speech"):
        recordings(tmp_path / "none", DIGITS)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="found none"):
        recordings(tmp_path / "empty", DIGITS)
    with pytest.raises(ValueError, match="several voices"):
        load_words(models.load("digits"), str(counting(tmp_path / "lone", 1)))


def test_a_voice_that_was_never_heard_is_understood(tiny_models, data):
    """Low and high tones for 0 and 1; the generator stays as it was."""
    sampler = models.load(tiny_models["classes"])
    before = sampler.embeddings.clone()
    words, held_out = load_words(sampler, str(data))
    options = Options("classes", str(data), steps=80, batch_size=16, lr=1e-2, width=4)
    encoder = fit(sampler, options, words, held_out)
    assert torch.equal(sampler.embeddings, before)
    assert accuracy(encoder, sampler.embeddings, held_out) == 1
    assert encoder.louder.norm().item() == pytest.approx(1)


def test_the_encoder_is_as_sure_as_it_is_right(tiny_models, data):
    """Nothing but its sureness changes: the cross entropy is least at the scale that it finds."""
    sampler = models.load(tiny_models["classes"])
    words, _ = load_words(sampler, str(data))
    torch.manual_seed(0)
    encoder = SoundEncoder(sampler.embeddings.shape[1], sampler.noise_dim, width=4).eval()
    before = recognised(encoder, sampler.embeddings, words)
    temperature = calibrate(encoder, sampler.embeddings, words)
    after = recognised(encoder, sampler.embeddings, words)
    torch.testing.assert_close(after, before / temperature)
    losses = [
        torch.nn.functional.cross_entropy(after * scale, words.labels) for scale in (0.8, 1, 1.25)
    ]
    assert temperature in (TEMPERATURES[0], TEMPERATURES[-1]) or losses[1] == min(losses)


def test_the_command_trains_measures_and_listens(tiny_models, data, tmp_path, monkeypatch, capsys):
    from models.__main__ import main as models_main

    monkeypatch.setenv("ATELIER_HOME", str(tmp_path))
    options = [
        str(data),
        "--steps",
        "2",
        "--batch-size",
        "4",
        "--width",
        "4",
        "--validation",
        str(data),
    ]
    main([str(tiny_models["classes"]), *options, "--name", "listens"])
    folder = tmp_path / "weights" / "listens"
    assert models.load("listens").can_listen
    measure_main(["listens", str(data), "--held-out", "true"])
    record = json.loads((folder / "listening.json").read_text())["counting"]
    assert (record["sounds"], record["voices"]) == (2, 1)
    assert 0 <= record["drawn"] <= 1
    out = tmp_path / "drawn.png"
    models_main(["listen", "listens", str(data / "0_en+voice3_0.wav"), str(out), "--seed", "7"])
    assert "seed 7; heard" in capsys.readouterr().out
    assert out.is_file()


def test_voices_to_set_it_by_are_read_before_it_learns(tiny_models, data, tmp_path, monkeypatch):
    monkeypatch.setattr("training.sound.fit", lambda *_: pytest.fail("it learned already"))
    with pytest.raises(ValueError, match="nowhere"):
        main([str(tiny_models["classes"]), str(data), "--validation", str(tmp_path / "nowhere")])


COUNTING = """#!/bin/sh
case "$*" in
  *--voices=variant*) printf "x\\n 5 variant --/M a !v/one\\n 5 variant --/F b !v/two\\n";;
  *) cat "$FOLDER/ten.wav";;
esac
"""
WORD_BY_WORD = """#!/bin/sh
while [ "$1" != "-o" ]; do shift; done
cat "$FOLDER/one.wav" > "$2"
"""
ALL_WORDS = """#!/bin/sh
for part in "$@"; do
  path=$(printf '%s' "$part" | sed -n 's/.*"\\(.*wav\\)".*/\\1/p')
  [ -z "$path" ] || cat "$FOLDER/one.wav" > "$path"
done
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a script in the place of a program; it finds a word and a counting in $FOLDER."""
    word, gap = tone(0.3, level=-12), np.zeros(RATE // 2, np.float32)
    parts = [part for _ in ENGLISH for part in (word * 0.9, gap)]
    (tmp_path / "ten.wav").write_bytes(sound_file(np.concatenate(parts)).getvalue())
    (tmp_path / "one.wav").write_bytes(sound_file(word).getvalue())
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    monkeypatch.setenv("FOLDER", str(tmp_path))

    def put(name, script):
        (place / name).write_text(script)
        (place / name).chmod((place / name).stat().st_mode | stat.S_IEXEC)

    return put


def test_each_voice_counts_in_each_tongue(tmp_path, monkeypatch, program):
    """With a program in place of espeak-ng: ten words with silence between."""
    program("espeak-ng", COUNTING)
    count = write_speech(tmp_path / "speech", takes=2, voices=1)
    found = recordings(tmp_path / "speech", DIGITS)
    assert count == len(found) == len(TONGUES) * 2 * 10
    assert {one.voice for one in found} == {f"{tongue}+one" for tongue in TONGUES}
    spoken = read_sound(found[-1].path)
    assert len(spoken) == pytest.approx(0.34 * RATE, abs=20)
    assert level(spoken) == pytest.approx(-12.9, abs=0.5)
    with pytest.raises(DataError, match="already"):
        write_speech(tmp_path / "speech")


@pytest.mark.parametrize(
    ("name", "script", "voices"), [("flite", WORD_BY_WORD, 3), ("festival", ALL_WORDS, 2)]
)
def test_other_programs_say_word_by_word(tmp_path, program, name, script, voices):
    program(name, script)
    assert write_speech(tmp_path / "speech", takes=2, program=name) == voices * 2 * 10
    found = recordings(tmp_path / "speech", DIGITS)
    assert {one.voice.partition("+")[0] for one in found} == {name}
    assert len(read_sound(found[0].path)) == pytest.approx(0.3 * RATE, abs=1)


def test_people_who_count_are_copied(tmp_path, monkeypatch):
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    for digit in DIGITS:
        (sounds / f"{digit}.au").write_bytes(sound_file(tone(0.2), kind="AU").getvalue())
    places = {"here": str(sounds / "{}.au"), "not": str(tmp_path / "none" / "{}.au")}
    monkeypatch.setattr("training.data.synthesisers.PEOPLE", places)
    assert write_speech(tmp_path / "speech", program="recorded") == 10
    assert {one.voice for one in recordings(tmp_path / "speech", DIGITS)} == {"people+here"}


@pytest.mark.parametrize("name", list(SYNTHESISERS))
def test_a_program_that_is_not_there_is_said_with_what_installs_it(tmp_path, monkeypatch, name):
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setattr("training.data.synthesisers.PEOPLE", {})
    monkeypatch.setitem(sys.modules, "piper", None)
    with pytest.raises(DataError, match="install"):
        write_speech(tmp_path / "speech", program=name)
    assert not (tmp_path / "speech").exists()
