"""The preview of a translation from pairs: input, output and truth."""

import torch
from torch import Tensor

from models.values.tensors import to_shown
from training.data.paired.paired_images import PairedImages
from training.engine.game import Game
from training.engine.setup import Architecture
from training.metrics.pixels import pixel_figures
from training.metrics.texture import texture_distance, texture_features
from training.previews.translation_preview import BATCH, SHOWN, TranslationPreview, in_turn
from training.runs.folder import Run


class PairedPreview(TranslationPreview):
    """Input, output and truth of the same pairs each time, held-out ones where there are any, and
    how near the output comes."""

    def __init__(
        self,
        game: Game,
        run: Run,
        architecture: Architecture,
        data: PairedImages,
        held_out: PairedImages | None,
    ):
        super().__init__(game, run, architecture, data)
        self.held_out = held_out
        if held_out is None:
            self.measure_every = 0
        self.shown = (held_out or data).plain(slice(SHOWN))
        self.truth: Tensor | None = None

    def draw(self) -> Tensor:
        """(3 * SHOWN, 3, H, W): input, output and truth of each pair in turn."""
        before, after = self.data.values
        output = self.translate(self.shown.input)
        return in_turn((self.shown.input, before), (output, after), (self.shown.target, after))

    def measure(self) -> dict[str, float]:
        """L1, PSNR, SSIM and texture distance on the held-out pairs."""
        if self.held_out is None:
            return {}
        outputs, targets = [], []
        for start in range(0, len(self.held_out), BATCH):
            batch = self.held_out.plain(slice(start, start + BATCH))
            outputs.append(self.translate(batch.input))
            targets.append(batch.target)
        output, target = torch.cat(outputs), torch.cat(targets)
        after = self.data.values[1]
        if self.truth is None:
            self.truth = texture_features(to_shown(target, after))
        texture = texture_distance(texture_features(to_shown(output, after)), self.truth)
        return {**pixel_figures(output, target), "texture": texture}
