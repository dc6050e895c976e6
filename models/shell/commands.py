"""What the commands on exported models do."""

import argparse
import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import models
from models.config import InvalidModel, read_config

if TYPE_CHECKING:
    from models.translator import Translator

Model = TypeVar("Model")


def list_models(options: argparse.Namespace) -> None:
    """Print a line for each model; one that cannot be read says why."""
    rows = []
    for name, folder in models.available().items():
        try:
            config = read_config(folder)
            size = f"{config['size']}x{config['size']}"
            data = config["training"]["data"]
            row = {"name": name, "task": config["task"], "size": size, "data": data}
            rows.append({**row, "kind": kind(config)})
        except InvalidModel as error:
            rows.append({"name": name, "problem": str(error)})
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        about = row.get("problem") or f"{row['task']}, {row['size']}, {row['kind']}"
        print(f"{row['name']:20} {about}")
    if not rows:
        print("No models yet: python -m training.cgan trains one.")


def kind(config: dict) -> str:
    """The result of a model in words: its domains, or its classes."""
    if config["task"] == "translation":
        ways = {"A to B": " to ".join(config["domains"]), "B to A": " and back"}
        return "".join(ways[direction] for direction in config["directions"])
    classes = len(config["class_names"])
    return f"{classes or 'no'} classes, from {config['training']['data']}"


def sample(options: argparse.Namespace) -> None:
    """Draw first, then write: a wrong class or count leaves no files behind."""
    from models.file_jobs import require_new
    from models.images import save_png
    from models.sampler import Sampler, check_count, check_seed, new_seed

    model = load_as(options.model, Sampler, "generation")
    if options.count < 1:
        raise ValueError(f"Expected --count of at least 1, found {options.count}.")
    check_count(options.count * len(options.words or options.classes or [0]))
    seed = new_seed() if options.seed is None else options.seed
    classes = [as_class(one, model.class_names) for one in options.classes or []]
    if options.words and not model.takes_words:
        raise ValueError(f"Expected no --words for {model.name}, which takes none; leave them out.")
    told = options.words or classes
    what = [one for one in told for _ in range(options.count)] if told else options.count
    if options.words:
        names = list(what)
    else:
        labels = model.labels(what, check_seed(seed)).tolist()
        names = [model.class_names[label] if model.class_names else "sample" for label in labels]
    files = [
        options.out / f"{index:05d}-{''.join(c if c.isalnum() else '-' for c in name)[:60]}.png"
        for index, name in enumerate(names)
    ]
    require_new(files, options.overwrite)
    given = (seed, options.truncation, options.one_style)
    images = model.sample(what, *given, hand=options.hand)
    options.out.mkdir(parents=True, exist_ok=True)
    for index, (image, name, file) in enumerate(zip(images, names, files, strict=True)):
        parameters = {
            "model": model.name,
            "words" if options.words else "class": name,
            **({"hand": options.hand} if options.hand else {}),
            "seed": seed,
            "index": index,
            "truncation": model.checked(options.truncation),
            "one_style": options.one_style,
        }
        save_png(image, file, parameters)
    print(f"{len(images)} images in {options.out}, seed {seed}")


def listen(options: argparse.Namespace) -> None:
    """Draw the word of a sound, and say what it was taken for."""
    from models.file_jobs import draw_sound
    from models.sampler import Sampler

    model = load_as(options.model, Sampler, "generation")
    given = (options.seed, options.truncation, options.overwrite)
    print(draw_sound(model, options.sound, options.out, *given))


def as_class(text: str, class_names: list[str]) -> int | str:
    """A class name where there is one of that name, else an index."""
    return int(text) if text not in class_names and text.isdecimal() else text


def translate(options: argparse.Namespace) -> None:
    """Translate a file, or every image of a folder; what does not open is named and passed over."""
    from models.clips import shell
    from models.translator import Translator

    model = load_as(options.model, Translator, "translation")
    if shell.is_meant(options.source, options.out):
        shell.translate(model, options)
    else:
        translate_pictures(model, options)


def translate_pictures(model: "Translator", options: argparse.Namespace) -> None:
    """Translate an image, or every image of a folder."""
    from functools import partial

    from tqdm import tqdm

    from models import file_jobs
    from models.conditions.hints import read_hints
    from models.conditions.manners import read_manner
    from models.images import read_image, read_numbers
    from models.values.value_range import ValuesCut

    numbers = numbers_wanted(model, options)
    chosen = {
        "direction": options.direction,
        "long_side": options.long_side,
        "precision": options.precision,
        "train_mode": options.train_mode,
        "seed": options.seed,
    }
    looks = {
        "strength": options.strength,
        "keep_colours": options.keep_colours,
        "stroke_size": options.stroke_size,
        "words": options.words,
        "manner": read_manner(options.manner) if options.manner else None,
    }
    chosen |= {"value_range": options.value_range} if numbers else looks
    ending = partial(model.ending, options.direction) if numbers else None
    hints = read_hints(options.hints) if options.hints else None
    jobs = file_jobs.plan(options.source, options.out, options.overwrite, ending)
    translate_one: Callable[..., Any] = model.translate_numbers
    if not numbers:
        translate_one = partial(model.translate, hints=hints)
    translated = partial(translate_one, **chosen)
    for words in jobs.said:
        print(words, file=sys.stderr)
    bar = partial(tqdm, desc="Translating", unit="img", disable=len(jobs.targets) == 1)
    read = read_numbers if numbers else read_image
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ValuesCut)
        file_jobs.run(jobs, read, translated, {"model": model.name, **chosen}, bar)
    for warning in warned:
        print(warning.message, file=sys.stderr)
    for problem in jobs.skipped:
        print(f"skipped: {problem}", file=sys.stderr)
    if not jobs.written:
        raise ValueError("Expected at least one image that opens, found none.")
    place = options.out if options.source.is_dir() else jobs.written[0]
    print(f"{len(jobs.written)} images in {place}" if options.source.is_dir() else f"In {place}")


def write(options: argparse.Namespace) -> None:
    """Write a text to a picture, outlines or an animation; what the font lacks is named."""
    from models.calligraphy.files import save_sheet
    from models.conditions.manners import read_manner
    from models.file_jobs import require_new
    from models.translator import Translator

    model = load_as(options.model, Translator, "translation")
    require_new([options.out], options.overwrite)
    manner = read_manner(options.manner) if options.manner else None
    text = text_of(options.text)
    sheet = model.inscribe(text, manner, not options.rows, options.seed, options.seal)
    about = {"model": model.name, "text": sheet.text, "manner": manner, "seed": options.seed}
    looks = (options.size, options.ink, options.paper)
    save_sheet(sheet, options.out, *looks, options.animation, about)
    if sheet.message:
        print(sheet.message, file=sys.stderr)
    print(f"{len(sheet.marks)} characters in {options.out}")


def text_of(given: str) -> str:
    """The text itself, or that of a file after an @.

    Raises:
        ValueError: a file that is no text in UTF-8.
    """
    if not given.startswith("@") or len(given) == 1:
        return given.replace("\\n", "\n")
    try:
        return Path(given[1:]).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"Expected text in UTF-8 in {given[1:]}, found another file.") from None


def numbers_wanted(model: "Translator", options: argparse.Namespace) -> bool:
    """Whether a translation is written as numbers of another range than that of 8 bits.

    Raises:
        ValueError: together with an option that only knows pictures to look at.
    """
    if not options.value_range and model.usual:
        return False
    looks = (options.keep_colours, options.stroke_size, options.words, options.hints)
    if options.strength != 1 or any(looks):
        raise ValueError(
            "Expected pictures of 8 bits with --strength, --keep-colours, --stroke-size, --words "
            f"and --hints, found numbers of another range for {model.name}; leave them out."
        )
    return True


def load_as(name: str, kind: type[Model], task: str) -> Model:
    """The model of that name.

    Raises:
        ValueError: it is made for another task.
    """
    model = models.load(name)
    if not isinstance(model, kind):
        raise ValueError(
            f"Expected a model for {task}, found {model.name}, which is for "
            f"{model.config['task']}; `python -m models list` names them all."
        )
    return model


def import_files(options: argparse.Namespace) -> None:
    """Make an exported model of one checkpoint, or of two for both directions."""
    from functools import partial

    from models.interchange.import_checkpoints import import_checkpoints
    from models.interchange.junyanz import in_words
    from models.interchange.options_file import DOMAINS, READ

    paths = [options.path, *([options.path_b] if options.path_b else [])]
    domains = DOMAINS[options.direction] if options.direction else None
    said = partial(print, file=sys.stderr)
    config = import_checkpoints(
        paths, options.out, options.name, domains, options.data_name, options.size, said
    )
    print(f"{config['name']}: {in_words(config['network'])} in {options.out}")
    known = config["training"]["options"]
    if file := known.get("options_file"):
        words = [f"{key} {known[key]}" for key in READ if key in known]
        print(f"{file} beside {options.path.name} says: {', '.join(words) or 'nothing more'}")


def export_file(options: argparse.Namespace) -> None:
    """Write an ONNX file, and say what it takes."""
    from models.file_jobs import require_new
    from models.interchange.onnx_export import export
    from models.point_sampler import PointSampler

    model = models.load(options.model)
    if isinstance(model, PointSampler):
        raise ValueError(f"Expected a model for images, found {model.name}, which draws points.")
    require_new([options.out], options.overwrite)
    about = export(model, options.out, options.direction)
    print(f"{about['name']} in {options.out}, checked with onnxruntime; inputs:")
    for name, words in about["inputs"].items():
        print(f"  {name}: {words}")
