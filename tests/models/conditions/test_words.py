"""Words as a vector: by the table's pieces alone, whatever is typed."""

import pytest
import torch
from safetensors.torch import save_file

from models.conditions.words import LONGEST, WordTable, folded, load_words, save_words
from models.config import InvalidModel

PIECES = ["a", "ripe", "straw", "##berry", "cafe", "草莓", "红色", "莓"]


@pytest.fixture
def table() -> WordTable:
    """Each piece along an axis of its own; "a" counts for little."""
    vectors = (127 * torch.eye(len(PIECES))).to(torch.int8)
    return WordTable(PIECES, vectors, torch.tensor([0.01, *[1.0] * 7]) / 127, "free")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("A ripe  Strawberry!", ["a", "ripe", "straw", "##berry"]),
        ("Café", ["cafe"]),
        ("红色的草莓", ["红色", "草莓"]),
        ("straw红色", ["straw", "红色"]),
        ("berry", []),  # no piece begins so
        ("strawbery", []),  # a rest that is not known
        ("щука \ud800 \x00 🍓", []),
        ("", []),
    ],
)
def test_a_text_is_split_into_the_longest_pieces_that_are_known(table, text, pieces):
    assert table.split(text) == pieces


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("a STR", ["a straw"]),
        ("Ca", ["cafe"]),
        ("caf\u00e9", []),  # complete
        ("成熟的草", ["成熟的草莓"]),
        ("a ", []),
        ("be", []),  # goes on inside a word, and begins none
        ("\ud800(", []),
    ],
)
def test_the_last_word_is_completed_as_the_table_knows_words(table, text, texts):
    assert table.completions(text) == texts


def test_as_many_completions_as_asked_for(table):
    assert table.completions("r", 1) == ["ripe"]
    with pytest.raises(ValueError, match="at most 500 characters"):
        table.completions("x" * 501)


def test_a_vector_has_the_size_of_standard_noise_and_the_weights_of_its_pieces(table):
    vector = table.encode("a ripe")
    assert vector.norm() == pytest.approx(len(PIECES) ** 0.5)
    assert vector[0] / vector[1] == pytest.approx(0.01, rel=1e-3)
    assert torch.equal(table.encode("ripe straw"), table.encode("straw RIPE"))


def test_what_is_not_known_says_nothing(table):
    assert torch.equal(table.encode("щука"), torch.zeros(len(PIECES)))
    assert torch.equal(table.encode("щука ripe"), table.encode("ripe"))


def test_a_novel_is_no_caption(table):
    assert table.encode("ripe " * (LONGEST // 5)).any()
    with pytest.raises(ValueError, match="at most 500 characters, found 10,000"):
        table.encode("x" * 10_000)


def test_letters_are_small_and_of_one_form():
    assert folded("ＣＡＦÉ") == folded("café") == folded("cafe\u0301") == "cafe"


def test_a_table_is_read_as_it_was_written(table, tmp_path):
    save_words(table, tmp_path / "words.safetensors")
    again = load_words(tmp_path / "words.safetensors")
    assert (again.pieces, again.licence) == (PIECES, "free")
    torch.testing.assert_close(again.encode("a 草莓"), table.encode("a 草莓"), atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    ("tensors", "pieces"),
    [
        ({"vectors": torch.zeros(2, 4), "scales": torch.ones(2)}, "a\nb"),  # no int8
        ({"vectors": torch.zeros(2, 4, dtype=torch.int8), "scales": torch.ones(2)}, "a"),
        ({"vectors": torch.zeros(2, 4, dtype=torch.int8), "scales": torch.ones(2)}, "a\na"),
        ({"vectors": torch.zeros(1, 4, dtype=torch.int8), "scales": torch.ones(2)}, "a"),
        ({"vectors": torch.zeros(1, 4, dtype=torch.int8)}, "a"),
        (
            {"vectors": torch.zeros(1, 4, dtype=torch.int8), "scales": torch.tensor([torch.nan])},
            "a",
        ),
    ],
)
def test_another_file_is_refused_in_a_sentence(tmp_path, tensors, pieces):
    path = tmp_path / "words.safetensors"
    with pytest.raises(InvalidModel, match="found no such file"):
        load_words(path)
    save_file(tensors, path, {"pieces": pieces})
    with pytest.raises(InvalidModel, match="Expected a table of words in"):
        load_words(path)
