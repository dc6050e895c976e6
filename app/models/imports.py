"""Models from strangers' files, for the Models tab: zips that the page made, and checkpoints of the
reference pix2pix and CycleGAN.

What is imported is built in a folder of its own, used once, and only then moved to where every tab
finds it, so that two at once do not meet and nothing half written is seen.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

import models
from app.models.actions import CONFIG, CRITIC, FILES, SAMPLES, bench
from app.shared.library import Library, described
from app.shared.model_names import free_model_name, taken
from models import model_folder
from models.archives import extract
from models.config import InvalidModel, read_config
from models.images import read_image
from models.interchange.import_checkpoints import import_checkpoints
from models.interchange.junyanz import unpacked_bytes
from models.model_folder import MAX_WEIGHT_BYTES
from models.sampler import Sampler
from models.translator import Translator

MAX_DOMAIN = 40
MAX_CLASSES = 1000  # more than these fill the Generate tab with pictures until nothing moves
MAX_SHEET = 2048  # pixels of a side of imported samples, which are decoded at every visit


def import_model(
    library: Library, name: str, files: Sequence[str], start: str = "", end: str = ""
) -> str:
    """Make a model of the user's own from uploaded files.

    Args:
        files: a zip of an exported model; or a checkpoint (.pth) of pix2pix or CycleGAN; or two for
            both directions, of which the first in the alphabet leads from start to end.
        start, end: what a checkpoint translates from and to, if that is known.

    Returns:
        the name under which it can be chosen.

    Raises:
        ValueError: a name that is taken or odd, too many files or of another kind, or content that
            is no such model.
    """
    name = free_model_name(library, name)
    paths = sorted((Path(file) for file in files or []), key=lambda path: path.name)
    check_kinds(paths)
    with bench(library) as folder:
        try:
            if paths[0].suffix.lower() == ".zip":
                from_zip(paths[0], folder, name)
            else:
                domains = (domain(start, "A"), domain(end, "B"))
                import_checkpoints(paths, folder / name, name, domains)
            use_once(folder / name)
        except Exception as error:  # a stranger's file can fail in every way
            raise ValueError(in_words(error, [*paths, folder / name])) from None
        try:
            (folder / name).rename(library.own / name)
        except OSError:  # somebody was faster
            raise ValueError(taken(name)) from None
    return name


def check_kinds(paths: Sequence[Path]) -> None:
    """Raise a ValueError for anything but one zip or up to two checkpoints."""
    kinds = [path.suffix.lower() for path in paths]
    if kinds not in ([".zip"], [".pth"], [".pth", ".pth"]):
        found = ", ".join(path.name for path in paths[:3]) or "none"
        more = " and more" if len(paths) > 3 else ""
        raise ValueError(
            "Expected one .zip of a model, or one .pth file, or two for both directions, found "
            f"{found + more}; choose again."
        )


def domain(text: str, default: str) -> str:
    """A domain that a model translates from or to, as a person typed it, spaces made single.

    Raises:
        ValueError: too long.
    """
    words = " ".join(str(text or "").split()) or default
    if len(words) > MAX_DOMAIN:
        raise ValueError(
            f"Expected at most {MAX_DOMAIN} characters for what a model turns into what, found "
            f"{len(words)}; shorten it."
        )
    return words


def from_zip(path: Path, folder: Path, name: str) -> None:
    """Unpack an exported model to `folder / name`, and give it that name.

    Raises:
        ValueError: an unsafe or large zip, not one model in it, or samples that are no image.
    """
    if unpacked_bytes(path) > MAX_WEIGHT_BYTES:
        raise ValueError(
            f"Expected a zip that unpacks to at most 1 GB, found more in {path.name}; it is no "
            "model of this program."
        )
    extract(path, folder / "zip.tmp", [file.lower() for file in FILES])
    configs = list((folder / "zip.tmp").rglob(CONFIG))
    if len(configs) != 1:
        raise ValueError(
            f"Expected one model with its {CONFIG} in {path.name}, found {len(configs) or 'none'}; "
            "give a zip that this page has made."
        )
    model = folder / name
    model.mkdir()
    for file in FILES:
        if (configs[0].parent / file).is_file():
            (configs[0].parent / file).rename(model / file)
    config = {**read_config(model), "name": name}
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    (model / CONFIG).write_text(text, encoding="utf-8")
    if (model / SAMPLES).exists():
        sheet = read_image(model / SAMPLES)
        sheet.thumbnail((MAX_SHEET, MAX_SHEET))
        sheet.save(model / SAMPLES)


def use_once(folder: Path) -> None:
    """Use a new model in every way: what fails now would fail when the app starts.

    Raises:
        InvalidModel: it is not complete, or has too many classes.
    """
    model = models.load(folder)
    if not isinstance(model, (Sampler, Translator)):
        raise InvalidModel("Expected a model of pictures, found one of points.")
    if (folder / CRITIC).exists():
        model_folder.load_network(folder, model.config, critic=True)
    if model_folder.has_encoder(folder, model.config):
        model_folder.load_encoder(folder, model.config)
    described(folder.name, model)
    if isinstance(model, Translator):
        for direction in model.directions:
            model.translate(Image.new("RGB", (64, 64), "white"), direction)
        return
    if len(model.class_names) > MAX_CLASSES:
        raise InvalidModel(
            f"Expected a model with at most {MAX_CLASSES:,} classes, found one with "
            f"{len(model.class_names):,}; `import models` in Python takes it."
        )
    model.sample(1, seed=0)


def in_words(error: Exception, paths: Sequence[Path]) -> str:
    """An error of an import, in one line that names files as a person knows them, not by
    where they lie here."""
    words = str(error)
    if isinstance(error, OSError):
        words = (
            f"Expected to write the model, found an error of the system ({error.strerror}); is "
            "there room on the disk?"
        )
    elif not isinstance(error, ValueError):
        words = (
            f"Expected a model that works, found one that does not ({error}); ask for it again "
            "where it came from."
        )
    for path in paths:
        words = words.replace(str(path), path.name)
    return " ".join(words.split())
