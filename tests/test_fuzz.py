"""Files from strangers, damaged in ways that Hypothesis thinks of: each gives what it should or one
sentence, without a traceback, a hang, or more than 2 GB.

Some seconds in the suite; `pytest tests/test_fuzz.py --fuzz-minutes 10 -s` gives each ten minutes.
"""

import gzip
import io
import json
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
import torch
from damage import changed, damaged, hold, refusal
from hypothesis import strategies as st
from pictures import (
    chunk,
    cmyk_profile,
    encoded,
    frames,
    grey_profile,
    noise,
    packed,
    rgb_profile,
)
from PIL import Image
from reference import ResNet, UNet

import models
from models.archives import UnsafeArchive, extract
from models.config import InvalidModel
from models.images import UnreadableImage, read_image, read_numbers, upright
from models.interchange.junyanz import read_generator
from training.data.errors import DataError
from training.data.labelled.idx import read_idx
from training.data.labelled.layouts import find_in_folder


def tiff(values: np.ndarray, **options) -> bytes:
    """A TIFF of numbers, of a few rows a strip."""
    out = io.BytesIO()
    tifffile.imwrite(out, values, photometric="minisblack", rowsperstrip=4, **options)
    return out.getvalue()


def arrays(**named: np.ndarray) -> list[bytes]:
    """The same as .npy and as .npz, packed and not."""
    files = [io.BytesIO() for _ in range(3)]
    np.save(files[0], next(iter(named.values())))
    np.savez(files[1], **named)
    np.savez_compressed(files[2], **named)
    return [file.getvalue() for file in files]


KINDS = ("PNG", "JPEG", "WEBP", "AVIF", "HEIF", "BMP", "TIFF", "GIF", "PPM")
PICTURES = [
    *(encoded(noise(24, 16), kind) for kind in KINDS),
    *(encoded(noise(24, 16, mode), "TIFF") for mode in ("L", "LA", "RGBA", "CMYK", "LAB", "YCbCr")),
    *(encoded(noise(24, 16), "TIFF", compression=how) for how in ("tiff_lzw", "jpeg", "packbits")),
    *(frames(kind) for kind in ("GIF", "TIFF", "WEBP", "PNG", "AVIF", "MPO")),
    encoded(noise(24, 16), "JPEG", progressive=True, icc_profile=rgb_profile()),
    encoded(noise(24, 16, "CMYK"), "JPEG", icc_profile=cmyk_profile()),
    encoded(noise(24, 16, "L"), "TIFF", icc_profile=grey_profile(2.2)),
    encoded(noise(24, 16).quantize(9), icc_profile=rgb_profile(), transparency=3),
    encoded(noise(24, 16, "1"), "PPM"),
    encoded(Image.fromarray(np.arange(384, dtype=np.uint16).reshape(16, 24))),
    encoded(Image.fromarray(np.arange(384, dtype=np.uint16).reshape(16, 24)), "PPM"),
    encoded(Image.fromarray(np.linspace(-1, 9, 384, dtype=np.float32).reshape(16, 24)), "TIFF"),
    *(tiff(np.arange(2304).reshape(16, 24, 6).astype(kind)) for kind in ("uint16", "float32")),
    tiff(np.arange(1152, dtype=np.int32).reshape(16, 24, 3), compression="zlib", bigtiff=True),
    tiff(np.arange(1152, dtype=np.uint16).reshape(3, 16, 24), planarconfig="separate"),
    cv2.imencode(".png", np.arange(1152, dtype=np.uint16).reshape(16, 24, 3))[1].tobytes(),
    *arrays(image=np.arange(2304, dtype=np.float32).reshape(16, 24, 6)),
]


@pytest.fixture
def place():
    """A new folder, called again and again."""
    with tempfile.TemporaryDirectory() as folder:
        counter = iter(range(10**9))

        def new() -> Path:
            for old in Path(folder).iterdir():
                shutil.rmtree(old)
            path = Path(folder) / str(next(counter))
            path.mkdir()
            return path

        yield new


def is_picture(data: bytes) -> None:
    """It opens as grey or RGB, or is refused, by bytes and as an open image."""
    picture = refusal(UnreadableImage, lambda: read_image(data))
    assert picture is None or picture.mode in ("L", "RGB")
    numbers = refusal(UnreadableImage, lambda: read_numbers(data))
    assert numbers is None or numbers.values.ndim == 3
    try:
        image = Image.open(io.BytesIO(data))
    except Exception:  # Pillow's own, which came to the person who called it
        return
    again = refusal(UnreadableImage, lambda: upright(image))
    assert again is None or again.mode in ("L", "RGB")


def test_pictures(fuzz_minutes):
    hold(damaged(PICTURES), is_picture, fuzz_minutes)


@st.composite
def made_png(draw: st.DrawFn) -> bytes:
    """A PNG whose parts are odd though their checksums are right."""
    side = st.sampled_from([0, 1, 2, 7, 24, 300, 5000, 16_000, 2**16, 2**31 - 1])
    size = (draw(side), draw(side))
    header = b"".join(number.to_bytes(4, "big") for number in size)
    header += bytes([draw(st.sampled_from([1, 2, 4, 8, 16, 3])), draw(st.integers(0, 7))])
    header += bytes([0, 0, draw(st.integers(0, 2))])
    names = [b"PLTE", b"tRNS", b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"eXIf", b"acTL", b"fcTL"]
    names += [b"tEXt", b"zTXt", b"iTXt", b"pHYs", b"bKGD", b"fdAT"]
    profile = b"p\0\0" + zlib.compress(draw(damaged([rgb_profile(), grey_profile(1)])))
    content = st.one_of(st.binary(max_size=60), st.just(profile), st.just(bytes(768)))
    extra = draw(st.lists(st.tuples(st.sampled_from(names), content), max_size=4))
    rows = zlib.compress(draw(st.sampled_from([b"", bytes(30), bytes(1200), bytes(10**6)])))
    parts = [chunk(b"IHDR", header), *(chunk(*one) for one in extra), chunk(b"IDAT", rows)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def test_pictures_with_right_checksums(fuzz_minutes):
    hold(made_png(), is_picture, fuzz_minutes)


def test_colour_profiles(fuzz_minutes):
    whole = [rgb_profile(), grey_profile(1.8), cmyk_profile()]
    given = st.tuples(st.sampled_from(["L", "RGB", "CMYK"]), damaged(whole))

    def promise(one):
        mode, profile = one
        picture = read_image(encoded(noise(8, 6, mode), "TIFF", icc_profile=profile))
        assert picture.mode in ("L", "RGB")

    hold(given, promise, fuzz_minutes)


# zips


PNG = encoded(noise(8, 8))
ZIPS = [
    packed({"a/1.png": PNG, "b/2.png": PNG, "labels.csv": b"file,label\n1.png,x\n"}),
    packed({"a/1.png": PNG, "b/2.png": PNG}, zipfile.ZIP_STORED),
    packed({"a/1.png": PNG}, zipfile.ZIP_LZMA),
    packed({"a/1.png": PNG}, zipfile.ZIP_BZIP2),
]


def test_zips(fuzz_minutes, place):
    def promise(data):
        folder = place()
        (folder / "data.zip").write_bytes(data)
        refusal(
            UnsafeArchive, lambda: extract(folder / "data.zip", folder / "out", (".png", ".csv"))
        )
        there = {path.relative_to(folder).parts[0] for path in folder.rglob("*")}
        assert there <= {"data.zip", "out"}

    hold(damaged(ZIPS), promise, fuzz_minutes)


@st.composite
def made_zip(draw: st.DrawFn) -> bytes:
    """A zip of files with odd names and attributes."""
    out = io.BytesIO()
    name = st.one_of(
        st.text(max_size=12),
        st.sampled_from(["../1.png", "/1.png", "a/../../1.png", "C:/1.png", "a", "a/", "con.png"]),
        st.text("./\\:a\0", max_size=8),
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for stem in draw(st.lists(name, max_size=4, unique=True)):
            entry = zipfile.ZipInfo(stem + draw(st.sampled_from(["", ".png", ".PNG", "/2.png"])))
            entry.external_attr = draw(st.integers(0, 2**32 - 1))
            archive.writestr(entry, draw(st.sampled_from([b"", PNG, bytes(10**6)])))
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zips_of_odd_names(fuzz_minutes, place):
    def promise(data):
        folder = place()
        (folder / "data.zip").write_bytes(data)
        refusal(UnsafeArchive, lambda: extract(folder / "data.zip", folder / "out", (".png",)))
        there = {path.relative_to(folder).parts[0] for path in folder.rglob("*")}
        assert there <= {"data.zip", "out"}

    hold(made_zip(), promise, fuzz_minutes)


# tables of labels and IDX


TABLES = [
    b"file,label\n1.png,x\n2.png,y\n",
    b"\xef\xbb\xbffilename;class\r\n1.png;x\r\n2.png;y\r\n",
    b'path\tcategory\n"1.png"\t"a\nb"\n',
    '"file","label"\n"1","ä"\n"2.png","漢"\n'.encode("utf-16"),
    b"sep=;\nfile;label\n1.png;1\n",
]


def test_tables_of_labels(fuzz_minutes, place):
    folder = place()
    for name in ("1.png", "2.png", "3.png"):
        (folder / name).write_bytes(PNG)
    text = st.text('file,label;\t"\n\r\0 12.png', max_size=80).map(str.encode)

    def promise(data):
        (folder / "labels.csv").write_bytes(data)
        source = refusal(DataError, lambda: find_in_folder(folder, "train"))
        if source is not None:
            names = source.class_names
            assert source.labels is None or set(source.labels.tolist()) <= set(range(len(names)))

    hold(st.one_of(damaged(TABLES), text), promise, fuzz_minutes)


def test_json_of_labels(fuzz_minutes, place):
    folder = place()
    for name in ("1.png", "2.png", "3.png"):
        (folder / name).write_bytes(PNG)
    whole = {"labels": [["1.png", 3], ["2.png", 0], ["3.png", 3]]}
    texts = st.one_of(
        damaged([json.dumps(whole).encode()]),
        changed(whole, VALUES).map(lambda value: json.dumps(value).encode()),
    )

    def promise(data):
        (folder / "dataset.json").write_bytes(data)
        refusal(DataError, lambda: find_in_folder(folder, "train"))

    hold(texts, promise, fuzz_minutes)


def idx(values: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, values.ndim])
    return header + b"".join(n.to_bytes(4, "big") for n in values.shape) + values.tobytes()


def test_idx(fuzz_minutes, place):
    plain = [idx(np.arange(6, dtype=np.uint8)), idx(np.zeros((3, 4, 4), np.uint8))]
    both = st.tuples(
        st.sampled_from(["x-ubyte", "x-ubyte.gz"]),
        damaged([*plain, *(gzip.compress(one) for one in plain)]),
    )
    folder = place()

    def promise(one):
        name, data = one
        (folder / name).write_bytes(data)
        found = refusal(DataError, lambda: read_idx(folder / name))
        assert found is None or found.dtype == np.uint8

    hold(both, promise, fuzz_minutes)


# models


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5000),
    st.sampled_from([-(10**400), 2**63, 10**30, 0.5, float("nan"), float("inf"), 1e308]),
    st.text(max_size=8),
    st.sampled_from(["dcgan", "unet", "mlp", "batch", "generation", "translation", "B to A"]),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 9), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=2),
)


def test_json_of_exported_models(fuzz_minutes, place, tiny_models, tiny_translator):
    folders = [*tiny_models.values(), tiny_translator]
    whole = [json.loads((one / "config.json").read_text(encoding="utf-8")) for one in folders]
    texts = st.integers(0, len(folders) - 1).flatmap(
        lambda at: st.tuples(
            st.just(at),
            st.one_of(
                changed(whole[at], VALUES).map(lambda value: json.dumps(value).encode()),
                damaged([json.dumps(whole[at]).encode()]),
            ),
        )
    )

    def promise(one):
        at, data = one
        model = place() / "model"
        shutil.copytree(folders[at], model)
        (model / "config.json").write_bytes(data)
        refusal(InvalidModel, lambda: models.load(model))

    hold(texts, promise, fuzz_minutes)


def test_weights_of_exported_models(fuzz_minutes, place, tiny_models):
    model = place() / "model"
    shutil.copytree(tiny_models["plain"], model)
    whole = (model / "model.safetensors").read_bytes()
    length = 8 + int.from_bytes(whole[:8], "little")

    def promise(head):
        (model / "model.safetensors").write_bytes(head + whole[length:])
        refusal(InvalidModel, lambda: models.load(model))

    hold(damaged([whole[:length]]), promise, fuzz_minutes)


def saved(state, new: bool = True) -> bytes:
    out = io.BytesIO()
    torch.save(state, out, _use_new_zipfile_serialization=new)
    return out.getvalue()


def test_checkpoints(fuzz_minutes, place):
    resnet, unet = ResNet(width=2, blocks=1).state_dict(), UNet(width=2, levels=4).state_dict()
    whole = [saved(resnet), saved(resnet, new=False), saved(unet), saved({"state_dict": resnet})]
    path = place() / "net_G.pth"

    def promise(data):
        path.write_bytes(data)
        refusal(InvalidModel, lambda: read_generator(path))

    hold(damaged(whole), promise, fuzz_minutes)


def test_checkpoints_of_other_contents(fuzz_minutes, place):
    """Whole files, in which keys, shapes and kinds of values are odd."""
    whole = ResNet(width=2, blocks=1).state_dict()
    path = place() / "net_G.pth"
    odd = st.one_of(
        st.sampled_from([torch.ones(3), torch.zeros(0), torch.ones(2, 2, 2, 2), torch.tensor(1.0)]),
        st.sampled_from([torch.ones(2).long(), torch.ones(2).half(), torch.full((2,), torch.nan)]),
        st.sampled_from([torch.ones(1).expand(10**6, 10**6), torch.ones(2).to_sparse()]),
        VALUES,
    )
    keys = st.sampled_from([*whole, "module.model.1.weight", "model.1.weight_u", "model.99.bias"])
    wrapped = st.sampled_from(["", "state_dict", "params_ema", "epoch", "model"])

    def promise(one):
        changes, gone, around = one
        state = {key: value for key, value in {**whole, **changes}.items() if key not in gone}
        torch.save({around: state} if around else state, path)
        refusal(InvalidModel, lambda: read_generator(path))

    states = st.tuples(st.dictionaries(keys, odd, max_size=3), st.sets(keys, max_size=2), wrapped)
    hold(states, promise, fuzz_minutes)
