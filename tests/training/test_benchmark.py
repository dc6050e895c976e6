"""The benchmark compares like with like."""

import torch

from training import benchmark, pix2pix
from training.data.paired import PairBatch
from training.options import parse

TINY = [
    *("--ngf", "4", "--ndf", "4", "--levels", "5", "--batch-size", "2", "--dropout", "0"),
    *("--precision", "fp32", "--device", "cpu"),
]


def test_the_plain_step_and_ours_are_the_same_step_in_float32():
    """Whatever makes ours faster, it is no other mathematics."""
    options = parse(pix2pix.Options, "", TINY)
    torch.manual_seed(0)
    plain = benchmark.Plain(options)
    torch.manual_seed(0)
    ours = benchmark.Ours(options)
    batch = PairBatch(*torch.rand(2, 4, 64, 64).mul(2).sub(1).split((1, 3), dim=1))
    before = [p.clone() for p in plain.generator.parameters()]
    for _ in range(2):
        plain.step(batch)
        ours.step(batch)
    for name in ("generator", "critic"):
        networks = getattr(plain, name), ours.game.networks[name]
        for one, other in zip(*(network.parameters() for network in networks), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-5)
    moved = zip(before, plain.generator.parameters(), strict=True)
    assert any(not torch.equal(old, new) for old, new in moved)


def test_training_speed_says_how_often_ours_fits_into_a_plain_step(monkeypatch):
    monkeypatch.setattr(benchmark, "SIZE", 64)
    figures = benchmark.training_speed(TINY, rounds=1)
    assert set(figures) == {"plain", "ours", "times as fast"}
    assert figures["times as fast"] == figures["plain"] / figures["ours"]


def test_inference_is_measured_in_a_process_of_its_own(tiny_translator):
    figures = benchmark.inference(str(tiny_translator), (32, 48))
    assert figures["seconds"] > 0
    assert 0 < figures["of it loading, GB"] <= figures["peak memory, GB"] < 4
