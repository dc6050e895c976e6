"""What is wrong with data, in words."""


class DataError(ValueError):
    """Data that cannot be trained on; the message is one sentence for the person who gave it."""
