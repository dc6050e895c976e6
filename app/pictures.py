"""What the Generate tab does, as plain functions: pictures, animations and cards from names and
numbers."""

import html
import json
import math
import secrets
import tempfile
from collections import deque
from functools import lru_cache
from pathlib import Path

from PIL import Image

import models
from models.images import grid
from models.sampler import MAX_SEED, Sampler, to_images

ANY = "any"
MAX_IMAGES = 100
MAX_LETTERS = 16
MAX_STYLES = 12
SHEET = 640  # pixels along the longer side, about
FRAMES, FRAME_MS = 24, 60
PAPERS = {
    "dcgan": ("Radford 2016", "https://arxiv.org/abs/1511.06434"),
    "residual": ("Huang 2024", "https://arxiv.org/abs/2501.05441"),
    "conditional": ("Mirza 2014", "https://arxiv.org/abs/1411.1784"),
    "projection": ("Miyato 2018", "https://arxiv.org/abs/1802.05637"),
    "gan": ("Goodfellow 2014", "https://arxiv.org/abs/1406.2661"),
}
animations = tempfile.TemporaryDirectory(prefix="atelier-")  # gone when the app ends
recent: deque[Path] = deque()


def sampler_names() -> list[str]:
    """Every model that draws pictures, those with classes first."""
    broken = problems()
    names = [name for name in models.available() if name not in broken]
    return sorted(names, key=lambda name: (not sampler(name).class_names, name))


def problems() -> dict[str, str]:
    """Name -> what is wrong with it, for every model that cannot be used."""
    found = {}
    for name in models.available():
        try:
            sampler(name)
        except (ValueError, OSError) as error:
            found[name] = str(error)
    return found


def sampler(name: str) -> Sampler:
    """The sampler of that name, loaded once as long as its files stay the same."""
    folder = models.available().get(name)
    if folder is None:
        raise ValueError(f"There is no model {name!r}; choose one from the list.")
    files = [folder / file for file in ("config.json", "model.safetensors")]
    return loaded(folder, tuple(file.stat().st_mtime_ns for file in files if file.exists()))


@lru_cache(maxsize=16)
def loaded(folder: Path, _changed: tuple[int, ...]) -> Sampler:
    return models.load(folder)


def whole_number(value: object, what: str, lowest: int, highest: int) -> int:
    """A number from a form as an int; a ValueError with the range where it is empty, odd or
    outside."""
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or value != int(value) or not lowest <= value <= highest:
        found = "nothing" if value is None else repr(value)
        raise ValueError(f"Expected {what} from {lowest} to {highest:,}, found {found}.")
    return int(value)


def draw_images(name: str, which: str, count: float, seed: float, variety: float) -> Image.Image:
    """A sheet of `count` images of one class, or of random ones (`ANY`, or a model without
    classes)."""
    model = sampler(name)
    count = whole_number(count, "how many", 1, MAX_IMAGES)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    what = count if which == ANY or not model.class_names else [which] * count
    images = model.sample(what, seed, variety)
    columns = math.ceil(math.sqrt(count))
    return sheet(model, images, columns, {"class": which, "count": count, "seed": seed}, variety)


def write_text(name: str, text: str, seed: float, variety: float) -> Image.Image:
    """A text in one handwriting, each character a class of the model's; a number for digits."""
    model = sampler(name)
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


def draw_alphabet(name: str, styles: float, seed: float, variety: float) -> Image.Image:
    """Every class in several handwritings: a row is a class, a column one handwriting."""
    model = sampler(name)
    if not model.class_names:
        raise ValueError(f"Expected a model with classes, found {name}, which has none.")
    styles = whole_number(styles, "handwritings", 1, MAX_STYLES)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    classes = len(model.class_names)
    noise = model.noise(styles, seed).repeat(classes, 1)
    labels = model.labels([index for index in range(classes) for _ in range(styles)])
    images = to_images(model.draw(noise, labels, variety))
    return sheet(model, images, styles, {"styles": styles, "seed": seed}, variety)


def morph(name: str, start: str, end: str, seed: float, variety: float) -> Path:
    """An endless GIF from one class to another and back."""
    model = sampler(name)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    ends = (start, end) if model.class_names else (None, None)
    images = model.morph(*ends, frames=FRAMES, seed=seed, truncation=variety)
    side = model.size * max(1, SHEET // 2 // model.size)
    large = [image.resize((side, side), Image.Resampling.LANCZOS) for image in images]
    words = f"{start}-to-{end}" if model.class_names else "morph"
    words = "".join(letter if letter.isalnum() else "-" for letter in words)[:60]
    path = Path(animations.name) / f"{name}-{words}-{seed}-{secrets.token_hex(4)}.gif"
    there_and_back = large[1:] + large[-2::-1]
    about = json.dumps(
        {"model": name, "from": start, "to": end, "seed": seed, "truncation": variety}
    )
    large[0].save(
        path, save_all=True, append_images=there_and_back, duration=FRAME_MS, loop=0, comment=about
    )
    recent.append(path)
    while len(recent) > 32:  # the page has copied them by then
        recent.popleft().unlink(missing_ok=True)
    return path


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
    ground = picture.getpixel((0, 0))
    picture.paste(ground, (column * tile, row * tile, picture.width, picture.height))
    return picture


def card(name: str) -> str:
    """What a model is, what it was trained on and its figures, as HTML."""
    model = sampler(name)
    training, metrics = model.config["training"], model.config["metrics"]
    classes = len(model.class_names)
    colour = "grey" if model.channels == 1 else "colour"
    kind = f"draws {colour} pictures of {model.size} × {model.size} pixels"
    kind += (
        f", one of {classes} kinds at your choice" if classes else ", whatever comes to its mind"
    )
    facts = {
        "Learned from": f"{training['data_images']:,} pictures ({training['data']})",
        "Practised": practice(training),
        "Size": f"{(model.folder / 'model.safetensors').stat().st_size / 1e6:.1f} MB",
        "Data licence": training["data_licence"],
    }
    keys = ["conditional", "projection"] if classes else ["gan"]
    papers = [PAPERS[key] for key in [*keys, model.config["network"]["name"]] if key in PAPERS]
    links = " · ".join(
        f'<a href="{url}" target="_blank" rel="noopener noreferrer">{label}</a>'
        for label, url in papers
    )
    figures = metrics.get("table", [])
    parts = [
        f"<h3>{html.escape(name)}</h3><p>It {html.escape(kind)}.</p>",
        "<dl>" + "".join(definition(term, value) for term, value in facts.items()) + "</dl>",
    ]
    if figures:
        parts.append("<h4>How good it is</h4><dl>")
        parts += [definition(row["name"], row["value"], f"on {row['n']:,}") for row in figures]
        parts.append("</dl>")
    parts.append(f"<p class='papers'>Papers: {links}</p>")
    return f"<div class='card'>{''.join(parts)}</div>"


def practice(training: dict) -> str:
    """Pictures seen and time spent, over all the runs that a model's weights went through."""
    images = minutes = 0.0
    stage: dict | None = training
    while stage:
        images, minutes = images + stage["images_seen"], minutes + stage["minutes"]
        stage = stage.get("before")
    return f"{images / 1e6:.1f} million pictures, {minutes:.0f} minutes"


def complaints() -> str:
    """What is wrong with the models that cannot be used, as HTML; empty where all can."""
    rows = [f"<p>{html.escape(text)}</p>" for text in problems().values()]
    return f"<div class='card'><h4>Cannot be used</h4>{''.join(rows)}</div>" if rows else ""


def definition(term: str, value: object, note: str = "") -> str:
    """One row of a card; everything in it comes from a file and is escaped."""
    small = f" <small>{html.escape(note)}</small>" if note else ""
    return f"<div><dt>{html.escape(str(term))}</dt><dd>{html.escape(str(value))}{small}</dd></div>"
