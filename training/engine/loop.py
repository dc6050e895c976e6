"""The loop that all training scripts share: steps, samples, logs, checkpoints, exports, and a
clean end."""

import shutil
import signal
import time
from itertools import chain
from types import FrameType

import torch
import yaml
from accelerate import Accelerator
from accelerate.utils import set_seed
from tqdm import tqdm

from models.model_folder import replace_folder
from models.precision import has_bfloat16
from training.data.batches import Order, TrainingData, batches
from training.engine import checkpoints
from training.engine.devices import mean_over_processes, precision_of
from training.engine.dry_run import plan
from training.engine.game import Diverged, Game, Iteration
from training.engine.reporting import Reporter
from training.engine.schedule import Schedule
from training.options import of_scope
from training.previews.preview import Preview
from training.runs import disk
from training.runs.folder import Run
from training.runs.states import TIME_IS_UP

COLLAPSED = 0.1  # share of the real images' diversity below which samples count as all alike
DIVERSE = 0.3
PATIENCE = 3  # checks in a row before a collapsed run stops
SLOW = (
    "It goes on in bfloat16, as it began, which is slow here; with --precision fp32 it goes on in "
    "float32."
)
VALIDATION_SHARE = 0.05  # of the time of a start


def fit(
    game: Game, iteration: Iteration, dataset: TrainingData, run: Run, preview: Preview
) -> None:
    """Play until the schedule is done, a limit is reached, someone asks to stop, or the game is
    lost.

    Args:
        iteration: one pass of the algorithm.
        preview: draws samples, measures on held-out data and exports; with nothing held out the
            last is the best.

    Raises:
        ValueError: the run is there already, or began with another number of processes.
    """
    options, accelerator = game.options, game.accelerator
    # the processes began with the same weights, and what they draw from now on differs
    set_seed(options.seed, device_specific=True)
    if options.dry_run:
        for line in plan(game, iteration, dataset):
            say(accelerator, line)
        return
    if accelerator.is_main_process:
        kept = of_scope(options, "model", "schedule", "data", "machine")
        kept["precision"] = precision_of(accelerator)  # auto's may be another when it is resumed
        run.begin(yaml.safe_dump(kept, sort_keys=False), options.resume)
    accelerator.wait_for_everyone()
    for warning in dataset.warnings:
        say(accelerator, warning)
        if accelerator.is_main_process:
            run.warn(warning)
    if options.resume and checkpoints.load_last(accelerator, run.checkpoints) is None:
        say(accelerator, "No complete checkpoint to resume from: starting from the beginning.")
    began_in = precision_of(accelerator)
    if options.resume and began_in == "bf16" and not has_bfloat16(accelerator.device.type):
        say(accelerator, SLOW)
    if game.progress.processes != accelerator.num_processes:
        raise ValueError(
            f"Expected {game.progress.processes} processes, with which the run began, found "
            f"{accelerator.num_processes}; start it with as many."
        )
    if accelerator.is_main_process:
        run.forget_after(game.progress.step)
    with Session(game, dataset, run, preview) as session:
        session.play(iteration)


class Session:
    """One start of a run, from its first step to its end."""

    def __init__(self, game: Game, dataset: TrainingData, run: Run, preview: Preview):
        self.game, self.dataset, self.run, self.preview = game, dataset, run, preview
        self.options, self.accelerator, self.progress = (
            game.options,
            game.accelerator,
            game.progress,
        )
        self.main = self.accelerator.is_main_process
        self.schedule = Schedule(game, len(dataset))
        self.report = Reporter(game, run, self.schedule)
        self.validated_step, self.validation_seconds = -1, 0.0
        self.saved_step = self.progress.step if self.progress.step else -1
        self.asked_to_stop = ""
        self.room = checkpoints.bytes_needed(list(self.game.networks.values()))

    def __enter__(self) -> "Session":
        self.handlers = {
            s: signal.signal(s, self.on_signal) for s in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *_: object) -> None:
        self.report.close()
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        """Ctrl-C and SIGTERM end the run after this step; a second Ctrl-C ends it at once."""
        if self.asked_to_stop and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked_to_stop = (
            "Stopped by Ctrl-C." if number == signal.SIGINT else "Stopped by the system."
        )

    def play(self, iteration: Iteration) -> None:
        """The steps, and what happens between them."""
        order = Order(
            len(self.dataset),
            self.options.batch_size,
            self.options.seed,
            self.progress.images_seen,
            self.accelerator.process_index,
            self.accelerator.num_processes,
        )
        self.report.status(
            state="training", doing="samples", images_total=self.schedule.total, message=""
        )
        self.wait_for_room()
        began = time.monotonic()
        if self.progress.step == 0:
            self.show_samples()
        stream = batches(self.dataset, order, self.options.workers, self.accelerator.device)
        first = next(stream)  # which waits for the workers and for all pictures that they read
        stream = self.game.counted(chain([first], stream))
        self.report.stood_still(time.monotonic() - began)  # the minutes are for learning
        self.report.status(doing="learning")
        try:
            while not (end := self.reason_to_stop()):
                before = self.progress.images_seen
                self.schedule.set_learning_rates()
                iteration(self.game, stream)
                self.game.average()
                self.progress.step += 1
                self.between_steps(before)
        except Diverged as error:
            return self.fail(f"{error} {self.advice()}")
        except KeyboardInterrupt:
            self.report.status(
                state="stopped", message="Stopped at once; it resumes from its last checkpoint."
            )
            raise
        if end[0] == "failed":
            return self.fail(end[1])
        self.finish(*end)

    def between_steps(self, before: int) -> None:
        """Whatever is due after a step in which images_seen rose from `before`."""
        now = self.progress.images_seen
        self.report.step(now - before)
        if self.schedule.plan():
            self.report.planned()
        if now // self.options.sample_every > before // self.options.sample_every:
            self.show_samples()
            self.check_diversity()
        every = self.preview.measure_every
        if every and now // every > before // every:
            self.validate()
        if now // self.options.log_every > before // self.options.log_every:
            self.report.log()
        elif self.report.is_due():
            self.wait_for_room()
            self.report.status()
        if now // self.options.checkpoint_every > before // self.options.checkpoint_every:
            self.save()

    def reason_to_stop(self) -> tuple[str, str] | None:
        """(state, message) where the run is to end now, the same in every process."""
        minutes = self.report.minutes()
        end = None
        if self.schedule.total and self.schedule.is_done():
            end = ("finished", self.done_words())
        elif self.options.max_steps is not None and self.progress.step >= self.options.max_steps:
            end = ("stopped", f"Stopped at --max-steps {self.options.max_steps}.")
        elif self.progress.low_checks >= PATIENCE:
            end = ("failed", f"Stopped: the samples stay all alike. {self.advice()}")
        local = None  # what one process may see before another
        if not self.schedule.total and self.schedule.is_done():
            local = ("finished", self.done_words())
        elif self.asked_to_stop:
            local = ("stopped", self.asked_to_stop)
        elif self.options.max_minutes is not None and minutes >= self.options.max_minutes:
            local = ("stopped", TIME_IS_UP)
        elif self.main and self.run.stop_requested():
            local = ("stopped", "Stopped by request.")
        if end is None and mean_over_processes(self.accelerator, float(local is not None)):
            end = local or ("stopped", "Stopped with the other processes.")
        return end

    def done_words(self) -> str:
        """How a run that was not cut short ended."""
        if self.options.minutes:
            return TIME_IS_UP
        return "The schedule is done."

    def wait_for_room(self) -> None:
        """Pause while the disk is nearly full; the clock of the run stands still meanwhile."""
        if not self.main or not disk.lacking(self.run.folder, self.room):
            return
        began = time.monotonic()
        disk.wait(self.run.folder, self.room, self.stop_asked, self.pause)
        self.report.stood_still(time.monotonic() - began)
        self.report.status(state="training", message="")

    def pause(self, words: str) -> None:
        """Say why the run does not go on, once."""
        if self.run.status.state != "paused":
            self.report.bar.write(words)
            self.report.status(state="paused", message=words)

    def stop_asked(self) -> bool:
        """Whether a person or the system asks the main process to stop."""
        return bool(self.asked_to_stop) or self.run.stop_requested()

    def show_samples(self) -> None:
        """Write the grid of samples, from the same noise each time."""
        if self.main:
            self.report.show(self.preview.draw(), self.preview.columns)

    def check_diversity(self) -> None:
        """Warn, and count towards stopping, where samples are all alike."""
        share = self.preview.diversity()
        if share is None:
            return
        self.game.observe(diversity=torch.tensor(share))
        self.progress.diverse_once |= share >= DIVERSE
        collapsed = share < COLLAPSED and (
            self.progress.diverse_once or self.progress.images_seen > 200_000
        )
        self.progress.low_checks = self.progress.low_checks + 1 if collapsed else 0
        if collapsed and self.main:
            text = (
                f"At {self.progress.images_seen:,} images the samples are nearly all alike "
                f"(diversity {share:.0%} of "
                f"the real images'): the generator is collapsing. {self.advice()}"
            )
            self.report.warn(text)

    def advice(self) -> str:
        """Remedies for a game that is lost."""
        return "Try a lower --lr, a larger --r1, or go on from an earlier export with --init-from."

    def save(self) -> None:
        """A checkpoint and the exports, unless they are there or the run is collapsing."""
        if self.saved_step == self.progress.step or self.progress.low_checks:
            return
        if self.game.records:
            self.report.log()  # no part of a line may be lost to a kill
        self.wait_for_room()
        self.report.status(doing="saving")
        checkpoints.save(self.accelerator, self.run.checkpoints, self.progress.step)
        self.saved_step = self.progress.step
        if self.main:
            last, best = self.run.exports / "last", self.run.exports / "best"
            self.preview.export(last)
            if self.progress.best is None or not best.is_dir():  # nothing is validated yet
                partial = best.with_name("best.tmp")
                shutil.rmtree(partial, ignore_errors=True)
                shutil.copytree(last, partial)
                replace_folder(partial, best)
            self.report.status(doing="learning")
        self.accelerator.wait_for_everyone()

    def validate(self, at_the_end: bool = False) -> None:
        """Measure on held-out data, and export what is the best so far."""
        spent, seconds = self.validation_seconds, 60 * self.report.minutes()
        if not self.main or self.validated_step == self.progress.step:
            return
        if spent > VALIDATION_SHARE * seconds and not at_the_end:
            return
        began = time.monotonic()
        self.report.status(doing="measuring")
        figures = self.preview.measure()
        self.game.observe(**{f"validation/{k}": torch.tensor(v) for k, v in figures.items()})
        for text in self.preview.warnings(figures):
            self.report.warn(text)
        self.validated_step = self.progress.step
        score = figures[self.preview.best_by]
        if self.progress.best is None or score < self.progress.best:
            self.progress.best = score
            self.preview.export(self.run.exports / "best")
        self.validation_seconds += time.monotonic() - began
        self.report.status(doing="learning")

    def finish(self, state: str, message: str) -> None:
        """Log, validate, save and export what there is, and say how it ended."""
        if self.preview.measure_every and self.progress.step:
            self.validate(at_the_end=True)
        if self.game.records:
            self.report.log()
        self.save()
        self.show_samples()
        self.report.bar.close()
        say(
            self.accelerator,
            f"{message} {self.progress.images_seen:,} images in {self.progress.minutes:.1f} "
            "minutes.",
        )
        if self.progress.low_checks:
            say(self.accelerator, "The samples were all alike: the last good export was kept.")
        say(self.accelerator, f"Exported model: {self.run.exports / 'last'}")
        # at last: who waits for it finds all the rest there
        self.report.status(state=state, message=message)

    def fail(self, message: str) -> None:
        """End without saving: the last checkpoint and export are the last good ones."""
        self.report.status(state="failed", message=message)
        self.report.bar.close()
        kept = checkpoints.complete(self.run.checkpoints)
        where = (
            f"The last good checkpoint is {kept[-1]}." if kept else "There is no checkpoint yet."
        )
        raise SystemExit(f"{message} {where}") if self.main else SystemExit(1)


def say(accelerator: Accelerator, text: str) -> None:
    """Print once, not once a process."""
    if accelerator.is_main_process:
        tqdm.write(text)
