"""The exported model on disk: a folder that explains itself.

    config.json          what it is, how its network is made, what it was trained on, its figures
    model.safetensors    the generator (EMA weights), float16 where the pictures stay the same; of a
                         translator one for each direction, under the names of `part`
    critic.safetensors   only where the model is meant to be fine-tuned
    words.safetensors    only where it can be told what a picture shows: `models.conditions.words`
    source.woff2         only where it writes: the commoner characters of the font that its input is
                         drawn from, with source-licence.txt; `source_font` of config.json has its
                         name and how many they are
    encoder.safetensors  only where images can be led back to a generator's noise (float16)
    sound.safetensors    only where a generator's class can be spoken (float16)
    README.md            the card
    samples.png

A folder is checked whole before anything is made of it: config.json (`models.config`), then names
and shapes of the tensors against a network without memory, so that a foreign file can neither run
code nor fill the machine.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn
from torch.overrides import TorchFunctionMode

from models.calligraphy.source_font import copy_source
from models.conditions.words import WORDS_FILE, WordTable, save_words
from models.config import InvalidModel, check_config, read_config, translates
from models.networks import CRITICS, GENERATORS, build
from models.networks.encoder import ENCODERS
from models.networks.sound_encoder import SOUND_ENCODERS

ENCODER_FILE = "encoder.safetensors"
SOUND_FILE = "sound.safetensors"
MAX_WEIGHT_BYTES = 2**30
# by which networks get their first weights
DRAWS = {nn.init.kaiming_uniform_, nn.init.normal_, nn.init.uniform_, torch.Tensor.normal_}


def load_network(folder: str | Path, config: dict, critic: bool = False) -> nn.Module:
    """The generator of an exported model, or its critic, in float32 and evaluation mode on the CPU.

    Raises:
        InvalidModel: an unknown network, a missing or damaged file, or tensors that do not fit the
            network.
    """
    if critic:
        return load_checked(folder, config, "critic", CRITICS, "critic.safetensors")
    return load_checked(folder, config, "network", GENERATORS, "model.safetensors")


def load_encoder(folder: str | Path, config: dict) -> nn.Module:
    """The encoder of an exported generator, in float32 and evaluation mode on the CPU.

    Raises:
        InvalidModel: as `load_network`, or the model has no encoder.
    """
    if not has_encoder(folder, config):
        raise InvalidModel(
            f"Expected an encoder in {folder}, found none; train one with "
            "`python -m training.inversion MODEL`."
        )
    return load_checked(folder, config, "encoder", ENCODERS, ENCODER_FILE)


def has_encoder(folder: str | Path, config: dict) -> bool:
    """Whether images can be led back to the noise of an exported generator."""
    return "encoder" in config and (Path(folder) / ENCODER_FILE).is_file()


def load_sound_encoder(folder: str | Path, config: dict) -> nn.Module:
    """The encoder by which an exported generator listens, in float32 and evaluation mode on the
    CPU.

    Raises:
        InvalidModel: as `load_network`, or the model has none.
    """
    if not has_sound_encoder(folder, config):
        raise InvalidModel(
            f"Expected an encoder of sounds in {folder}, found none; train one with "
            "`python -m training.sound MODEL FOLDER`."
        )
    return load_checked(folder, config, "sound", SOUND_ENCODERS, SOUND_FILE)


def has_sound_encoder(folder: str | Path, config: dict) -> bool:
    """Whether an exported generator listens."""
    return "sound" in config and (Path(folder) / SOUND_FILE).is_file()


def load_checked(
    folder: str | Path, config: dict, described: str, table: dict, file: str
) -> nn.Module:
    """The network that a config describes, with the tensors of a file that fit it."""
    folder = Path(folder)
    try:
        with torch.device("meta"), WithoutFirstWeights():
            network = make_network(config, described, table)
    except (ValueError, RuntimeError) as error:
        raise InvalidModel(f"{folder / 'config.json'}: {error}") from None
    network.load_state_dict(read_tensors(folder / file, network), assign=True)
    return network.eval().requires_grad_(False)


class WithoutFirstWeights(TorchFunctionMode):
    """Networks made inside draw no first weights. On the device "meta", which holds none, PyTorch
    would import its compiler to draw them, for seconds."""

    def __torch_function__(
        self,
        function: Callable,
        types: Sequence[type],
        args: tuple = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if function in DRAWS:
            return args[0] if args else kwargs["tensor"]
        return function(*args, **kwargs)


def make_network(config: dict, described: str, table: dict) -> nn.Module:
    """The network of a config with new weights: of a translator a generator, or a critic, for each
    direction, in an `nn.ModuleDict` by `part`."""
    name, arguments = config[described]["name"], config[described]["arguments"]
    if not translates(config):
        return build(table, name, arguments)
    back = dict(arguments)
    if described == "network":
        back |= {"in_channels": arguments["out_channels"], "out_channels": arguments["in_channels"]}
    ways = zip(config["directions"], (arguments, back), strict=False)
    return nn.ModuleDict({part(direction): build(table, name, way) for direction, way in ways})


def part(direction: str) -> str:
    """The name of a direction's network inside the files: "A to B" is a_to_b."""
    return direction.lower().replace(" ", "_")


def read_tensors(path: Path, network: nn.Module) -> dict[str, torch.Tensor]:
    """The tensors of a safetensors file, checked against the network's names and shapes before
    they are read."""
    if not path.is_file():
        raise InvalidModel(f"Expected the weights {path}, found no such file.")
    if path.stat().st_size > MAX_WEIGHT_BYTES:
        raise InvalidModel(
            f"Expected weights of at most 1 GB in {path}, found {path.stat().st_size:,} bytes."
        )
    expected = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    kinds = {name: tensor.dtype for name, tensor in network.state_dict().items()}
    try:
        with safe_open(path, "pt") as file:
            found = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            if problem := difference(expected, found):
                raise InvalidModel(f"Expected the tensors of the network in {path}: {problem}.")
            tensors = {name: file.get_tensor(name).to(kinds[name]) for name in expected}
    except (SafetensorError, OSError) as error:
        raise InvalidModel(
            f"Expected a complete safetensors file in {path}, found a damaged one ({error})."
        ) from None
    broken = [name for name, tensor in tensors.items() if not torch.isfinite(tensor).all()]
    if broken:
        raise InvalidModel(f"Expected finite numbers in {path}, found others in {broken[0]!r}.")
    return tensors


def difference(expected: dict[str, tuple], found: dict[str, tuple]) -> str:
    """The first difference between two sets of tensors in words, empty where there is none."""
    for name, shape in expected.items():
        if name not in found:
            return f"{name!r} is missing"
        if found[name] != shape:
            return f"{name!r} has the shape {found[name]} instead of {shape}"
    surplus = sorted(set(found) - set(expected))
    return f"{surplus[0]!r} does not belong to it" if surplus else ""


def save(
    folder: str | Path,
    config: dict,
    generator: nn.Module,
    card: str,
    samples: Image.Image,
    critic: nn.Module | None = None,
    half: bool = False,
    words: WordTable | None = None,
    source: Path | None = None,
) -> None:
    """Write an exported model, whole or not at all; an older one in the same place is replaced.

    Args:
        config: what `read_config` expects; checked before anything is written.
        samples: a PIL image for samples.png.
        critic: stored beside the generator for fine-tuning, where it is given.
        half: store the generator as float16.
        words: the table by which words are told, where the generator takes some.
        source: a folder with the font that the model writes from, where it is to have one.

    Raises:
        InvalidModel: a config that could not be read again, or a folder with something else in it.
    """
    folder = Path(folder)
    check_config(config, folder / "config.json")
    require_own(folder)
    partial = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_file(tensors_of(generator, half), partial / "model.safetensors", {"format": "pt"})
    if critic is not None:
        save_file(tensors_of(critic), partial / "critic.safetensors", {"format": "pt"})
    if words is not None:
        save_words(words, partial / WORDS_FILE)
    if source is not None:
        copy_source(source, partial)
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    (partial / "config.json").write_text(text, encoding="utf-8")
    (partial / "README.md").write_text(card, encoding="utf-8")
    samples.save(partial / "samples.png", optimize=True)
    replace_folder(partial, folder)


def require_own(folder: Path) -> None:
    """Raise InvalidModel where a folder holds something else than an exported model, which would be
    lost."""
    if folder.exists() and not (folder / "config.json").is_file() and any(folder.iterdir()):
        raise InvalidModel(
            f"Expected a new folder or an exported model at {folder}, found other files in it; "
            "name another one."
        )


def save_encoder(folder: str | Path, encoder: nn.Module, described: dict) -> None:
    """Put an encoder, as float16, beside an exported generator, and its description and the
    folder's name into config.json.

    Args:
        described: {"name", "arguments"}, from `ENCODERS`.

    Raises:
        InvalidModel: no exported generator that it fits.
    """
    save_beside(folder, encoder, "encoder", described, ENCODER_FILE)


def save_sound_encoder(folder: str | Path, encoder: nn.Module, described: dict) -> None:
    """`save_encoder` of one that listens, from `SOUND_ENCODERS`."""
    save_beside(folder, encoder, "sound", described, SOUND_FILE)


def save_beside(
    folder: str | Path, network: nn.Module, key: str, described: dict, file: str
) -> None:
    """Put a further network, as float16, beside an exported generator, and what describes it into
    config.json under a key."""
    folder = Path(folder)
    config = {**read_config(folder), "name": folder.name, key: described}
    path = folder / "config.json"
    check_config(config, path)
    partial = folder / f"{file}.tmp"
    save_file(tensors_of(network, half=True), partial, {"format": "pt"})
    partial.replace(folder / file)
    partial = path.with_name(f"{path.name}.tmp")
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def replace_folder(partial: Path, folder: Path) -> None:
    """Put a finished folder in another's place; a kill between leaves one of them whole."""
    old = folder.with_name(folder.name + ".old.tmp")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    partial.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def tensors_of(network: nn.Module, half: bool = False) -> dict[str, torch.Tensor]:
    """A network's state on the CPU, contiguous; floats as float16 where `half`."""
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()
    }
    return {name: t.half() if half and t.is_floating_point() else t for name, t in state.items()}
