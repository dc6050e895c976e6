"""Where the curves and samples of a run go beside its own folder: `--log-with`."""

import importlib.util

import numpy as np

from training.runs.folder import Run

PROJECT = "atelier"  # in Weights & Biases


class Tracker:
    """TensorBoard, Weights & Biases, or nothing, through accelerate's trackers."""

    def __init__(self, kind: str, run: Run, step: int):
        """
        Args:
            kind: tensorboard, wandb or none.
            step: from which the run goes on; TensorBoard forgets what lies past it.

        Raises:
            ValueError: wandb is not installed.
        """
        from accelerate import tracking  # with TensorBoard it takes a second to import

        self.tracker = None
        self.options: dict = {}
        if kind == "tensorboard":
            self.tracker = tracking.TensorBoardTracker(kind, run.folder, purge_step=step + 1)
            self.options = {"dataformats": "NHWC"}
        elif kind == "wandb":
            if importlib.util.find_spec("wandb") is None:
                raise ValueError(
                    "Expected the package wandb for --log-with wandb, found none; install it with "
                    "`pip install wandb`, or take --log-with tensorboard."
                )
            # a resumed run is another one there, in the same group
            place = {"dir": str(run.folder), "group": run.folder.name, "name": run.folder.name}
            self.tracker = tracking.WandBTracker(PROJECT, **place)
        if self.tracker:
            self.tracker.start()

    def log(self, values: dict[str, float], step: int) -> None:
        """The figures of a step."""
        if self.tracker:
            self.tracker.log(values, step)

    def show(self, pixels: np.ndarray, step: int) -> None:
        """The samples of a step, uint8 (H, W, C)."""
        if self.tracker:
            self.tracker.log_images({"samples": pixels[None]}, step, **self.options)

    def close(self) -> None:
        """Write out what is left."""
        if self.tracker:
            self.tracker.finish()
