"""A flat picture as SVG: its regions as curves, each in one colour."""

import html
import re
from io import BytesIO

import numpy as np
import vtracer
from PIL import Image

FILL = re.compile(r'fill="(#[0-9A-Fa-f]{6})"')
COLOURS = 16  # of a picture whose model has no palette
LARGE = 4  # a picture is traced so many times larger, so that curves do not follow its pixels
SPECK = 8  # pixels of the traced picture along a side below which a region is none


def svg_of(picture: Image.Image, palette: list[str] | None = None, about: str = "") -> str:
    """A picture as SVG of its own size.

    Args:
        palette: its colours as "#rrggbb"; the commonest ones where it is not given.
        about: what its description says.
    """
    size = (LARGE * picture.width, LARGE * picture.height)
    large = picture.convert("RGB").resize(size, Image.Resampling.BICUBIC)
    out = BytesIO()
    in_colours(large, palette).save(out, "PNG")
    traced = vtracer.convert_raw_image_to_svg(
        out.getvalue(),
        img_format="png",
        colormode="color",
        hierarchical="stacked",
        mode="spline",
        filter_speckle=SPECK,
        color_precision=8,
        layer_difference=0,
        path_precision=1,
    )
    drawn = traced[traced.index("<path") : traced.rindex("</svg>")]
    if palette:  # a region is traced in the mean of what it covers
        drawn = FILL.sub(lambda found: f'fill="{nearest(found[1], palette)}"', drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{picture.width}" '
        f'height="{picture.height}" viewBox="0 0 {size[0]} {size[1]}">'
        f"<desc>{html.escape(about, quote=False)}</desc>\n{drawn}</svg>\n"
    )


def nearest(colour: str, palette: list[str]) -> str:
    """The colour of a palette that is nearest to one."""
    return min(
        palette,
        key=lambda one: sum((a - b) ** 2 for a, b in zip(rgb(one), rgb(colour), strict=True)),
    )


def rgb(colour: str) -> list[int]:
    """Red, green and blue of "#rrggbb"."""
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def in_colours(picture: Image.Image, palette: list[str] | None) -> Image.Image:
    """A picture in which every pixel has the nearest of some colours."""
    if palette:
        chosen = [part for one in palette for part in rgb(one)]
    else:
        common = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        chosen = common.getpalette() or []
    colours = np.array(chosen, np.float32).reshape(-1, 3)
    pixels = np.asarray(picture, np.float32).reshape(-1, 3)
    distances = (pixels**2).sum(1)[:, None] - 2 * pixels @ colours.T + (colours**2).sum(1)
    nearest = colours[distances.argmin(1)].astype(np.uint8)
    return Image.fromarray(nearest.reshape(*picture.size[::-1], 3))
