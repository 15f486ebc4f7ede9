"""Identifiers of persons (IIN) and legal entities (BIN): valid check digits, nobody's numbers.

Check digit: the weighted sum of the first eleven digits modulo 11 with weights 1 to 11; if that
is 10, once more with 3 to 11, 1, 2; if it is 10 again the number is never issued. The serials
used here are the last ten only, so a number of the sandbox is known by its serial.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_FIRST = np.arange(1, 12, dtype=np.int64)
_SECOND = np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], dtype=np.int64)
_POWERS = 10 ** np.arange(10, -1, -1, dtype=np.int64)
_SERIALS = 10


def iins(rng: np.random.Generator, count: int) -> Ints:
    """`count` IINs as numbers, of imaginary people born from 1950 to 2006."""
    day = rng.integers(-7305, 13514, count).astype("datetime64[D]")
    year, month = day.astype("datetime64[Y]"), day.astype("datetime64[M]")
    years = year.astype(np.int64) + 1970
    months = (month - year.astype("datetime64[M]")).astype(np.int64) + 1
    days = (day - month.astype("datetime64[D]")).astype(np.int64) + 1
    century = np.where(years < 2000, 3, 5) + rng.integers(0, 2, count)
    stem = (((years % 100) * 100 + months) * 100 + days) * 10 + century
    return _with_serial(stem * 10_000 + 9990, rng.integers(0, _SERIALS, count))


def bins(rng: np.random.Generator, count: int) -> Ints:
    """`count` BINs as numbers, of imaginary firms registered from 1998 to 2025."""
    year_month = (rng.integers(1998, 2026, count) % 100) * 100 + rng.integers(1, 13, count)
    kind = rng.integers(4, 7, count) * 10 + rng.integers(0, 4, count)
    stem = year_month * 100 + kind
    return _with_serial(stem * 100_000 + 99_990, rng.integers(0, _SERIALS, count))


def check_digits(stems: Ints) -> Ints:
    """The twelfth digit of each eleven-digit stem; 10 where the number is never issued."""
    digits = (stems[:, None] // _POWERS) % 10
    first = (digits * _FIRST).sum(axis=1) % 11
    second = (digits * _SECOND).sum(axis=1) % 11
    check: Ints = np.where(first == 10, second, first)
    return check


def is_valid(identifier: str) -> bool:
    """Whether twelve digits carry their own check digit."""
    if len(identifier) != 12 or not identifier.isdecimal():
        return False
    stem, last = divmod(int(identifier), 10)
    return int(check_digits(np.array([stem], dtype=np.int64))[0]) == last


def _with_serial(base: Ints, serial: Ints) -> Ints:
    """Each base with its serial, or the next one that may be issued."""
    check = check_digits(base + serial)
    while (refused := check == 10).any():
        serial = np.where(refused, (serial + 1) % _SERIALS, serial)
        check = check_digits(base + serial)
    return (base + serial) * 10 + check
