"""Data sets for the Train tab: those that are bundled, and a person's own, which are decoded into
folders of ours.

Names come from strangers: they are looked up among the folders that there are, and never made into
a path; folders of this machine are taken only where the app was started so (`--allow-folders`).
"""

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from PIL import Image

from app.settings import Settings
from app.shared import processes
from app.shared.uploads import File
from app.train.adding.files import (
    FONTS,
    MAX_PICTURES,
    SLASH,
    Entries,
    Tell,
    decode,
    from_files,
    from_folder,
    from_zip,
)
from app.train.tasks import BY_KEY, TASKS, Task
from models.calligraphy.source_font import FONT_FILE
from models.images import read_image
from models.locations import bundled_data
from models.walk import natural
from training.runs.summary import summaries

CAMERA = "camera"  # what a data set is called that is taken with it, and how it is marked
FOLDER = ".folder"  # ends the name of a file that names a folder of this machine
MAX_NAME = 60
CHECK_LIMIT = 300  # seconds


@dataclass(frozen=True)
class Check:
    """A look at a data set: whether it is fit to learn from.

    Attributes:
        report: of `python -m training.data check`.
        look: some of the pictures.
    """

    report: dict
    look: Image.Image

    @property
    def fit(self) -> bool:
        return not self.report["problem"]


def names(settings: Settings, task: Task) -> list[str]:
    """The data sets to choose from: bundled ones for the task, then a person's own."""
    return [*task.examples, *own(settings)]


def own(settings: Settings) -> list[str]:
    """A person's own data sets, the newest first."""
    there = (
        [path for path in settings.datasets.iterdir() if is_own(path)]
        if settings.datasets.is_dir()
        else []
    )
    there.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.name.removesuffix(FOLDER) for path in there]


def is_own(path: Path) -> bool:
    """Whether something in the folder of data sets was put there by this page."""
    return (path / ".ours").is_file() or (path.is_file() and path.name.endswith(FOLDER))


def argument(settings: Settings, name: str) -> str:
    """The value of --data for a data set.

    Raises:
        ValueError: there is none of that name.
    """
    if any(name in task.examples for task in TASKS):
        return name
    if not isinstance(name, str) or name not in own(settings):
        raise ValueError(f"There is no data set {name!r}; choose one from the list.")
    link = settings.datasets / f"{name}{FOLDER}"
    if link.is_file():
        return link.read_text(encoding="utf-8")
    return str(settings.datasets / name)


def places(settings: Settings, name: str, task: Task) -> list[str]:
    """The values of --data for a data set: it alone, or beside what its task brings."""
    place = argument(settings, name)
    if task.characters and name not in task.examples:
        return fonts_of(Path(place))
    return [*([task.beside] if task.beside else []), place]


def fonts_of(folder: Path) -> list[str]:
    """The fonts in a folder, the one to draw from first; the bundled one where there are fewer than
    two, before the other, or before the folder, which then holds pictures of characters."""
    found = [path for path in folder.rglob("*") if path.suffix.lower() in FONTS]
    fonts = sorted(found, key=lambda path: natural(path.name))
    if len(fonts) > 1:
        return list(map(str, fonts))
    return [str(bundled_data() / "brush" / FONT_FILE), str(fonts[0] if fonts else folder)]


def check(settings: Settings, name: str, task: Task) -> Check:
    """Whether a data set is fit for a task, and a look at it; an example stays as it was found."""
    if name in task.examples:
        return check_of_example(name, task.key)
    return looked_at(settings, name, task)


@lru_cache
def check_of_example(name: str, key: str) -> Check:
    """What is found of bundled data."""
    return looked_at(Settings(), name, BY_KEY[key])


def looked_at(settings: Settings, name: str, task: Task) -> Check:
    """What the training scripts would find of a data set."""
    with tempfile.TemporaryDirectory(prefix="atelier-") as folder:
        look = Path(folder) / "look.png"
        said = processes.run(
            "training.data",
            "check",
            *places(settings, name, task),
            "--for",
            task.script,
            "--json",
            "--look",
            look,
            limit=CHECK_LIMIT,
        )
        report = json.loads(said)[0]
        place = argument(settings, name)
        return Check(hidden_paths(report, place, name), read_image(look).convert("RGB"))


def hidden_paths(report: dict, place: str, name: str) -> dict:
    """The report with the data set's name in the place of where it lies here."""
    return json.loads(json.dumps(report).replace(json.dumps(place)[1:-1], name))


# new ones


def free_name(settings: Settings, text: str) -> str:
    """The name of a data set as a person typed it, spaces as hyphens.

    Raises:
        ValueError: empty, too long, with odd characters, or taken.
    """
    name = checked_name(text, "the data", "my-pictures")
    there = {one.casefold() for task in TASKS for one in task.examples}
    if settings.datasets.is_dir():
        there |= {path.name.removesuffix(FOLDER).casefold() for path in settings.datasets.iterdir()}
    if name.casefold() in there:
        raise ValueError(taken(name))
    return name


def checked_name(text: str, what: str, such_as: str) -> str:
    """A name as a person typed it, spaces as hyphens.

    Raises:
        ValueError: empty, too long, or with odd characters.
    """
    name = re.sub(" +", "-", str(text or "").strip())
    if not re.fullmatch(rf"\w[\w.-]{{0,{MAX_NAME - 1}}}", name) or name.endswith((".tmp", FOLDER)):
        raise ValueError(
            f"Expected a name of up to {MAX_NAME} letters, digits and - _ . for {what}, found "
            f"{name!r}; type one such as {such_as}."
        )
    return name


def taken(name: str) -> str:
    """The sentence that refuses the name of a data set that is there."""
    return f"Expected a new name, found that there is a {name} already; choose another."


def add(
    settings: Settings,
    name: str,
    archive: File | None,
    sides: Sequence[Sequence[File]],
    tell: Tell = lambda *_: None,
) -> tuple[str, list[str]]:
    """Make a data set of a zip, or of one or two sets of files; its name, and what was left out.

    Args:
        sides: one set of pictures; or two, which become A/ and B/.
        tell: is told how many files of how many are decoded.

    Raises:
        ValueError: an odd name, no files, a zip that is not taken, or more than the limits.
    """
    name = free_name(settings, name)
    given = [side for side in sides if side]
    if bool(archive) == bool(given):
        found = "both" if archive else "neither"
        raise ValueError(f"Expected either a zip or pictures, found {found}; choose one of them.")
    if given and len(given) < len(sides):
        raise ValueError("Expected pictures of A and of B, found only one of them; add the other.")
    if archive:
        return name, decoded(settings, name, partial(from_zip, archive), tell)
    return name, decoded(settings, name, lambda _: (from_files(sides), []), tell)


def add_dropped(
    settings: Settings, files: Sequence[File], tell: Tell = lambda *_: None
) -> tuple[str, list[str]]:
    """Make a data set of what was dropped: a zip, a folder, or pictures; its name, which is made
    from theirs, and what was left out.

    Raises:
        ValueError: no files, a zip beside others, or as `add`.
    """
    zips = [file for file in files if file.name.lower().endswith(".zip")]
    if not files or (zips and len(files) > 1):
        found = "a zip and other files" if zips else "none"
        raise ValueError(f"Expected a zip, a folder or pictures, found {found}; drop one of them.")
    name = free_name(settings, made_name(settings, files))
    if zips:
        return name, decoded(settings, name, partial(from_zip, zips[0]), tell)
    return name, decoded(settings, name, lambda _: (from_folder(files), []), tell)


def made_name(settings: Settings, files: Sequence[File]) -> str:
    """A name that is free, from that of a zip, of the folder of all files, or of the only one."""
    tops = {file.name.partition(SLASH)[0] if SLASH in file.name else "" for file in files}
    alone = Path(files[0].name).stem if len(files) == 1 else "my-pictures"
    told = (tops.pop() if len(tops) == 1 else "") or alone
    plain = re.sub(r"[^\w.-]+", "-", told).strip("-_.")[: MAX_NAME - 4] or "my-pictures"
    for number in range(1, MAX_PICTURES):
        name = plain if number == 1 else f"{plain}-{number}"
        with suppress(ValueError):
            return free_name(settings, name)
    return plain


def decoded(
    settings: Settings, name: str, entries: Callable[[Path], tuple[Entries, list[str]]], tell: Tell
) -> list[str]:
    """Decode files into a new data set; what was left out.

    Args:
        entries: of a folder to work in, the files, and the names of those that are passed over.

    Raises:
        ValueError: none that opens, more than the limits, or a name that is taken meanwhile.
    """
    settings.datasets.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=settings.datasets, prefix=".bench-", suffix=".tmp"
    ) as bench:
        found, passed = entries(Path(bench))
        new = Path(bench) / "new"
        left_out = [*decode(found, new, tell), *(f"{one} holds no picture." for one in passed)]
        (new / ".ours").touch()
        try:
            new.rename(settings.datasets / name)
        except OSError:  # somebody was faster
            raise ValueError(taken(name)) from None
    return left_out


def add_to_class(
    settings: Settings, name: str, class_name: str, pictures: Sequence[Image.Image]
) -> tuple[str, int]:
    """Add pictures of a camera to a class of one of a person's own data sets, which is made where
    there is none; its name, and how many the class has now.

    Raises:
        ValueError: an odd name, or one of a data set that was not taken with the camera.
    """
    group = checked_name(class_name, "the class", "cats")
    if not is_taken(settings, name):
        name = free_name(settings, name) if name else made_name(settings, [File(Path(), CAMERA)])
        (settings.datasets / name).mkdir(parents=True)
        (settings.datasets / name / ".ours").write_text(CAMERA, encoding="utf-8")
    inside = settings.datasets / name / group
    inside.mkdir(exist_ok=True)
    there = len(list(inside.glob("*.png")))
    if there + len(pictures) > MAX_PICTURES:
        raise ValueError(f"Expected at most {MAX_PICTURES:,} pictures of a class, found more.")
    for number, picture in enumerate(pictures, there + 1):
        picture.save(inside / f"{number:05}.png")
    return name, there + len(pictures)


def is_taken(settings: Settings, name: str | None) -> bool:
    """Whether a data set is of a camera's pictures."""
    mark = settings.datasets / str(name) / ".ours"
    return name in own(settings) and mark.is_file() and mark.read_text("utf-8") == CAMERA


def rename(settings: Settings, name: str | None, new: str) -> str:
    """Give one of a person's own data sets another name.

    Raises:
        ValueError: there is none of that name, a run learns from it, or the new name cannot be.
    """
    if not isinstance(name, str) or name not in own(settings):
        raise ValueError(f"Expected one of your own data sets, found {name!r}.")
    if runs := [run.name for run in summaries(settings.runs) if run.data == name]:
        raise ValueError(f"The run {runs[0]} learns from {name}, which keeps its name therefore.")
    new = free_name(settings, new)
    for ending in ("", FOLDER):
        if (settings.datasets / f"{name}{ending}").exists():
            (settings.datasets / f"{name}{ending}").rename(settings.datasets / f"{new}{ending}")
    return new


def add_folder(settings: Settings, name: str, folder: str) -> str:
    """Make a data set of a folder of this machine, which stays where it is.

    Raises:
        ValueError: the app does not allow it, or there is no such folder.
    """
    if not settings.allow_folders:
        raise ValueError(
            "Expected uploaded files, found a folder of this machine; start the app with "
            "--allow-folders to use those."
        )
    name, path = free_name(settings, name), Path(str(folder or "").strip()).expanduser()
    if not str(folder or "").strip() or not path.is_dir():
        raise ValueError(f"Expected a folder of this machine, found no {str(folder)!r}.")
    settings.datasets.mkdir(parents=True, exist_ok=True)
    (settings.datasets / f"{name}{FOLDER}").write_text(str(path.resolve()), encoding="utf-8")
    return name


def delete(settings: Settings, name: str | None) -> None:
    """Take one of a person's own data sets from the disk; of a folder of this machine, only the
    name.

    Raises:
        ValueError: there is none of that name.
    """
    if not isinstance(name, str) or name not in own(settings):
        raise ValueError(f"Expected one of your own data sets, found {name!r}.")
    (settings.datasets / f"{name}{FOLDER}").unlink(missing_ok=True)
    if (settings.datasets / name).is_dir():
        with tempfile.TemporaryDirectory(
            dir=settings.datasets, prefix=".bench-", suffix=".tmp"
        ) as bench:
            (settings.datasets / name).rename(Path(bench) / name)
