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


@pytest.mark.parametrize(("seconds", "faster"), [(0.5, True), (0.9, False), (2.0, False)])
def test_a_processor_is_measured_and_has_to_be_clearly_faster(monkeypatch, seconds, faster):
    """A processor may claim bfloat16 and compute it by float32."""
    measured = {torch.float: 1.0, torch.bfloat16: seconds}
    monkeypatch.setattr(precision, "seconds_by_precision", lambda: measured)
    threads = torch.get_num_threads()
    assert precision.faster_in_bfloat16.__wrapped__() == faster
    assert torch.get_num_threads() == threads


def test_a_measurement_leaves_the_random_draws_of_a_run_as_they_were(monkeypatch):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    seconds = precision.seconds_by_precision()
    assert torch.equal(torch.get_rng_state(), before)
    assert set(seconds) == {torch.float, torch.bfloat16}
    assert all(0 < one < float("inf") for one in seconds.values())


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
