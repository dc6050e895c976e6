"""Tasks and reports on data as HTML; whatever comes from files is escaped."""

import html

from app.train import data_layouts
from app.train.expected import Few
from app.train.tasks import Task

FEW = (
    "In {minutes} minutes it sees about {count} pictures at {size} × {size}, which is too few to "
    "learn from. At {smaller} × {smaller} it would see about {more}."
)
FEW_AT_ALL = (
    "In {minutes} minutes it sees about {count} pictures, which is too few to learn from: give it "
    "more minutes."
)
TAKE_SMALLER = "Take {smaller} × {smaller}"
SHOWN = 12  # classes, or what is left out, before the rest are counted


def task_card(task: Task) -> str:
    """A task's result in a sentence, and how its data may lie."""
    usual, *others = task.layouts
    rows = "".join(
        f"<li>{html.escape(rule.title)}{data_layouts.picture(rule)}</li>" for rule in others
    )
    more = f"<details><summary>Other ways it may lie in a folder or zip</summary><ul>{rows}</ul>"
    return (
        f"<div class='card'><p>{html.escape(task.about)}</p>{data_layouts.picture(usual)}"
        f"{f'{more}</details>' if others else ''}</div>"
    )


def report_card(name: str, report: dict) -> str:
    """Whether data is fit, what is in it, and what will be left out."""
    if report["problem"]:
        return (
            f"<div class='card' data-fit='no'><h3>{html.escape(name)}</h3>"
            f"<p class='broken'>Not fit for this: {html.escape(report['problem'])}</p></div>"
        )
    rows = [("To train on", f"{report['images']:,}")]
    if report["held_out"]:
        rows.append(("Held out of it for validation", f"{report['held_out']:,}"))
    rows.append(("Test split", f"{report['test']:,}" if report["test"] else "none"))
    sizes = {tuple(size): words for words, size in report["sizes"].items()}
    spread = ", ".join(
        f"{width} × {height}" + (f" ({words})" if len(sizes) > 1 else "")
        for (width, height), words in sizes.items()
    )
    rows.append(("Pixels", spread))
    facts = "".join(
        f"<div><dt>{term}</dt><dd>{html.escape(value)}</dd></div>" for term, value in rows
    )
    return (
        f"<div class='card' data-fit='yes'><h3>{html.escape(name)}</h3><p>Fit to train on.</p>"
        f"<dl>{facts}</dl>{group_bars(report['groups'])}"
        f"{bullets('Good to know', report['advice'])}"
        f"{bullets('Will be left out', report['skipped'])}</div>"
    )


def group_bars(groups: list[dict]) -> str:
    """How many pictures each class or domain has, as bars."""
    if not groups:
        return ""
    most = max(group["images"] for group in groups)
    rows = [
        f"<div><dt>{html.escape(group['name'])}</dt>"
        f"<dd><meter min='0' max='{most}' value='{group['images']}'></meter> "
        f"{group['images']:,}</dd></div>"
        for group in groups[:SHOWN]
    ]
    more = len(groups) - SHOWN
    rest = f"<p>and {more} more</p>" if more > 0 else ""
    return f"<dl class='bars'>{''.join(rows)}</dl>{rest}"


def trouble(error: Exception | str) -> str:
    """What is wrong with a field, to stand beneath it."""
    return f"<p class='trouble' role='alert'>{html.escape(str(error))}</p>" if str(error) else ""


def few_card(few: Few) -> str:
    """A warning that few pictures will be seen, and what would help."""
    places = {
        "minutes": f"{few.minutes:g}",
        "count": few.count,
        "size": few.size,
        "smaller": few.smaller,
        "more": few.more,
    }
    words = (FEW if few.smaller else FEW_AT_ALL).format(**places)
    return f"<div class='card' data-few><p role='status'>{words}</p></div>"


def smaller_words(few: Few) -> str:
    """The button that takes the smaller size."""
    return TAKE_SMALLER.format(smaller=few.smaller)


def bullets(title: str, texts: list[str]) -> str:
    """Sentences under a title, or nothing."""
    if not texts:
        return ""
    rows = "".join(f"<li>{html.escape(text)}</li>" for text in texts[:SHOWN])
    more = len(texts) - SHOWN
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    return f"<h4>{title}</h4><ul>{rows}{rest}</ul>"
