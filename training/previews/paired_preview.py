"""The preview of a translation from pairs: input, output and truth."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.conditions.words import WordTable
from models.values.tensors import to_shown
from training.data.paired.paired_images import PairBatch, PairedImages
from training.engine.game import Game
from training.engine.setup import Architecture
from training.export.export_model import source_font_config
from training.metrics.pixels import pixel_figures
from training.metrics.texture import texture_distance, texture_features
from training.previews.translation_preview import BATCH, SHOWN, TranslationPreview, in_turn
from training.runs.folder import Run
from training.tasks.paired import condition_parts


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
        self.pairs = data
        super().__init__(game, run, architecture, data)
        self.held_out = held_out
        if held_out is None:
            self.measure_every = 0
        self.shown = (held_out or data).plain(slice(SHOWN), told=True)
        self.truth: Tensor | None = None

    def draw(self) -> Tensor:
        """(3 * SHOWN, 3, H, W): input, output and truth of each pair in turn."""
        before, after = self.pairs.values
        given = self.shown.input[:, : self.pairs.in_channels]
        output = self.output(self.shown)
        return in_turn((given, before), (output, after), (self.shown.target, after))

    def measure(self) -> dict[str, float]:
        """L1, PSNR, SSIM and texture distance on the held-out pairs, of which nothing is told; and
        L1 with their words, where there are some."""
        if self.held_out is None:
            return {}
        output, target = self.outputs(self.held_out)
        after = self.pairs.values[1]
        if self.truth is None:
            self.truth = texture_features(to_shown(target, after))
        texture = texture_distance(texture_features(to_shown(output, after)), self.truth)
        figures = {**pixel_figures(output, target), "texture": texture}
        if self.held_out.captions is not None:
            output, _ = self.outputs(self.held_out, told=True)
            figures["l1_words"] = pixel_figures(output, target)["l1"]
        return figures

    def outputs(self, data: PairedImages, told: bool = False) -> tuple[Tensor, Tensor]:
        """Outputs and targets (N, C, H, W) of all pairs, by their words where `told`."""
        found = []
        for start in range(0, len(data), BATCH):
            batch = data.plain(slice(start, start + BATCH), told)
            found.append((self.output(batch), batch.target))
        output, target = zip(*found, strict=True)
        return torch.cat(output), torch.cat(target)

    def output(self, batch: PairBatch) -> Tensor:
        """The likeliest translations of a batch."""
        return self.translate(batch.input, condition=self.condition(batch))

    def condition(self, batch: PairBatch) -> Tensor | None:
        """The words of a batch beside z = 0 and its manners; None, which is the same, where there
        are neither words nor manners."""
        if batch.words is None and batch.manner is None:
            return None
        z = torch.zeros(len(batch.input), self.game.options.z_dim)
        said = (batch.words, z, batch.manner)
        return torch.cat([part for part in said if part is not None], 1)

    def side(self, batch: PairBatch, way: str) -> dict[str, Tensor | None]:
        return {"images": batch.input, "condition": self.condition(batch)}

    def config(self) -> dict[str, Any]:
        parts = condition_parts(self.game.options, self.pairs)
        manners = {"manners": list(self.pairs.manners)} if self.pairs.manners else {}
        font = source_font_config(self.pairs.source)
        return {**super().config(), **({"condition": parts} if parts else {}), **manners, **font}

    def source(self) -> Path | None:
        return self.pairs.source

    def word_table(self) -> WordTable | None:
        return None if self.pairs.captions is None else self.pairs.captions.table
