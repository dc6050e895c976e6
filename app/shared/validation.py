"""Values from forms and scripts, checked."""

import math


def whole_number(value: object, what: str, lowest: int, highest: int) -> int:
    """A number from a form as an int; a ValueError with the range where it is empty, odd or
    outside."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        whole = int(value)
        if whole == value and lowest <= whole <= highest:
            return whole
    found = "nothing" if value is None else repr(value)
    raise ValueError(f"Expected {what} from {lowest} to {highest:,}, found {found}.")
