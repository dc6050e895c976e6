"""What a run says while it trains: status.json, metrics.jsonl, samples, the tracker, the progress
bar."""

import sys
import time

from PIL import Image
from torch import Tensor
from torchvision.utils import make_grid
from tqdm import tqdm

from models.images import unit_to_pixels
from training.engine.game import Game
from training.engine.trackers import Tracker
from training.runs.folder import Run

STATUS_SECONDS = 2.0


class Reporter:
    """The voice of one start of a run; only the main process speaks.

    Attributes:
        total: images of the whole schedule.
        began: when this start began; what it waited is not counted.
    """

    def __init__(self, game: Game, run: Run, total: int):
        self.game, self.run, self.total = game, run, total
        self.options, self.progress = game.options, game.progress
        self.main = game.accelerator.is_main_process
        self.began = self.last_log = self.last_status = time.monotonic()
        self.minutes_before = self.progress.minutes
        self.images_logged = self.progress.images_seen
        kind = self.options.log_with if self.main else "none"
        self.tracker = Tracker(kind, run, self.progress.step)
        self.bar = tqdm(
            total=total,
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

    def stood_still(self, seconds: float) -> None:
        """Leave out of the run's time what it waited."""
        self.began, self.last_log = self.began + seconds, self.last_log + seconds

    def step(self, images: int) -> None:
        """A step that drew so many images."""
        self.progress.minutes = self.minutes_before + self.minutes()
        self.bar.update(images)

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

    def status(self, **changes) -> None:
        """Renew status.json."""
        if not self.main:
            return
        self.last_status = time.monotonic()
        speed = changes.get("images_per_second", self.run.status.images_per_second)
        left = (self.last_image() - self.progress.images_seen) / speed if speed else None
        if left is not None and self.options.max_minutes is not None:
            left = min(left, (self.options.max_minutes - self.minutes()) * 60)
        self.run.write_status(
            step=self.progress.step,
            images_seen=self.progress.images_seen,
            seconds_left=left,
            minutes=round(self.progress.minutes, 3),
            **changes,
        )

    def last_image(self) -> float:
        """Images at which the run ends, by its schedule or by --max-steps."""
        steps, most = self.progress.step, self.options.max_steps
        if most is None or not steps:
            return self.total
        return min(self.total, most * self.progress.images_seen / steps)

    def show(self, images: Tensor, columns: int) -> None:
        """Write a grid of images (N, C, H, W) in [-1, 1]."""
        sheet = make_grid(images, columns, normalize=True, value_range=(-1, 1), pad_value=1.0)
        (pixels,) = unit_to_pixels(sheet[None])
        path = self.run.samples / f"{self.progress.step:06d}.png"
        partial = path.with_suffix(".tmp")
        Image.fromarray(pixels).save(partial, "PNG")
        partial.replace(path)
        self.tracker.show(pixels, self.progress.step)
