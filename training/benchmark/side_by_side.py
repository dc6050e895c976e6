"""The same test images through several translators, as one picture.

    python -m training.benchmark.side_by_side all.png --models [photo-vangogh,emoji]
    python -m training.benchmark.side_by_side near.png --models [emoji] --crops [bee.jpg@230x0]

A row for each image: as it is, with the other domain's mean colours (Reinhard 2001), and through
each model. With --crops, parts of images pixel by pixel, for what a reduced picture hides; with
--looks each model under the picture whose look it learned.
"""

import re
from collections.abc import Sequence
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

CROP = r"(.+)@(\d+)x(\d+)"
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
        crops: in their place, parts of images, each as NAME@XxY, its left upper corner.
        looks: what each model learned the look of, a bundled name, a folder or a picture; the first
            picture of each stands above, and no colours alone beside.
    """

    out: Path
    models: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    data: str | None = None
    direction: Literal["A to B", "B to A"] = "A to B"
    count: int = 6
    crops: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("titles", "looks"):
            given = getattr(self, name)
            if not self.models or (given and len(given) != len(self.models)):
                raise ValueError(
                    f"Expected --models with at least one, and as many --{name} or none, found "
                    f"{len(self.models)} and {len(given)}."
                )
        if self.count < 1:
            raise ValueError(f"Expected --count of at least 1, found {self.count}.")
        titles = ["as it is", "colours alone", *(self.titles or self.models)]
        if len(set(titles)) < len(titles):
            raise ValueError(f"Expected titles that differ, found {', '.join(titles[2:])}.")
        for crop in self.crops:
            if not re.fullmatch(CROP, crop):
                raise ValueError(f"Expected --crops as NAME@XxY, such as a.jpg@0x20, found {crop}.")


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    translators = [load_translator(name) for name in options.models]
    data = options.data or translators[0].config["training"]["data"]
    columns = translated(options, translators, data)
    if options.crops:
        columns = {title: parts(column, options.crops) for title, column in columns.items()}
    if options.looks:
        heads = [Image.new("RGB", TILE, "white"), *learned(data, options.looks)]
        below = zip(heads, columns.items(), strict=True)
        columns = {title: [head, *column] for head, (title, column) in below}
    sheet(columns).save(options.out, quality=70)  # of photographs; PNG has none
    print(f"Written: {options.out}")


def translated(
    options: Options, translators: list[Translator], data: str
) -> dict[str, list[Image.Image]]:
    """Images of the test split as they are, in the mean colours of the other domain unless looks
    are shown, and through each model, by their titles."""
    split, train = find_domains(data, "test"), find_domains(data, "train")
    given, look = (split.a, train.b) if options.direction == "A to B" else (split.b, train.a)
    if options.crops:
        given = [named(given, corner(crop)[0]) for crop in options.crops]
    else:
        given = given[:: max(1, len(given) // options.count)][: options.count]
    pictures = readable_images(given)
    columns = {"as it is": pictures}
    if not options.looks:
        columns["colours alone"] = recoloured(pictures, readable_images(look))
    for title, model in zip(options.titles or options.models, translators, strict=True):
        columns[title] = [model.translate(one, options.direction) for one in pictures]
    return columns


def learned(data: str, looks: list[str]) -> list[Image.Image]:
    """The first picture of each look, which was learned beside the images of `data`."""
    return readable_images([find_domains([data, look]).b[0] for look in looks])


def corner(crop: str) -> tuple[str, tuple[int, int]]:
    """The image's name and the left upper corner of a part of it."""
    name, x, y = re.fullmatch(CROP, crop).groups()  # type: ignore[union-attr]  # checked
    return name, (int(x), int(y))


def named(files: Sequence[Path], name: str) -> Path:
    """The file of that name.

    Raises:
        ValueError: none has it.
    """
    for file in files:
        if file.name == name:
            return file
    raise ValueError(f"Expected --crops of {', '.join(one.name for one in files)}; found {name}.")


def parts(pictures: list[Image.Image], crops: list[str]) -> list[Image.Image]:
    """The part of each picture from its corner on, one tile large, on white where it ends before.

    Raises:
        ValueError: a corner outside of its picture.
    """
    found = []
    for picture, crop in zip(pictures, crops, strict=True):
        _, (x, y) = corner(crop)
        if x >= picture.width or y >= picture.height:
            raise ValueError(
                f"Expected a corner within {picture.width}x{picture.height} pixels, found {crop}."
            )
        tile = Image.new("RGB", TILE, "white")
        tile.paste(picture.convert("RGB").crop((x, y, x + TILE[0], y + TILE[1])))
        right, below = min(TILE[0], picture.width - x), min(TILE[1], picture.height - y)
        tile.paste("white", (right, 0, *TILE))
        tile.paste("white", (0, below, *TILE))
        found.append(tile)
    return found


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
