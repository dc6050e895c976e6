"""The Models tab as plain functions: which models there are, export, deletion.

Names come from strangers: they are looked up among the models that there are, and never made into a
path. Imports are in `app.models.imports`.
"""

import shutil
import tempfile
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from app.shared import listing, processes
from app.shared.library import Library, ability
from models import model_folder
from models.images import UnreadableImage, read_image
from models.sampler import Sampler
from models.translator import Translator

CONFIG, CRITIC, SAMPLES = "config.json", "critic.safetensors", "samples.png"
# of an exported model; whatever else lies in its folder is not taken along
FILES = (
    CONFIG,
    "model.safetensors",
    CRITIC,
    model_folder.ENCODER_FILE,
    SAMPLES,
    "README.md",
    "evaluation.json",
    "reconstruction.json",
)
SHIPPED = "Came with Atelier"
OWN = "Your own"
ELSEWHERE = "From another folder"
EXPORT_LIMIT = 180  # seconds
KEPT = 6  # files made to be downloaded; the page has its own copies by then
made = tempfile.TemporaryDirectory(prefix="atelier-")  # gone when the app ends
recent: deque[Path] = deque()


# which there are


@dataclass(frozen=True)
class Entry:
    """A model in the list.

    Attributes:
        what: what it does, in words; empty where it cannot be used.
        origin: where it comes from, in words.
        problem: why it cannot be used; empty where it can.
        deletable: whether the user added it.
    """

    name: str
    what: str
    origin: str
    problem: str
    deletable: bool


def entries(library: Library) -> list[Entry]:
    """Every model that there is, those that ship first."""
    return [entry(library, name) for name in library.available()]


def entry(library: Library, name: str) -> Entry:
    """The model of that name.

    Raises:
        ValueError: there is none.
    """
    folder = folder_of(library, name)
    try:
        what, problem = f"It {ability(library.get(name))}.", ""
    except (ValueError, OSError) as error:
        what, problem = "", str(error).replace(str(folder), name)
    return Entry(name, what, origin(library, folder), problem, is_own(library, folder))


def listed(library: Library) -> list[dict]:
    """Every model that there is: name, what, origin, problem, deletable."""
    return [asdict(one) for one in entries(library)]


def folder_of(library: Library, name: str) -> Path:
    """Where the model of that name lies.

    Raises:
        ValueError: there is none; a path is no name.
    """
    folder = library.available().get(name) if isinstance(name, str) else None
    if folder is None:
        raise ValueError(f"There is no model {name!r}; choose one from the list.")
    return folder


def is_own(library: Library, folder: Path) -> bool:
    """Whether a model lies directly among the user's own, and is not a link to another place."""
    return not folder.is_symlink() and folder.resolve().parent == library.own.resolve()


def origin(library: Library, folder: Path) -> str:
    """Where a model comes from, in words."""
    if is_own(library, folder):
        return OWN
    return SHIPPED if folder.parent == library.shipped else ELSEWHERE


def samples(library: Library, name: str) -> Image.Image | None:
    """The sheet of samples that lies beside a model, if it can be read."""
    try:
        return read_image(folder_of(library, name) / SAMPLES)
    except UnreadableImage:
        return None


def thumbnail(library: Library, model: Entry) -> str:
    """A corner of a model's samples as a data URL, empty where there are none.

    Of a model that draws, whose sheets have ten pictures in a row, about three of them.
    """
    sheet = samples(library, model.name)
    if sheet is None:
        return ""
    draws = not model.problem and isinstance(library.get(model.name), Sampler)
    return listing.thumbnail(sheet, 0.3 if draws else 1.0)


# export


def outbox() -> Path:
    """A new folder for a file to be downloaded."""
    return Path(tempfile.mkdtemp(dir=made.name))


def offered(path: Path) -> Path:
    """That file, finished; those of some time ago go."""
    recent.append(path.parent)
    while len(recent) > KEPT:
        shutil.rmtree(recent.popleft(), ignore_errors=True)
    return path


def pack(library: Library, name: str) -> Path:
    """A zip of a model, which `import_model` takes."""
    folder = library.get(name).folder
    path = outbox() / f"{name}.zip"
    # stored: weights hardly shrink; and dates before 1980, which zip does not know
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        for file in FILES:
            if (folder / file).is_file():
                archive.write(folder / file, f"{name}/{file}")
    return offered(path)


def export_onnx(
    library: Library,
    name: str,
    direction: str | None = None,
    tell: Callable[[int], None] = lambda second: None,
) -> Path:
    """An ONNX file of a model, which is checked to give the same pictures.

    In a process of its own: torch's exporter takes over standard output, and much memory.

    Args:
        direction: "A to B" or "B to A", of a model that translates.
        tell: is told each second how long it has taken.

    Raises:
        ValueError: the model does not have the direction, or the export fails or takes too long.
    """
    model, stem, more = library.get(name), name, list[str]()
    if isinstance(model, Translator):
        direction = model.checked_direction(direction or None)
        more = ["--direction", direction]
        stem = f"{name}-{model_folder.part(direction)}" if len(model.directions) > 1 else name
    path = outbox() / f"{stem}.onnx"
    by_hand = f"`python -m models export {name} --out {stem}.onnx`"
    # the folder, for another process knows nothing of --weights
    arguments: list[str | Path] = ["models", "export", model.folder, "--out", path, *more]
    done = processes.finish(*arguments, limit=EXPORT_LIMIT, tell=tell)
    if done.code is None:
        raise ValueError(
            f"Expected the export to take at most {EXPORT_LIMIT} seconds, found that {name} takes "
            f"longer; {by_hand} has no limit."
        )
    last = done.errors.strip().rpartition("\n")[2]
    if last.startswith("error: "):
        raise ValueError(last.removeprefix("error: ").replace(str(model.folder), name))
    if done.code or not path.is_file():
        raise ValueError(
            f"Expected an ONNX file of {name}, found that the export failed; {by_hand} shows why."
        )
    return offered(path)


# deletion


@contextmanager
def bench(library: Library) -> Iterator[Path]:
    """A folder to build a model in: on the disk where it will lie, so that it can be moved there
    at once, but one level too deep to be taken for a model. Gone afterwards."""
    library.own.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=library.own, prefix=".bench-", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def delete(library: Library, name: str) -> None:
    """Take one of the user's own models from the disk.

    Raises:
        ValueError: there is no such model, or the user did not add it.
    """
    folder = folder_of(library, name)
    if not is_own(library, folder):
        raise ValueError(
            f"Expected a model that you have added, found {name} ({origin(library, folder)}); only "
            "your own can be deleted."
        )
    with bench(library) as rest:  # at once out of sight, then file by file
        folder.rename(rest / name)
