"""What a model draws of words as one picture: a column for each text, a row for each of its hands.

python -m training.benchmark.words_sheet docs/words.png
"""

from dataclasses import dataclass, field
from pathlib import Path

import models
from models.images import grid
from models.sampler import Sampler
from training.command_line import parse_simple, run_main

TEXTS = (
    *("a red apple", "a blue apple", "an owl", "a fox", "a sailboat", "a rocket", "a castle"),
    *("雨伞", "a guitar", "a slice of pizza", "a ghost", "a crying face", "蓝色的狗"),
)


@dataclass
class Options:
    """Options of `training.benchmark.words_sheet`.

    Args:
        out: the picture to write, in the format of its ending.
        model: an exported model that takes words, by name or folder.
        texts: what to draw.
        seed: of the pictures.
        scale: how many times each is enlarged.
    """

    out: Path
    model: str = "emoji-words"
    texts: list[str] = field(default_factory=lambda: list(TEXTS))
    seed: int = 0
    scale: int = 1

    def __post_init__(self) -> None:
        if not self.texts or self.scale < 1:
            raise ValueError(
                f"Expected --texts and --scale of at least 1, found {self.texts} and {self.scale}."
            )


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    model = models.load(options.model)
    if not isinstance(model, Sampler) or not model.takes_words:
        raise ValueError(
            f"Expected a model that takes words, found {options.model}; one is trained by "
            "`training.cgan --words`."
        )
    hands: list[str | None] = [*model.hands] or [None]
    rows = [
        image
        for hand in hands
        for image in model.sample(options.texts, seed=options.seed, hand=hand)
    ]
    sheet = grid(rows, len(options.texts), options.scale, 8)
    sheet.save(options.out)
    print(f"Written to {options.out}")


if __name__ == "__main__":
    run_main(main)
