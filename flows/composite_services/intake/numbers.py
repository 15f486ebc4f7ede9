"""Numbers of composite applications: readable, with a check digit, and nobody's data in them."""

import re

_SHAPE = re.compile(r"OA-(\d{4})-(\d{6,})-(\d)")


def number_of(year: int, ordinal: int) -> str:
    """The number of the application with this ordinal, such as `OA-2026-000123-3`.

    The last digit is the check digit of ISO 7064 MOD 11,10: it finds every single wrong digit
    and nearly all pairs that were swapped.
    """
    digits = f"{year:04d}{ordinal:06d}"
    return f"OA-{year:04d}-{ordinal:06d}-{_check_digit(digits)}"


def is_number(written: str) -> bool:
    """Whether it is such a number, its check digit included."""
    match = _SHAPE.fullmatch(written)
    return match is not None and _check_digit(match[1] + match[2]) == int(match[3])


def _check_digit(digits: str) -> int:
    product = 10
    for digit in digits:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10
