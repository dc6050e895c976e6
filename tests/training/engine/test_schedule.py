"""The schedule: epochs, or a budget of minutes that becomes images once."""

import pytest
import torch
from accelerate import Accelerator
from torch import nn

from training import pix2pix
from training.engine.game import Game
from training.engine.optimisers import adam
from training.engine.schedule import FOR_THE_REST, Schedule
from training.losses.objectives import OBJECTIVES
from training.options import Options


def game(kind: type[Options] = Options, **options) -> Game:
    torch.manual_seed(0)
    chosen = kind(batch_size=10, lr=0.1, **options)
    networks = {"generator": nn.Linear(2, 2), "critic": nn.Linear(2, 1)}
    optimisers = adam(networks, chosen.lr, (0.0, 0.99))
    return Game(Accelerator(cpu=True), chosen, OBJECTIVES["hinge"], networks, optimisers)


def played(play: Game, schedule: Schedule, minutes: float, images_per_minute: float) -> None:
    """So many minutes of training, in steps of a tenth of a minute."""
    for _ in range(round(10 * minutes)):
        play.progress.step += 1
        play.progress.minutes += 0.1
        play.progress.images_seen += round(images_per_minute / 10)
        schedule.plan()


def rate(play: Game, schedule: Schedule, images: int) -> float:
    play.progress.images_seen = images
    schedule.set_learning_rates()
    return play.optimisers["critic"].param_groups[0]["lr"]


def test_the_speed_of_a_critic_that_warms_up_is_not_that_of_the_run():
    """20 minutes: 2,500 images of the critic alone at 1,000 a minute, then 250 a minute."""
    play = game(minutes=20)
    play.progress.warm_up = 2_500
    schedule = Schedule(play, 100)
    played(play, schedule, 2.5, 1_000)
    assert schedule.total == 0
    played(play, schedule, 2.2, 250)
    left = 20 - play.progress.minutes
    assert schedule.total == pytest.approx(play.progress.images_seen + 250 * left, rel=0.04)


@pytest.mark.parametrize(
    ("images", "factor"), [(0, 1), (200, 1), (300, 0.75), (400, 0.5), (600, 0), (900, 0)]
)
def test_the_learning_rate_is_constant_then_falls_to_zero(images, factor):
    """Data of 100 images: two epochs constant, four falling."""
    play = game(n_epochs=2, n_epochs_decay=4)
    assert rate(play, Schedule(play, 100), images) == pytest.approx(0.1 * factor)


def test_a_budget_becomes_images_once_by_the_speed_after_the_first_step():
    """20 minutes at 1,000 images a minute; a tenth of them has to be over. Slower later, the images
    stay."""
    play = game(minutes=20)
    schedule = Schedule(play, 100)
    played(play, schedule, 1.9, 1_000)
    assert schedule.total == 0
    assert rate(play, schedule, play.progress.images_seen) == pytest.approx(0.1)
    played(play, schedule, 0.2, 1_000)
    left = 20 - play.progress.minutes
    assert schedule.total == pytest.approx(2_100 + FOR_THE_REST * 1_000 * left, rel=1e-3)
    before = schedule.total
    played(play, schedule, 3, 100)
    assert schedule.total == before


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75])
def test_a_budget_holds_where_the_first_images_are_small(share):
    """20 minutes at 1,000 small images a minute, then 250 of the full size."""
    play = game(pix2pix.Options, minutes=20, small_first=share)
    schedule = Schedule(play, 100)
    while not schedule.is_done():
        played(play, schedule, 0.1, 1_000 if schedule.share_done() < share else 250)
    assert 18 < play.progress.minutes < 20.5


def test_over_the_last_fifth_of_a_budget_the_learning_rate_falls_to_zero():
    play = game(minutes=20)
    play.progress.budget, play.progress.planned = 20, 1_000
    schedule = Schedule(play, 100)
    rates = [rate(play, schedule, images) for images in (0, 800, 900, 1_000)]
    assert rates == pytest.approx([0.1, 0.1, 0.05, 0.0])
    assert schedule.is_done()


def test_a_resume_keeps_the_images_that_were_planned_and_another_budget_plans_anew():
    play = game(minutes=20)
    play.progress.budget, play.progress.planned, play.progress.images_seen = 20, 1_000, 600
    assert Schedule(play, 100).total == 1_000
    play = game(minutes=40)
    play.progress.budget, play.progress.planned, play.progress.images_seen = 20, 1_000, 1_000
    play.progress.minutes = 20
    schedule = Schedule(play, 100)
    assert schedule.total == 0 and not schedule.is_done()
    played(play, schedule, 4.2, 1_000)
    end = schedule.total
    assert 15_000 < end < 21_000
    # constant for four fifths of what is new, from the 1,000 images of before
    falls = end - (end - 1_000) / 5
    assert rate(play, schedule, round(falls)) == pytest.approx(0.1, rel=1e-2)
    assert rate(play, schedule, round((falls + end) / 2)) == pytest.approx(0.05, rel=1e-2)


def test_a_budget_that_is_over_before_its_speed_is_known_ends_the_run():
    play = game(minutes=1)
    schedule = Schedule(play, 100)
    play.progress.minutes, play.progress.step = 1.5, 1
    assert not schedule.plan() and schedule.is_done()


def test_epochs_beside_minutes_count_for_nothing_and_are_refused():
    with pytest.raises(ValueError, match="--n-epochs"):
        Options(minutes=20, n_epochs=3)
