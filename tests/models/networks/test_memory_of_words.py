"""A memory of vectors: what is learned under the keys that are nearest."""

import math

import pytest
import torch

from models.networks.layers import LEAST_SLOPE, ClassInput, OpenTanh
from models.networks.memory import (
    LONGEST,
    OTHERS_SEEN,
    OWN_SEEN,
    OWN_SHOWN,
    REMEMBERED,
    SHARPNESS,
    Memory,
    Thumbnails,
    rescaled,
)
from models.networks.residual import Generator, resized


@pytest.fixture
def memory():
    torch.manual_seed(0)
    made = Memory(3, 4)
    with torch.no_grad():
        made.keys.copy_(torch.eye(3, 4))
    return made


def test_it_gives_the_values_by_the_softmax_of_cosines(memory):
    """Miller 2016, equation 1: at a key of three at right angles, e^s of e^s + 2."""
    told = torch.tensor([[5.0, 0, 0, 0, 9, 9]])  # longer than the keys: the rest is not compared
    own = math.exp(SHARPNESS) / (math.exp(SHARPNESS) + 2)
    weights = torch.tensor([own, (1 - own) / 2, (1 - own) / 2])
    assert torch.allclose(memory(told, None), weights[None] @ memory.values, atol=1e-6)


def test_halfway_between_two_keys_lies_the_mean_of_their_values(memory):
    between = memory(torch.tensor([[1.0, 1, 0, 0]]), None)
    assert torch.allclose(between[0], memory.values[:2].mean(0), atol=1e-4)


def test_where_nothing_is_said_everything_is_remembered_alike(memory):
    nothing = memory(torch.zeros(2, 4), None)
    assert torch.allclose(nothing, memory.values.mean(0).expand(2, -1), atol=1e-6)


def test_a_vector_that_ran_away_counts_as_no_longer_than_the_longest(memory):
    far = torch.eye(3, 4)
    before = memory(far, None)
    with torch.no_grad():
        memory.values[1] *= 1e3
    assert torch.allclose(memory(far, None)[1].norm(), torch.tensor(LONGEST), rtol=1e-3)
    assert torch.allclose(memory(far, None)[0], before[0], atol=1e-4)


def test_only_what_is_near_learns(memory):
    memory(torch.tensor([[0.0, 3, 0, 0]]), None).sum().backward()
    sizes = memory.values.grad.norm(dim=1)
    assert sizes[1] > 1e6 * max(sizes[0], sizes[2]) > 0
    assert memory.keys.grad is None  # a key stays at its caption


def test_an_input_carries_it_beside_noise_and_vector_and_a_generator_takes_keys():
    made = ClassInput(2, 0, 8, condition_dim=6, memories=3, key_dim=4)
    noise, told = torch.randn(5, 2), torch.randn(5, 6)
    latent = made(noise, told)
    assert latent.shape == (5, made.features) == (5, 2 + 6 + REMEMBERED)
    assert torch.equal(latent[:, :2], noise) and torch.equal(latent[:, 2:8], told)

    generator = Generator(16, 3, width=4, condition_dim=6, noise_dim=2, memories=3, key_dim=4)
    keys = 7 * torch.randn(3, 4)
    generator.remember(keys)
    assert torch.allclose(generator.input.memory.keys.norm(dim=1), torch.ones(3))
    found = generator.input.memory(keys, None)
    near = torch.nn.functional.cosine_similarity(keys[:, None], keys[None], dim=2)
    weights = (SHARPNESS * near).softmax(1)
    assert torch.allclose(found, weights @ generator.input.memory.values, atol=1e-5)


def test_words_settle_on_one_of_the_things_they_may_mean_by_the_first_number_of_z(memory):
    """Between two keys of three: each half the time, never the third; at 0 the nearer one."""
    noise = torch.randn(2000, 3, generator=torch.Generator().manual_seed(0))
    told = torch.tensor([[1.0, 1, -1, 0, 7]]).expand(2000, -1)
    settled = memory.settled(told, noise)
    assert torch.equal(settled[:, 4], told[:, 4])  # the hand stays
    assert torch.allclose(settled[:, :4].norm(dim=1), torch.tensor(2.0))  # of 4 numbers of size 1
    often = (settled[:, :3] > 1).float().mean(0)
    assert torch.allclose(often, torch.tensor([0.5, 0.5, 0.0]), atol=0.04)

    nearer = torch.tensor([[1.0, 1.02, -1, 0, 7]])
    assert memory.settled(nearer, torch.zeros(1, 3))[0].argmax() == 4
    assert memory.settled(nearer, torch.zeros(1, 3))[0, :4].argmax() == 1
    assert memory.settled(nearer, torch.full((1, 3), 9.0))[0, :4].argmax() == 0
    clear = memory.settled(torch.tensor([[0.2, 1.0, 0, 0, 7]]).expand(2000, -1), noise)
    assert (clear[:, :4].argmax(1) == 1).all()


def test_where_nothing_is_said_it_is_anything(memory):
    noise = torch.randn(999, 1, generator=torch.Generator().manual_seed(0))
    chosen = memory.settled(torch.zeros(999, 5), noise)[:, :4].argmax(1)
    assert (chosen.bincount(minlength=3) > 250).all()


@pytest.fixture
def keeping():
    """A generator with thumbnails by two hands, keys at right angles, and pictures of these, of
    which the first hand lacks the last."""
    torch.manual_seed(0)
    told = {"condition_dim": 6, "noise_dim": 3, "memories": 3, "key_dim": 4}
    generator = Generator(16, 3, width=4, thumbnails=4, **told).eval()
    for block in (block for stage in generator.stages for block in stage):
        torch.nn.init.normal_(block.second.weight, std=0.1)
    keys, pictures = 7 * torch.eye(3, 4), 2 * torch.rand(3, 2, 3, 4, 4) - 1
    generator.remember(keys, pictures, torch.tensor([[1, 1], [1, 1], [0, 1]]))
    return generator, keys, pictures


def shown_by(generator, keys, hand):
    """What is seen (N, slots, C + 1, H, W) of each key where a hand is asked for, the vectors and
    whose picture is followed."""
    told = torch.cat([keys, torch.eye(2)[[hand] * len(keys)]], 1)
    latent = generator.input(torch.zeros(len(keys), 3), told)
    vectors, shown = latent.tensor_split([generator.input.features], 1)
    return shown.unflatten(1, (3, 4, 4, 4)), vectors[:, -REMEMBERED - 2 : -2], vectors[:, -2:]


def test_thumbnails_are_shown_as_they_are_that_of_the_asked_hand_first(keeping):
    generator, keys, pictures = keeping
    for hand in range(2):
        shown, _, followed = shown_by(generator, keys, hand)
        assert torch.allclose(shown[:2, 1:, :3], pictures[:2], atol=0.01)  # of 8 bits
        assert torch.allclose(followed[:2], torch.eye(2)[[hand] * 2], atol=1e-4)
        assert torch.allclose(shown[:2, 0], shown[:2, 1 + hand], atol=1e-4)
    assert torch.allclose(shown[:2, :, 3], torch.ones(2, 3, 4, 4), atol=1e-4)


def test_of_what_a_hand_never_drew_the_others_are_seen_and_no_vector_is_told(keeping):
    generator, keys, _ = keeping
    shown, vectors, followed = shown_by(generator, keys, 0)
    assert shown[2, 1].abs().max() < 1e-3 < 0.5 < shown[2, 2].abs().max()
    assert torch.allclose(shown[2, 0], shown[2, 2], atol=1e-4)
    assert torch.allclose(followed[2], torch.tensor([0.0, 1.0]), atol=1e-3)
    assert vectors[2].abs().max() < 1e-3 < 0.5 < vectors[:2].abs().mean()


def test_in_training_the_asked_one_is_mostly_hidden_and_its_vector_with_it(keeping):
    generator, keys, _ = keeping
    generator.train()
    shown, vectors, followed = shown_by(generator, keys[:1].expand(4000, -1), 0)
    asked, other = (shown[:, place, 3, 0, 0] > 0.5 for place in (1, 2))
    assert torch.equal(followed.argmax(1)[asked | other], (~asked)[asked | other].long())
    assert followed[~asked & ~other].abs().max() < 1e-3
    assert abs(asked.float().mean() - OWN_SEEN) < 0.03
    assert abs(other.float().mean() - OTHERS_SEEN) < 0.03
    assert torch.equal(vectors.abs().amax(1) > 0.1, asked)


def test_afterwards_z_says_what_is_hidden_and_at_0_nothing_is(keeping):
    """The thing that both have drawn; each hand's number of z tells of its picture alone."""
    generator, keys, _ = keeping
    noise = torch.randn(4000, 3, generator=torch.Generator().manual_seed(0))

    def seen(noise):
        told = torch.cat([keys[:1], torch.eye(2)[:1]], 1).expand(len(noise), -1)
        shown = generator.input(noise, told)[:, generator.input.features :]
        return shown.unflatten(1, (3, 4, 4, 4))[:, 1:, 3, 0, 0] > 0.5

    assert seen(noise).any(1).all()  # where both would be hidden, the nearer to 0 is not
    both = (1 - OWN_SHOWN) * (1 - OTHERS_SEEN)  # of which it is its own in half
    often = torch.tensor([OWN_SHOWN + both / 2, OTHERS_SEEN + both / 2])
    assert torch.allclose(seen(noise).float().mean(0), often, atol=0.03)
    assert torch.equal(seen(noise), seen(noise))
    near = seen(0.5 * noise).float().mean(0)
    assert near.min() > 0.98
    assert seen(torch.zeros(1, 3)).all()
    own = seen(torch.tensor([[0.0, 9, 0]]))
    assert own.tolist() == [[False, True]]


def test_where_no_hand_is_told_there_is_one_picture_of_each():
    told = {"condition_dim": 4, "noise_dim": 3, "memories": 3, "key_dim": 4}
    generator = Generator(16, 3, width=4, thumbnails=4, **told).eval()
    pictures = torch.full((3, 1, 3, 4, 4), 0.5)
    generator.remember(torch.eye(3, 4), pictures, torch.ones(3, 1))
    latent = generator.input(torch.zeros(3, 3), torch.eye(3, 4))
    assert latent.shape == (3, generator.input.features + 4 * 4 * 4)
    shown = latent[:, generator.input.features :].unflatten(1, (4, 4, 4))
    assert torch.allclose(shown[:, :3], torch.tensor(0.5), atol=0.01)
    assert generator(torch.zeros(3, 3), torch.eye(3, 4)).shape == (3, 3, 16, 16)


def test_what_a_thumbnail_shows_is_drawn_where_it_lies(keeping):
    generator, keys, pictures = keeping
    told = torch.cat([keys, torch.eye(2)[[0] * 3]], 1)[:1]
    before = generator(torch.zeros(1, 3), told)
    pictures[0, 0, :, 0, 0] *= -1
    generator.remember(keys, pictures, torch.ones(3, 2))
    moved = (generator(torch.zeros(1, 3), told) - before).abs().sum(1)[0]
    assert moved[:4, :4].mean() > 3 * moved[8:, 8:].mean()


@pytest.mark.parametrize("side", [3, 5, 16])
def test_thumbnails_of_any_size_are_shown_to_each_stage_up_to_the_first_that_holds_them(side):
    """Stages of 4, 8 and 16 pixels: what is even stays so, and the last one sees every pixel."""
    told = {"condition_dim": 6, "noise_dim": 3, "memories": 3, "key_dim": 4}
    generator = Generator(16, 3, width=4, thumbnails=side, **told).eval()
    assert len(generator.from_thumbnails) == {3: 1, 5: 2, 16: 3}[side]
    for layer in generator.from_thumbnails:
        assert torch.equal(resized(torch.ones(1, 2, side, side), 4), torch.ones(1, 2, 4, 4))
        torch.nn.init.normal_(layer.weight)
    one = torch.zeros(3, 2, 3, side, side)
    generator.remember(torch.eye(3, 4), one, torch.ones(3, 2))
    asked = torch.cat([torch.eye(3, 4), torch.eye(2)[[0] * 3]], 1)[:1]
    before = generator(torch.zeros(1, 3), asked)
    one[0, 0, :, -1, -1] = 1
    generator.remember(torch.eye(3, 4), one, torch.ones(3, 2))
    moved = (generator(torch.zeros(1, 3), asked) - before).abs().sum(1)[0]
    assert moved[-2:, -2:].mean() > 1e-3 and moved[-2:, -2:].mean() > 3 * moved[:4, :4].mean()


def test_what_is_followed_is_drawn_as_it_is_before_anything_is_learned(keeping):
    """Blocks add nothing at first; white and black come out as 0.98."""
    generator, keys, pictures = keeping
    torch.nn.init.zeros_(generator.to_image.weight)
    told = torch.cat([keys, torch.eye(2)[[0] * 3]], 1)
    wanted = torch.stack([pictures[0, 0], pictures[1, 0], pictures[2, 1]])
    drawn = generator(torch.zeros(3, 3), told)
    assert torch.allclose(drawn, 0.98 * resized(wanted, 16), atol=0.02)


def test_of_others_that_one_is_followed_whose_number_is_nearest_to_0():
    made = ClassInput(4, 0, 8, condition_dim=7, memories=1, key_dim=4, thumbnail=(3, 2, 2)).eval()
    made.memory.thumbnails.keep(torch.zeros(1, 3, 3, 2, 2), torch.tensor([[0, 1, 1]]))
    told = torch.cat([made.memory.keys, torch.eye(3)[:1]], 1)
    for noise, followed in (
        ([0.0, 0, 0.3, 0.2], 2),
        ([0.0, 0, 0.1, -0.2], 1),
        ([0.0, 0, 1.9, 1.8], 2),
    ):
        found = made(torch.tensor([noise]), told)[0, made.features - 3 : made.features]
        assert found.tolist() == [0, followed == 1, followed == 2]


def square(side: int) -> torch.Tensor:
    """A black square of so many pixels in the middle of 16, (3, 16, 16), on white."""
    image = torch.ones(3, 16, 16)
    start = 8 - side // 2
    image[:, start : start + side, start : start + side] = -1
    return image


def test_what_is_followed_has_the_size_at_which_the_asked_hand_draws():
    """Squares of 8 by one hand and of 14 pixels by the other, which drew one thing alone."""
    made = ClassInput(3, 0, 8, condition_dim=4, memories=2, key_dim=2, thumbnail=(3, 16, 16)).eval()
    pictures = torch.stack([torch.stack([square(8), square(14)]), torch.ones(2, 3, 16, 16)])
    pictures[1, 1] = square(14)
    made.memory.thumbnails.keep(pictures, torch.tensor([[1, 1], [0, 1]]))
    assert made.memory.thumbnails.extents.tolist() == [0.5, 0.875]
    with torch.no_grad():
        made.memory.keys.copy_(torch.eye(2))
    told = torch.cat([torch.eye(2), torch.eye(2)[[0, 0]]], 1)
    shown = made(torch.zeros(2, 3), told)[:, made.features :].unflatten(1, (3, 4, 16, 16))
    assert torch.allclose(shown[0, 0, :3], square(8), atol=0.02)  # its own, as it is
    assert torch.allclose(shown[1, 0, :3], square(8), atol=0.02)  # the other's, smaller
    assert torch.allclose(shown[1, 2, :3], square(14), atol=0.02)  # where all are seen, as it is

    again = Thumbnails(2, 2, (3, 16, 16))
    again.load_state_dict(made.memory.thumbnails.state_dict())
    assert again.extents.tolist() == [0.5, 0.875]


def test_pictures_without_white_ground_are_followed_at_their_own_size():
    made = Thumbnails(2, 2, (3, 4, 4))
    made.keep(torch.zeros(2, 2, 3, 4, 4), torch.tensor([[1, 0], [1, 0]]))
    assert made.extents.tolist() == [1, 1]


def test_a_picture_is_rescaled_about_its_middle_on_white():
    """White is what its last plane says, which stays."""
    pictures = torch.stack([square(8), square(8), square(16), 0 * square(8)])
    white = torch.tensor([1.0, 1, 1, 0])[:, None, None, None].expand(-1, 1, 16, 16)
    found = rescaled(torch.cat([pictures, white], 1), torch.tensor([1.0, 2.0, 0.5, 0.5]))
    assert torch.equal(found[:, 3:], white)
    same, larger, smaller, nothing = found[:, :3]
    assert torch.allclose(same, square(8), atol=1e-5)
    assert torch.allclose(larger[:, 1:-1, 1:-1], square(16)[:, 1:-1, 1:-1], atol=1e-5)
    assert torch.allclose(smaller, square(8), atol=1e-5)
    assert not nothing.any()


def test_what_is_followed_stays_whole_where_it_would_become_too_large():
    """Rings and squares of 14 of 16 pixels and of 2 by the first hand, of 14 by the other."""
    made = ClassInput(3, 0, 8, condition_dim=4, memories=2, key_dim=2, thumbnail=(3, 16, 16)).eval()
    ring = square(14)
    ring[:, 2:14, 2:14] = 1
    pictures = torch.stack([ring, square(14), square(2), square(14)]).unflatten(0, (2, 2))
    made.memory.thumbnails.keep(pictures, torch.tensor([[1, 0], [1, 1]]))
    assert made.memory.thumbnails.extents.tolist() == [0.5, 0.875]
    with torch.no_grad():
        made.memory.keys.copy_(torch.eye(2))
    told = torch.tensor([[1.0, 0, 0, 1]])  # the ring by the other, which draws 1.75 times as large
    shown = made(torch.zeros(1, 3), told)[0, made.features :].unflatten(0, (3, 4, 16, 16))[0, 0]
    assert (shown[8, [0, 15]] < 0).all() and (shown[8, 2:14] > 0.9).all()


def test_what_was_driven_to_black_or_white_by_mistake_comes_back():
    x = torch.tensor([-9.0, -9.0, 0.0, 1.0, 9.0, 9.0], requires_grad=True)
    y = OpenTanh.apply(x)
    assert torch.equal(y, torch.tanh(x))
    y.backward(torch.tensor([-1.0, 1.0, 1.0, 1.0, 1.0, -1.0]))
    slope = 1 - torch.tanh(torch.tensor(1.0)) ** 2
    wanted = torch.tensor([-LEAST_SLOPE, 0, 1, slope, LEAST_SLOPE, 0])
    assert torch.allclose(x.grad, wanted, atol=1e-6)


def test_thumbnails_need_a_memory_and_room():
    with pytest.raises(ValueError, match="memories that keep the thumbnails, found none"):
        Generator(16, 3, width=4, thumbnails=4)
    told = {"condition_dim": 6, "memories": 3, "key_dim": 4}
    with pytest.raises(ValueError, match="thumbnails of 1 to 16 pixels, found 17"):
        Generator(16, 3, width=4, thumbnails=17, **told)


def test_each_hand_has_a_number_of_z():
    told = {"condition_dim": 6, "memories": 3, "key_dim": 4, "noise_dim": 2}
    with pytest.raises(ValueError, match="noise_dim of at least 3 with thumbnails.*found 2"):
        Generator(16, 3, width=4, thumbnails=4, **told)


@pytest.mark.parametrize("key_dim", [0, 7])
def test_what_it_compares_is_part_of_the_condition(key_dim):
    with pytest.raises(ValueError, match=f"1 to 6 numbers of the condition, found {key_dim}"):
        Generator(16, 3, width=4, condition_dim=6, memories=3, key_dim=key_dim)
