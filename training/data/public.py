"""Public data sets for translation, downloaded on first use: `--data facades`,
`python -m training.data fetch horse2zebra`.

They come from the servers of their authors in the layouts that those chose, which
`training.data.paired.pairs` and `training.data.unpaired.domains` read.
"""

import shutil
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from models import locations
from models.archives import UnsafeArchive, extract
from models.images import EXTENSIONS
from models.walk import begins_like_picture
from training.data.errors import DataError

SERVER = "http://efrosgans.eecs.berkeley.edu"
MOST_BYTES = 4 * 2**30  # unpacked


@dataclass(frozen=True)
class Public:
    """A public data set: where it is, and what its domains are called."""

    address: str
    domains: tuple[str, str]


PAIRED = {
    "facades": ("photo", "labels"),
    "cityscapes": ("photo", "labels"),
    "maps": ("aerial photo", "map"),
}
UNPAIRED = {
    "horse2zebra": ("horse", "zebra"),
    "apple2orange": ("apple", "orange"),
    "summer2winter_yosemite": ("summer", "winter"),
    "monet2photo": ("Monet", "photo"),
    "vangogh2photo": ("van Gogh", "photo"),
    "cezanne2photo": ("Cezanne", "photo"),
    "ukiyoe2photo": ("ukiyo-e", "photo"),
}
NAMES = {
    **{
        name: Public(f"{SERVER}/pix2pix/datasets/{name}.tar.gz", domains)
        for name, domains in PAIRED.items()
    },
    **{
        name: Public(f"{SERVER}/cyclegan/datasets/{name}.zip", domains)
        for name, domains in UNPAIRED.items()
    },
}


def downloads() -> Path:
    """The folder of the public data sets that are here."""
    return locations.datasets() / "public"


def fetch(name: str) -> Path:
    """The folder of a public data set, downloaded and unpacked the first time.

    Raises:
        DataError: it cannot be downloaded or unpacked; the message says what to do without a
            network.
    """
    folder = downloads() / name
    if not folder.is_dir():
        archive = download(NAMES[name].address, name)
        unpack(archive, folder)
        archive.unlink()
    return folder / name if (folder / name).is_dir() else folder


def download(address: str, name: str) -> Path:
    """The archive at an address, with a progress bar."""
    from torchvision.datasets.utils import download_url

    partial = downloads() / "partial"
    shutil.rmtree(partial, ignore_errors=True)  # of a download that broke off
    file = address.rpartition("/")[2]
    try:
        download_url(address, str(partial), file)
    except (URLError, OSError, RuntimeError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise DataError(
            f"Expected to download {name} from {address}, which failed ({error}); with no network, "
            "get the file elsewhere, unpack it, and pass its folder as --data."
        ) from None
    archive = (partial / file).replace(downloads() / file)
    partial.rmdir()
    return archive


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the images of a zip or tar into `folder`, whole or not at all."""
    try:
        if archive.suffix == ".zip":
            extract(archive, folder, EXTENSIONS, begins_like_picture)
        else:
            extract_tar(archive, folder)
    except (UnsafeArchive, tarfile.TarError, EOFError, OSError, zlib.error) as error:
        archive.unlink()
        shutil.rmtree(folder.with_name(folder.name + ".tmp"), ignore_errors=True)
        raise DataError(
            f"Expected a complete archive in {archive.name}, found a damaged one ({error}); it is "
            "gone, try again."
        ) from None


def extract_tar(archive: Path, folder: Path) -> None:
    """The images of a tar, none of which may lead outside or be a link (tarfile's data filter)."""
    partial = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(archive) as opened:
        files = [one for one in opened if one.isfile() and one.name.lower().endswith(EXTENSIONS)]
        if any(one.name.startswith("/") for one in files):
            raise tarfile.TarError("it has a path that leads outside")
        if sum(one.size for one in files) > MOST_BYTES:
            raise tarfile.TarError(f"it unpacks to more than {MOST_BYTES // 2**30} GB")
        opened.extractall(partial, files, filter="data")
    partial.replace(folder)
