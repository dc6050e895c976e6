"""The same test images through several translators, as one picture.

    python -m training.benchmark.side_by_side all.png --models [photo-vangogh,emoji]

A row for each image: as it is, with the other domain's mean colours (Reinhard 2001), and through
each model.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont, ImageOps

import models
from models.translator import Translator
from training.command_line import parse_simple, run_main
from training.data.reading import readable_images
from training.data.unpaired.domains import find_domains
from training.metrics.unpaired.pictures import recoloured

TILE, GAP, HEADING = (256, 192), 4, 24


@dataclass
class Options:
    """Options of `training.benchmark.side_by_side`.

    Args:
        out: the picture to write, a PNG or by its name another kind.
        models: translators, by name or folder.
        titles: what stands above each; their names where it is not given.
        data: whose test split is shown; the first model's own where it is not given.
        direction: of the translation.
        count: images, spread evenly over the split.
    """

    out: Path
    models: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    data: str | None = None
    direction: Literal["A to B", "B to A"] = "A to B"
    count: int = 6

    def __post_init__(self) -> None:
        if not self.models or (self.titles and len(self.titles) != len(self.models)):
            raise ValueError(
                "Expected --models with at least one, and as many --titles or none, found "
                f"{len(self.models)} and {len(self.titles)}."
            )
        if self.count < 1:
            raise ValueError(f"Expected --count of at least 1, found {self.count}.")


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    translators = [load_translator(name) for name in options.models]
    data = options.data or translators[0].config["training"]["data"]
    split, train = find_domains(data, "test"), find_domains(data, "train")
    given, look = (split.a, train.b) if options.direction == "A to B" else (split.b, train.a)
    pictures = readable_images(given[:: max(1, len(given) // options.count)][: options.count])
    columns = {"as it is": pictures, "colours alone": recoloured(pictures, readable_images(look))}
    for title, model in zip(options.titles or options.models, translators, strict=True):
        columns[title] = [model.translate(one, options.direction) for one in pictures]
    sheet(columns).save(options.out, quality=70)  # of photographs; PNG has none
    print(f"Written: {options.out}")


def load_translator(model: str) -> Translator:
    """The exported model of that name, which has to translate.

    Raises:
        ValueError: it draws.
    """
    found = models.load(model)
    if not isinstance(found, Translator):
        raise ValueError(f"Expected models that translate images, found {model}.")
    return found


def sheet(columns: dict[str, list[Image.Image]]) -> Image.Image:
    """Columns of pictures, cut to one shape, each under its title."""
    width, height = TILE[0] + GAP, TILE[1] + GAP
    rows = max(map(len, columns.values()))
    page = Image.new("RGB", (len(columns) * width + GAP, HEADING + rows * height), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(15)
    for column, (title, pictures) in enumerate(columns.items()):
        x = GAP + column * width
        draw.text((x, 3), title, fill="black", font=font)
        for row, picture in enumerate(pictures):
            tile = ImageOps.fit(picture.convert("RGB"), TILE, Image.Resampling.LANCZOS)
            page.paste(tile, (x, HEADING + row * height))
    return page


if __name__ == "__main__":
    run_main(main)
