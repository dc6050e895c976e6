"""The pictures that a model without pairs is measured on: smaller ones, the darkest, a large one
made of many, and plainly recoloured ones to compare with."""

from itertools import cycle

import torch
from PIL import Image
from torch import Tensor

from models.images import pixels_to_tensor, tensor_to_images
from models.scaling import resized
from training.metrics.pixels import luminance, tensors

FLAT = 0.01  # deviation in Lab of a channel without contrast
Pictures = list[Image.Image]


def scaled(pictures: Pictures, scale: float) -> Pictures:
    """Pictures made smaller."""
    return [resized(picture, scale) for picture in pictures]


def darkest_third(pictures: Pictures) -> list[int]:
    """The indices of the third of the pictures whose mean luminance is lowest, rounded; at least
    one."""
    light = [luminance(image[None]).mean().item() for image in tensors(pictures)]
    order = sorted(range(len(pictures)), key=light.__getitem__)
    return sorted(order[: max(1, round(len(pictures) / 3))])


def mosaic(pictures: Pictures, width: int) -> Image.Image:
    """A picture three quarters as high as wide, of pictures at their natural pixels: rows of all in
    turn, again and again, each cut at its middle to the height of the lowest."""
    row = min(picture.height for picture in pictures)
    page = Image.new("RGB", (width, width * 3 // 4))
    following = cycle(pictures)
    for top in range(0, page.height, row):
        left = 0
        while left < width:
            picture = next(following).convert("RGB")
            above = (picture.height - row) // 2
            page.paste(picture.crop((0, above, picture.width, above + row)), (left, top))
            left += picture.width
    return page


def recoloured(pictures: Pictures, look: Pictures) -> Pictures:
    """Pictures with the mean and the deviation in Lab of other ones: a plain colour transfer
    (Reinhard 2001)."""
    from kornia.color import lab_to_rgb, rgb_to_lab

    def lab(picture: Image.Image) -> Tensor:
        return rgb_to_lab(pixels_to_tensor(picture.convert("RGB")).add(1).div(2))

    pixels = torch.cat([lab(picture).flatten(2) for picture in look], dim=2)
    mean_of_look, deviation = pixels.mean(2)[..., None, None], pixels.std(2)[..., None, None]
    found = []
    for picture in pictures:
        own = lab(picture)
        deviation_here = own.std((2, 3), keepdim=True).clamp(min=FLAT)
        moved = (own - own.mean((2, 3), keepdim=True)) / deviation_here
        rgb = lab_to_rgb(moved * deviation + mean_of_look).clamp(0, 1)
        found += tensor_to_images(rgb.mul(2).sub(1))
    return found
