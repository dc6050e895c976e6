"""The benchmark compares like with like."""

import pytest
import torch

from training import benchmark, plain_steps

FLOAT = ("--precision", "fp32", "--device", "cpu", "--batch-size", "2", "--ngf", "4", "--ndf", "4")
TINY = {
    "pix2pix": benchmark.Case(benchmark.PIX2PIX, 64, (*FLOAT, "--levels", "5", "--dropout", "0")),
    "cyclegan": benchmark.Case(benchmark.CYCLEGAN, 32, (*FLOAT, "--blocks", "1")),
}
PLAIN = {"pix2pix": plain_steps.PlainPix2pix, "cyclegan": plain_steps.PlainCycleGAN}


@pytest.mark.parametrize("name", TINY)
def test_the_plain_step_and_ours_are_the_same_step_in_float32(name):
    """Whatever makes ours faster, it is no other mathematics."""
    case = TINY[name]
    options, networks, batch = benchmark.prepared(case)
    torch.manual_seed(0)
    theirs = networks()
    torch.manual_seed(0)
    own = networks()
    before = {part: weights(network, copy=True) for part, network in theirs.items()}
    plain = PLAIN[name](options, theirs)
    ours = benchmark.Ours(case, options, own)
    for _ in range(2):
        plain.step(batch)
        ours.step(batch)
    for part, old in before.items():
        pairs = zip(weights(theirs[part]), weights(ours.game.networks[part]), old, strict=True)
        for one, other, start in pairs:
            # Adam turns a gradient of nearly 0 into a whole step of either sign
            assert (one - other).abs().mean() < 0.02 * (one - start).abs().mean()


def weights(network: torch.nn.Module, copy: bool = False) -> list[torch.Tensor]:
    """The kernels; the gradient of a bias before a norm is 0 up to rounding."""
    found = [parameter.detach() for parameter in network.parameters() if parameter.ndim == 4]
    return [weight.clone() for weight in found] if copy else found


def test_training_speed_says_how_often_ours_fits_into_a_plain_step():
    figures = benchmark.training_speed(TINY["pix2pix"], rounds=1)
    assert set(figures) == {"plain", "ours", "times as fast"}
    assert figures["times as fast"] == figures["plain"] / figures["ours"]


def test_inference_is_measured_in_processes_of_its_own(tiny_translator):
    figures = benchmark.inference(str(tiny_translator), (32, 48))
    assert figures["times as fast"] == figures["plain"] / figures["seconds"] > 0
    assert 0 < figures["of it loading, GB"] <= figures["peak memory, GB"] < 4


def test_the_untrained_model_has_the_references_size(tmp_path):
    import models

    model = models.load(benchmark.untrained(tmp_path / "untrained"))
    count = sum(parameter.numel() for parameter in model.networks.parameters())
    assert count == 11_378_179


def test_a_case_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="Expected --only to be in a case's name"):
        benchmark.main(["--only", "nothing like it"])
