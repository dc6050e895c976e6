"""The command `atelier`: one name for the app, the models and the training scripts, which
`python -m app`, `python -m models` and `python -m training...` start as well."""

import importlib
import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches

from models import locations

__version__ = "0.2.0"


@dataclass(frozen=True)
class Command:
    """A command of `atelier`.

    Attributes:
        name: as it is typed, one word or two.
        module: its `main(arguments, prog)` does the work; loaded only then.
        sentence: for the help page.
        inner: the module's own parser takes the name as well.
    """

    name: str
    module: str
    sentence: str
    inner: bool = False


GROUPS = {
    "In the browser": (
        Command("app", "app.__main__", "Open the app: translate, draw, generate, train."),
    ),
    "Use models": (
        Command("list", "models.__main__", "List the models that there are.", inner=True),
        Command("sample", "models.__main__", "Draw images with a model.", inner=True),
        Command("listen", "models.__main__", "Draw what is spoken in a sound.", inner=True),
        Command("translate", "models.__main__", "Translate images with a model.", inner=True),
        Command("write", "models.__main__", "Write a text with a model of characters.", inner=True),
        Command("import", "models.__main__", "Make a model of a checkpoint.", inner=True),
        Command("export", "models.__main__", "Write a model as an ONNX file.", inner=True),
    ),
    "Train": (
        Command("train gan", "training.gan", "Images from noise (Goodfellow 2014)."),
        Command("train cgan", "training.cgan", "Images of a chosen class (Mirza 2014)."),
        Command("train pix2pix", "training.pix2pix", "Translation from pairs (Isola 2017)."),
        Command("train cyclegan", "training.cyclegan", "Without pairs, both ways (Zhu 2017)."),
        Command("train cut", "training.cut", "Without pairs, one way (Park 2020)."),
        Command(
            "train semisupervised",
            "training.semisupervised",
            "A classifier from few labels (Salimans 2016).",
        ),
        Command("runs", "training.runs.__main__", "List, show, queue, stop and resume runs."),
    ),
    "Measure and look": (
        Command("evaluate", "training.evaluate", "Measure a model on the test split."),
        Command("data", "training.data.__main__", "Check data to train on; fetch public data."),
        Command("theory", "training.theory.__main__", "Play a lesson's small game and draw it."),
    ),
}
COMMANDS = {command.name: command for group in GROUPS.values() for command in group}
HELP = ("-h", "--help")


def main(arguments: list[str] | None = None) -> None:
    """Run the command that a command line names, `sys.argv` where none is given; an error is one
    line on stderr and exit code 2."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in HELP:
        print(help_page())
    elif given[0] == "--version":
        print(f"atelier {__version__}")
    elif given[0] == "train" and (len(given) == 1 or given[1] in HELP):
        print(table("Train"))
    else:
        words = 2 if given[0] == "train" else 1
        name = " ".join(given[:words])
        if name not in COMMANDS:
            print(unknown(name), file=sys.stderr)
            sys.exit(2)
        run(COMMANDS[name], given[words:])


def run(command: Command, arguments: list[str]) -> None:
    """Load a command's module and call it."""
    from training.command_line import run_main

    share_modules()
    module = importlib.import_module(command.module)
    if command.inner:
        run_main(lambda: module.main([command.name, *arguments], prog="atelier"))
    else:
        run_main(lambda: module.main(arguments, prog=f"atelier {command.name}"))


def share_modules() -> None:
    """Let processes that are started from here, `python -m ...`, find the same modules, whatever
    lies in the folder in which they start."""
    others = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(locations.PACKAGES), *([others] if others else [])]
    )
    os.environ["PYTHONSAFEPATH"] = "1"


def help_page() -> str:
    """The page of `atelier --help`."""
    tables = "\n\n".join(table(group) for group in GROUPS)
    return (
        "Usage: atelier COMMAND [options]\n\n"
        "Conditional generation and image translation with GANs.\n\n"
        f"{tables}\n\n"
        "`atelier COMMAND --help` names the options of a command.\n"
        f"Models, runs and data of yours are kept in {locations.home()}; $ATELIER_HOME names "
        "another folder."
    )


def table(group: str) -> str:
    """A line for each command of a group."""
    width = max(map(len, COMMANDS))
    rows = [f"  {command.name:{width}}  {command.sentence}" for command in GROUPS[group]]
    return "\n".join([f"{group}:", *rows])


def unknown(name: str) -> str:
    """The sentence for a command that there is not."""
    near = get_close_matches(name, [*COMMANDS, "train"])
    names = " or ".join(f"`atelier {one}`" for one in near)
    hint = f"did you mean {names}?" if near else "`atelier --help` names them all."
    return f"error: There is no command {name!r}; {hint}"


if __name__ == "__main__":
    main()
