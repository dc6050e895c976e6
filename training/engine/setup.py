"""The start of a run, once for all scripts: its folder, its networks, its weights."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import set_seed
from torch import Tensor, nn

import models
from models.config import DIRECTIONS, read_config
from models.model_folder import load_network, part
from models.networks import CRITICS, GENERATORS, build
from models.networks.bidirectional import Bidirectional
from training.engine import checkpoints
from training.engine.devices import precision_of
from training.engine.game import Game
from training.options import Options, of_scope
from training.runs.folder import Run

WITHOUT_WEIGHTS = ("input_noise", "stroke_length", "close_gaps", "keep_lines")


@dataclass(frozen=True)
class Architecture:
    """The networks of a run, each as {"name", "arguments"}, as they stand in config.json.

    Attributes:
        critic: None where the objective needs none.
        bidirectional: two of each, for the two directions of a translation.
    """

    generator: dict[str, Any]
    critic: dict[str, Any] | None
    bidirectional: bool = False


def open_run(options: Options, script: str, data: str) -> Run:
    """The folder of a run, which is named after its script and data where it has no name.

    Args:
        script: as in `python -m`.
    """
    run = Run(options.runs / (options.name or f"{script.split('.')[-1]}-{data}"))
    run.status.script, run.status.data = script, data
    run.status.recipe = getattr(options, "recipe", "")
    return run


def start_networks(
    options: Options, run: Run, architecture: Architecture
) -> tuple[dict[str, nn.Module], int]:
    """Networks by name, the same in every process, and how many images their critic has to be
    warmed up for: new ones from the seed, or those of --init-from."""
    set_seed(options.seed)
    resumes = options.resume and bool(checkpoints.complete(run.checkpoints))
    back = getattr(options, "direction", "AtoB") == "BtoA"
    networks, cold = initial_networks(None if resumes else options.init_from, architecture, back)
    return networks, options.warm_up if cold and architecture.critic else 0


def initial_networks(
    init_from: str | None, architecture: Architecture, back: bool = False
) -> tuple[dict[str, nn.Module], bool]:
    """The networks, from an exported model where one is given, and whether the critic still has to
    be warmed up.

    Args:
        back: of a model with both directions, one direction goes on from its way back.

    Raises:
        ValueError: the exported model's networks are not those of the architecture.
    """
    ways = [part(direction) for direction in DIRECTIONS]
    both, generator, critic = (
        architecture.bidirectional,
        architecture.generator,
        architecture.critic,
    )
    made: dict[str, nn.Module] = {}
    for name, table, described in (
        ("generator", GENERATORS, generator),
        ("critic", CRITICS, critic),
    ):
        if described is None:
            continue
        networks = [build(table, **described) for _ in range(2 if both else 1)]
        made[name] = Bidirectional(dict(zip(ways, networks, strict=True))) if both else networks[0]
    if init_from is None:
        return made, False
    folder = models.find(init_from)
    config = read_config(folder)
    if not leads_to(config["network"], generator):
        raise ValueError(
            f"Expected in {init_from} the network of these options, {generator}, found "
            f"{config['network']}."
        )
    translates = config["task"] == "translation"
    if both and len(config["directions"]) < 2:
        raise ValueError(f"Expected both directions in {init_from}, found {config['directions']}.")
    saved = (folder / "critic.safetensors").is_file()
    has_critic = critic is not None and saved and config.get("critic") == critic
    for name in ("generator", "critic") if has_critic else ("generator",):
        found = load_network(folder, config, critic=name == "critic")
        if translates and not both:
            found = found.get_submodule(ways[back and len(config["directions"]) == 2])
        made[name].load_state_dict(fitted(found.state_dict(), made[name]))
    return made, not has_critic


def leads_to(found: dict, wanted: dict) -> bool:
    """Whether a network can go on as another one: the same, but for noise on its input, the gaps
    that are closed, the lines that are kept, a skip that it gets, and hints or a condition that it
    gets or does without."""
    if found["name"] != wanted["name"]:
        return False
    given, asked = (with_defaults(one) for one in (found, wanted))
    for arguments in (given, asked):
        for name in WITHOUT_WEIGHTS:
            arguments.pop(name, None)
    for name, lost in (("skip", False), ("hints", True), ("condition_dim", True)):
        if name in given and (not given[name] or (lost and not asked[name])):
            given[name] = asked[name]
    return given == asked


def with_defaults(network: dict) -> dict[str, Any]:
    """All arguments of a generator; those that an older or an imported config.json leaves out
    have their defaults."""
    known = inspect.signature(GENERATORS[network["name"]]).parameters.values()
    defaults = {one.name: one.default for one in known if one.default is not one.empty}
    return defaults | network["arguments"]


def fitted(weights: dict[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """The weights of a network for the same one with more channels into some layers, which count
    for nothing at first, or with fewer, without the last; or with modulations, which change nothing
    at first, or without."""
    found = {}
    for name, wanted in network.state_dict().items():
        found[name] = weights.get(name, wanted)
        if found[name].ndim > 1 and found[name].shape[1] > wanted.shape[1]:
            found[name] = found[name][:, : wanted.shape[1]]
        elif found[name].shape != wanted.shape:
            more = wanted.shape[1] - found[name].shape[1]
            zeros = found[name].new_zeros(len(wanted), more, *wanted.shape[2:])
            found[name] = torch.cat([found[name], zeros], dim=1)
    return found


def training_record(game: Game) -> dict[str, Any]:
    """The training so far, for config.json."""
    options = of_scope(game.options, "model", "schedule")
    if options.get("init_from"):  # who the model is given to has no use for the folders on the way
        options["init_from"] = Path(options["init_from"]).name
    options["precision"] = precision_of(game.accelerator)
    return {
        "images_seen": game.progress.images_seen,
        "minutes": round(game.progress.minutes, 1),
        "hardware": f"{game.accelerator.num_processes} process(es) on "
        f"{game.accelerator.device.type}, {torch.get_num_threads()} threads each",
        "options": options,
        "before": training_before(game.options.init_from),
    }


def training_before(init_from: str | None) -> dict[str, Any] | None:
    """The training of the model that a run started from, as long as that model is there."""
    try:
        config = read_config(models.find(init_from)) if init_from else None
    except (ValueError, OSError):
        return None
    if config is None:
        return None
    keys = ("images_seen", "minutes", "options", "before")
    return {"name": config["name"], **{key: config["training"].get(key) for key in keys}}
