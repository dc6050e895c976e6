"""What was made, on disk: each result with a small preview and the parameters that made it.

    ID.png (.webp, .svg)    the result
    ID.preview.webp         small
    ID.json                 {"tab", "parameters", "file"}: written last; without it there is none

The oldest go where there are too many, or too many bytes. Every file is written whole or not at
all, and none is ever written over.
"""

import json
import logging
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from app.settings import MOST
from models.images import save_png
from models.scaling import shrunk

MOST_BYTES = 500 * 10**6
PREVIEW = 240  # pixels along the longer side
LEFTOVER = 3600  # seconds, after which a file without its JSON is one of a writing that was killed
ID = re.compile(r"\d{20}-[0-9a-f]{8}")
OURS = re.compile(r"(\d{20}-[0-9a-f]{8})\.(?:[a-z0-9]+|preview\.webp)(?:\.part)?")
ENDINGS = (".png", ".webp", ".svg", ".gif")
lock = threading.Lock()


@dataclass(frozen=True)
class Made:
    """A result.

    Attributes:
        name: its own, by the time at which it was made.
        tab: of the page, in which it was made.
        parameters: what made it, as its file carries them; empty where it carries none.
    """

    name: str
    tab: str
    file: Path
    preview: Path
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def when(self) -> float:
        """Seconds since 1970."""
        return int(self.name.split("-")[0]) / 1e9


@dataclass(frozen=True)
class Shelf:
    """The results in a folder, which is made when there is one.

    Attributes:
        most, most_bytes: of results; 0 keeps none.
    """

    folder: Path
    most: int = MOST
    most_bytes: int = MOST_BYTES

    def keep(self, result: Image.Image | Path | str, tab: str) -> str | None:
        """Keep a picture, or a copy of a file, with its parameters.

        Never raises: a full disk must not cost the result that a person waits for.

        Returns:
            Its name; None where nothing is kept.
        """
        if self.most < 1:
            return None
        try:
            return self.put(result, tab)
        except (OSError, ValueError) as error:
            logging.getLogger(__name__).warning("Not kept in %s: %s", self.folder, error)
            return None

    def put(self, result: Image.Image | Path | str, tab: str) -> str:
        """The same, with an error where it cannot be kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        ending = ".png" if isinstance(result, Image.Image) else Path(result).suffix.lower()
        if ending not in ENDINGS:
            raise ValueError(f"Expected one of {', '.join(ENDINGS)}, found {ending or 'none'}.")
        file = self.folder / f"{name}{ending}"
        if isinstance(result, Image.Image):
            parameters = read_parameters(result)
            with whole(file) as part:
                save_png(result, part, parameters)
        else:
            with whole(file) as part:
                shutil.copyfile(result, part)
            parameters = {}
        if ending != ".svg":
            with Image.open(file) as picture:
                parameters = parameters or read_parameters(picture)
                picture.seek(0)
                small = shrunk(picture.convert("RGB"), PREVIEW)
            with whole(self.folder / f"{name}.preview.webp") as part:
                small.save(part, "WEBP")
        about = {"tab": tab, "parameters": parameters, "file": file.name}
        with whole(self.folder / f"{name}.json") as part:
            part.write_text(json.dumps(about, ensure_ascii=False), "utf-8")
        self.make_room()
        return name

    def names(self) -> list[str]:
        """Of all results, the newest first."""
        found = (path.stem for path in self.folder.glob("*.json"))
        return sorted((name for name in found if ID.fullmatch(name)), reverse=True)

    def get(self, name: object) -> Made:
        """The result of that name.

        Raises:
            ValueError: there is none, or none any more.
        """
        if not isinstance(name, str) or not ID.fullmatch(name):
            raise ValueError("Expected one of the results, found none; click one.")
        try:
            about = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
            tab, parameters = str(about["tab"]), dict(about["parameters"])
            ending = Path(str(about["file"])).suffix
        except (OSError, ValueError, KeyError, TypeError):
            raise ValueError("This result is not there any more; open the list again.") from None
        if ending not in ENDINGS:
            raise ValueError("This result cannot be read; delete it.")
        file, preview = (self.folder / f"{name}{end}" for end in (ending, ".preview.webp"))
        return Made(name, tab, file, preview if preview.exists() else file, parameters)

    def newest(self, count: int) -> list[Made]:
        """The newest results; what cannot be read is left out."""
        found = []
        for name in self.names()[:count]:
            try:
                found.append(self.get(name))
            except ValueError:
                continue
        return found

    def delete(self, name: object) -> None:
        """Delete one; nothing happens where it is gone already.

        Raises:
            ValueError: no name of a result.
        """
        if not isinstance(name, str) or not ID.fullmatch(name):
            raise ValueError("Expected one of the results, found none; click one.")
        (self.folder / f"{name}.json").unlink(missing_ok=True)  # first: then there is none
        for path in self.folder.glob(f"{name}.*"):
            path.unlink(missing_ok=True)

    def delete_all(self) -> int:
        """Delete all results, and nothing else; how many there were."""
        names = self.names()
        for name in names:
            self.delete(name)
        return len(names)

    def make_room(self) -> None:
        """Delete the oldest above the limits, but never the newest, and what a killed writing
        left."""
        with lock:
            sizes: dict[str, int] = {}
            for name, path in self.ours():
                sizes[name] = sizes.get(name, 0) + size_of(path)
            names, used = self.names(), 0
            for place, name in enumerate(names):
                used += sizes.get(name, 0)
                if place and (place >= self.most or used > self.most_bytes):
                    self.delete(name)
            before = (time.time() - LEFTOVER) * 1e9
            for name, path in self.ours():
                if name not in names and int(name.split("-")[0]) < before:
                    path.unlink(missing_ok=True)

    def ours(self) -> Iterator[tuple[str, Path]]:
        """Name and path of each file that is a result's."""
        for path in self.folder.iterdir():
            if found := OURS.fullmatch(path.name):
                yield found[1], path


class whole:
    """A path to write to, which gets its name when all is written, and never takes another's."""

    def __init__(self, path: Path):
        self.path, self.part = path, path.with_name(f"{path.name}.part")

    def __enter__(self) -> Path:
        return self.part

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                if self.path.exists():
                    raise FileExistsError(f"{self.path.name} is there already.")
                self.part.replace(self.path)
        finally:
            self.part.unlink(missing_ok=True)


def size_of(path: Path) -> int:
    """Bytes of a file, 0 where it is gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_parameters(picture: Image.Image) -> dict[str, Any]:
    """What a picture's file says of what made it: a PNG in `parameters`, a WebP in its description;
    empty where it says nothing."""
    text = picture.info.get("parameters") or picture.getexif().get(ExifTags.Base.ImageDescription)
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
