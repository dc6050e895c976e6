"""config.json of an exported model, read and checked: its keys, their types, and bounds on what a
foreign file can ask for.

Format version 1 may grow, so that folders of any age load in any version of the program that reads
it:

- A new key is optional, at every level and for networks' arguments too; where it is missing, the
  model is and does what it did before there was the key.
- No key becomes required, and none changes its meaning, its type, or what it may hold; names of
  tasks, networks and tensors stay.
- An unknown key of config.json is passed over, and kept when the file is written again. Unknown
  arguments of a network are refused, for it would be another network.
- A new task, a new network, or a network of other channels than 1 and 3, is refused in words by
  older programs. Anything else is version 2.

Folders that version 1 wrote lie in tests/models/written_by_version_1.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # NumPy takes its time, and a command's help needs none
    from models.values.value_range import ValueRange

FORMAT_VERSION = 1
MAX_CONFIG_BYTES = 2**20
MAX_ARGUMENT = 4096
MAX_SHORT_SIDE = 1024
MAX_SCALE = 16  # times as wide and high, or as narrow and low
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
CONDITIONS = ("words", "z", "manner")  # what a condition can be made of
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
    except (ValueError, RecursionError) as error:  # ValueErrors: no UTF-8, no JSON, long numbers
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
    for key in ("network", "critic", "encoder", "sound"):
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
    """Check classes and noise of a sampler's config, and that the network fits them."""
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
    if "values" in config:
        check_range(config["values"], path)
    described = {
        "size": config["size"],
        "channels": config["channels"],
        "classes": len(config["class_names"]),
    }
    check_described(config, described, path)
    check_condition(config, path)
    if "encoder" in config:
        check_described(config, {**described, "noise_dim": dim}, path, "encoder")
    if "sound" in config:
        check_described(config, {"noise_dim": dim}, path, "sound")


def check_translation(config: dict, path: Path) -> None:
    """Check domains and directions of a translator's config, and that the network fits its
    channels."""
    from models.values.numbers import MAX_BANDS

    domains, directions = config["domains"], config["directions"]
    if len(domains) != 2 or not all(isinstance(name, str) for name in domains):
        raise InvalidModel(f"Expected two names as 'domains' in {path}, found {domains!r}.")
    if directions not in ([DIRECTIONS[0]], list(DIRECTIONS)):
        raise InvalidModel(
            f"Expected 'directions' in {path} to be A to B, or that and B to A, found "
            f"{directions!r}."
        )
    channels = config["channels"]
    counts = range(1, MAX_BANDS + 1)
    if set(channels) != {"A", "B"} or not all(count in counts for count in channels.values()):
        raise InvalidModel(
            f"Expected 1 to {MAX_BANDS} 'channels' of A and of B in {path}, found {channels}."
        )
    described = {"in_channels": channels["A"], "out_channels": channels["B"]}
    check_described(config, described, path)
    if "values" in config:
        check_values(config["values"], channels, path)
    check_condition(config, path)
    if "source_font" in config:
        check_keys(config, {"source_font": dict}, path)
        check_keys(config["source_font"], {"name": str, "characters": int}, path)
    for key in ("short_side", "working_size"):
        if key in config:
            check_keys(config, {key: int}, path)
            check_short_side(config[key], f"{key!r} in {path}")
    if "scale" in config:
        check_keys(config, {"scale": (int, float)}, path)
        if not 1 / MAX_SCALE <= config["scale"] <= MAX_SCALE:
            raise InvalidModel(
                f"Expected a 'scale' from 1/{MAX_SCALE} to {MAX_SCALE} in {path}, found "
                f"{config['scale']}."
            )


def check_range(described: object, path: Path) -> "ValueRange":
    """A range of values that a model was trained with."""
    from models.values.value_range import from_json

    try:
        return from_json(described)
    except ValueError as error:
        raise InvalidModel(f"'values' in {path}: {error}") from None


def check_values(values: dict, channels: dict, path: Path) -> None:
    """The ranges of the numbers of A and of B, and that they fit the channels."""
    if not isinstance(values, dict) or set(values) != {"A", "B"}:
        raise InvalidModel(f"Expected 'values' of A and of B in {path}, found {values!r}.")
    for side, described in values.items():
        wanted = check_range(described, path).channels
        grey_as_rgb = (wanted, channels[side]) == (1, 3)  # of two domains of which one has colours
        if wanted is not None and channels[side] > wanted and not grey_as_rgb:
            raise InvalidModel(
                f"Expected {wanted} channels of {side} in {path}, found {channels[side]}."
            )


def check_condition(config: dict, path: Path) -> None:
    """A network's condition is made of parts that can be told, and as long as they are together."""
    parts = config.get("condition", {})
    if not isinstance(parts, dict) or not set(parts) <= set(CONDITIONS):
        raise InvalidModel(
            f"Expected a 'condition' of {' and '.join(CONDITIONS)} in {path}, found {parts!r}."
        )
    check_keys(parts, dict.fromkeys(parts, int), path)
    total, wanted = sum(parts.values()), config["network"]["arguments"].get("condition_dim", 0)
    if total != wanted:
        raise InvalidModel(
            f"Expected parts of the condition in {path} of {wanted} numbers together, as the "
            f"network takes, found {total}."
        )
    manners = config.get("manners", [])
    named = isinstance(manners, list) and all(isinstance(name, str) and name for name in manners)
    if not named or not len(set(manners)) == len(manners) == parts.get("manner", 0):
        raise InvalidModel(
            f"Expected {parts.get('manner', 0)} different names as 'manners' in {path}, found "
            f"{manners!r}."
        )


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
