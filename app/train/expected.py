"""How many pictures a run will see in its minutes, told before it starts."""

from dataclasses import dataclass

import yaml

from app.settings import Settings
from app.shared.library import Library
from app.train import actions
from app.train.actions import RunRequest
from app.train.tasks import find_task
from training.runs.summary import summaries

FEW = 100  # pictures, of which nothing is learned
LEAST_MINUTES = 0.2  # of a run whose mean speed is believed
BASE = 128  # height and width for which the seconds below hold
# Seconds of a picture on two cores (docs/speed.md), doubled: few machines compute in bfloat16, and
# a run gives way to the page.
SECONDS = {
    ("training.gan", ""): 0.02,
    ("training.cgan", ""): 0.02,
    ("training.pix2pix", "cpu"): 0.03,
    ("training.pix2pix", "glyphs"): 0.06,
    ("training.pix2pix", "reference"): 0.12,
    ("training.cyclegan", "cpu"): 0.5,
    ("training.cyclegan", "reference"): 1.5,
    ("training.cut", "cpu"): 0.3,
    ("training.cut", "paint"): 0.3,
    ("training.cut", "style"): 0.3,
}
SIZES = {"training.gan": 28, "training.cgan": 28, "training.pix2pix": 256}  # where none is asked
RECIPE_SIZES = {"cpu": 128, "paint": 128, "style": 128, "glyphs": 128, "reference": 256}


@dataclass(frozen=True)
class Few:
    """A run that will see few pictures.

    Attributes:
        count: of them, on which its generator learns.
        smaller, more: a smaller size, and how many it would see then; 0 where there is none.
    """

    minutes: float
    size: int
    count: int
    smaller: int
    more: int


def too_few(settings: Settings, request: RunRequest, natural: int) -> Few | None:
    """What is to be said of a run that will see fewer than a hundred pictures, None of others.

    Args:
        natural: the size that suits the data, 0 where it is not known.
    """
    if not request.minutes or request.steps:
        return None
    task, script = find_task(request.task), actions.script_of(settings, request)
    recipe, usual, waits = "", 0, 0
    if request.start:
        usual = Library(settings.weights).get(request.start).size
        waits = actions.WARM_UP if task.names_sides else 0  # on which the critic learns alone
    else:
        recipe = str(actions.chosen(settings, task, request).get("recipe", ""))
        usual = natural if script in SIZES else RECIPE_SIZES.get(recipe, 0)
    size = request.size or usual or SIZES.get(script, 256)
    each = seconds_of_picture(settings, script, recipe)

    def count(height: int) -> int:
        return max(0, round(60 * request.minutes / (each * (height / BASE) ** 2)) - waits)

    if count(size) >= FEW:
        return None
    below = [one for one in task.sizes if one < size]
    smaller = max([one for one in below if count(one) >= FEW] or below[:1], default=0)
    return Few(request.minutes, size, count(size), smaller, count(smaller) if smaller else 0)


def seconds_of_picture(settings: Settings, script: str, recipe: str) -> float:
    """Seconds of a picture at the base size: of the newest run of this recipe on this machine that
    told its speed, else as measured elsewhere.

    Args:
        recipe: empty for one that goes on from a model, whose run says the usual one.
    """
    for run in summaries(settings.runs):
        speed = run.images_per_second
        if not speed and run.minutes > LEAST_MINUTES:
            speed = run.images_seen / run.minutes / 60
        if speed and (run.script, run.recipe) == (script, recipe or "reference"):
            config = settings.runs / run.name / "config.yaml"
            said = yaml.safe_load(config.read_text("utf-8")) if config.is_file() else {}
            if said.get("size"):
                return (BASE / said["size"]) ** 2 / speed
    return SECONDS.get((script, recipe), SECONDS.get((script, "cpu"), 0.5))
