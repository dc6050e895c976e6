"""Closed regions vote on their colour, and nothing else does."""

import numpy as np
import torch

from models import flat_art, tiles
from models.networks import GENERATORS, build

COLOURS = ["#ffffff", "#000000", "#ff0000"]


def outline(gap: bool = False) -> torch.Tensor:
    """A black square on white, (1, 1, 32, 32), open on one side where asked."""
    image = torch.ones(1, 1, 32, 32)
    image[..., 8:24, 8:24] = -1
    image[..., 10:22, 10:22] = 1
    if gap:
        image[..., 14:18, 8:10] = 1
    return image


def scores(images: torch.Tensor) -> torch.Tensor:
    """White outside; inside mostly red, but a corner undecided with a little more for black."""
    found = torch.zeros(1, 3, 32, 32)
    found[:, 0] = 1
    found[..., 10:22, 10:22] = torch.tensor([0.0, 0, 1])[:, None, None]
    found[..., 10:14, 10:14] = torch.tensor([0.0, 0.3, 0.2])[:, None, None]
    return found


def test_a_closed_region_is_of_one_colour():
    chosen = flat_art.vote(scores(outline()), outline()).argmax(1)
    assert (chosen[:, 10:22, 10:22] == 2).all()
    assert (chosen[:, :8] == 0).all()


def test_scores_rise_by_six_times_their_mean_in_the_region():
    given = scores(outline())
    found = flat_art.vote(given, outline())
    mean = given[..., 10:22, 10:22].mean((2, 3), keepdim=True)
    expected = given[..., 10:22, 10:22] + 6 * mean
    torch.testing.assert_close(found[..., 10:22, 10:22], expected)


def test_lines_and_paper_and_open_shapes_stay_as_they_are():
    given = scores(outline())
    closed = flat_art.vote(given, outline())
    outside = torch.ones(32, 32, dtype=bool)
    outside[10:22, 10:22] = False
    assert torch.equal(closed[..., outside], given[..., outside])
    assert torch.equal(flat_art.vote(given, outline(gap=True)), given)


def test_a_second_tone_of_which_the_network_is_sure_stays():
    given = scores(outline())
    given[..., 10:14, 10:14] = torch.tensor([0.0, 9, 0])[:, None, None]
    chosen = flat_art.vote(given, outline()).argmax(1)
    assert (chosen[:, 10:14, 10:14] == 1).all() and (chosen[:, 15:22, 15:22] == 2).all()


def test_regions_have_numbers_of_their_own():
    paper = np.ones((20, 20), np.uint8)
    paper[4:16, 4:16] = 0
    paper[6:9, 6:9] = paper[11:14, 11:14] = 1
    labels, count = flat_art.closed_regions(paper)
    assert len({labels[7, 7], labels[12, 12], 0}) == 3 and labels.max() < count
    assert labels[0, 0] == labels[4, 4] == 0


def test_each_image_of_a_batch_votes_by_itself():
    images = torch.cat([outline(), outline(gap=True)])
    both = flat_art.vote(scores(images).repeat(2, 1, 1, 1), images)
    assert torch.equal(both[:1], flat_art.vote(scores(images), outline()))
    assert torch.equal(both[1:], scores(images))


def test_only_networks_with_a_palette_vote_and_only_at_once(monkeypatch):
    torch.manual_seed(0)
    small = {"levels": 4, "width": 4, "in_channels": 1}
    plain = build(GENERATORS, "unet", small).eval()
    coloured = build(GENERATORS, "unet", {**small, "palette": COLOURS}).eval()
    image = outline()
    with torch.no_grad():
        assert torch.equal(flat_art.translated(plain, image), plain(image))
        voted = flat_art.translated(coloured, image)
        assert voted.shape == (1, 3, 32, 32) and not torch.equal(voted, coloured(image))
        monkeypatch.setattr(tiles, "WHOLE", 100)
        assert torch.equal(flat_art.translated(coloured, image), coloured(image))


def test_a_gap_in_a_line_is_closed_where_asked():
    images = outline(gap=True)
    given = scores(images)
    assert (flat_art.vote(given, images).argmax(1)[:, 10:14, 10:14] == 1).any()
    chosen = flat_art.vote(given, images, close_gaps=0.2).argmax(1)
    assert (chosen[:, 10:22, 11:22] == 2).all()
    assert (chosen[:, :8] == 0).all() and (chosen[:, :, :6] == 0).all()


def test_an_opening_wider_than_a_gap_stays_open():
    images = outline(gap=True)
    labels, count, outside = flat_art.without_gaps(
        images[0, 0].gt(0).numpy().astype(np.uint8), np.zeros((32, 32), int), 1, 0.06
    )
    assert count > outside and labels[15, 15] == labels[0, 0] == outside


def test_a_leak_outside_is_outvoted_and_a_closed_shape_is_as_it_was():
    given = scores(outline())
    given[..., 2:6, 2:20] = torch.tensor([0.0, 0, 3])[:, None, None]
    assert (flat_art.vote(given, outline()).argmax(1)[:, 2:6, 2:20] == 2).all()
    voted = flat_art.vote(given, outline(), close_gaps=0.05)
    assert (voted.argmax(1)[:, :8] == 0).all()
    plain = flat_art.vote(given, outline())
    assert torch.equal(voted[..., 10:22, 10:22], plain[..., 10:22, 10:22])


def test_every_pixel_of_the_paper_has_a_region_and_lines_have_none():
    stream = np.random.default_rng(0)
    paper = (stream.random((40, 50)) > 0.1).astype(np.uint8)
    labels, count, outside = flat_art.without_gaps(paper, *flat_art.closed_regions(paper), 0.1)
    assert (labels[paper == 0] == 0).all() and labels.max() < count
    assert (labels == outside).any()


def keeping(**changes):
    """A generator of outlines whose scores are those of `scores`, on 32 pixels, and which keeps
    lines."""
    arguments = {"levels": 4, "width": 4, "in_channels": 1, "palette": COLOURS, "keep_lines": True}
    return build(GENERATORS, "unet", {**arguments, **changes}).eval()


def test_lines_lie_over_the_picture_as_they_are_drawn():
    torch.manual_seed(0)
    drawn = outline()
    drawn[..., 2:4, 2:30] = 0.0  # half grey, as the edge of a line is
    bare, kept = keeping(keep_lines=False), keeping()
    kept.load_state_dict(bare.state_dict())
    with torch.no_grad():
        for before, after in (
            (bare(drawn), kept(drawn)),
            (flat_art.translated(bare, drawn), flat_art.translated(kept, drawn)),
        ):
            light = (drawn + 1) / 2
            torch.testing.assert_close((after + 1) / 2, (before + 1) / 2 * light)


def test_a_larger_outline_is_coloured_at_its_own_size(monkeypatch):
    network, small = keeping(), outline()
    large = torch.nn.functional.interpolate(small, (96, 96), mode="nearest")
    monkeypatch.setattr(network, "forward", lambda *_, **__: (None, scores(small)))
    found = flat_art.coloured(network, small, None, (32, 32), large)
    assert found.shape == (1, 3, 96, 96)
    assert (found[..., 24:30, 24:72] == -1).all()  # the line is black to its edges
    inside = found[..., 31:65, 31:65]
    torch.testing.assert_close(inside[:, 0].mean(), torch.tensor(1.0), atol=0.02, rtol=0)
    assert inside[:, 1:].mean() < -0.98  # red up to the line


def test_padding_is_cut_off_before_the_size_changes(monkeypatch):
    network, small = keeping(), outline()
    padded = torch.nn.functional.pad(scores(small), (0, 16, 0, 16), value=9.0)
    monkeypatch.setattr(network, "forward", lambda *_, **__: (None, padded))
    found = flat_art.coloured(network, small, None, (32, 32), small)
    expected = network.palette(flat_art.vote(scores(small), small))
    torch.testing.assert_close(found, flat_art.with_lines(expected, small))


def dabbed(*places: tuple[slice, slice, int]) -> torch.Tensor:
    """Dabs (1, 32, 32) of colours by their numbers."""
    dabs = torch.full((1, 32, 32), -1)
    for rows, columns, colour in places:
        dabs[0, rows, columns] = colour
    return dabs


def test_a_dab_decides_for_its_region_and_for_no_other():
    given = scores(outline())
    dabs = dabbed((slice(12, 14), slice(12, 14), 1), (slice(1, 4), slice(1, 4), 2))
    chosen = flat_art.vote(given, outline(), dabs=dabs).argmax(1)
    assert (chosen[:, 10:22, 10:22] == 1).all()  # of red by its scores
    assert (chosen[:, :8] == 0).all()  # outside it says nothing


def test_what_slips_over_a_line_counts_for_nothing():
    given = scores(outline())
    dabs = dabbed((slice(2, 11), slice(12, 16), 1))  # a row of nine lies inside
    assert torch.equal(flat_art.vote(given, outline(), dabs=dabs), flat_art.vote(given, outline()))


def test_two_dabs_share_a_region_by_their_pixels():
    dabs = dabbed((slice(12, 14), slice(12, 18), 1), (slice(18, 20), slice(12, 14), 2))
    given = torch.zeros(1, 3, 32, 32)
    found = flat_art.vote(given, outline(), dabs=dabs)[0, :, 15, 15]
    torch.testing.assert_close(found, torch.tensor([0, 30.0, 10.0]))


def test_a_dab_outside_of_lines_with_gaps_says_nothing():
    given = scores(outline(gap=True))
    dabs = dabbed((slice(0, 4), slice(0, 4), 1))
    one, other = (flat_art.vote(given, outline(gap=True), 0.2, some) for some in (dabs, None))
    assert torch.equal(one, other)


def test_a_dab_has_the_colour_of_the_palette_that_is_nearest(monkeypatch):
    network, small = keeping(hints=True), outline()
    monkeypatch.setattr(network, "forward", lambda *_, **__: (None, scores(small)))
    hints = torch.zeros(1, 4, 32, 32)
    hints[0, :, 14:17, 14:17] = torch.tensor([-0.8, -0.9, -0.9, 1])[:, None, None]  # nearly black
    found = flat_art.translated(network, torch.cat([small, hints], 1))
    assert (found[..., 10:22, 10:22] < -0.9).all()


def test_the_mean_of_votes_keeps_the_scale_of_scores():
    given = torch.randn(1, 3, 32, 32).clamp(-1, 1)
    for drawn, gaps in ((outline(), 0.0), (outline(gap=True), 0.2)):
        found = flat_art.vote(given, drawn, gaps, mean=True)
        assert found.abs().max() <= given.abs().max()
    inside = given[..., 10:22, 10:22]
    expected = (inside + 6 * inside.mean((2, 3), keepdim=True)) / 7
    found = flat_art.vote(given, outline(), mean=True)
    torch.testing.assert_close(found[..., 10:22, 10:22], expected)
    assert torch.equal(found[..., :8], given[..., :8])
