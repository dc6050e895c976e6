"""The schedule of a run: how many images it is shown, and the learning rate at each of them."""

from training.engine.devices import mean_over_processes
from training.engine.game import Game

MEASURED = 0.1  # share of a budget of minutes after which its images are planned
LEAST_STEPS = 5  # before the speed is believed
COOLDOWN = 0.2  # share of a budget over which the learning rate falls (Hagele 2024)
FOR_THE_REST = 0.97  # share of the time left for steps; samples and validations take the others
SMALL = 4  # images of half the size that take the time of one


class Schedule:
    """Epochs, or a budget of minutes that is turned into images once, when the speed is known.

    The learning rate is constant and then falls linearly to zero: over `n_epochs_decay` passes, or
    over the last fifth of a budget. What was planned is part of every checkpoint, so a run that
    is resumed has the same learning rates; a resume with another budget begins a new stretch, from
    the images seen by then to the minutes in all.

    Args:
        length: images of an epoch.
    """

    def __init__(self, game: Game, length: int):
        self.game, self.options, self.progress = game, game.options, game.progress
        self.constant = self.options.n_epochs * length
        self.decay = self.options.n_epochs_decay * length
        self.first: tuple[float, int, int] | None = None  # minutes, images, step
        self.measures_small = False  # images of half the size, since that step
        self.measures_critic = False  # that it learns alone, which is soon done
        if self.options.minutes and self.options.minutes != self.progress.budget:
            self.progress.budget = self.options.minutes
            self.progress.budget_from = self.progress.images_seen
            self.progress.planned = 0

    @property
    def total(self) -> int:
        """Images at the end of the run; 0 as long as a budget is not turned into images."""
        if self.options.minutes:
            return self.progress.planned
        return self.constant + self.decay

    def is_done(self) -> bool:
        """Whether all images were shown; of a budget that is over before it could be planned,
        whether its minutes are."""
        if self.options.minutes and not self.progress.planned:
            return self.progress.minutes >= self.options.minutes
        return self.progress.images_seen >= self.total

    def share_done(self) -> float:
        """The share of the schedule that is over, from 0 to 1."""
        if self.total:
            return min(1.0, self.progress.images_seen / self.total)
        return min(1.0, self.progress.minutes / self.progress.budget)

    def minutes_left(self, images_per_minute: float) -> float | None:
        """To the end of the schedule, or None where there is no telling yet."""
        if self.options.minutes and not self.progress.planned:
            return max(0.0, self.options.minutes - self.progress.minutes)
        left = self.total - self.progress.images_seen
        return left / images_per_minute if images_per_minute else None

    def factor(self) -> float:
        """Of the learning rate: 1, then linearly to 0."""
        seen = self.progress.images_seen
        constant, end = self.constant, self.total
        if self.options.minutes:
            constant = end - round(COOLDOWN * (end - self.progress.budget_from))
        if not end or seen <= constant:
            return 1.0
        return max(0.0, 1 - (seen - constant) / (end - constant)) if end > constant else 0.0

    def set_learning_rates(self) -> None:
        """Give every optimiser its learning rate for the next step."""
        self.game.share_done, factor = self.share_done(), self.factor()
        for name, optimiser in self.game.optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = self.game.learning_rates[name] * factor

    def plan(self) -> bool:
        """Turn the budget into images once, by the speed since the first step of this start, the
        same in every process; whether that has just happened."""
        if not self.options.minutes or self.progress.planned:
            return False
        now = self.progress.minutes, self.progress.images_seen
        small = self.share_done() < getattr(self.options, "small_first", 0.0)
        kind = small, self.game.critic_only
        # the first step takes longer than all others
        if self.first is None or kind != (self.measures_small, self.measures_critic):
            self.first = (*now, self.progress.step)
            self.measures_small, self.measures_critic = kind
        minutes, images = now[0] - self.first[0], now[1] - self.first[1]
        left = max(0.0, self.options.minutes - now[0])
        is_due = minutes >= MEASURED * self.options.minutes and not self.measures_critic
        is_due = is_due or left <= minutes
        is_due = is_due and self.progress.step - self.first[2] >= LEAST_STEPS
        if not mean_over_processes(self.game.accelerator, float(is_due)):
            return False
        planned = self.in_all(now[1], FOR_THE_REST * left * images / max(minutes, 1e-9))
        self.progress.planned = round(mean_over_processes(self.game.accelerator, planned))
        return True

    def in_all(self, seen: int, more: float) -> float:
        """The images of a run that has seen so many and has time for so many more like them.

        Where the first share s of it, `--small-first`, is shown half the size, and this was
        measured on those, the rest takes four times as long each: s N - seen + 4 (1 - s) N = more.
        """
        if not self.measures_small:
            return seen + more
        share = self.options.small_first
        total = (seen + more) / (share + SMALL * (1 - share))
        return total if share * total > seen else seen + more / SMALL
