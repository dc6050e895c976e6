"""What a card says of the runs that a model comes from."""

from training.export.model_card import started_from


def test_runs_stand_in_their_order_and_the_model_s_own_options_last():
    first = {"name": "one", "images_seen": 1000, "minutes": 15.0, "options": {"lr": 0.1}}
    second = {"name": "two", "images_seen": 20, "minutes": 3.0, "options": {}, "before": first}
    texts = [text for text in started_from(second) if not text.startswith("|")]
    assert texts == [
        "It started from the run one: 1,000 images in 15 minutes with these options.",
        "Then it was the run two: 20 images in 3 minutes with these options.",
        "Then, with these:",
    ]
    assert started_from(None) == []
