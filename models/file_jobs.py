"""Files that are translated into files: which are read, what each becomes, and nothing of a
person's overwritten."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from models.images import UnreadableImage, save_png
from models.sampler import Sampler, check_seed, new_seed
from models.values.numbers import Numbers
from models.values.writing import ENDINGS as NUMBERS
from models.values.writing import write_numbers
from models.walk import FoundFiles, named, of_several_frames, walk

ENDINGS: dict[str, dict[str, Any]] = {  # of what is written, with the options of Pillow's formats
    ".png": {},
    ".jpg": {"quality": 95, "subsampling": 0},
    ".jpeg": {"quality": 95, "subsampling": 0},
    ".webp": {"lossless": True},
    ".tif": {},
    ".tiff": {},
    ".bmp": {},
}


@dataclass
class Jobs:
    """Pictures to translate, and what becomes of them.

    Attributes:
        targets: the file that each picture becomes.
        said: what a person should know beforehand, in words.
        skipped: a sentence for each picture that did not open.
        written: files.
    """

    targets: dict[Path, Path]
    said: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)


def plan(
    source: Path, out: Path, overwrite: bool = False, ending: Callable[[Path], str] | None = None
) -> Jobs:
    """What becomes of a picture, or of every picture of a folder.

    A picture becomes the file `out`, or a PNG of its name in the folder `out`; a folder's pictures
    become PNG files in the folder `out`, which is no part of the source where it lies inside.

    Args:
        ending: of the file that the numbers of a picture become, where they are written in place of
            a PNG.

    Raises:
        ValueError: nothing there, a folder into itself, an ending that is not written, or, without
            `overwrite`, a file that is there already.
    """
    if source.is_dir():
        jobs = plan_folder(source, out, ending or as_png)
    elif source.exists():
        endings = NUMBERS if ending else tuple(ENDINGS)
        jobs = Jobs({source: target_of(source, out, endings, (ending or as_png)(source))})
    else:
        raise ValueError(f"Expected an image or a folder, found no {source}.")
    if several := of_several_frames(jobs.targets):
        jobs.said.append(f"of several pages or frames, the first is taken: {named(several)}")
    require_new(jobs.targets.values(), overwrite)
    return jobs


def as_png(_source: Path) -> str:
    """The ending of what is looked at."""
    return ".png"


def plan_folder(source: Path, out: Path, ending: Callable[[Path], str]) -> Jobs:
    """What becomes of a folder's pictures."""
    if out.exists() and not out.is_dir():
        raise ValueError(f"Expected a folder for the pictures of {source}, found the file {out}.")
    if out.resolve() == source.resolve():
        raise ValueError(
            f"Expected another folder than {source} for its translations, which would stand among "
            "their originals; name a new one."
        )
    found: FoundFiles = walk(source, without=[out])
    if not found.pictures:
        raise ValueError(f"Expected images in {source}, found none.")
    jobs = Jobs(targets_of(found.pictures, source, out, ending))
    if found.others:
        jobs.said.append(f"left out, for they are no pictures: {named(found.others)}")
    return jobs


def target_of(source: Path, out: Path, endings: Collection[str], usual: str) -> Path:
    """The file that one picture becomes.

    Args:
        endings: that it may have.
        usual: the one that it gets where none is given.
    """
    if out.is_dir():
        return out / f"{source.stem}{usual}"
    if not out.suffix:
        return out.with_name(f"{out.name}{usual}")
    if out.suffix.lower() not in endings:
        raise ValueError(
            f"Expected a file that ends in {', '.join(endings)}, or a folder that is there, found "
            f"{out}."
        )
    return out


def targets_of(
    pictures: list[Path], source: Path, out: Path, ending: Callable[[Path], str]
) -> dict[Path, Path]:
    """The file that each picture of a folder becomes; where two would become one, photo.jpg beside
    photo.png, the other keeps its ending: photo.jpg.png."""
    targets: dict[Path, Path] = {}
    taken: set[str] = set()
    for path in sorted(pictures, key=lambda path: path.suffix.lower() != ".png"):
        folder = out / path.relative_to(source).parent
        last = ending(path)
        names = [f"{path.stem}{last}", f"{path.name}{last}"]
        names += [f"{path.name}-{number}{last}" for number in range(2, len(pictures) + 2)]
        free = (folder / name for name in names if str(folder / name).casefold() not in taken)
        targets[path] = next(free)
        taken.add(str(targets[path]).casefold())
    return {path: targets[path] for path in pictures}


def require_new(targets: Collection[Path], overwrite: bool) -> None:
    """Raise a ValueError where a file is there already, unless it may be overwritten."""
    there = [] if overwrite else [path for path in targets if path.exists()]
    if there:
        raise ValueError(
            f"Expected a new file at {there[0]}, found one that is there"
            f"{f', and {len(there) - 1:,} more' if len(there) > 1 else ''}; choose another name or "
            "folder, or pass --overwrite."
        )


def run(
    jobs: Jobs,
    read: Callable[[Path], Any],
    make: Callable[[Any], Image.Image | Numbers],
    parameters: dict,
    bar: Callable,
) -> None:
    """Make and write each picture; what does not open is named and passed over.

    Args:
        read: a file, as a picture or as numbers.
        make: a picture of a picture, or numbers of numbers.
        parameters: that go into PNG files, besides the source's name.
        bar: shows progress of what it is given to go through.
    """
    for source, target in bar(jobs.targets.items()):
        try:
            given = read(source)
        except UnreadableImage as error:
            jobs.skipped.append(str(error))
            continue
        try:
            picture = make(given)
        except UnreadableImage as error:  # it opens, and does not fit the model
            jobs.skipped.append(f"{source.name}: {error}")
            continue
        write(picture, target, {**parameters, "source": source.name})
        jobs.written.append(target)


def write(picture: Image.Image | Numbers, target: Path, parameters: dict) -> None:
    """A picture in the format of its ending, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.stem}.tmp{target.suffix}")
    try:
        if isinstance(picture, Numbers):
            write_numbers(picture, partial, parameters)
        elif target.suffix.lower() == ".png":
            save_png(picture, partial, parameters)
        else:
            picture.save(partial, **ENDINGS[target.suffix.lower()])
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def draw_sound(
    model: Sampler,
    sound: Path,
    out: Path,
    seed: int | None = None,
    truncation: float | None = None,
    overwrite: bool = False,
) -> str:
    """Draw the word of a sound into a PNG file with its parameters.

    Returns:
        What it was taken for, and how loud it was, in words.

    Raises:
        ValueError: as `Sampler.listen`, or the file is there already.
    """
    seed = new_seed() if seed is None else check_seed(seed)
    require_new([out], overwrite)
    heard = model.hear(sound)
    parameters = {
        "model": model.name,
        "sound": sound.name,
        "level": round(heard.level, 1),
        "seed": seed,
        "truncation": model.checked(truncation),
    }
    save_png(model.draw_heard(heard, seed, truncation), out, parameters)
    likeliest = heard.probabilities.topk(min(2, len(heard.probabilities)))
    taken = zip(likeliest.indices.tolist(), likeliest.values.tolist(), strict=True)
    words = ", ".join(f"{model.class_names[index]} ({share:.0%})" for index, share in taken)
    return f"In {out}, seed {seed}; heard {words} at {heard.level:.0f} dB"
