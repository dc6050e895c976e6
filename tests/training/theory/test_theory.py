"""The theory made visible: closed forms, and small games that keep to them."""

import json
import math
import statistics

import pytest
import torch
from helpers import call_module
from PIL import Image

from training.losses.objectives import OBJECTIVES
from training.theory import closed_forms, lessons, toy
from training.theory.__main__ import save
from training.theory.lessons import SHOWS
from training.theory.toy import Options

LOG_2 = math.log(2)
CELL = 0.01
X = torch.arange(-8, 8, CELL, dtype=torch.float64)


def normal(mean: float, std: float = 1.0) -> torch.Tensor:
    return torch.distributions.Normal(mean, std).log_prob(X).exp()


def uniform(low: float, high: float) -> torch.Tensor:
    """A density on the grid, of a mass of exactly 1."""
    inside = ((low - CELL / 2 < X) & (high - CELL / 2 > X)).double()
    return inside / (inside.sum() * CELL)


def short(lesson: str, **changes) -> Options:
    return Options(lesson, **{"steps": 30, **changes})


def frames_of(options: Options) -> tuple[dict, list[dict]]:
    header, *frames = lessons.lines(options)
    return header, frames


# closed forms


def test_where_the_densities_are_the_same_the_best_critic_says_one_half():
    p = normal(0)
    assert torch.allclose(closed_forms.optimal_critic(p, p), torch.full_like(p, 0.5))
    assert closed_forms.jensen_shannon(p, p, CELL) == pytest.approx(0, abs=1e-9)
    assert closed_forms.best_value(p, p, CELL) == pytest.approx(-math.log(4), abs=1e-9)
    indifferent = torch.zeros_like(p)
    assert closed_forms.game_value(indifferent, p, p, CELL) == pytest.approx(-math.log(4), abs=1e-6)


def test_where_the_densities_never_meet_the_divergence_is_log_2_and_the_game_is_worth_nothing():
    p, g = uniform(-2, -1), uniform(1, 2)
    best = closed_forms.optimal_critic(p, g)
    assert (best[p > 0] == 1).all() and (best[g > 0] == 0).all()
    assert (best[(p + g) == 0] == 0.5).all()
    assert closed_forms.jensen_shannon(p, g, CELL) == pytest.approx(LOG_2)
    assert closed_forms.best_value(p, g, CELL) == pytest.approx(0, abs=1e-9)


def test_uniform_densities_that_share_half_of_their_mass_are_half_of_log_2_apart():
    p, g = uniform(0, 1), uniform(0.5, 1.5)
    assert closed_forms.jensen_shannon(p, g, CELL) == pytest.approx(LOG_2 / 2)


def test_mass_beyond_the_grid_counts_as_met_by_nothing():
    p = uniform(0, 1)
    assert closed_forms.jensen_shannon(p, torch.zeros_like(p), CELL) == pytest.approx(LOG_2)


def test_between_two_normal_densities_the_best_critic_is_a_logistic_curve():
    p, g = normal(0), normal(1)  # log p - log g = 1/2 - x
    best = closed_forms.optimal_critic(p, g)
    assert torch.allclose(best, torch.sigmoid(0.5 - X), atol=1e-9)
    value = closed_forms.game_value(0.5 - X, p, g, CELL)
    assert value == pytest.approx(closed_forms.best_value(p, g, CELL), abs=1e-9)


def test_samples_on_one_mode_of_eight_are_believed_with_one_ninth():
    share = torch.full((8,), 1 / 8)
    one = torch.tensor([1.0, *[0.0] * 7])
    best = closed_forms.optimal_critic(share, one)
    assert best.tolist() == pytest.approx([1 / 9, *[1] * 7])
    assert (share * best).sum().item() == pytest.approx(8 / 9)


def test_no_critic_gets_more_than_the_best_one():
    p, g = normal(-0.5), normal(1, 0.7)
    best = closed_forms.best_value(p, g, CELL)
    ratio = p.log() - g.log()
    for seed in range(20):
        other = ratio + torch.randn(len(X), generator=torch.Generator().manual_seed(seed))
        assert closed_forms.game_value(other, p, g, CELL) < best


def test_the_slopes_are_the_derivatives_of_the_generators_two_losses():
    logits = torch.linspace(-20, 20, 81, dtype=torch.float64, requires_grad=True)
    for name, slope in (
        ("minimax", closed_forms.minimax_slope),
        ("nonsaturating", closed_forms.nonsaturating_slope),
    ):
        (loss,) = OBJECTIVES[name].generator(logits, None).values()
        (gradient,) = torch.autograd.grad(loss * len(logits), logits)
        assert torch.allclose(gradient, slope(logits), atol=1e-12), name


def test_where_the_critic_is_sure_one_slope_vanishes_and_the_other_is_steepest():
    logits = torch.linspace(-20, 20, 81, dtype=torch.float64)
    minimax = closed_forms.minimax_slope(logits).abs()
    other = closed_forms.nonsaturating_slope(logits).abs()
    assert (minimax.diff() > 0).all() and (other.diff() < 0).all()
    assert minimax[0] < 1e-8 and other[0] > 1 - 1e-8
    assert torch.allclose(minimax + other, torch.ones_like(logits))


def test_a_kernel_density_is_that_of_the_samples_with_noise():
    assert torch.allclose(
        closed_forms.kernel_density(torch.tensor([2.0], dtype=torch.float64), X, 0.5),
        normal(2, 0.5),
    )
    samples = torch.randn(20_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = closed_forms.kernel_density(samples, X[::20], 0.3)
    assert (found - normal(0, math.hypot(1, 0.3))[::20]).abs().max() < 0.01


# lessons


@pytest.mark.parametrize("lesson", SHOWS)
def test_a_short_lesson_says_all_that_its_panels_draw(lesson):
    header, frames = frames_of(short(lesson))
    assert len(frames) == header["frames"] == 31
    assert [frames[0]["step"], frames[-1]["step"]] == [0, header["steps"]] == [0, 30]
    for frame in frames:
        json.dumps(frame, allow_nan=False)
        for panel in header["panels"]:
            assert panel["id"] in header["names"]
            for one in panel["series"]:
                assert one["id"] in header["names"]
                if panel["kind"] == "history":
                    assert "level" in one or math.isfinite(frame["numbers"][one["id"]])
                if panel["kind"] == "curves":
                    curve = frame.get("curves", {}).get(one["id"]) or header["fixed"][one["id"]]
                    assert len(curve) == lessons.CELLS + 1
            if panel["kind"] == "points":
                assert len(frame["points"]) == 2 * lessons.SHOWN


def test_the_same_seed_gives_the_same_frames_and_another_one_others():
    first, again, other = (frames_of(short("modes", seed=seed))[1] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_critics_own_value_stays_below_that_of_the_best_one():
    _, frames = frames_of(short("value", steps=60, k=3, lr_critic=0.005))
    for numbers in (frame["numbers"] for frame in frames):
        assert numbers["value"] <= numbers["best"] + 1e-3
        assert -math.log(4) - 1e-3 <= numbers["best"] <= 1e-3


def test_a_critic_against_a_generator_that_hardly_moves_comes_to_the_best_answer():
    for objective in ("nonsaturating", "lsgan"):
        options = short(
            "optimal-critic",
            objective=objective,
            steps=40,
            k=10,
            lr_generator=1e-6,
            lr_critic=0.005,
        )
        _, frames = frames_of(options)
        errors = [frame["numbers"]["error"] for frame in frames]
        assert errors[-1] < 0.06 < 0.2 < errors[0], objective


def test_while_the_critic_grows_sure_the_generator_waits_and_only_one_gradient_vanishes():
    _, frames = frames_of(short("saturation", steps=100, lr_critic=0.005))
    first, *_, last = numbers = [frame["numbers"] for frame in frames]
    assert last["fake-belief"] < 0.01 < 0.3 < first["fake-belief"]
    assert last["minimax-gradient"] < 0.2 * max(one["minimax-gradient"] for one in numbers)
    assert last["nonsaturating-gradient"] > 0.5 * max(
        one["nonsaturating-gradient"] for one in numbers
    )
    assert last["nonsaturating-gradient"] > 50 * last["minimax-gradient"]


def test_the_generator_waits_in_the_lesson_of_saturation():
    game, batches = toy.make_game(short("saturation"))
    before = toy.samples(game, 5)
    game.progress.warm_up = 10**9
    assert list(toy.moments(game, batches, 2)) == [0, 1, 2]
    assert torch.equal(toy.samples(game, 5), before)


def test_the_surface_is_the_critics_answer_with_the_highest_y_first():
    game, _ = toy.make_game(short("balance"))
    found = torch.tensor(lessons.surface(game, short("balance")))
    assert found.shape == (lessons.SURFACE, lessons.SURFACE)
    edge = 1.6 - 1.6 / lessons.SURFACE
    corners = torch.tensor([[-edge, edge], [edge, edge], [-edge, -edge], [edge, -edge]])
    expected = toy.logits(game, corners).sigmoid().mul(100).round().int()
    assert found[[0, 0, -1, -1], [0, -1, 0, -1]].tolist() == expected.tolist()


@pytest.mark.parametrize("remedy", toy.REMEDIES)
def test_every_remedy_plays_with_every_objective_or_says_why_not(remedy):
    for objective in toy.ALLOWED["modes"]:
        if objective == "wasserstein" and remedy in toy.PER_BATCH:
            with pytest.raises(ValueError, match="another objective than wasserstein"):
                short("modes", objective=objective, remedy=remedy)
            continue
        _, frames = frames_of(short("modes", steps=2, objective=objective, remedy=remedy))
        assert [frame["step"] for frame in frames] == [0, 1, 2]


def test_the_collapse_is_provoked_and_a_remedy_repairs_it():
    held = {}
    for remedy in ("none", "gradient-penalty"):
        _, frames = frames_of(short("modes", steps=600, lr_generator=0.003, remedy=remedy))
        held[remedy] = statistics.mean(frame["numbers"]["held"] for frame in frames[-10:])
    assert held["none"] < 3
    assert held["gradient-penalty"] > 5


def test_a_critic_far_too_strong_leaves_the_samples_on_one_mode():
    rates = {"lr_generator": 0.0003, "lr_critic": 0.005}
    _, frames = frames_of(short("balance", steps=150, k=10, **rates))
    numbers = frames[-1]["numbers"]
    assert numbers["held"] == 1
    assert numbers["fake-belief"] == pytest.approx(1 / 9, abs=0.06)
    assert numbers["real-belief"] == pytest.approx(8 / 9, abs=0.06)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"objective": "hinge"}, "Expected --objective nonsaturating, minimax, lsgan"),
        ({"remedy": "packing"}, "remedies belong to the lesson modes"),
        ({"k": 0}, "Expected --k of at least 1, found 0"),
        ({"steps": 0}, "Expected --steps of at least 1, found 0"),
        ({"lr_critic": 0.0}, "Expected --lr-critic above 0, found 0"),
    ],
)
def test_what_a_lesson_cannot_show_is_one_sentence(changes, words):
    with pytest.raises(ValueError, match=words):
        Options("optimal-critic", **changes)


def test_a_lesson_is_saved_as_a_picture_that_moves_and_its_numbers(tmp_path, capsys):
    save(tmp_path, lessons.lines(short("balance", steps=4)))
    with Image.open(tmp_path / "picture.webp") as picture:
        assert picture.n_frames == 5
        assert picture.width == 3 * picture.height * 380 // 300
    found = json.loads((tmp_path / "frames.json").read_text())
    assert [frame["step"] for frame in found["frames"]] == [0, 1, 2, 3, 4]
    assert "picture.webp" in capsys.readouterr().out


def test_the_command_streams_lines_and_speaks_of_errors():
    done = call_module("training.theory", "value", "--steps", "2", "--stream")
    header, *frames = map(json.loads, done.stdout.splitlines())
    assert header["lesson"] == "value" and header["frames"] == len(frames) == 3
    failed = call_module("training.theory", "value", "--objective", "lsgan", check=False)
    assert failed.returncode == 2
    assert "Traceback" not in failed.stderr and "Expected --objective" in failed.stderr
