"""The exported model on disk: a folder that explains itself.

    config.json          what it is, how its network is made, what it was trained on, its figures
    model.safetensors    the generator (EMA weights), float16 where the pictures stay the same; of a
                         translator one for each direction, under the names of `part`
    critic.safetensors   only where the model is meant to be fine-tuned
    encoder.safetensors  only where images can be led back to a generator's noise (float16)
    README.md            the card
    samples.png

A folder is checked whole before anything is made of it: the keys of config.json, then names and
shapes of the tensors against a network without memory, so that a foreign file can neither run code
nor fill the machine.
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from models.networks import CRITICS, GENERATORS, build
from models.networks.encoder import ENCODERS

FORMAT_VERSION = 1
ENCODER_FILE = "encoder.safetensors"
MAX_CONFIG_BYTES = 2**20
MAX_WEIGHT_BYTES = 2**30
MAX_ARGUMENT = 4096
MAX_SHORT_SIDE = 1024
MAX_NUMBER = 1e15
MAX_CLASSES = 65_536
TRAINING = {
    "script": str,
    "data": str,
    "data_licence": str,
    "data_images": int,
    "images_seen": int,
    "minutes": (int, float),
    "hardware": str,
}
REQUIRED = {
    "format_version": int,
    "name": str,
    "task": str,
    "network": dict,
    "size": int,
    "value_range": list,
    "training": dict,
    "metrics": dict,
}
TASKS = {  # and the further keys of each
    "generation": {"channels": int, "class_names": list, "noise": dict},
    "points": {"channels": int, "class_names": list, "noise": dict},
    "translation": {"channels": dict, "domains": list, "directions": list, "long_side": int},
}
DIRECTIONS = ("A to B", "B to A")
DISTRIBUTIONS = ("normal", "uniform")  # of noise, both with mean 0 and variance 1


class InvalidModel(ValueError):
    """A folder that is not an exported model; the message is one sentence for the person who gave
    it."""


def read_config(folder: str | Path) -> dict:
    """The checked config.json of an exported model.

    Raises:
        InvalidModel: missing, too large, not JSON, of another format, or with a key missing or of a
            wrong type.
    """
    folder = Path(folder)
    path = folder / "config.json"
    if not path.is_file():
        raise InvalidModel(
            f"Expected an exported model with a config.json in {folder}, found none."
        )
    if path.stat().st_size > MAX_CONFIG_BYTES:
        raise InvalidModel(
            f"Expected a config.json of at most 1 MB in {folder}, found a larger one."
        )
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InvalidModel(f"Expected JSON in {path}, found something else ({error}).") from None
    if not isinstance(config, dict):
        raise InvalidModel(f"Expected a JSON object in {path}, found a {type(config).__name__}.")
    check_config(config, path)
    return config


def check_config(config: dict, path: Path) -> None:
    """Raise InvalidModel with the first thing that is wrong in a config."""
    check_keys(config, REQUIRED, path)
    if config["format_version"] != FORMAT_VERSION:
        raise InvalidModel(
            f"Expected format version {FORMAT_VERSION} in {path}, found "
            f"{config['format_version']}; "
            "a newer version of this program may read it."
        )
    if config["task"] not in TASKS:
        raise InvalidModel(
            f"Expected the task {' or '.join(TASKS)} in {path}, found {config['task']!r}."
        )
    check_keys(config, TASKS[config["task"]], path)
    for key in ("network", "critic", "encoder"):
        if key in config:
            check_network(config[key], key, path)
    check_keys(config["training"], TRAINING, path)
    stage = config["training"].get("before")
    while stage:  # the runs before, --init-from by --init-from
        if not isinstance(stage, dict):
            raise InvalidModel(f"Expected 'before' in {path} to be an object, found {stage!r}.")
        check_keys(stage, {"name": str, "images_seen": int, "minutes": (int, float)}, path)
        stage = stage.get("before")
    check_figures(config["metrics"], path)
    if config["value_range"] != [-1.0, 1.0]:
        raise InvalidModel(
            f"Expected the value range [-1, 1] in {path}, found {config['value_range']}."
        )
    check_translation(config, path) if translates(config) else check_generation(config, path)


def translates(config: dict) -> bool:
    """Whether a model turns images into images, rather than noise into images or points."""
    return config["task"] == "translation"


def check_generation(config: dict, path: Path) -> None:
    """What only a sampler's config has: classes, noise, and a network to fit them."""
    if not all(isinstance(name, str) for name in config["class_names"]):
        raise InvalidModel(f"Expected 'class_names' in {path} to be strings, found other values.")
    noise = config["noise"]
    dim = config["network"]["arguments"].get("noise_dim")
    if noise.get("distribution") not in DISTRIBUTIONS or noise.get("dim") != dim:
        raise InvalidModel(
            f"Expected 'noise' in {path} to be {' or '.join(DISTRIBUTIONS)} with the network's "
            f"noise_dim, found {noise}."
        )
    truncation = noise.get("truncation")
    if not isinstance(truncation, (int, float)) or not 0 <= truncation <= 2:
        raise InvalidModel(f"Expected a truncation from 0 to 2 in {path}, found {truncation!r}.")
    described = {
        "size": config["size"],
        "channels": config["channels"],
        "classes": len(config["class_names"]),
    }
    check_described(config, described, path)
    if "encoder" in config:
        check_described(config, {**described, "noise_dim": dim}, path, "encoder")


def check_translation(config: dict, path: Path) -> None:
    """What only a translator's config has: two domains, its directions, and channels to fit."""
    domains, directions = config["domains"], config["directions"]
    if len(domains) != 2 or not all(isinstance(name, str) for name in domains):
        raise InvalidModel(f"Expected two names as 'domains' in {path}, found {domains!r}.")
    if directions not in ([DIRECTIONS[0]], list(DIRECTIONS)):
        raise InvalidModel(
            f"Expected 'directions' in {path} to be A to B, or that and B to A, found "
            f"{directions!r}."
        )
    channels = config["channels"]
    if set(channels) != {"A", "B"} or not all(count in (1, 3) for count in channels.values()):
        raise InvalidModel(f"Expected 1 or 3 'channels' of A and of B in {path}, found {channels}.")
    described = {"in_channels": channels["A"], "out_channels": channels["B"]}
    check_described(config, described, path)
    if "short_side" in config:
        check_keys(config, {"short_side": int}, path)
        check_short_side(config["short_side"], f"'short_side' in {path}")


def check_short_side(pixels: int, what: str = "a short side") -> None:
    """Raise InvalidModel for more than a network can be expected to work at."""
    if not 0 <= pixels <= MAX_SHORT_SIDE:
        raise InvalidModel(f"Expected {what} from 0 to {MAX_SHORT_SIDE} pixels, found {pixels}.")


def check_described(config: dict, described: dict, path: Path, which: str = "network") -> None:
    """The arguments of the network, or the encoder, are what the config says beside them."""
    for key, value in described.items():
        found = config[which]["arguments"].get(key)
        if found != value:
            raise InvalidModel(
                f"Expected the {which} in {path} to have {key} = {value}, found {found}."
            )


def check_keys(values: dict, kinds: dict, path: Path) -> None:
    """Every key is there and has its type."""
    for key, kind in kinds.items():
        if key not in values:
            raise InvalidModel(f"Expected the key {key!r} in {path}, found none.")
        if not isinstance(values[key], kind) or isinstance(values[key], bool):
            wanted = kind.__name__ if isinstance(kind, type) else "number"
            found = type(values[key]).__name__
            raise InvalidModel(f"Expected {key!r} in {path} to be a {wanted}, found a {found}.")
        if isinstance(values[key], (int, float)) and not 0 <= values[key] <= MAX_NUMBER:
            raise InvalidModel(
                f"Expected {key!r} in {path} from 0 to {MAX_NUMBER:.0e}, found another number."
            )


def check_figures(metrics: dict, path: Path) -> None:
    """No figures, or a table of rows with a command that measured them."""
    rows = metrics.get("table", []) if metrics else []
    kinds = {"key": str, "name": str, "value": str, "n": int}
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidModel(f"Expected 'table' in {path} to be a list of rows, found {rows!r}.")
    for row in rows:
        check_keys(row, kinds, path)
    if metrics:
        check_keys(metrics, {"command": str, "table": list}, path)


def check_network(described: dict, key: str, path: Path) -> None:
    """A network is a name and bounded arguments."""
    arguments = described.get("arguments") if isinstance(described, dict) else None
    if not isinstance(arguments, dict) or not isinstance(described.get("name"), str):
        raise InvalidModel(
            f"Expected {key!r} in {path} to have a name and arguments, found {described!r}."
        )
    for name, value in arguments.items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        most = MAX_CLASSES if name == "classes" else MAX_ARGUMENT
        if number and not 0 <= value <= most:
            raise InvalidModel(
                f"Expected {key} argument {name!r} in {path} from 0 to {most}, found {value}."
            )


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
            "`python -m training.encoder MODEL`."
        )
    return load_checked(folder, config, "encoder", ENCODERS, ENCODER_FILE)


def has_encoder(folder: str | Path, config: dict) -> bool:
    """Whether images can be led back to the noise of an exported generator."""
    return "encoder" in config and (Path(folder) / ENCODER_FILE).is_file()


def load_checked(
    folder: str | Path, config: dict, described: str, table: dict, file: str
) -> nn.Module:
    """The network that a config describes, with the tensors of a file that fit it."""
    folder = Path(folder)
    try:
        with torch.device("meta"):
            network = make_network(config, described, table)
    except (ValueError, RuntimeError) as error:
        raise InvalidModel(f"{folder / 'config.json'}: {error}") from None
    network.load_state_dict(read_tensors(folder / file, network), assign=True)
    return network.eval().requires_grad_(False)


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
    samples,
    critic: nn.Module | None = None,
    half: bool = False,
) -> None:
    """Write an exported model, whole or not at all; an older one in the same place is replaced.

    Args:
        config: what `read_config` expects; checked before anything is written.
        samples: a PIL image for samples.png.
        critic: stored beside the generator for fine-tuning, where it is given.
        half: store the generator as float16.
    """
    folder = Path(folder)
    check_config(config, folder / "config.json")
    partial = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_file(tensors_of(generator, half), partial / "model.safetensors", {"format": "pt"})
    if critic is not None:
        save_file(tensors_of(critic), partial / "critic.safetensors", {"format": "pt"})
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    (partial / "config.json").write_text(text, encoding="utf-8")
    (partial / "README.md").write_text(card, encoding="utf-8")
    samples.save(partial / "samples.png", optimize=True)
    replace_folder(partial, folder)


def save_encoder(folder: str | Path, encoder: nn.Module, described: dict) -> None:
    """Put an encoder, as float16, beside an exported generator, and its description and the
    folder's name into config.json.

    Args:
        described: {"name", "arguments"}, from `ENCODERS`.

    Raises:
        InvalidModel: no exported generator that it fits.
    """
    folder = Path(folder)
    config = {**read_config(folder), "name": folder.name, "encoder": described}
    path = folder / "config.json"
    check_config(config, path)
    partial = folder / f"{ENCODER_FILE}.tmp"
    save_file(tensors_of(encoder, half=True), partial, {"format": "pt"})
    partial.replace(folder / ENCODER_FILE)
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
