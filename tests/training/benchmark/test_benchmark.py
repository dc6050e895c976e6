"""The benchmark compares like with like."""

import multiprocessing

import pytest
import torch

from models import precision
from models.calligraphy.writer import Writer
from training.benchmark import ablations
from training.benchmark.__main__ import main
from training.benchmark.ablations import CHANGES
from training.benchmark.cases import CYCLEGAN, PIX2PIX, Case, prepare
from training.benchmark.inference_speed import (
    LINE,
    following,
    inference_speed,
    untrained,
    writing,
)
from training.benchmark.reference_steps import ReferenceCycleGAN, ReferencePix2pix
from training.benchmark.training_speed import (
    OurStep,
    begin_ours,
    begin_without,
    process,
    training_speed,
)

FLOAT = ("--precision", "fp32", "--device", "cpu", "--batch-size", "2", "--ngf", "4", "--ndf", "4")
TINY = {
    "pix2pix": Case(PIX2PIX, 64, (*FLOAT, "--levels", "5", "--dropout", "0")),
    "cyclegan": Case(CYCLEGAN, 32, (*FLOAT, "--blocks", "1")),
}
REFERENCE = {"pix2pix": ReferencePix2pix, "cyclegan": ReferenceCycleGAN}
MEASURES = [f"training.benchmark.{name}" for name in ("training_speed", "inference_speed")]


@pytest.fixture
def quick_processes(monkeypatch):
    """Each new process is forked from one that has imported everything once and computed nothing:
    as fresh as any, without the seconds in which it imports torch."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(MEASURES)
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: context)


@pytest.fixture
def undone(monkeypatch):
    """What a change replaces for the rest of a process is put back after the test."""
    monkeypatch.setattr(ablations, "replace", monkeypatch.setattr)
    monkeypatch.setenv(precision.VARIABLE, "1")


@pytest.mark.parametrize("name", TINY)
def test_the_plain_step_and_ours_are_the_same_step_in_float32(name):
    """Whatever makes ours faster, it is no other mathematics."""
    case = TINY[name]
    ready = prepare(case)
    torch.manual_seed(0)
    theirs = ready.networks()
    torch.manual_seed(0)
    own = ready.networks()
    before = {part: weights(network, copy=True) for part, network in theirs.items()}
    plain = REFERENCE[name](ready.options, theirs)
    ours = OurStep(case, ready.options, own)
    for _ in range(2):
        plain.step(ready.batch)
        ours.step(ready.batch)
    for part, old in before.items():
        pairs = zip(weights(theirs[part]), weights(ours.game.networks[part]), old, strict=True)
        for one, other, start in pairs:
            # Adam turns a gradient of nearly 0 into a whole step of either sign
            assert (one - other).abs().mean() < 0.02 * (one - start).abs().mean()


def weights(network: torch.nn.Module, copy: bool = False) -> list[torch.Tensor]:
    """The kernels; the gradient of a bias before a norm is 0 up to rounding."""
    found = [parameter.detach() for parameter in network.parameters() if parameter.ndim == 4]
    return [weight.clone() for weight in found] if copy else found


def test_training_speed_says_how_often_ours_fits_into_a_plain_step(quick_processes):
    figures = training_speed(TINY["pix2pix"], rounds=1)
    assert set(figures) == {"plain", "ours", "times as fast"}
    assert figures["times as fast"] == figures["plain"] / figures["ours"]


@pytest.mark.parametrize("change", [change for change in CHANGES if change != "bfloat16"])
def test_without_a_change_a_step_is_still_the_same_step_in_float32(change, undone):
    """It is told from ours by its time alone."""
    case = Case(CYCLEGAN, 32, (*FLOAT, "--blocks", "1", "--upsample", "resize"))
    expected, found = steps_of(None, case), steps_of(change, case)
    for (name, value), (same, again) in zip(found, expected, strict=True):
        assert name == same
        assert value == pytest.approx(again, rel=1e-3, abs=1e-5), name


def steps_of(change: str | None, case: Case) -> list[tuple[str, float]]:
    """The terms of two steps, by name."""
    torch.manual_seed(0)
    if change:
        begin_without(change, case)
    else:
        begin_ours(case)
    for _ in range(2):
        process["step"].step(process["batch"])
    return sorted(process["step"].game.observed().items())


def test_without_bfloat16_a_step_is_taken_in_float32(undone):
    """On a processor that has it; the process is told so."""
    case = Case(CYCLEGAN, 32, (*FLOAT[2:], "--blocks", "1"))
    begin_without("bfloat16", case)
    assert process["step"].game.accelerator.mixed_precision == "no"


def test_each_change_is_compared_with_ours(quick_processes):
    figures = training_speed(TINY["cyclegan"], rounds=1, change="fused Adam")
    assert set(figures) == {"without", "ours", "times as fast"}


@pytest.mark.parametrize("model", ["tiny_translator", "tiny_listener"])
def test_inference_is_measured_in_processes_of_its_own(model, request, quick_processes):
    figures = inference_speed(str(request.getfixturevalue(model)), (32, 48))
    assert figures["times as fast"] == figures["plain"] / figures["seconds"] > 0
    assert 0 < figures["of it loading, GB"] <= figures["peak memory, GB"] < 4


def test_a_line_is_written_anew_each_time_it_is_measured(tiny_writer, monkeypatch):
    written, inked = [], Writer.inked

    def counted(self, pictures, *told):
        written.append(len(pictures))
        return inked(self, pictures, *told)

    monkeypatch.setattr(Writer, "inked", counted)
    figures = writing(str(tiny_writer), "永和九年", rounds=3)
    assert written == [4] * 4 and figures["seconds"] > 0
    assert len(set(LINE)) == 20


def test_a_camera_s_frames_are_steadied_and_each_is_translated_once(tmp_path, monkeypatch):
    from models.clips.memory import Memory

    followed = []
    follow = Memory.following
    monkeypatch.setattr(
        Memory, "following", lambda *told: followed.append(told[1].shape) or follow(*told)
    )
    figures = following(str(untrained(tmp_path / "untrained")), (32, 24), 3)
    assert [shape[-2:] for shape in followed] == [(24, 32)] * 5
    assert figures["frames a second"] == pytest.approx(1 / figures["seconds"])


def test_the_untrained_model_has_the_references_size(tmp_path):
    import models

    model = models.load(untrained(tmp_path / "untrained"))
    count = sum(parameter.numel() for parameter in model.networks.parameters())
    assert count == 11_378_179


def test_a_case_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="Expected --only to be in a case's name"):
        main(["--only", "nothing like it"])
