"""A camera that moves over a photograph, and its translation in step, as an animated WebP.

    python -m training.benchmark.clip docs/clip.webp --photograph palaisdespapes

The photograph is one of a test split.
"""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from models.clips.memory import steady
from training.benchmark.side_by_side import load_translator
from training.command_line import parse_simple, run_main
from training.data.reading import readable_images
from training.data.unpaired.domains import find_domains
from training.metrics.unpaired.moving import STEP, pan

SIZE, FRAMES, MILLISECONDS = (256, 192), 24, 120
GAP = 4  # pixels between the two
QUALITY = 60


@dataclass
class Options:
    """Options of `training.benchmark.clip`.

    Args:
        out: the WebP to write.
        model: a translator, by name or folder.
        photograph: its file's name without the ending.
        data: in whose test split it lies.
    """

    out: Path
    model: str = "photo-vangogh"
    photograph: str = "palaisdespapes"
    data: str = "photo-vangogh"


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    translator = load_translator(options.model)
    photograph = photograph_of(options.data, options.photograph)
    given = pan(photograph, SIZE, FRAMES).frames
    moving = steady(translator)
    made = [moving.translate(frame) for frame in tqdm(given, "Translating", unit="frame")]
    first, *others = [beside(*pair) for pair in zip(given, made, strict=True)]
    shown = {"append_images": others, "duration": MILLISECONDS, "loop": 0}
    first.save(options.out, "WEBP", save_all=True, quality=QUALITY, method=6, **shown)
    print(f"Written: {options.out}")


def photograph_of(data: str, name: str) -> Image.Image:
    """A photograph of a test split, large enough for a camera to move over.

    Raises:
        ValueError: there is none of that name, or it is too small.
    """
    files = {path.stem: path for path in find_domains(data, "test").a}
    if name not in files:
        raise ValueError(f"Expected a photograph {', '.join(sorted(files))}, found {name!r}.")
    photograph = readable_images([files[name]])[0].convert("RGB")
    needed = [side + step * (FRAMES - 1) for side, step in zip(SIZE, STEP, strict=True)]
    if photograph.width < needed[0] or photograph.height < needed[1]:
        raise ValueError(
            f"Expected a photograph of at least {needed[0]}x{needed[1]} pixels, found {name} of "
            f"{photograph.width}x{photograph.height}."
        )
    return photograph


def beside(one: Image.Image, other: Image.Image) -> Image.Image:
    """Two frames of one size, side by side on white."""
    page = Image.new("RGB", (2 * one.width + GAP, one.height), "white")
    page.paste(one, (0, 0))
    page.paste(other.convert("RGB"), (one.width + GAP, 0))
    return page


if __name__ == "__main__":
    run_main(main)
