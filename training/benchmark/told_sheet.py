"""Test pairs through a translator that can be told words and dabs of colour, as one picture.

    python -m training.benchmark.told_sheet told.webp --model emoji --words emoji

Each in a group of tiles: the input; what is made of it untold, told its words, and with three dabs
of the target's colours, as far as the model takes them and as `training.evaluate` measures it; and
the target.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

import models
from models.images import grid
from models.translator import Translator
from models.values.value_range import shown
from training import evaluate
from training.command_line import parse_simple, run_main
from training.data.paired.degraded import ImagePair
from training.data.paired.pairs import Pair, find_pairs
from training.data.reading import evenly_spaced
from training.metrics.translating import told

GROUPS, GAP = 4, 2  # in a row, and pixels between tiles


@dataclass
class Options:
    """Options of `training.benchmark.told_sheet`.

    Args:
        out: the picture to write, in the format of its ending.
        model: an exported translator, by name or folder.
        data: whose pairs are shown; the model's own where it is not given.
        split: of the data.
        words: a CSV of what the pictures show, or emoji for that which comes along.
        count: pairs, spread evenly over the split.
        tile: pixels along a side.
        seed: of the dabs.
    """

    out: Path
    model: str = "emoji"
    data: str | None = None
    split: str = "test"
    words: str | None = None
    count: int = 48
    tile: int = 96
    seed: int = 0

    def __post_init__(self) -> None:
        if self.count < 1 or self.tile < 16:
            raise ValueError(
                "Expected --count of at least 1 and --tile of at least 16, found "
                f"{self.count} and {self.tile}."
            )


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    model = models.load(options.model)
    if not isinstance(model, Translator) or not (model.takes_words or model.takes_hints):
        raise ValueError(
            f"Expected a model that takes words or dabs of colour, found {options.model}; one is "
            "trained by `training.pix2pix --hints --words`."
        )
    if options.words and not model.takes_words:
        raise ValueError(f"Expected no --words for {options.model}, which takes none; drop it.")
    found = find_pairs(options.data or model.config["training"]["data"], options.split)
    chosen = evenly_spaced(found.pairs, options.count)[: options.count]
    tiles = told_tiles(model, chosen, options)
    small = [tile.resize((options.tile, options.tile), Image.Resampling.LANCZOS) for tile in tiles]
    grid(small, len(tiles) // len(chosen) * GROUPS, gap=GAP).save(options.out, quality=88)
    print(f"Written: {options.out}")


def told_tiles(model: Translator, files: list[Pair], options: Options) -> list[Image.Image]:
    """For each pair in turn the input, what is made of it in each way, and the target."""
    pairs: list[ImagePair] = []
    for pair in files:
        given, wanted = (shown(*side) for side in zip(pair.read(), pair.values, strict=True))
        pairs.append((given.convert("RGB"), wanted.convert("RGB")))
    asked = evaluate.Options(options.model, words=options.words, seed=options.seed)
    untold: list[dict[str, Any]] = [{}] * len(pairs)
    ways = [untold, *told(model, files, pairs, asked).values()]
    tiles = []
    for (given, wanted), *all_told in zip(pairs, *ways, strict=True):
        made = [model.translate(given, **how).convert("RGB") for how in all_told]
        tiles += [given, *made, wanted]
    return tiles


if __name__ == "__main__":
    run_main(main)
