"""What an IIN says of a person, for the rules by which bodies decide."""

from datetime import date

_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def born_on(iin: str) -> date | None:
    """The day of birth in an IIN (YYMMDD, then century and sex); None where there is none."""
    if len(iin) != 12 or not iin.isdecimal() or iin[6] not in _CENTURIES:
        return None
    try:
        return date(_CENTURIES[iin[6]] + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None


def age_on(born: date, day: date) -> int:
    """Whole years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
