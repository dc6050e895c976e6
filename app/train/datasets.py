"""Data sets for the Train tab: those that are bundled, and a person's own, which are decoded into
folders of ours.

Names come from strangers: they are looked up among the folders that there are, and never made into
a path; folders of this machine are taken only where the app was started so (`--allow-folders`).
"""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.settings import Settings
from app.shared import processes
from app.shared.uploads import File
from app.train.tasks import TASKS, Task
from models.archives import extract, safe_path
from models.calligraphy.source_font import FONT_FILE
from models.images import EXTENSIONS, UnreadableImage, read_image
from models.locations import bundled_data
from models.walk import begins_like_picture, natural

FONTS = (".ttf", ".otf", ".ttc", ".woff2", ".woff")
# labels, IDX files and fonts
OTHER_FILES = (".csv", ".tsv", "dataset.json", "ubyte", "ubyte.gz", *FONTS)
FOLDER = ".folder"  # ends the name of a file that names a folder of this machine
MAX_PICTURES = 20_000
MAX_BYTES = 4 * 2**30  # decoded and written
MAX_SIDE = 2048  # pixels that are kept of a larger picture
MAX_NAME = 60
CHECK_LIMIT = 300  # seconds
QUALITY = 95
Tell = Callable[[int, int], None]


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
    """Whether a data set is fit for a task, and a look at it."""
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
    name = re.sub(" +", "-", str(text or "").strip())
    if not re.fullmatch(rf"\w[\w.-]{{0,{MAX_NAME - 1}}}", name) or name.endswith((".tmp", FOLDER)):
        raise ValueError(
            f"Expected a name of up to {MAX_NAME} letters, digits and - _ . for the data, found "
            f"{name!r}; type one such as my-pictures."
        )
    there = {one.casefold() for task in TASKS for one in task.examples}
    if settings.datasets.is_dir():
        there |= {path.name.removesuffix(FOLDER).casefold() for path in settings.datasets.iterdir()}
    if name.casefold() in there:
        raise ValueError(taken(name))
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
    settings.datasets.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=settings.datasets, prefix=".bench-", suffix=".tmp"
    ) as bench:
        entries, passed = from_zip(archive, Path(bench)) if archive else (from_files(sides), [])
        new = Path(bench) / "new"
        left_out = [*decode(entries, new, tell), *(f"{one} holds no picture." for one in passed)]
        (new / ".ours").touch()
        try:
            new.rename(settings.datasets / name)
        except OSError:  # somebody was faster
            raise ValueError(taken(name)) from None
    return name, left_out


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


def from_zip(archive: File, bench: Path) -> tuple[list[tuple[Path, Path]], list[str]]:
    """The files of a zip, and where they belong; and the names of those that are passed over.

    Raises:
        ValueError: a zip that is not taken.
    """
    if not archive.name.lower().endswith(".zip"):
        raise ValueError(f"Expected a .zip, found {archive.name}; give pictures as files.")
    named = bench / safe_name(archive.name)
    shutil.copyfile(archive.path, named)  # messages call it by its name
    passed = extract(named, bench / "zip", (*EXTENSIONS, *OTHER_FILES), begins_like_picture)
    inside = bench / "zip"
    while len(some := list(inside.iterdir())) == 1 and some[0].is_dir():  # a folder that was packed
        inside = some[0]
    files = sorted(path for path in inside.rglob("*") if path.is_file())
    return [(path, path.relative_to(inside)) for path in files], passed


def from_files(sides: Sequence[Sequence[File]]) -> list[tuple[Path, Path]]:
    """Uploaded pictures, and where they belong."""
    folders = ("A", "B") if len(sides) == 2 else ("",)
    return [
        (file.path, Path(folder) / safe_name(file.name))
        for folder, files in zip(folders, sides, strict=True)
        for file in files
    ]


def safe_name(name: str) -> str:
    """A file's name without odd characters and without a path."""
    return safe_path(Path(name.replace("\\", "/")).name, "the files").name


def decode(entries: list[tuple[Path, Path]], folder: Path, tell: Tell) -> list[str]:
    """Write each picture anew, decoded; a sentence for each that was left out.

    Raises:
        ValueError: more than the limits allow, two files of one name, or none that opens.
    """
    if len(entries) > MAX_PICTURES:
        raise ValueError(
            f"Expected at most {MAX_PICTURES:,} files, found {len(entries):,}; `python -m "
            "training...` in a terminal takes any number."
        )
    left_out, pictures, written = [], 0, 0
    first = sorted(entries, key=lambda entry: entry[1].suffix.lower() != ".png")  # keep their names
    for count, (source, place) in enumerate(first):
        tell(count, len(entries))
        try:
            target = write(source, folder / place)
        except UnreadableImage as error:
            left_out.append(str(error).replace(source.name, place.name))
            continue
        pictures += not is_other(target)
        written += target.stat().st_size
        if written > MAX_BYTES:
            raise ValueError(
                f"Expected at most {MAX_BYTES // 2**30} GB of pictures, found more; make them "
                "smaller, or train from a terminal."
            )
    if not pictures and not any(is_idx(place) for _, place in entries):
        reason = f"; the first: {left_out[0]}" if left_out else "."
        raise ValueError(f"Expected pictures that open, found none{reason}")
    return left_out


def is_other(path: Path) -> bool:
    """Whether a file is kept as it is: a table of labels, or IDX."""
    return path.name.lower().endswith(OTHER_FILES)


def is_idx(path: Path) -> bool:
    """Whether a file holds many pictures and is read as it is."""
    return is_other(path) and path.suffix.lower() not in (".csv", ".tsv", ".json")


def write(source: Path, target: Path) -> Path:
    """One file of a data set: a picture decoded and bounded, anything else as it is.

    Raises:
        UnreadableImage: not a picture that is taken.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_other(target):
        shutil.copyfile(source, target)
        return target
    image = read_image(source)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    ending = target.suffix.lower()
    photo = ending in (".jpg", ".jpeg")
    full = target.with_name(f"{target.name}.png")
    target = target if photo else target.with_suffix(".png")
    if target.exists() and not photo and ending != ".png":  # photo.webp beside photo.png
        target = full
    if target.exists():
        raise ValueError(f"Expected each name once, found {target.name} twice; rename one.")
    if photo:
        image.save(target, quality=QUALITY, subsampling=0)
    else:
        image.save(target)
    return target
