"""Regions of an outline: their pixels vote on their colour, so that it is flat.

Closed regions always do. A generator with `close_gaps` (Zhang et al. 2009, Vectorizing Cartoon
Animations, section 4.1: trapped balls) has lines with gaps closed as well, and what lies outside
votes too, so that a colour which is found out there in one place alone is not spilt.

A dab of colour decides for its region, where a generator takes hints: its scores alone, which were
learned, would follow most dabs and not all.

A generator with `keep_lines` colours what is between the lines alone: they lie over its picture as
they were drawn, at the drawing's own size, so that it has to work at no more pixels than colours
need."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.networks.palette import with_lines
from models.tiles import large

WEIGHT = 6.0  # of a region's mean score beside a pixel's own; chosen on held-out training pairs
OUTSIDE_WEIGHT = 10.0  # the same for what lies outside, where a second colour is a leak
DAB_WEIGHT = 40.0  # of the colour of a dab, in its region
NO_DAB = -1  # where there is none, in place of the number of its colour
TOUCHED = 0.25  # the share of a dab from which on it lies in a region and has not slipped over
MOST_STEPS = 1_000  # pixels along a passage narrower than the ball
LARGEST = 1024  # pixels along the longer side of an outline at which its regions vote
LINE = 0.0  # darker than halfway between black and white is a line


def translated(network: nn.Module, images: Tensor, condition: Tensor | None = None) -> Tensor:
    """Images (N, C, H, W), with hints if it takes them, through a generator; where that chooses
    among colours, closed regions vote, except in images so large that they go through in tiles.

    Args:
        condition: of a generator that takes one, (N, condition_dim).

    Returns:
        (N, C', H, W) in [-1, 1].
    """
    if getattr(network, "palette", None) is None or large(images):
        return network(images, condition)
    _, scores = network(images, condition, scores=True)
    outlines, hints = parted(network, images)
    return painted(network, scores, outlines, hints)


def coloured(
    network: nn.Module,
    images: Tensor,
    condition: Tensor | None,
    size: tuple[int, int],
    outlines: Tensor,
) -> Tensor:
    """`translated` by a generator that keeps lines, with the picture made at the size of outlines.

    Args:
        images: what the generator works on, padded on the right and below.
        size: height and width of the images without that.
        outlines: the same at another size, (N, C, H, W).

    Returns:
        (N, C', H, W) in [-1, 1].
    """
    _, scores = network(images, condition, scores=True)
    _, hints = parted(network, images)
    scores, hints = (one[:, :, : size[0], : size[1]].float() for one in (scores, hints))
    scores = F.interpolate(scores, outlines.shape[2:], mode="bilinear")
    if hints.shape[1]:
        hints = F.interpolate(hints, outlines.shape[2:], mode="nearest")
    return painted(network, scores, outlines, hints)


def parted(network: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    """What a generator is given, as its outlines and their hints, which have no channels where it
    takes none."""
    own = getattr(network, "in_channels", images.shape[1])
    return images[:, :own], images[:, own:]


def painted(network: Any, scores: Tensor, outlines: Tensor, hints: Tensor) -> Tensor:
    """The picture (N, C', H, W) of scores (N, K, H, W) for the regions of outlines (N, C, H, W).

    Args:
        hints: (N, C' + 1, H, W), as `models.conditions.hints` has them, or (N, 0, H, W).
    """
    dabs = None
    if hints.shape[1] and hints[:, -1].any():
        _, nearest = network.palette.closest(hints[:, :-1])
        dabs = torch.where(hints[:, -1] > 0.5, nearest, NO_DAB)
    picture = network.palette(vote(scores, outlines, getattr(network, "close_gaps", 0.0), dabs))
    return with_lines(picture, outlines) if getattr(network, "keep_lines", False) else picture


def vote(
    scores: Tensor,
    images: Tensor,
    close_gaps: float = 0.0,
    dabs: Tensor | None = None,
    mean: bool = False,
) -> Tensor:
    """s + 6 mean(s over the pixel's region) + 40 dabs' share of the colour, for pixels in closed
    regions.

    A network that cannot know a colour is undecided differently in different places, and a shape
    would get patches. Where it is sure, as of two tones in one shape, its own scores outweigh the
    mean. What a line does not close, the paper around a drawing among it, stays as it is.

    Args:
        scores: (N, K, H, W) of K colours.
        images: outlines (N, C, H, W) in [-1, 1], dark lines on light paper.
        close_gaps: width of gaps in lines that count as closed, as a share of the shorter side;
            what lies outside then votes too, with 10 in place of 6. 0 for neither.
        dabs: the number of the colour that a dab has, -1 where there is none, (N, H, W); outside
            they say nothing.
        mean: divide by the sum of the weights, so that the scores of a region are of the same scale
            as those of a pixel, of which both can be logits.
    """
    light = images.float().mean(1).gt(LINE).cpu().numpy().astype(np.uint8)
    asked = [None] * len(light) if dabs is None else dabs.cpu().numpy()
    each = zip(scores.float(), light, asked, strict=True)
    return torch.stack([voted(*one, close_gaps, mean) for one in each])


def voted(
    scores: Tensor, paper: np.ndarray, dabs: np.ndarray | None, close_gaps: float, mean: bool
) -> Tensor:
    """`vote` for one image: scores (K, H, W), and 1 where there is no line (H, W)."""
    labels, count = closed_regions(paper)
    outside = 0
    if close_gaps:
        labels, count, outside = without_gaps(paper, labels, count, close_gaps)
    weight = scores.new_full((count,), WEIGHT)
    weight[outside] = OUTSIDE_WEIGHT
    weight[0] = 0
    inside = torch.from_numpy(labels.astype(np.int64)).flatten().to(scores.device)
    flat = scores.flatten(1)
    sums = flat.new_zeros(len(flat), count).index_add_(1, inside, flat)
    means = sums / inside.bincount(minlength=count).clamp(min=1)
    votes = weight * means
    if dabs is not None:
        shares = dabs_of(labels, count, dabs, len(flat))
        shares[:, outside] = 0  # where a colour leaks
        votes += DAB_WEIGHT * torch.from_numpy(shares).to(flat)
    found = flat + votes[:, inside]
    return (found / (1 + weight[inside]) if mean else found).view_as(scores)


def dabs_of(labels: np.ndarray, count: int, dabs: np.ndarray, colours: int) -> np.ndarray:
    """The share of each colour among the dabs in a region, (colours, count).

    Args:
        labels: the number of each pixel's region (H, W), below `count`.
        dabs: the number of each pixel's colour (H, W), -1 for none.
    """
    import cv2

    _, parts = cv2.connectedComponents((dabs >= 0).astype(np.uint8), connectivity=8)
    dabbed = (dabs >= 0) & (labels > 0)
    each = np.stack([parts[dabbed], labels[dabbed], dabs[dabbed]])
    (dab, region, colour), pixels = np.unique(each, axis=1, return_counts=True)
    inside = pixels >= TOUCHED * np.bincount(parts.ravel())[dab]
    found = np.zeros((colours, count), np.float32)
    np.add.at(found, (colour[inside], region[inside]), pixels[inside])
    return found / found.sum(0).clip(min=1)


def closed_regions(paper: np.ndarray) -> tuple[np.ndarray, int]:
    """The number of each pixel's closed region (H, W), 0 for lines and for what reaches the edge of
    the image, and how many numbers there are."""
    import cv2

    count, labels = cv2.connectedComponents(paper, connectivity=4)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    labels[np.isin(labels, np.unique(edge))] = 0
    return labels, count


def without_gaps(
    paper: np.ndarray, labels: np.ndarray, count: int, close_gaps: float
) -> tuple[np.ndarray, int, int]:
    """Closed regions, and what they leave of the paper split where a ball does not pass.

    The ball, as wide as the widest gap, rolls over the paper; where it gets from the edge of the
    image lies outside. Where else it fits it is trapped in a shape whose lines have gaps. What it
    does not reach goes to the place that is nearest along the paper.

    Args:
        paper: 1 where there is no line (H, W).
        labels, count: as `closed_regions` gives them.
        close_gaps: width of the ball as a share of the shorter side.

    Returns:
        the number of each pixel's region (H, W), 0 for lines; how many numbers there are; and the
        number of what lies outside.
    """
    import cv2

    radius = max(1, round(close_gaps * min(paper.shape) / 2))
    ball = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    margin = 2 * radius + 1  # paper around the image, so that the ball gets around a drawing
    open_paper = np.pad(paper * (labels == 0), margin, constant_values=1).astype(np.uint8)
    fits = cv2.erode(open_paper, ball)
    found, places = cv2.connectedComponents(fits, connectivity=4)
    grown = spread(places.astype(np.float32), open_paper)
    grown = grown[margin:-margin, margin:-margin].astype(np.int64)
    numbers = np.where(grown > 0, count - 1 + grown, labels)
    return numbers, count - 1 + found, count - 1 + int(places[0, 0])


def spread(places: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """Numbered places (H, W), each grown step by step over the paper around it that has no number
    yet."""
    import cv2

    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    for _ in range(MOST_STEPS):
        free = (places == 0) & (paper > 0)
        grown = np.where(free, cv2.dilate(places, cross), places)
        if np.array_equal(grown, places):
            break
        places = grown
    return places
