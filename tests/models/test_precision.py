"""What is asked for hardware that computes in bfloat16."""

import numpy as np
import pytest
import torch
from PIL import Image

import models
from models import precision


@pytest.mark.parametrize(("said", "words"), [("0", "no bfloat16"), ("1", "bfloat16 in hardware")])
@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_the_variable_answers_in_the_hardwares_place(monkeypatch, said, words, device):
    monkeypatch.setenv(precision.VARIABLE, said)
    assert precision.has_bfloat16(device) == (said == "1")
    assert precision.bfloat16_in_words(device).startswith(words)


def test_an_empty_variable_leaves_it_to_the_hardware(monkeypatch):
    monkeypatch.delenv(precision.VARIABLE, raising=False)
    found = precision.has_bfloat16()
    monkeypatch.setenv(precision.VARIABLE, "")
    assert precision.has_bfloat16() == found


def test_another_value_is_an_error_in_words(monkeypatch):
    monkeypatch.setenv(precision.VARIABLE, "yes")
    with pytest.raises(ValueError, match="ATELIER_BFLOAT16 to be 0 or 1, or not set, found 'yes'"):
        precision.has_bfloat16()


@pytest.mark.parametrize(("said", "named"), [("0", "fp32"), ("1", "bf16")])
def test_auto_is_what_the_hardware_computes_in_itself(tiny_translator, monkeypatch, said, named):
    monkeypatch.setenv(precision.VARIABLE, said)
    translator = models.load(tiny_translator)
    picture = Image.effect_noise((64, 48), 60)
    auto, same = (translator.translate(picture, precision=p) for p in ("auto", named))
    assert np.array_equal(np.asarray(auto), np.asarray(same))


def test_the_processor_is_named_beside_a_time():
    name, _, threads = precision.processor_in_words().rpartition(", ")
    assert name and threads.split()[0] == str(torch.get_num_threads())
