"""Public data sets: downloaded once, read in their authors' layouts, explained without a network.

A server of our own stands in for theirs."""

import io
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from training.data import public
from training.data.errors import DataError
from training.data.paired.pairs import find_pairs
from training.data.unpaired.domains import find_domains


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 50).convert("RGB").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A folder that is served in the place of the authors' server."""
    folder = tmp_path / "served"
    folder.mkdir()
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "home"))
    for name in ("facades", "horse2zebra"):
        known = public.NAMES[name]
        address = f"http://127.0.0.1:{httpd.server_port}/{known.address.rpartition('/')[2]}"
        monkeypatch.setitem(public.NAMES, name, public.Public(address, known.domains))
    yield folder
    httpd.shutdown()


def facades(folder, extra=None) -> None:
    with tarfile.open(folder / "facades.tar.gz", "w:gz") as archive:
        for split, count in (("train", 4), ("test", 2)):
            for index in range(count):
                content = png(64, 32)
                entry = tarfile.TarInfo(f"facades/{split}/{index}.png")
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        if extra:
            archive.addfile(extra, io.BytesIO(b"x" * extra.size))


def test_facades_are_pairs_side_by_side_in_both_splits(server):
    facades(server)
    found = find_pairs("facades")
    assert (found.name, len(found), found.domains) == ("facades", 4, ("photo", "labels"))
    assert [side.size for side in found.pairs[0].read()] == [(32, 32), (32, 32)]
    (server / "facades.tar.gz").unlink()  # not asked for again
    assert len(find_pairs("facades", "test")) == 2
    assert not list(public.downloads().glob("*.gz"))


def test_horses_and_zebras_are_domains(server):
    with zipfile.ZipFile(server / "horse2zebra.zip", "w") as archive:
        for place, count in (("trainA", 3), ("trainB", 2), ("testA", 1), ("testB", 1)):
            for index in range(count):
                archive.writestr(f"horse2zebra/{place}/{index}.jpg", png(40, 40))
    found = find_domains("horse2zebra")
    assert (len(found.a), len(found.b), found.domains) == (3, 2, ("horse", "zebra"))
    assert len(find_domains("horse2zebra", "test")) == 2


def test_without_a_network_it_is_said_what_to_do(server):
    with pytest.raises(DataError, match="pass its folder as --data"):
        find_pairs("facades")  # the server has no such file
    assert not any(public.downloads().iterdir())


def test_a_damaged_archive_is_named_and_not_kept(server):
    (server / "facades.tar.gz").write_bytes(b"not an archive")
    with pytest.raises(DataError, match=r"facades\.tar\.gz"):
        find_pairs("facades")
    assert not any(public.downloads().iterdir())


@pytest.mark.parametrize("name", ["../evil.png", "/tmp/evil.png"])
def test_nothing_is_unpacked_outside(server, tmp_path, name):
    entry = tarfile.TarInfo(name)
    entry.size = 4
    facades(server, entry)
    with pytest.raises(DataError):
        find_pairs("facades")
    assert not list(tmp_path.rglob("evil.png"))


def test_links_are_passed_over(server):
    link = tarfile.TarInfo("facades/train/link.png")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    facades(server, link)
    assert len(find_pairs("facades")) == 4
