"""Exported models from a shell: `python -m models list`, sample, listen, translate, write, import,
export."""

import argparse
import sys

from models.shell.arguments import (
    add_export,
    add_import,
    add_list,
    add_listen,
    add_sample,
    add_translate,
    add_write,
)


def main(arguments: list[str] | None = None, prog: str = "python -m models") -> None:
    """Run the command that the arguments name.

    Args:
        arguments: those of the shell where they are not given.
        prog: the program's name in its help.

    Raises:
        SystemExit: 2, after one sentence on stderr, where something is wrong with the arguments or
            with what they name.
    """
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    adding = (add_list, add_sample, add_listen, add_translate, add_write, add_import, add_export)
    for add_command in adding:
        add_command(commands)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
