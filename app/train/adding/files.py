"""Files from strangers as the pictures of a data set: read, decoded anew and bounded."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from app.shared.uploads import File
from models.archives import extract, safe_path
from models.images import EXTENSIONS, UnreadableImage, read_image
from models.walk import begins_like_picture

FONTS = (".ttf", ".otf", ".ttc", ".woff2", ".woff")
# labels, IDX files and fonts
OTHER_FILES = (".csv", ".tsv", "dataset.json", "ubyte", "ubyte.gz", *FONTS)
MAX_PICTURES = 20_000
MAX_BYTES = 4 * 2**30  # decoded and written
MAX_SIDE = 2048  # pixels that are kept of a larger picture
QUALITY = 95
Tell = Callable[[int, int], None]
Entries = list[tuple[Path, Path]]  # files, and where they belong
SLASH = "\u2215"  # between folders in the name of a dropped file: adding/drop.js


def from_zip(archive: File, bench: Path) -> tuple[Entries, list[str]]:
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


def from_files(sides: Sequence[Sequence[File]]) -> Entries:
    """Uploaded pictures, and where they belong."""
    folders = ("A", "B") if len(sides) == 2 else ("",)
    return [
        (file.path, Path(folder) / safe_name(file.name))
        for folder, files in zip(folders, sides, strict=True)
        for file in files
    ]


def from_folder(files: Sequence[File]) -> Entries:
    """Dropped files, and where they belong, below the folder of all of them."""
    places = [safe_path(file.name.replace(SLASH, "/"), "what was dropped") for file in files]
    while all(len(place.parts) > 1 for place in places) and len({p.parts[0] for p in places}) == 1:
        places = [Path(*place.parts[1:]) for place in places]
    return [(file.path, place) for file, place in zip(files, places, strict=True)]


def safe_name(name: str) -> str:
    """A file's name without odd characters and without a path."""
    return safe_path(Path(name.replace("\\", "/")).name, "the files").name


def decode(entries: Entries, folder: Path, tell: Tell) -> list[str]:
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
