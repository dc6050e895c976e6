"""The options that the reference wrote beside a checkpoint, as text:

    ----------------- Options ---------------
                crop_size: 512                           	[default: 256]
                direction: BtoA                          	[default: AtoB]
    ----------------- End -------------------

The weights say what the network is. The options say what these cannot: the size of its training,
which way it leads, and whether a U-Net had dropout. What is wrong in them is passed over, and said,
for a model is whole without them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.networks.resnet import Generator as ResNet
from models.working_sizes import MAX_LONG_SIDE

FILES = ("train_opt.txt", "opt.txt", "test_opt.txt")  # those of the training first
MAX_BYTES, MAX_LETTERS = 2**16, 80  # of a file, and of a value
FORMER = {  # names of options in older versions of the reference, and in CUT
    "fineSize": "crop_size",
    "loadSize": "load_size",
    "resize_or_crop": "preprocess",
    "which_direction": "direction",
    "which_model_netG": "netG",
    "normG": "norm",
}
KNOWN = ("crop_size", "load_size", "direction", "netG", "ngf", "norm", "no_dropout")
READ = ("crop_size", "direction", "no_dropout")
DOMAINS = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}  # of the first generator, by the direction
UNCROPPED = ("resize", "scale_width", "scale_shortside")


@dataclass(frozen=True)
class Options:
    """What options beside a checkpoint say that its weights do not; None where they say nothing.

    Attributes:
        options_file: their name.
        crop_size: height and width of the training's crops.
        direction: "AtoB", or "BtoA" where the first generator takes pictures of B.
        no_dropout: whether a U-Net was trained without it.
    """

    options_file: str | None = None
    crop_size: int | None = None
    direction: str | None = None
    no_dropout: bool | None = None

    @property
    def said(self) -> dict[str, str | int | bool]:
        """What there is, by name."""
        return {key: value for key, value in vars(self).items() if value is not None}


def options_beside(checkpoint: Path, network: dict, say: Callable[[str], object]) -> Options:
    """The options that lie beside a checkpoint.

    Args:
        network: {"name", "arguments"} of ours, from its weights.
        say: gets a sentence for whatever is passed over.
    """
    path = next((one for file in FILES if (one := checkpoint.with_name(file)).is_file()), None)
    if path is None:
        return Options()
    values = read_values(path)
    if not any(key in values for key in KNOWN):
        say(f"Expected lines like 'crop_size: 256' in {path}, found none; it is passed over.")
        return Options()
    if stranger := contradiction(values, network):
        say(
            f"Expected in {path} the options of a {network['name']} as in {checkpoint.name}, found "
            f"{stranger}; it is passed over."
        )
        return Options()
    without = {"True": True, "False": False}.get(values.get("no_dropout", ""))
    return Options(
        path.name,
        size_of(values, network, path, say),
        direction_of(values, path, say),
        without if network["name"] == "unet" else None,  # a ResNet's keys say it
    )


def read_values(path: Path) -> dict[str, str]:
    """Options by the names of today, as they are written; none of a file that cannot be read."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return {}
    values = {}
    for line in text.splitlines():
        key, colon, rest = line.partition(":")
        if colon:
            key = key.strip()
            values[FORMER.get(key, key)] = rest.partition("[default:")[0].strip()[:MAX_LETTERS]
    return values


def contradiction(values: dict[str, str], network: dict) -> str:
    """The first option of another network, empty where all fit."""
    arguments = network["arguments"]
    # the way back has them the other way round
    channels = {str(arguments[end]) for end in ("in_channels", "out_channels")}
    fitting = {
        "ngf": {str(arguments["width"])},
        "norm": {arguments["norm"]},
        "input_nc": channels,
        "output_nc": channels,
    }
    if network["name"] == "unet":
        fitting["netG"] = {f"unet_{2 ** arguments['levels']}"}
    else:
        plain = {str(not arguments.get("antialias", False))}
        fitting["netG"] = {f"resnet_{arguments['blocks']}blocks"}
        fitting |= {"no_antialias": plain, "no_antialias_up": plain}
    for key, values_that_fit in fitting.items():
        if key in values and values[key] not in values_that_fit:
            return f"{key} {values[key]!r}"
    return ""


def size_of(
    values: dict[str, str], network: dict, path: Path, say: Callable[[str], object]
) -> int | None:
    """The size of the training's crops; without crops, that to which pictures were scaled."""
    preprocess = values.get("preprocess")
    key = "load_size" if preprocess in UNCROPPED else "crop_size"
    if key not in values or preprocess in ("none", "no"):
        return None
    found = values[key]
    size = int(found) if found.isdecimal() and found.isascii() and len(found) < 9 else 0
    if problem := wrong_size(size, network):
        say(f"Expected a {key} of {problem} in {path}, found {found!r}; it is passed over.")
        return None
    return size


def wrong_size(size: int, network: dict) -> str:
    """What the size of a network's training has to be, empty where it is so."""
    step = 2 ** network["arguments"]["levels"] if network["name"] == "unet" else ResNet.multiple
    least = step if network["name"] == "unet" else ResNet.smallest
    if least <= size <= MAX_LONG_SIDE and size % step == 0:
        return ""
    return f"{least} to {MAX_LONG_SIDE} pixels, a multiple of {step},"


def direction_of(values: dict[str, str], path: Path, say: Callable[[str], object]) -> str | None:
    """The direction. Where one generator alone was tested (--model test), what stands there is the
    default, whatever it was trained for."""
    found = values.get("direction")
    if found in DOMAINS or found is None:
        return None if values.get("model") == "test" else found
    say(f"Expected the direction AtoB or BtoA in {path}, found {found!r}; it is passed over.")
    return None
