"""Things on white ground in other colours than they have: a blue apple.

What has the foremost hue of a thing is brought to the colour that is asked for, in CIELAB, with its
light and shade; what has another hue keeps it, as a leaf does, and so do outlines and the ground.
"""

import math

import torch
from torch import Tensor

COLOURS = {  # sRGB, and the pieces of words that say so
    (215, 38, 61): "red 红 红色 紅 紅色",
    (244, 144, 12): "orange 橙 橙色 橘色",
    (252, 201, 52): "yellow gold golden 黄 黄色 黃色",
    (76, 158, 63): "green 绿 绿色 綠色",
    (59, 125, 216): "blue 蓝 蓝色 浅蓝 藍色 淺藍",
    (28, 58, 128): "navy",
    (22, 148, 152): "teal",
    (142, 91, 192): "purple violet 紫 紫色",
    (242, 145, 178): "pink 粉红 粉紅",
    (141, 90, 59): "brown 棕 棕色 褐 褐色 咖啡色",
    (51, 54, 59): "black 黑 黑色",
    (244, 246, 248): "white 白 白色",
    (154, 164, 174): "grey gray silver 灰 灰色",
}
# what the table does not have, in words that it has
SPELT = {"粉色": "粉红", "金色": "黄色", "turquoise": "teal", "magenta": "pink"}
BY_WORD = {word: target for target, words in COLOURS.items() for word in words.split()}
WHITE, COLOURLESS = 97.0, 4.0  # lightness of the ground from there on, and chroma below which
STRONG = 15.0  # chroma of what counts for the foremost hue
NEAR = 0.35  # radians: what counts as one hue where the foremost is looked for
SAME = 0.6  # radians: what is recoloured with it
SHADING = 0.8  # of its light and shade that a thing keeps
LEAST = 0.12  # share of what is drawn that has the foremost hue; of a thing with less, greys change
CLOSE = 22.0  # a distance in CIELAB, nearer than which a thing has the colour already
HUES = 72  # that are tried for the foremost

Colour = tuple[int, int, int]


def recoloured(image: Tensor, colour: Colour, strength: float = 1.0) -> Tensor:
    """A picture (3, H, W) in [-1, 1] of a thing on white ground with the thing in a colour (r, g,
    b) of 255; as it is where it has that already, or is black.

    Args:
        strength: how much of the way it is taken, from 0 to 1.
    """
    from kornia.color import lab_to_rgb, rgb_to_lab  # takes a second to import

    lab = rgb_to_lab((image[None].float() + 1) / 2)[0]
    target = rgb_to_lab(torch.tensor(colour)[None, :, None, None] / 255)[0]
    chroma = lab[1:].norm(dim=0)
    share, has_hue = part_to_change(lab, chroma)
    total = share.sum()
    mean = (lab * share).sum((1, 2), keepdim=True) / total.clamp(min=1)
    if not strength or total < 1 or (mean - target).norm() < CLOSE:
        return image
    lightness = (target[:1] + SHADING * (lab[:1] - mean[:1])).clamp(0, 100)
    mean_chroma = ((chroma * share).sum() / total).clamp(min=COLOURLESS)
    paleness = (chroma / mean_chroma).clamp(max=1.5) if has_hue else torch.ones_like(chroma)
    changed = torch.cat([lightness, target[1:] * paleness])
    rgb = lab_to_rgb(lab.lerp(changed, strength * share)[None])[0].clamp(0, 1)
    return (2 * rgb - 1).to(image.dtype)


def on_the_way(images: Tensor, start: Colour | None, end: Colour | None) -> Tensor:
    """Pictures (N, 3, H, W) on the way from a thing in one colour to one in another, as
    `recoloured`; None for a thing that keeps its own."""
    result = []
    for image, way in zip(images, torch.linspace(0, 1, len(images)).tolist(), strict=True):
        strengths = {start: 1.0} if start == end else {start: 1 - way, end: way}
        for colour, strength in strengths.items():
            image = image if colour is None else recoloured(image, colour, strength)
        result.append(image)
    return torch.stack(result)


def part_to_change(lab: Tensor, chroma: Tensor) -> tuple[Tensor, bool]:
    """What is recoloured, as shares in [0, 1], (H, W): what has the foremost hue; and whether there
    is one. Of a thing nearly without colours it is what is neither dark nor ground.

    Args:
        lab: (3, H, W) in CIELAB.
        chroma: (H, W).
    """
    drawn = (lab[0] < WHITE) | (chroma > COLOURLESS)
    hue = torch.atan2(lab[2], lab[1])
    hues = torch.linspace(-math.pi, math.pi, HUES + 1)[1:, None, None]
    near = torch.exp(-((angle(hue - hues) / NEAR) ** 2)) * chroma * (chroma > STRONG)
    foremost = hues[near.sum((1, 2)).argmax()]
    coloured = ((chroma - 8) / 12).clamp(0, 1)  # softly, for edges are mixtures
    share = torch.exp(-((angle(hue - foremost) / SAME) ** 4)) * coloured * drawn
    if share.sum() >= LEAST * drawn.sum():
        return share, True
    return ((lab[0] - 30) / 20).clamp(0, 1) * ((22 - chroma) / 10).clamp(0, 1) * drawn, False


def angle(difference: Tensor) -> Tensor:
    """A difference of two angles in [-pi, pi)."""
    return (difference + math.pi) % (2 * math.pi) - math.pi
