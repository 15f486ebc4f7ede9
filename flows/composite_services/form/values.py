"""One value of a form, by the type of its field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from models.environment.composite_forms import FormField
from models.environment.settings import Identifier
from models.masking import is_valid

_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPACED = re.compile(r"[\s()\-]+")
_LONGEST_NUMBER = 18
_LONGEST_EMAIL = 254


class Wrong(Exception):
    """A value is not what its field asks for: a code of the words, and what they name."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Given:
    """What a value is checked against: kinds of identifiers, and the day in the office's zone."""

    identifiers: Mapping[str, Identifier]
    today: date


def parsed(field: FormField, raw: Any, given: Given) -> Any:
    """The value as it is kept, a plain JSON value; texts without spaces around them.

    Nothing is guessed: a number is no text, and `1` is not true.

    Raises:
        Wrong: it is not what the field asks for.
    """
    return _READERS[field.type](field, raw, given)


def _text(raw: Any, longest: int) -> str:
    if not isinstance(raw, str):
        raise Wrong("form_not_a_text")
    value = unicodedata.normalize("NFC", raw.strip())
    if len(value) > longest:
        raise Wrong("form_too_long", longest=longest, letters=len(value))
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Cn") for letter in value):
        raise Wrong("form_odd_letters")
    return value


def _plain_text(field: FormField, raw: Any, _given: Given) -> str:
    lines = raw.replace("\r\n", "\n").split("\n") if isinstance(raw, str) else [raw]
    value = "\n".join(_text(line, 10_001) for line in lines).strip()
    if len(value) > field.longest:
        raise Wrong("form_too_long", longest=field.longest, letters=len(value))
    if field.pattern is not None and re.fullmatch(field.pattern, value) is None:
        raise Wrong("form_not_the_pattern")
    return value


def _identifier(field: FormField, raw: Any, given: Given) -> str:
    kind = field.identifier or ""
    value = _text(raw, field.longest).replace(" ", "")
    if not is_valid(given.identifiers[kind], value):
        raise Wrong("form_not_an_identifier", kind=kind.upper())
    return value


def _date(field: FormField, raw: Any, given: Given) -> str:
    try:
        if not isinstance(raw, str) or _DAY.fullmatch(raw.strip()) is None:
            raise ValueError("not written as a day")
        day = date.fromisoformat(raw.strip())
    except ValueError as error:
        raise Wrong("form_not_a_day") from error
    if field.not_before is not None and day < (first := _day(field.not_before, given)):
        raise Wrong("form_too_early", day=first.isoformat())
    if field.not_after is not None and day > (last := _day(field.not_after, given)):
        raise Wrong("form_too_late", day=last.isoformat())
    return day.isoformat()


def _day(named: str, given: Given) -> date:
    return given.today if named == "today" else date.fromisoformat(named)


def _integer(_field: FormField, raw: Any, _given: Given) -> int:
    written = str(raw).strip() if isinstance(raw, int | str) and not isinstance(raw, bool) else ""
    if re.fullmatch(rf"-?[0-9]{{1,{_LONGEST_NUMBER}}}", written) is None:
        raise Wrong("form_not_an_integer")
    return int(written)


def _decimal(_field: FormField, raw: Any, _given: Given) -> str:
    """Kept as a text, so that no amount is rounded on its way."""
    written = str(raw).strip() if isinstance(raw, int | float | str) else ""
    try:
        value = Decimal("x" if isinstance(raw, bool) else written)
    except InvalidOperation as error:
        raise Wrong("form_not_a_number") from error
    if not value.is_finite() or len(written) > 2 * _LONGEST_NUMBER or abs(value.adjusted()) > 18:
        raise Wrong("form_not_a_number")
    return format(value, "f")


def _choice(field: FormField, raw: Any, _given: Given) -> str:
    if not isinstance(raw, str) or raw.strip() not in (field.choices or {}):
        raise Wrong("form_not_a_choice")
    return raw.strip()


def _boolean(_field: FormField, raw: Any, _given: Given) -> bool:
    if not isinstance(raw, bool):
        raise Wrong("form_not_yes_or_no")
    return raw


def _phone(field: FormField, raw: Any, _given: Given) -> str:
    value = _SPACED.sub("", _text(raw, field.longest))
    if _PHONE.fullmatch(value) is None:
        raise Wrong("form_not_a_phone")
    return value


def _email(_field: FormField, raw: Any, _given: Given) -> str:
    value = _text(raw, _LONGEST_EMAIL)
    if _EMAIL.fullmatch(value) is None:
        raise Wrong("form_not_an_email")
    return value


_READERS: dict[str, Callable[[FormField, Any, Given], Any]] = {
    "text": _plain_text,
    "identifier": _identifier,
    "date": _date,
    "integer": _integer,
    "decimal": _decimal,
    "choice": _choice,
    "boolean": _boolean,
    "phone": _phone,
    "email": _email,
}
