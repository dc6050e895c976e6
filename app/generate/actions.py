"""The Generate tab as plain functions: pictures and animations from names and numbers."""

import json
import math
import secrets
import tempfile
from collections import deque
from pathlib import Path

from PIL import ExifTags, Image

from app.shared.library import Library
from app.shared.validation import whole_number
from models.images import grid, pixels_to_images
from models.sampler import MAX_SEED, Sampler

ANY = "any"
MAX_IMAGES = 100
MAX_LETTERS = 16
MAX_STYLES = 12
SHEET = 640  # pixels along the longer side, about
FRAMES, FRAME_MS = 24, 60
QUALITY = 85  # of WebP
KEPT = 32  # animations; the page has its own copies by then
animations = tempfile.TemporaryDirectory(prefix="atelier-")  # gone when the app ends
recent: deque[Path] = deque()


def sampler_names(library: Library) -> list[str]:
    """Every model that draws pictures, those with classes first."""
    return sorted(
        library.names(Sampler), key=lambda name: (not library.sampler(name).class_names, name)
    )


def draw_images(
    library: Library, name: str, which: str, count: float, seed: float, variety: float
) -> Image.Image:
    """A sheet of `count` images of one class, or of random ones (`ANY`, or a model without
    classes)."""
    model = library.sampler(name)
    count = whole_number(count, "how many", 1, MAX_IMAGES)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    what = count if which == ANY or not model.class_names else [which] * count
    images = model.sample(what, seed, variety)
    return square(model, images, {"class": which, "count": count, "seed": seed}, variety)


def write_text(library: Library, name: str, text: str, seed: float, variety: float) -> Image.Image:
    """A text in one handwriting, each character a class of the model's; a number for digits."""
    model = library.sampler(name)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    characters = list("".join(str(text or "").split()))
    alphabet = "".join(name for name in model.class_names if len(name) == 1)
    if not characters:
        raise ValueError(f"Expected something to write, such as {alphabet[:4]}, found nothing.")
    if len(characters) > MAX_LETTERS:
        raise ValueError(f"Expected at most {MAX_LETTERS} characters, found {len(characters)}.")
    if foreign := [one for one in characters if one not in alphabet]:
        raise ValueError(f"Expected only the characters {alphabet}, found {foreign[0]!r}.")
    images = model.sample(characters, seed, variety, one_style=True)
    return sheet(model, images, len(images), {"text": "".join(characters), "seed": seed}, variety)


def draw_alphabet(
    library: Library, name: str, styles: float, seed: float, variety: float
) -> Image.Image:
    """Every class in several handwritings: a row is a class, a column one handwriting."""
    model = library.sampler(name)
    if not model.class_names:
        raise ValueError(f"Expected a model with classes, found {name}, which has none.")
    styles = whole_number(styles, "handwritings", 1, MAX_STYLES)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    classes = len(model.class_names)
    noise = model.noise(styles, seed).repeat(classes, 1)
    labels = model.labels([index for index in range(classes) for _ in range(styles)])
    images = pixels_to_images(model.draw(noise, labels, variety))
    return sheet(model, images, styles, {"styles": styles, "seed": seed}, variety)


def morph(
    library: Library, name: str, start: str | None, end: str | None, seed: float, variety: float
) -> Path:
    """An endless WebP from one class to another and back."""
    model = library.sampler(name)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    if not model.class_names:
        start = end = None
    images = model.morph(start, end, frames=FRAMES, seed=seed, truncation=variety)
    words = f"{start}-to-{end}" if model.class_names else "morph"
    about = {"from": start, "to": end, "seed": seed}
    return there_and_back(model, images, words, about, variety)


def there_and_back(
    model: Sampler, images: list[Image.Image], words: str, about: dict, variety: float
) -> Path:
    """An endless WebP of images and the way back, named by words, with what it is about inside: a
    GIF of colours takes seventy times as long, for its palettes."""
    side = model.size * max(1, SHEET // 2 // model.size)
    large = [image.resize((side, side), Image.Resampling.LANCZOS) for image in images]
    words = "".join(letter if letter.isalnum() else "-" for letter in words)[:60]
    path = (
        Path(animations.name) / f"{model.name}-{words}-{about['seed']}-{secrets.token_hex(4)}.webp"
    )
    back = large[1:] + large[-2::-1]
    exif = Image.Exif()
    parameters = {"model": model.name, **about, "truncation": variety}
    exif[ExifTags.Base.ImageDescription] = json.dumps(parameters)
    large[0].save(
        path,
        save_all=True,
        append_images=back,
        duration=FRAME_MS,
        loop=0,
        quality=QUALITY,
        method=0,  # the quickest
        exif=exif,
    )
    recent.append(path)
    while len(recent) > KEPT:
        recent.popleft().unlink(missing_ok=True)
    return path


def square(model: Sampler, images: list[Image.Image], about: dict, variety: float) -> Image.Image:
    """The sheet of images whose rows are as many as its columns, about."""
    return sheet(model, images, math.ceil(math.sqrt(len(images))), about, variety)


def sheet(
    model: Sampler, images: list[Image.Image], columns: int, about: dict, variety: float
) -> Image.Image:
    """Images in rows, enlarged to fill the page, with the parameters that are written into the
    PNG."""
    rows = -(-len(images) // columns)
    scale = max(1, SHEET // (max(columns, rows) * model.size))
    picture = grid(images, columns, scale, gap=0 if model.channels == 1 else 4)
    if len(images) % columns and model.channels == 1:
        picture = darkened_rest(picture, len(images), columns, model.size * scale)
    parameters = {"model": model.name, **about, "truncation": variety}
    picture.info["parameters"] = json.dumps(parameters, ensure_ascii=False)
    return picture


def darkened_rest(picture: Image.Image, count: int, columns: int, tile: int) -> Image.Image:
    """Fill the empty places of the last row like the ground of grey pictures."""
    row, column = divmod(count, columns)
    ground = picture.getpixel((0, 0)) or 0
    picture.paste(ground, (column * tile, row * tile, picture.width, picture.height))
    return picture
