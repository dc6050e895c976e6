"""What is told of pairs while training: dabs of the truth and words, by the seed of each pair, and
often nothing."""

import numpy as np
import pytest
import torch

from models.conditions.words import WordTable, save_words
from tests.pictures import filled_square
from training.data.augmentation import PairAugmentation
from training.data.errors import DataError
from training.data.paired import captions
from training.data.paired.captions import Caption, read_captions, some_words
from training.data.paired.dabs import random_hints
from training.data.paired.pairs import find_pairs
from training.data.paired.told_pairs import ToldPairs

WORDS = ["square", "red", "blue", "paint"]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "words.safetensors"
    vectors = (127 * torch.eye(4)).to(torch.int8)
    save_words(WordTable(WORDS, vectors, torch.ones(4) / 127), path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Ten pairs: the outline of a square, and the same filled with red or blue; and their words."""
    folder = tmp_path_factory.mktemp("squares")
    rows = ["name,split,caption,tags"]
    for index in range(10):
        colour = ("red", "blue")[index % 2]
        for side, image in zip("AB", filled_square(colour), strict=True):
            (folder / side).mkdir(exist_ok=True)
            image.save(folder / side / f"{index}.png")
        rows.append(f'{index}.png,train,square,"{colour}, paint"')
    (folder / "words.csv").write_text("\n".join(rows))
    return folder


@pytest.fixture
def pairs(folder, table):
    words = read_captions(str(folder / "words.csv"), table)
    augment = PairAugmentation(flip=True, zoom=0.1)
    return ToldPairs(find_pairs(str(folder)), 32, augment=augment, hints=True, captions=words)


def test_dabs_show_the_targets_own_colours_and_follow_from_the_seed(pairs):
    draws = [(index % 10, 100 + index) for index in range(40)]
    batch = pairs.__getitems__(draws)
    assert batch.input.shape == (40, 1 + 3 + 1, 32, 32)
    colour, mask = batch.input[:, 1:4], batch.input[:, 4]
    assert set(mask.unique().tolist()) == {0, 1}
    assert (colour[:, :, :, :] * (1 - mask[:, None]) == 0).all()
    for one, there, target in zip(colour, mask, batch.target, strict=True):
        shown = {tuple(pixel) for pixel in one[:, there > 0].T.tolist()}
        assert shown <= {tuple(pixel) for pixel in target.flatten(1).T.tolist()}
    silent = (mask.sum((1, 2)) == 0).float().mean()
    assert 0.25 < silent < 0.75  # of 40 in the mean
    again = pairs.__getitems__(draws[20:])
    assert torch.equal(again.input, batch.input[20:]) and torch.equal(again.words, batch.words[20:])


def test_dabs_lie_in_the_painted_shape_more_often_than_by_chance(pairs):
    batch = pairs.plain()
    inside = total = 0.0
    for seed in range(60):
        mask = random_hints(batch.input[:1, :1], batch.target[:1], seed)[0, 3]
        inside, total = inside + mask[10:22, 10:22].sum().item(), total + mask.sum().item()
    assert inside / total > 2 * (12 / 32) ** 2


def test_words_are_some_of_a_pictures_own_and_often_none(pairs):
    batch = pairs.__getitems__([(0, seed) for seed in range(60)])
    assert batch.words.shape == (60, 4)
    silent = (batch.words == 0).all(1)
    assert 0.2 < silent.float().mean() < 0.6
    strongest = batch.words[~silent].argmax(1).tolist()
    assert set(strongest) == {WORDS.index(word) for word in ("square", "red", "paint")}


def test_a_caption_is_told_alone_with_tags_or_by_tags():
    stream = np.random.default_rng(0)
    told = {some_words(Caption("square", ("red",)), stream) for _ in range(200)}
    assert told == {"", "square", "square red", "red"}


def test_plain_pairs_have_no_hints_and_words_only_where_told(pairs):
    silent, told = pairs.plain(slice(4)), pairs.plain(slice(4), told=True)
    assert (silent.input[:, 1:] == 0).all() and (silent.words == 0).all()
    assert torch.equal(told.input, silent.input)
    assert told.words[0].tolist() == [2, 0, 0, 0]


def test_pictures_without_words_are_counted_and_words_for_none_are_an_error(
    folder, table, tmp_path
):
    some = tmp_path / "some.csv"
    some.write_text("name,words\n" + "\n".join(f"{index},square" for index in range(9)))
    found = ToldPairs(
        find_pairs(str(folder)), 32, hints=False, captions=read_captions(str(some), table)
    )
    assert any("1 of 10 pictures have no words in some.csv" in one for one in found.warnings)
    assert found.plain().input.shape[1] == 1
    some.write_text("name,words\nother,square\n")
    with pytest.raises(DataError, match="found none for any picture"):
        ToldPairs(
            find_pairs(str(folder)), 32, hints=False, captions=read_captions(str(some), table)
        )


@pytest.mark.parametrize("text", ["", "name\n1\n", "name,split\n1,train\n", "name,words\n"])
def test_a_table_without_names_and_words_is_an_error(tmp_path, table, text):
    path = tmp_path / "words.csv"
    with pytest.raises(DataError, match="found no file"):
        read_captions(str(path), table)
    path.write_text(text)
    with pytest.raises(DataError, match="names of pictures in the first column"):
        read_captions(str(path), table)


def test_the_words_of_the_emoji_come_along():
    found = read_captions("emoji")
    names = [pair.b for pair in find_pairs("emoji").pairs]
    assert not found.warning(names)
    assert found.by_name["1f34f"].text == "green apple"
    assert "fruit" in found.by_name["1f34f"].tags
    near = found.table.encode("草莓") @ found.table.encode("strawberry") / found.table.dim
    far = found.table.encode("草莓") @ found.table.encode("house") / found.table.dim
    assert near > 0.4 > far
    assert captions.bundled_table().stat().st_size < 2e6
