"""Translation without pairs, beside the algorithm: options, data, networks."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from accelerate import Accelerator

from training.data.augmentation import CropAugmentation
from training.data.unpaired.domains import find_domains
from training.data.unpaired.unpaired_images import UnpairedImages
from training.engine.setup import Architecture
from training.options import option
from training.tasks import translators

CPU: dict[str, Any] = {
    "size": 128,
    "load_size": 512,
    "zoom": 0.5,
    "blocks": 6,
    "ngf": 32,
    "ndf": 32,
    "upsample": "resize",
}
RECIPES: dict[str, dict[str, Any]] = {"reference": {}, "cpu": CPU}


@dataclass
class UnpairedOptions(translators.Options):
    """Options of `training.cyclegan` and `training.cut`; the defaults are the references'."""

    data: list[str] | str = option(
        "photo-vangogh",
        "a bundled name, a folder, a zip, or the two folders A and B",
        scope="data",
    )
    recipe: str = option(
        "reference",
        "reference, or cpu, which trains well on two cores; any part can be overridden",
        choices=RECIPES,
    )
    hold_out: int = option(
        0,
        "images of the domain that is translated to, the last ones by name, which training never "
        "sees; validation and training.evaluate compare with them alone",
        at_least=0,
    )
    zoom: float = option(0.0, "augment by scaling down by up to this share", at_least=0, below=1)
    network: Literal["unet", "resnet"] = "resnet"
    norm: Literal["batch", "instance", "none"] = "instance"
    dropout: float = 0.0
    critic_norm: Literal["batch", "instance", "none"] = "instance"
    gan_mode: str = "lsgan"
    lambda_gan: float = 2.0  # the paper's least squares have no half in front, ours do
    input_noise: float = option(
        0.0,
        "standard deviation, on the scale from 0 to 1, of noise on what a generator is given, in "
        "training and in use, of which plain areas can be given strokes",
        at_least=0,
        when={"network": ("resnet",)},
    )
    skip: bool = option(
        False,
        "a shortcut from the generators' first layer to their last, for fine detail",
        when={"network": ("resnet",)},
    )
    sample_every: int = 2_000
    checkpoint_every: int = 4_000

    RECIPES: ClassVar[dict[str, dict]] = RECIPES

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.in_channels not in (None, self.channels):
            raise ValueError(
                f"Expected the same --in-channels and --channels, found {self.in_channels} and "
                f"{self.channels}."
            )


def load_data(
    options: UnpairedOptions, accelerator: Accelerator
) -> tuple[UnpairedImages, UnpairedImages]:
    """The domains to train on, and the images that are held out to validate on."""
    with accelerator.main_process_first():  # one unpacks, the others find it done
        found = find_domains(options.data)
    if options.direction == "BtoA":
        found = found.turned()
    kept, held = found.held_out(options.hold_out)
    size = options.size or 256
    load_size = translators.load_size(options, size)
    augment = CropAugmentation(options.flip, options.zoom, options.rotate)
    data = UnpairedImages(kept, size, load_size, augment, options.channels)
    return data, UnpairedImages(held, size, load_size, channels=data.channels)


def describe_networks(
    options: UnpairedOptions, data: UnpairedImages, bidirectional: bool
) -> Architecture:
    """A generator and a critic; both directions have one of each."""
    channels = data.channels
    architecture = translators.describe_networks(
        options, data.size, (channels, channels), channels, bidirectional
    )
    arguments = architecture.generator["arguments"]
    if options.input_noise:  # only a resnet has them
        arguments["input_noise"] = options.input_noise
    if options.skip:
        arguments["skip"] = True
    return architecture
