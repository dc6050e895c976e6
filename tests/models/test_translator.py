"""Translators: any size, any kind of image, the same result each time."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

import models
from models import model_folder, tiles
from models.networks import GENERATORS, build
from models.passes import pad_to
from models.scaling import STRIP, enlarged, scaled_to
from models.translator import Translator
from training.export.export_model import translation_config


def make(folder, channels=(1, 3), name="unet", directions=("A to B",), **arguments) -> Translator:
    """An untrained translator whose pictures have some contrast."""
    torch.manual_seed(0)
    default = {"unet": {"levels": 4}, "resnet": {"blocks": 1}}[name]
    network = {
        "name": name,
        "arguments": {
            "in_channels": channels[0],
            "out_channels": channels[1],
            "width": 4,
            "norm": "instance",
            **default,
            **arguments,
        },
    }
    data = {"name": "x", "licence": "mine", "images": 2, "size": 32, "domains": ["a", "b"]}
    data["directions"] = list(directions)
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    critic = {"name": "patchgan", "arguments": {"channels": sum(channels)}}
    config = translation_config("mine", "training.pix2pix", network, critic, data, training)
    back = {**network["arguments"], "in_channels": channels[1], "out_channels": channels[0]}
    ways = (network["arguments"], back)
    parts = {
        model_folder.part(direction): build(GENERATORS, name, way)
        for direction, way in zip(directions, ways, strict=False)
    }
    for parameter in (p for network in parts.values() for p in network.parameters()):
        if parameter.ndim == 4:
            torch.nn.init.normal_(parameter, std=(2 / parameter[0].numel()) ** 0.5)
    folder = folder / "mine"
    model_folder.save(folder, config, torch.nn.ModuleDict(parts), "", Image.new("L", (8, 8)))
    return models.load(folder)


@pytest.fixture(scope="module")
def translator(tmp_path_factory) -> Translator:
    return make(tmp_path_factory.mktemp("models"))


def noise(width: int, height: int, mode: str = "L") -> Image.Image:
    shape = (height, width) if mode == "L" else (height, width, len(mode))
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, shape, np.uint8))


@pytest.mark.parametrize("size", [(1, 1), (17, 301), (16, 16), (33, 15), (640, 400)])
@pytest.mark.parametrize("name", ["unet", "resnet"])
def test_the_size_is_kept(tmp_path, name, size):
    output = make(tmp_path, name=name).translate(noise(*size))
    assert (output.size, output.mode) == (size, "RGB")


def test_twelve_megapixels_keep_their_size(translator):
    assert translator.translate(noise(4000, 3000), long_side=512).size == (4000, 3000)


@pytest.mark.usefixtures("either_precision")
def test_the_same_image_gives_the_same_bytes(translator):
    first, second = (translator.translate(noise(50, 40)).tobytes() for _ in range(2))
    assert first == second


def test_padding_is_by_reflection_and_cropped_back(translator):
    image = noise(50, 40)
    pixels = torch.from_numpy(np.pad(np.asarray(image), ((0, 8), (0, 14)), mode="reflect"))
    images = pixels[None, None].float().div(127.5).sub(1)
    with torch.inference_mode():
        whole = translator.networks["a_to_b"](images)[0, :, :40, :50]
    output = np.asarray(translator.translate(image, precision="fp32"))
    expected = whole.add(1).mul(127.5).round().permute(1, 2, 0).numpy()
    assert np.array_equal(output, expected)


@pytest.mark.usefixtures("either_precision")
def test_a_long_side_limits_the_work_and_is_scaled_back(translator):
    image = noise(64, 48).resize((256, 192), Image.Resampling.BICUBIC)
    limited, own = (translator.translate(image, long_side=side) for side in (64, 0))
    assert limited.size == own.size == (256, 192)
    assert limited.tobytes() != own.tobytes()


@pytest.mark.parametrize(
    ("size", "limit", "worked_at"),
    [
        ((60, 30), 0, (180, 90)),
        ((60, 30), 100, (100, 50)),
        ((200, 100), 0, (200, 100)),
        ((1, 1), 0, (90, 90)),
        ((2, 200), 0, (4, 360)),  # a strip
        ((1, 4000), 0, (1, 4000)),
    ],
)
def test_a_small_image_is_enlarged_within_limits(size, limit, worked_at):
    assert enlarged(Image.new("L", size), 90, limit).size == worked_at


@pytest.mark.usefixtures("either_precision")
def test_a_model_may_work_on_small_images_enlarged(tmp_path):
    plain, image = make(tmp_path / "plain"), noise(32, 24)
    folder = shutil.copytree(plain.folder, tmp_path / "enlarging")
    (folder / "config.json").write_text(json.dumps({**plain.config, "short_side": 72}))
    large = plain.translate(image.resize((96, 72), Image.Resampling.LANCZOS))
    expected = large.resize((32, 24), Image.Resampling.LANCZOS)
    enlarging = models.load(folder)
    assert enlarging.translate(image).tobytes() == expected.tobytes()
    limited = enlarging.translate(image, long_side=32)
    assert limited.tobytes() == plain.translate(image).tobytes()


@pytest.mark.usefixtures("either_precision")
def test_transparency_is_laid_over_white(translator):
    image = noise(32, 32, "RGBA")
    image.putalpha(0)
    white = Image.new("L", (32, 32), "white")
    assert translator.translate(image).tobytes() == translator.translate(white).tobytes()


@pytest.mark.usefixtures("either_precision")
def test_exif_orientation_is_applied(translator):
    image = noise(40, 20)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise
    image.getexif().update(exif)
    upright = image.transpose(Image.Transpose.ROTATE_270)
    output = translator.translate(image)
    assert output.size == (20, 40)
    assert output.tobytes() == translator.translate(Image.fromarray(np.asarray(upright))).tobytes()


@pytest.mark.usefixtures("either_precision")
def test_sixteen_bits_are_scaled_to_eight(translator):
    image = noise(32, 32)
    deep = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    assert translator.translate(deep).tobytes() == translator.translate(image).tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_is_taken(translator, mode):
    image = noise(32, 32)
    image = Image.fromarray(np.asarray(image).astype(np.uint16)) if mode == "I;16" else image
    assert translator.translate(image.convert(mode)).size == (32, 32)


def test_both_directions_have_their_own_network_and_channels(tmp_path):
    both = make(tmp_path, directions=("A to B", "B to A"))
    assert both.translate(noise(32, 32)).mode == "RGB"
    assert both.translate(noise(32, 32, "RGB"), direction="B to A").mode == "L"
    assert both.translate(noise(32, 32), direction=None).mode == "RGB"


def test_bfloat16_stays_near_float32(translator):
    image = noise(64, 64)
    full, half = (
        np.asarray(translator.translate(image, precision=p), int) for p in ("fp32", "bf16")
    )
    assert abs(full - half).mean() < 3


def test_values_out_of_range_are_errors_in_words(translator):
    for arguments, words in (
        ({"direction": "B to A"}, "A to B, found 'B to A'"),
        ({"precision": "int8"}, "auto, fp32, bf16, found 'int8'"),
        ({"long_side": -1}, "0 to 8192 pixels, found -1"),
        ({"long_side": 1.5}, "found 1.5"),
    ):
        with pytest.raises(ValueError, match=words):
            translator.translate(noise(8, 8), **arguments)


def test_too_many_pixels_are_refused_before_they_are_decoded(translator):
    with pytest.raises(ValueError, match="at most 250 megapixels.*found 20000 x 20000"):
        translator.translate(Image.new("1", (20_000, 20_000)))


# one stroke size for pictures of any size


def painting_at(working_size: int, plain: Translator, folder) -> Translator:
    """The same model with a working size."""
    folder = shutil.copytree(plain.folder, folder)
    (folder / "config.json").write_text(json.dumps({**plain.config, "working_size": working_size}))
    return models.load(folder)


def cloudy(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture with something to see at every scale."""
    small = noise(width // 16, height // 16, mode)
    return small.resize((width, height), Image.Resampling.BICUBIC)


def apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference, of 255."""
    return np.abs(np.asarray(one, int) - np.asarray(other, int)).mean()


@pytest.fixture(scope="module")
def painter(tmp_path_factory) -> Translator:
    """A model of two directions, grey to colour, with noise on its input and a working size."""
    place = tmp_path_factory.mktemp("painters")
    ways = ("A to B", "B to A")
    plain = make(place, name="resnet", directions=ways, input_noise=0.06, skip=False)
    return painting_at(64, plain, place / "painter")


@pytest.mark.usefixtures("either_precision")
@pytest.mark.parametrize("direction", ["A to B", "B to A"])
def test_large_and_small_copies_look_alike(painter, direction):
    """Within 3 of 255 in the mean, with the noise that the network expects: its field is that of
    the working size, whatever the picture's own. At own sizes they are far apart."""
    picture = cloudy(640, 480)
    half = picture.resize((320, 240), Image.Resampling.LANCZOS)

    def translated(given: Image.Image, **options) -> Image.Image:
        result = painter.translate(given, direction, seed=3, **options)
        assert result.size == given.size
        return result.resize((80, 60), Image.Resampling.LANCZOS)

    whole = translated(picture)
    assert apart(translated(half), whole) < 3
    assert apart(translated(half, long_side=0), translated(picture, long_side=0)) > 6


@pytest.mark.usefixtures("either_precision")
def test_a_seed_gives_the_same_painting_at_any_size(painter):
    picture = cloudy(320, 240)
    first, again, other = (painter.translate(picture, seed=seed) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("direction", ["A to B", "B to A"])
@pytest.mark.parametrize("size", [(1, 1), (3, 500), (1, 4000), (64, 64), (130, 97), (4000, 3000)])
def test_a_working_size_keeps_the_size_and_the_channels(painter, size, direction):
    output = painter.translate(Image.new("RGB", size, (90, 160, 30)), direction)
    assert (output.size, output.mode) == (size, "RGB" if direction == "A to B" else "L")


def test_a_plain_picture_stays_plain_at_a_working_size(tmp_path):
    plain = make(tmp_path, name="resnet")
    output = painting_at(64, plain, tmp_path / "painter").translate(Image.new("L", (500, 300), 90))
    assert all(low == high for low, high in output.getextrema())


def test_a_small_picture_is_painted_enlarged(tmp_path, painter):
    image = noise(32, 24)
    large = painter.translate(image.resize((85, 64), Image.Resampling.LANCZOS))
    expected = large.resize((32, 24), Image.Resampling.LANCZOS)
    assert painter.translate(image).tobytes() == expected.tobytes()


def test_a_stroke_size_is_a_multiple_of_the_working_size(painter, translator):
    picture = cloudy(320, 240)
    fine, medium, bold = (
        painter.translate(picture, stroke_size=name) for name in ("fine", "medium", "bold")
    )
    assert medium.tobytes() == painter.translate(picture).tobytes()
    assert len({fine.tobytes(), medium.tobytes(), bold.tobytes()}) == 3
    for name, side in (("fine", 96), ("medium", 64), ("bold", 48)):
        assert painter.checked_working_size(name, None) == side
    for name, side in (("fine", 768), ("medium", 512), ("bold", 384)):
        assert translator.checked_working_size(name, None) == side  # which has none itself


def test_a_long_side_rules_where_it_is_given(tmp_path):
    plain = make(tmp_path, name="resnet")
    painter, picture = painting_at(64, plain, tmp_path / "painter"), cloudy(160, 128)
    for long_side in (0, 96):
        expected = plain.translate(picture, long_side=long_side)
        assert painter.translate(picture, long_side=long_side).tobytes() == expected.tobytes()


@pytest.mark.parametrize("size", [(4000, 3000), (4032, 3024), (3000, 6000), (9000, 600), (1, 9000)])
@pytest.mark.parametrize("side", [384, 512, 768])
def test_no_tiles_are_needed_where_a_working_size_rules(size, side):
    work = scaled_to(Image.new("L", size), side)
    assert not tiles.large(pad_to(torch.empty(1, 1, *work.size[::-1]), 4, 4))
    assert max(work.size) <= STRIP * side
    if max(size) / min(size) <= 2:
        assert min(work.size) == side


def test_what_a_stroke_size_cannot_be_is_said(painter):
    for arguments, words in (
        ({"stroke_size": "huge"}, "fine, medium, bold, found 'huge'"),
        ({"stroke_size": 512}, "fine, medium, bold, found 512"),
        ({"stroke_size": "fine", "long_side": 0}, "found both; choose one"),
    ):
        with pytest.raises(ValueError, match=words):
            painter.translate(noise(8, 8), **arguments)


def test_lines_that_are_kept_are_those_of_the_picture_whatever_size_it_is_worked_at(tmp_path):
    palette = ["#ffffff", "#ff0000", "#00ff00"]
    translator = make(tmp_path, palette=palette, keep_lines=True)
    drawn = Image.new("L", (150, 90), "white")
    ImageDraw.Draw(drawn).line([(10, 80), (75, 5), (140, 80), (10, 80)], fill=0, width=3)
    drawn.putpixel((75, 50), 128)  # a hair as of a line's edge
    found = np.asarray(translator.translate(drawn, long_side=32)).astype(int)
    lines = np.asarray(drawn)
    assert found.shape == (90, 150, 3)
    assert (found[lines == 0] == 0).all()
    paint = found[lines == 255].reshape(-1, 3)
    assert np.ptp(paint, axis=0).max() > 100  # it is coloured
    around = found[49:52, 74:77].reshape(-1, 3)[[0, 1, 2, 3, 5, 6, 7, 8]].max(0)
    assert (abs(found[50, 75] - around * 128 / 255) < 12).all()
