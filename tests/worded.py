"""A tiny untrained model that takes words and draws in two hands."""

from pathlib import Path

HANDS = ["noto", "openmoji"]


def worded_model(folder: Path, things: int = 0) -> Path:
    """Write it, with the table of words that comes along, and so many things that it remembers by
    one hand each."""
    import torch

    from models.conditions.words import load_words
    from models.networks import GENERATORS, build
    from training.data.paired.captions import bundled_table
    from training.export.export_model import export_sampler, sampler_config

    table = load_words(bundled_table())
    arguments = {"size": 16, "channels": 3, "classes": 0, "noise_dim": 8, "width": 4}
    arguments["condition_dim"] = table.dim + len(HANDS)
    if things:
        arguments |= {"memories": things, "key_dim": table.dim, "thumbnails": 8}
    network = {"name": "residual", "arguments": arguments}
    data = {"name": "emoji-words", "licence": "MIT", "class_names": [], "images": 8}
    data |= {"condition": {"words": table.dim, "manner": len(HANDS)}, "manners": HANDS}
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    config = sampler_config(folder.name, "training.cgan", network, None, data, training)
    torch.manual_seed(0)
    generator = build(GENERATORS, "residual", arguments)
    if things:
        pictures = torch.ones(things, len(HANDS), 3, 8, 8)  # the first hand draws smaller
        pictures[:, 0, :, 2:6, 2:6] = torch.rand(things, 3, 4, 4) * 2 - 1
        pictures[:, 1:, :, 1:7, 1:7] = torch.rand(things, len(HANDS) - 1, 3, 6, 6) * 2 - 1
        drawn = torch.eye(len(HANDS))[torch.arange(things) % len(HANDS)]
        generator.remember(torch.randn(things, table.dim), pictures, drawn)
    export_sampler(folder, config, generator, torch.zeros(10, 3, 16, 16), words=table)
    return folder
