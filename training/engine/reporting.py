"""The reports of a run while it trains: status.json, metrics.jsonl, samples, the tracker, the
progress bar."""

import sys
import time
from typing import Any

import numpy as np
from torch import Tensor
from tqdm import tqdm

from models.images import grid, tensor_to_images
from training.engine.game import Game
from training.engine.schedule import Schedule
from training.engine.trackers import Tracker
from training.runs.folder import Run

STATUS_SECONDS = 2.0


class Reporter:
    """The voice of one start of a run; only the main process speaks.

    Attributes:
        schedule: how many images the run has.
        began: when this start began; what it waited is not counted.
    """

    def __init__(self, game: Game, run: Run, schedule: Schedule):
        self.game, self.run, self.schedule = game, run, schedule
        self.options, self.progress = game.options, game.progress
        self.main = game.accelerator.is_main_process
        self.began = self.last_log = self.last_status = time.monotonic()
        self.minutes_before = self.progress.minutes
        self.images_logged = self.progress.images_seen
        kind = self.options.log_with if self.main else "none"
        self.tracker = Tracker(kind, run, self.progress.step)
        self.bar = tqdm(
            total=schedule.total or None,
            initial=self.progress.images_seen,
            unit="img",
            unit_scale=True,
            disable=not self.main,
            desc=run.folder.name,
            dynamic_ncols=True,
            mininterval=0.5 if sys.stderr.isatty() else 30,
        )

    def close(self) -> None:
        """End the bar and the tracker."""
        self.bar.close()
        self.tracker.close()

    def minutes(self) -> float:
        """Of this start."""
        return (time.monotonic() - self.began) / 60

    def minutes_given(self) -> float:
        """That the run may train in all, 0 where no time is set."""
        limits = [self.options.minutes or 0.0]
        if self.options.max_minutes is not None:
            limits.append(self.minutes_before + self.options.max_minutes)
        return min((limit for limit in limits if limit), default=0.0)

    def stood_still(self, seconds: float) -> None:
        """Leave out of the run's time what it waited, or prepared."""
        self.began, self.last_log = self.began + seconds, self.last_log + seconds

    def step(self, images: int) -> None:
        """A step that drew so many images."""
        self.progress.minutes = self.minutes_before + self.minutes()
        self.bar.update(images)

    def planned(self) -> None:
        """A budget was turned into images: the bar has an end now."""
        self.bar.total = self.schedule.total
        self.bar.refresh()
        self.status(images_total=self.schedule.total)

    def is_due(self) -> bool:
        """Whether status.json is old."""
        return time.monotonic() - self.last_status > STATUS_SECONDS

    def warn(self, text: str) -> None:
        """A warning, in the status and above the bar."""
        self.run.warn(text)
        self.bar.write(text)

    def log(self) -> None:
        """A line of metrics.jsonl, and the same for the tracker."""
        now, seen = time.monotonic(), self.progress.images_seen
        speed = (seen - self.images_logged) / max(now - self.last_log, 1e-9)
        self.last_log, self.images_logged = now, seen
        values = self.game.observed()
        if not self.main:
            return
        line = {
            "step": self.progress.step,
            "images": seen,
            "minutes": round(self.progress.minutes, 4),
        }
        self.run.log({**line, "images_per_second": round(speed, 2), **values})
        self.tracker.log(values, self.progress.step)
        self.bar.set_postfix(
            {k: f"{v:.3g}" for k, v in values.items() if k.startswith("D(")}, refresh=False
        )
        self.status(images_per_second=speed)

    def status(self, **changes: Any) -> None:
        """Renew status.json."""
        if not self.main:
            return
        self.last_status = time.monotonic()
        speed = changes.get("images_per_second", self.run.status.images_per_second)
        self.run.write_status(
            step=self.progress.step,
            images_seen=self.progress.images_seen,
            seconds_left=self.seconds_left(speed),
            minutes=round(self.progress.minutes, 3),
            minutes_given=self.minutes_given(),
            **changes,
        )

    def seconds_left(self, speed: float) -> float | None:
        """To the end of the schedule or to a limit, at so many images a second, 0 where that is
        past; None where there is no telling yet."""
        minutes = self.schedule.minutes_left(60 * speed)
        if minutes is None and (given := self.minutes_given()):
            minutes = given - self.progress.minutes
        if speed and self.options.max_steps is not None and self.progress.step:
            per_step = self.progress.images_seen / self.progress.step
            steps = self.options.max_steps - self.progress.step
            minutes = min(minutes or 0.0, steps * per_step / speed / 60)
        if minutes is not None and self.options.max_minutes is not None:
            minutes = min(minutes, self.options.max_minutes - self.minutes())
        return None if minutes is None else max(0.0, 60 * minutes)

    def show(self, images: Tensor, columns: int) -> None:
        """Write a grid of images (N, C, H, W) in [-1, 1]."""
        sheet = grid(tensor_to_images(images), min(columns, len(images))).convert("RGB")
        path = self.run.samples / f"{self.progress.step:06d}.png"
        partial = path.with_suffix(".tmp")
        sheet.save(partial, "PNG")
        partial.replace(path)
        self.tracker.show(np.array(sheet), self.progress.step)
