"""The app through its API, as a script uses it."""

import base64
import json
from io import BytesIO

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image


@pytest.fixture(scope="module")
def client(app_url, tmp_path_factory):
    return Client(app_url, download_files=str(tmp_path_factory.mktemp("downloads")), verbose=False)


def test_every_action_has_a_name(client):
    names = set(client.view_api(return_format="dict")["named_endpoints"])
    assert {"/draw", "/write", "/compare", "/morph", "/choose_model"} <= names
    assert {"/write_text", "/write_svg", "/change_character"} <= names


def test_draw_returns_the_seed_and_a_png_with_its_parameters(client):
    seed, path = client.predict("digits", "7", 4, 123, 1.0, False, api_name="/draw")
    assert seed == 123
    with Image.open(path) as image:
        assert image.format == "PNG"
        about = json.loads(image.text["parameters"])
    assert (about["model"], about["class"], about["count"], about["seed"]) == (
        "digits",
        "7",
        4,
        123,
    )


def test_a_new_seed_is_drawn_where_it_is_asked_for_and_told(client):
    seeds = {
        client.predict("digits", "7", 1, 123, 1.0, True, api_name="/draw")[0] for _ in range(2)
    }
    assert len(seeds | {123}) == 3


def test_a_number_a_grid_and_a_morph(client):
    _, written = client.predict("digits", "2026", 5, 1.0, False, api_name="/write")
    with Image.open(written) as image:
        assert image.width == 4 * image.height
    _, compared = client.predict("digits", 5, 5, 1.0, False, api_name="/compare")
    with Image.open(compared) as image:
        assert image.height == 2 * image.width
    _, morphed = client.predict("digits", "3", "8", 5, 1.0, False, api_name="/morph")
    with Image.open(morphed) as image:
        assert (image.format, image.n_frames > 20) == ("WEBP", True)


def test_a_model_without_classes_draws_too(client):
    _, path = client.predict("digits-gan", "any", 9, 5, 1.0, False, api_name="/draw")
    with Image.open(path) as image:
        assert image.width == image.height


@pytest.mark.parametrize(
    ("arguments", "name", "words"),
    [
        (("digits", "11", 4, 1, 1.0, False), "/draw", "11"),
        (("nothing", "1", 4, 1, 1.0, False), "/draw", "nothing"),
        (("../../etc", "1", 4, 1, 1.0, False), "/draw", "etc"),
        (("digits", "1", 0, 1, 1.0, False), "/draw", "minimum|less than|from 1"),
        (("digits", "1", 10_000_000, 1, 1.0, False), "/draw", "maximum|greater than|from 1"),
        (("digits", "1", 4, None, 1.0, False), "/draw", "seed"),
        (("digits", "1", 4, -3, 1.0, False), "/draw", "minimum|less than|seed"),
        (("digits", "20z6", 1, 1.0, False), "/write", "found 'z'"),
        (("digits", "", 1, 1.0, False), "/write", "something to write"),
    ],
)
def test_bad_input_is_one_sentence_and_the_app_goes_on(client, arguments, name, words):
    with pytest.raises(AppError, match=words) as error:
        client.predict(*arguments, api_name=name)
    assert "Traceback" not in str(error.value)
    assert client.predict("digits", "1", 1, 1, 1.0, False, api_name="/draw")[0] == 1


def test_every_action_of_the_draw_tab_has_a_name(client):
    names = set(client.view_api(return_format="dict")["named_endpoints"])
    expected = {"/translate_drawing", "/random_outline", "/choose_outline_model"}
    assert expected | {"/variants_of_drawing", "/suggest_words"} <= names


def test_a_drawing_is_told_words_and_has_several_answers(client):
    outline = client.predict(api_name="/random_outline")
    assert client.predict("listener", "straw", api_name="/suggest_words") == ["strawberry"]
    answers = client.predict("listener", outline, "red", api_name="/variants_of_drawing")
    assert [bool(one["seeds"]) for one in answers] == [False, True, True, True]
    told = ("listener", outline, "red", "", answers[1]["seeds"])
    picture, _ = client.predict(*told, api_name="/translate_drawing")
    assert picture["url"].startswith("data:image/png;base64,")
    with pytest.raises(AppError, match="found 10,000"):
        client.predict("listener", outline, "x" * 10_000, api_name="/translate_drawing")


def test_a_random_outline_is_translated_to_a_png_with_its_parameters(client):
    outline = client.predict(api_name="/random_outline")
    picture, words = client.predict("outlines", outline, api_name="/translate_drawing")
    data = base64.b64decode(picture["url"].removeprefix("data:image/png;base64,"))
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", (256, 256))
        assert json.loads(image.text["parameters"])["model"] == "outlines"
    assert "Translated in" in words


@pytest.mark.parametrize(
    "drawing", ["data:image/png;base64,AAAA", "/etc/passwd", 7, ["x"], {"path": "/etc/passwd"}]
)
def test_a_bad_drawing_is_one_sentence_and_the_app_goes_on(client, drawing):
    with pytest.raises(AppError, match="Expected a drawing") as error:
        client.predict("outlines", drawing, api_name="/translate_drawing")
    assert "Traceback" not in str(error.value)
    _, words = client.predict("outlines", "", api_name="/translate_drawing")
    assert "Draw something" in words


def test_a_model_that_is_not_for_outlines_is_refused(client):
    with pytest.raises(AppError, match="digits"):
        client.predict("digits", "", api_name="/translate_drawing")
    with pytest.raises(AppError, match="outlines"):
        client.predict("outlines", "any", 4, 1, 1.0, False, api_name="/draw")
