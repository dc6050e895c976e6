"""Where things are: what ships is found in the package, what is made goes below `home()`.

    ATELIER_HOME=/data/atelier atelier train cgan       # /data/atelier/runs/...

Everything is computed when it is asked for, so that the environment may change it.
"""

import os
from pathlib import Path

PACKAGES = Path(__file__).resolve().parent.parent  # the folder that holds app, models and training


def is_checkout() -> bool:
    """Whether the code runs from a checkout, and not from where pip put a wheel."""
    return (PACKAGES / "pyproject.toml").is_file() and (PACKAGES / "weights").is_dir()


def shipped_weights() -> Path:
    """The folder of the exported models that ship."""
    return PACKAGES / "weights" if is_checkout() else PACKAGES / "models" / "weights"


def bundled_data() -> Path:
    """The folder of the data sets that ship."""
    return PACKAGES / "training" / "data" / "bundled"


def home() -> Path:
    """The folder of all that is made: $ATELIER_HOME, else user/ in a checkout, else the platform's
    folder for a person's data."""
    if chosen := os.environ.get("ATELIER_HOME"):
        return Path(chosen).expanduser().absolute()
    if is_checkout():
        return PACKAGES / "user"
    from platformdirs import user_data_path

    return user_data_path("atelier", appauthor=False)


def weights() -> Path:
    """The folder of a person's own exported models."""
    return home() / "weights"


def weights_folders() -> tuple[Path, Path]:
    """The folders in which a model is looked up by its name: what ships goes before one's own."""
    return shipped_weights(), weights()


def runs() -> Path:
    """The folder of runs."""
    return home() / "runs"


def datasets() -> Path:
    """The folder of data sets that were uploaded, unpacked or downloaded."""
    return home() / "datasets"


def made() -> Path:
    """The folder of what was made in the page."""
    return home() / "made"


def theory() -> Path:
    """The folder of the lessons' pictures."""
    return home() / "theory"
