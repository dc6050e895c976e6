"""Exported models as ONNX files, for programs that have neither torch nor this one.

A file holds one generator with its weights, takes any batch, and for translators any height and
width of the right multiple. It explains itself:

    session = onnxruntime.InferenceSession("emoji.onnx")
    about = json.loads(session.get_modelmeta().custom_metadata_map["atelier"])
    about["inputs"]                                      # what goes in, in words
    (picture,) = session.run(None, {"image": image})     # a sampler takes "noise" and "labels"

Nothing is written before onnxruntime has given the same pictures as our own network. The three
packages that this takes are optional; everything else of `models` works without them.
"""

import contextlib
import importlib
import io
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.export import Dim

from models.model_folder import part
from models.networks import ImageToImage
from models.noise import expected_noise
from models.sampler import Sampler
from models.strokes import drawn_out
from models.translator import Translator

PACKAGES = "onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.31.1"  # as in requirements.txt
METADATA = "atelier"  # the key of what the file says about itself
VOTE = "here closed regions vote on their colour besides (models/flat_art.py); the file does not"
COLOURED = (
    "here a colour in front of a thing that no caption calls so is set aside and given to it "
    "afterwards (models/conditions/wording.py); the file does not"
)
SCALED = {  # a translator's own sizes, which the file leaves to whoever runs it
    "working_size": "every picture is scaled here to a short side of {} pixels first (Lanczos), "
    "and the result scaled back with the picture's edges (models/upsampling.py)",
    "long_side": "a picture with a long side above {} pixels is scaled down to that here first "
    "(Lanczos), and the result scaled back",
    "short_side": "a picture with a short side below {} pixels is enlarged to that here first "
    "(Lanczos), and the result scaled back",
}
ALONE = "the file takes a picture alone: no words and no hints, and gives the likeliest answer"
OUTPUT = "picture"
TOLERANCE = 1 / 255  # of the value range, one step of a pixel
COUNT = 5  # images that a sampler is checked with


@dataclass(frozen=True)
class TracedModel:
    """A generator with all that its file takes.

    Attributes:
        network: the generator.
        example: its inputs by name, for tracing; no dynamic axis may have a length of 1, which
            torch.export would take for a constant.
        dynamic: of each input the axes that may have another length, with what is known of it.
        checks: inputs that both must make the same picture of.
        about: the metadata.
    """

    network: nn.Module
    example: dict[str, Tensor]
    dynamic: dict[str, dict[int, Dim]]
    checks: list[dict[str, Tensor]]
    about: dict


def export(model: Sampler | Translator, path: str | Path, direction: str | None = None) -> dict:
    """Write a model's generator as an ONNX file, whole or not at all; an older one is replaced.

    Args:
        path: a .onnx file; its folder is made if missing.
        direction: of a translator "A to B" or "B to A"; the first one where it is not given.

    Returns:
        the metadata.

    Raises:
        ValueError: a package is missing, the path is no .onnx file, the model does not have the
            direction, or onnxruntime gives another picture.
    """
    require_packages()
    path = Path(path)
    if path.suffix.lower() != ".onnx":
        raise ValueError(f"Expected a file that ends in .onnx, found {path}; name it so.")
    if isinstance(model, Translator):
        source = of_translator(model, model.checked_direction(direction))
    else:
        source = of_sampler(model, direction)
    program = traced(source)
    partial = path.with_name(path.name + ".tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        program.save(partial, external_data=False)
        check_same(source, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return source.about


def require_packages() -> None:
    """Raise a ValueError where one of the optional packages is missing."""
    for package in PACKAGES.split():
        name = package.split("==")[0]
        try:
            importlib.import_module(name)
        except ImportError:
            raise ValueError(
                f"Expected the optional packages for ONNX, found no {name}; "
                f"`pip install {PACKAGES}` installs them."
            ) from None


def of_translator(model: Translator, direction: str) -> TracedModel:
    """A direction's generator: image (N, C, H, W) to picture (N, C', H, W), both in [-1, 1].

    Height and width are declared as multiples; each level of a network halves them, and torch can
    prove that the halves fit together again only if it knows that nothing is left over.
    """
    network = cast(ImageToImage, model.networks[part(direction)])
    before, after = model.channels(direction)
    multiple, smallest = network.multiple, network.smallest
    least = -(-smallest // multiple)
    height, width = (multiple * Dim(name, min=least) for name in ("rows", "columns"))
    shapes = [(2, 1, 2), (2, 0, 0), (1, 2, 1)]  # a batch, and multiples above the smallest
    example, *checks = (
        {"image": noise(n, before, smallest + high * multiple, smallest + wide * multiple)}
        for n, high, wide in shapes
    )
    about = {
        **common(model),
        "direction": direction,
        "domains": model.domains,
        "channels": {"image": before, OUTPUT: after},
        "multiple": multiple,
        "smallest": smallest,
        "inputs": {
            "image": f"float32 (batch, {before}, height, width) in [-1, 1]; height and width have "
            f"to be multiples of {multiple}, and at least {smallest}"
        },
    }
    if model.scale != 1:
        about["scale"] = model.scale
        about["inputs"]["image"] += (
            f"; of a picture enlarged {model.scale:g} times, bicubic"
            if model.scale > 1
            else f"; the picture that comes out is to be made {1 / model.scale:g} times smaller"
        )
    if sizes := {key: getattr(model, key) for key in SCALED if getattr(model, key)}:
        # a working size overrules the other two
        ruling = list(sizes)[:1] if model.working_size else list(sizes)
        words = [SCALED[key].format(sizes[key]) for key in ruling]
        about |= {**sizes, "beforehand": f"{'; '.join(words)}; the file does not"}
    if model.condition or model.takes_hints:
        about["told"] = ALONE
    if getattr(network, "palette", None):
        about["afterwards"] = VOTE
    if model.manners:
        about["manner"] = f"the file works in one manner, {model.manner}"
    manner = model.conditioned("", None) if model.manners else None
    untold = Untold(network, manner) if model.takes_hints or model.manners else network
    draws = expected_noise(network) > 0 and getattr(network, "stroke_length", 0) > 0
    if draws:
        for inputs in (example, *checks):
            inputs["noise"] = noise(*inputs["image"].shape)
        about["inputs"]["noise"] = "float32, of image's shape, standard normal: strokes come of it"
    elif deviation := expected_noise(network):
        about["inputs"]["image"] += f"; add normal noise with a deviation of {2 * deviation:g}"
    shape = {0: Dim("batch"), 2: height, 3: width}
    file = Drawing(untold, network) if draws else untold
    return TracedModel(file, example, dict.fromkeys(example, shape), checks, about)


class Drawing(nn.Module):
    """A generator with the strokes that are made of noise for it.

    Args:
        untold: what takes the image.
        network: the generator, which says how strong and how long they are.
    """

    def __init__(self, untold: nn.Module, network: ImageToImage):
        super().__init__()
        self.untold, self.deviation = untold, expected_noise(network)
        self.length = cast(float, network.stroke_length)

    def forward(self, image: Tensor, noise: Tensor) -> Tensor:
        return self.untold(image + 2 * self.deviation * drawn_out(noise, image, self.length))


class Untold(nn.Module):
    """A generator that takes hints, given none, and of several manners one.

    Args:
        condition: what is told of the manner, (1, condition_dim); None where there is only one.
    """

    condition: Tensor | None

    def __init__(self, network: ImageToImage, condition: Tensor | None):
        super().__init__()
        self.network = network
        self.register_buffer("condition", condition)

    def forward(self, image: Tensor) -> Tensor:
        hints = torch.zeros_like(image[:, :1])
        more = self.network.given_channels - self.network.in_channels
        # not expanded to the batch, whose size a file would then keep: modulations broadcast it
        return self.network(torch.cat([image, *[hints] * more], 1), self.condition)


def of_sampler(model: Sampler, direction: str | None) -> TracedModel:
    """A generator: noise (N, noise_dim), and labels (N,) where there are classes, or (N,
    condition_dim) where there are words, to picture (N, channels, size, size) in [-1, 1]."""
    if direction is not None:
        raise ValueError(
            f"Expected no direction for {model.name}, which draws images, found {direction!r}; "
            "leave it out."
        )
    example, *checks = (drawn(model, count) for count in (2, 1, COUNT))
    words = {
        "noise": f"float32 (batch, {model.noise_dim}), standard normal times a truncation",
        "labels": f"int64 (batch,), an index into class_names, 0 to {len(model.class_names) - 1}",
    }
    if model.takes_words:
        told = " and ".join(f"{count} of {part}" for part, count in model.condition.items())
        words["labels"] = f"float32 (batch, {sum(model.condition.values())}): {told}"
    about = {
        **common(model),
        "size": model.size,
        "channels": {OUTPUT: model.channels},
        "class_names": model.class_names,
        "noise": model.config["noise"],
        "inputs": {name: words[name] for name in example},
    }
    if model.takes_words and model.wording.captions is not None:
        about["afterwards"] = COLOURED
    batch = Dim("batch")
    return TracedModel(
        model.network, example, {name: {0: batch} for name in example}, checks, about
    )


def common(model: Sampler | Translator) -> dict:
    """Metadata of every model's file; the licence of the data goes wherever the weights go."""
    kept = {key: model.config[key] for key in ("name", "task", "value_range")}
    if "values" in model.config:  # which of the files' numbers are -1 and 1
        kept["values"] = model.config["values"]
    return kept | {key: model.config["training"][key] for key in ("data", "data_licence")}


def noise(*shape: int) -> Tensor:
    """The same pixels in [-1, 1] each time, float32."""
    return torch.rand(shape, generator=torch.Generator().manual_seed(0)) * 2 - 1


def drawn(model: Sampler, count: int) -> dict[str, Tensor]:
    """A sampler's inputs for `count` images, the same ones each time."""
    inputs = {"noise": model.noise(count, seed=0) * model.truncation}
    if model.takes_words:
        return inputs | {"labels": model.told(["a red apple"] * count)}
    return inputs | ({"labels": model.labels(count)} if model.class_names else {})


def traced(source: TracedModel) -> torch.onnx.ONNXProgram:
    """The generator as an ONNX program with its metadata, not yet written."""
    with quiet():
        program = torch.onnx.export(
            source.network,
            tuple(source.example.values()),
            input_names=list(source.example),
            output_names=[OUTPUT],
            dynamic_shapes=tuple(source.dynamic.values()),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    for node in program.model.graph.all_nodes():
        node.metadata_props.clear()  # stack traces, with the paths of this machine
    program.model.metadata_props[METADATA] = json.dumps(source.about, ensure_ascii=False)
    return program


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Neither print nor warn: torch.onnx tells of its progress and of what it plans to change."""
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(action="ignore"),
    ):
        yield


def check_same(source: TracedModel, path: Path) -> None:
    """Raise a ValueError where onnxruntime makes another picture of a check than our network."""
    for inputs in source.checks:
        with torch.inference_mode():
            ours = source.network(*inputs.values()).numpy()
        theirs = run_file(path, inputs)
        difference = float(np.abs(ours - theirs).max()) / 2  # [-1, 1] is two wide
        if not difference <= TOLERANCE:  # NaN is above it too
            raise ValueError(
                f"Expected onnxruntime to give the same picture as {source.about['name']}, within "
                f"1/255, found a difference of {255 * difference:.2f}/255; no file was written, "
                f"and `pip install {PACKAGES}` installs the versions that are tested."
            )


def run_file(path: Path, inputs: dict[str, Tensor]) -> np.ndarray:
    """The picture that onnxruntime makes of inputs by name, on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (picture,) = session.run([OUTPUT], {name: value.numpy() for name, value in inputs.items()})
    return picture
