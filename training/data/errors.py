"""The errors of data that cannot be trained on."""


class DataError(ValueError):
    """Data that cannot be trained on; the message is one sentence for the person who gave it."""


class OtherClasses(DataError):
    """A test split without any of the classes of the train split."""
