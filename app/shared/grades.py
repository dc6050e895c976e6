"""What the figures of a model mean, in plain words."""

import re
from typing import Any

VALUE, REAL = re.compile(r"(-?[\d.]+)(\s*%)?"), re.compile(r"real: ([\d.]+)")
# shares of what the figure's best is, each with what is said from there on
ASKED = "Of 100 pictures, about {count} show what was asked for."
TOLD = "A judge knows from its pictures what was asked for {share} % as often as from real ones."
KNOWN = "A judge knows from its pictures what was asked for as often as from real ones."
HAND = "Of 100 pictures, about {count} are told as the hand's that was asked for."
ALIKE = (
    (3, "Its pictures can hardly be told from real ones."),
    (40, "Most of its pictures look real, some do not."),
    (float("inf"), "Many of its pictures can be told from real ones at a glance."),
)
COLOURED = (
    (0.9, "On drawings it has not seen, its pictures come close to the right ones."),
    (0.75, "On drawings it has not seen, its pictures are roughly the right ones."),
    (0.0, "On drawings it has not seen, its pictures differ much from the right ones."),
)
WAY = (
    (0.6, "Its pictures look much like those it learned from, and what they show stays."),
    (0.3, "Its pictures look somewhat like those it learned from."),
    (float("-inf"), "Its pictures keep much of the look they had before."),
)
# by the beginning of a figure's key
MEANINGS = {
    "label_agreement": "Label agreement: the share that a classifier sees as what was asked for.",
    "recall": "Recall: the share whose words a judge picks first, or among the first five, of 100.",
    "fid": "FID: how far the pictures as a whole are from real ones; 0 is best.",
    "kid": "KID: as FID, for few pictures; 0 is best.",
    "density": "Density: how often pictures lie where real ones do; about 1 is best.",
    "coverage": "Coverage: the share of real pictures that have one like them; 1 is best.",
    "diversity": "Diversity: how much pictures of one class differ; 1 is as real ones do.",
    "l1": "L1: the mean difference of a pixel from the right picture; 0 is best.",
    "psnr": "PSNR: the same in decibels; more is better.",
    "ssim": "SSIM: how alike shapes are to the right picture; 1 is best.",
    "texture": "Texture distance: how far areas and strokes are from the right ones; 0 is best.",
    "way": "Share of the way: from the look before (0 %) to the look it learned (100 %).",
    "edges": "SSIM of edges: how well shapes are kept; 1 is best.",
    "cycle": "Cycle L1: what is lost there and back; 0 is best.",
}


def grade(metrics: dict[str, Any]) -> str:
    """A plain sentence or two on how good a model is; empty where no figure says it."""
    texts = {str(row["key"]): str(row["value"]) for row in metrics.get("table", [])}
    values = {key: number(text) for key, text in texts.items()}
    said = []
    if (share := values.get("label_agreement")) is not None:
        said.append(ASKED.format(count=int(100 * share)))
    drawn, ceiling = (
        values.get("recall_pairs_at_1"),
        REAL.search(texts.get("recall_pairs_at_1", "")),
    )
    if drawn is not None and ceiling and float(ceiling[1]) > 0:
        share = round(100 * 100 * drawn / float(ceiling[1]))
        said.append(TOLD.format(share=share) if share < 100 else KNOWN)
    if (share := values.get("hand_told")) is not None:
        said.append(HAND.format(count=int(100 * share)))
    distance, real = values.get("fid_cnn"), REAL.search(texts.get("fid_cnn", ""))
    if distance is not None and real and float(real[1]) > 0:
        times = distance / float(real[1])
        said.append(next(words for most, words in ALIKE if times <= most))
    for key, grades in (("ssim", COLOURED), ("way_a_to_b", WAY)):
        if (value := values.get(key)) is not None:
            said.append(next((words for least, words in grades if value >= least), grades[-1][1]))
    return " ".join(said)


def number(text: str) -> float | None:
    """The number that a figure's text begins with, a percentage as a share; None for another
    text."""
    found = VALUE.match(text)
    if not found:
        return None
    try:
        return float(found[1]) / (100 if found[2] else 1)
    except ValueError:
        return None


def meanings(metrics: dict[str, Any]) -> list[str]:
    """What the figures there are mean, a sentence each."""
    keys = [str(row.get("key", "")) for row in metrics.get("table", [])]
    return [
        words
        for start, words in MEANINGS.items()
        if any(key == start or key.startswith(f"{start}_") for key in keys)
    ]
