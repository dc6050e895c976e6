"""A digit of one's own: made ready, found, varied; by functions, and through the API."""

import json

import gradio as gr
import numpy as np
import pytest
from encoders import with_encoder
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

from app.find import actions as find_actions
from app.find import tab as find_tab
from app.shared.drawings import to_data_url
from models.inversion import Twin


@pytest.fixture
def names(offered, tiny_models) -> list[str]:
    """`found` has an encoder, `classes` has none."""
    with_encoder(tiny_models["classes"], offered / "found")
    return ["found", "classes"]


def seven(ground: str = "white", ink: str = "black", at: tuple[int, int] = (0, 0)) -> Image.Image:
    """A 7 in thick lines, as a person draws it."""
    picture = Image.new("RGB", (256, 256), ground)
    x, y = at
    corners = [(70 + x, 60 + y), (180 + x, 60 + y), (110 + x, 200 + y)]
    ImageDraw.Draw(picture).line(corners, fill=ink, width=22, joint="curve")
    return picture


def box_of(image: Image.Image) -> tuple[int, int]:
    """Width and height of what is brighter than a fifth."""
    left, top, right, bottom = image.point(lambda value: 255 * (value > 51)).getbbox()
    return right - left, bottom - top


def test_a_digit_is_white_on_black_in_a_box_of_20_with_its_mass_in_the_middle():
    """As MNIST has them (LeCun 1998)."""
    ready = find_actions.prepare(seven(at=(30, -20)))
    assert (ready.mode, ready.size) == ("L", (28, 28))
    pixels = np.asarray(ready, float)
    assert pixels[0].max() == pixels[:, 0].max() == 0
    assert pixels.max() == 255
    assert max(box_of(ready)) in (19, 20)
    for axis in (0, 1):
        weights = pixels.sum(1 - axis)
        middle = (weights * np.arange(28)).sum() / weights.sum()
        assert abs(middle - 14) <= 0.6


@pytest.mark.parametrize(
    ("ground", "ink"), [("black", "white"), ("#202040", "#ffe0a0"), ("#d8d0c0", "#303030")]
)
def test_ink_on_any_ground_is_the_same_digit(ground, ink):
    plain, other = find_actions.prepare(seven()), find_actions.prepare(seven(ground, ink))
    assert np.abs(np.asarray(plain, int) - np.asarray(other, int)).max() <= 8


def test_where_and_how_large_it_is_drawn_does_not_matter():
    plain = np.asarray(find_actions.prepare(seven()), int)
    moved = np.asarray(find_actions.prepare(seven(at=(50, 40))), int)
    assert np.abs(plain - moved).max() <= 1
    large = find_actions.prepare(seven().resize((1900, 1900)))
    assert np.abs(plain - np.asarray(large, int)).mean() < 5


def test_a_digit_of_mnist_stays_nearly_as_it_is():
    from training.data.labelled.named import load

    images = load("mnist", "train").images[:50]
    apart = [
        np.abs(np.asarray(find_actions.prepare(Image.fromarray(one)), int) - one.astype(int)).mean()
        for one in images
    ]
    assert np.median(apart) < 0.03 * 255


@pytest.mark.parametrize("picture", [Image.new("L", (256, 256), 255), Image.new("RGB", (1, 1))])
def test_an_empty_picture_gets_one_sentence(names, picture, library):
    with pytest.raises(ValueError, match="empty picture; draw one"):
        find_actions.find(library, "found", picture)
    with pytest.raises(ValueError, match="empty picture"):
        find_actions.find_drawing(library, "found", to_data_url(picture))
    with pytest.raises(ValueError, match="empty picture"):
        find_actions.find_drawing(library, "found", "")


def test_paper_with_faint_noise_is_empty_too():
    noise = np.random.default_rng(0).integers(240, 256, (64, 64)).astype(np.uint8)
    with pytest.raises(ValueError, match="empty picture"):
        find_actions.prepare(Image.fromarray(noise))


def test_the_pair_shows_the_digit_and_its_twin_and_carries_the_error(names, library):
    pair, words, found = find_actions.find(library, "found", seven())
    assert pair.width > 2 * pair.height - 20
    about = json.loads(pair.info["parameters"])
    assert about == {"model": "found", "error": round(found.twin.error, 4)}
    assert f"{found.twin.error:.1%}" in words


@pytest.mark.parametrize(
    ("error", "words"),
    [(0.01, "nearly the same: 1.0%"), (0.03, "comes close: 3.0%"), (0.2, "only roughly alike")],
)
def test_the_error_is_said_in_words(names, error, words, library):
    twin = Twin(seven(), None, 7, error)
    assert words in find_actions.words(find_actions.finder(library, "found"), twin)
    assert "sees 7" in find_actions.words(find_actions.finder(library, "found"), twin)


def test_variations_begin_at_the_twin_and_go_away_from_it(names, library):
    *_, found = find_actions.find(library, "found", seven())

    def tiles(distance: float, seed: int = 1) -> list[np.ndarray]:
        row = np.asarray(find_actions.vary(library, found, distance, seed), int)
        return np.split(row, find_actions.VARIATIONS, axis=1)

    first = tiles(0.0)
    assert all((tile == first[0]).all() for tile in first)
    near, far = tiles(0.2), tiles(0.9)
    away = [np.mean([np.abs(t - first[0]).mean() for t in some]) for some in (near, far)]
    assert 0 < away[0] < away[1]
    assert (tiles(0.9)[0] == far[0]).all()
    assert (tiles(0.9, seed=2)[0] != far[0]).any()


def test_impossible_wishes_get_one_sentence(names, library):
    *_, found = find_actions.find(library, "found", seven())
    for arguments, words in (
        ((None, 0.5, 1), "find one first"),
        ((found, 2.0, 1), "distance from 0 to 1, found 2.0"),
        ((found, None, 1), "distance from 0 to 1"),
        ((found, 0.5, None), "a seed"),
    ):
        with pytest.raises(ValueError, match=words):
            find_actions.vary(library, *arguments)
    with pytest.raises(ValueError, match="no encoder"):
        find_actions.find(library, "classes", seven())


def test_the_part_is_hidden_for_models_without_encoder(names, library):
    with gr.Blocks():
        finder = find_tab.build(library, "found")
    assert find_tab.emptied(library, finder, "found")[finder.tab].visible is True
    assert find_tab.emptied(library, finder, "classes")[finder.tab].visible == "hidden"


@pytest.fixture(scope="module")
def client(app_url, tmp_path_factory):
    return Client(app_url, download_files=str(tmp_path_factory.mktemp("downloads")), verbose=False)


def test_every_action_has_a_name(client):
    names = set(client.view_api(return_format="dict")["named_endpoints"])
    assert {"/find_digit", "/find_drawn_digit", "/vary_digit"} <= names


def test_an_uploaded_seven_is_found_and_varied(client, tmp_path):
    path = tmp_path / "seven.png"
    seven().save(path)
    pair, words, row = client.predict("digits", handle_file(path), 0.3, 1, api_name="/find_digit")
    assert "sees 7" in words
    with Image.open(pair) as image:
        assert json.loads(image.text["parameters"])["model"] == "digits"
    still = client.predict(0.0, 1, api_name="/vary_digit")
    with Image.open(row) as some, Image.open(still) as same:
        assert some.size == same.size
        tiles = np.split(np.asarray(same.convert("L"), int), find_actions.VARIATIONS, axis=1)
        assert np.abs(tiles[0] - tiles[-1]).max() <= 1
        assert np.asarray(some.convert("L")).std() > 0


def test_a_drawn_seven_is_found(client):
    drawing = to_data_url(seven())
    _, words, _ = client.predict("digits", drawing, 0.3, 1, api_name="/find_drawn_digit")
    assert "sees 7" in words


def test_bad_input_is_one_sentence(client, app_url, save):
    broken = handle_file(save("broken.png", b"\x89PNG nothing"))
    new = Client(app_url, verbose=False)  # a session in which nothing was found
    for call, words in (
        (lambda: client.predict("digits", "", 0.3, 1, api_name="/find_drawn_digit"), "empty"),
        (lambda: client.predict("digits", broken, 0.3, 1, api_name="/find_digit"), "broken.png"),
        (lambda: new.predict(0.3, 1, api_name="/vary_digit"), "find one first"),
    ):
        with pytest.raises(AppError, match=words) as error:
            call()
        assert "Traceback" not in str(error.value)
