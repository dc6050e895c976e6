"""A spoken digit to its picture; by functions, and through the API."""

import json

import gradio as gr
import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from sounds import sound_file, tone, with_sound_encoder

from app.listen import actions as listen_actions
from app.listen import tab as listen_tab
from app.shared.uploads import File
from models.conditions.hearing import BANDS, FRAMES, Heard


@pytest.fixture
def names(offered, tiny_models) -> list[str]:
    """`hears` has an encoder of sounds, `classes` has none."""
    with_sound_encoder(tiny_models["classes"], offered / "hears")
    return ["hears", "classes"]


@pytest.fixture
def sound(tmp_path) -> File:
    path = tmp_path / "upload"
    path.write_bytes(sound_file(tone(level=-10)).getvalue())
    return File(path, "three.wav")


def test_the_spectrogram_stands_beside_the_picture_that_carries_its_parameters(
    names, library, sound
):
    pair, words = listen_actions.draw(library, "hears", sound, 7, 1.0)
    assert pair.width == 2 * pair.height + 4
    assert json.loads(pair.info["parameters"]) == {
        "model": "hears",
        "level": -10.0,
        "seed": 7,
        "truncation": 1.0,
    }
    assert "At -10 dB it is bold and big" in words
    again, _ = listen_actions.draw(library, "hears", sound, 7, 1.0)
    assert np.array_equal(pair, again)


@pytest.mark.parametrize(
    ("probabilities", "level", "words"),
    [
        ([0.97, 0.03], -26, "Heard 0 (97%). At -26 dB it is usual."),
        ([0.45, 0.55], -50, "Unclear: 1 (55%) or 0 (45%); the picture lies between them."),
        ([0.45, 0.55], -50, "thin and small"),
    ],
)
def test_what_was_heard_is_said(names, library, probabilities, level, words):
    found = torch.zeros(10)
    found[:2] = torch.tensor(probabilities)
    heard = Heard(found, level, torch.zeros(BANDS, FRAMES))
    assert words in listen_actions.words(library.sampler("hears"), heard)


def test_impossible_wishes_get_one_sentence(names, library, sound, tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"RIFF nothing")
    for arguments, words in (
        (("hears", None, 7, 1.0), "record one, or upload a sound"),
        (("hears", File(broken, "broken.wav"), 7, 1.0), r"broken\.wav"),
        (("hears", sound, None, 1.0), "a seed"),
        (("classes", sound, 7, 1.0), "encoder of sounds"),
    ):
        with pytest.raises(ValueError, match=words):
            listen_actions.draw(library, *arguments)


def test_the_part_is_hidden_for_models_that_do_not_listen(names, library):
    with gr.Blocks():
        panel = listen_tab.build(library, "hears")
    assert listen_tab.emptied(library, panel, "hears")[panel.tab].visible is True
    assert listen_tab.emptied(library, panel, "classes")[panel.tab].visible == "hidden"


def test_a_bundled_voice_is_understood_through_the_api(app_url, tmp_path, save):
    client = Client(app_url, download_files=str(tmp_path), verbose=False)
    voice = sorted(listen_actions.VOICES.glob("7*.flac"))[0]
    arguments = ("digits", handle_file(voice), 7, 1.0, False)
    seed, pair, words = client.predict(*arguments, api_name="/listen")
    assert (seed, "Heard 7" in words) == (7, True)
    with Image.open(pair) as image:
        assert json.loads(image.text["parameters"])["seed"] == 7
    broken = handle_file(save("broken.wav", b"RIFF nothing"))
    with pytest.raises(AppError, match=r"broken\.wav") as error:
        client.predict("digits", broken, 7, 1.0, False, api_name="/listen")
    assert "Traceback" not in str(error.value)
