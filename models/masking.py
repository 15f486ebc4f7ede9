"""Identifiers of persons: what makes one valid, and how they are kept out of what people read."""

import logging
import re
import traceback
from collections.abc import Collection, Mapping
from functools import lru_cache

from models.environment.secrets import redact
from models.environment.settings import CheckDigit, Identifier
from models.errors import ConfigurationError

DOT = "•"
SHOWN = 4
"""How many characters stay: enough to tell two apart over the telephone."""

_ANCHOR = re.compile(r"\\[AZbB]|\^|\$")
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_LEFT, _RIGHT = r"(?<![^\W_])", r"(?![^\W_])"  # no letter or digit beside it


class Masker:
    """Knows the environment's identifiers.

    `mask` hides whatever looks like a personal identifier, the check digit right or not: a
    mistyped number is somebody's number too. `is_valid` is strict.
    """

    def __init__(self, identifiers: Mapping[str, Identifier]) -> None:
        self._identifiers = dict(identifiers)
        self._personal = [
            re.compile(f"{_LEFT}(?:{_unanchored(each.pattern)}){_RIGHT}")
            for each in self._identifiers.values()
            if each.personal
        ]

    def mask(self, text: str, keep: Collection[str] = ()) -> str:
        """The text with each personal identifier as dots and its last 4 characters.

        What is in `keep` stays as it is: numbers of applications may look like a person's.
        """
        for pattern in self._personal:
            text = pattern.sub(lambda found: _masked(found[0], keep), text)
        return text

    def is_valid(self, kind: str, value: str) -> bool:
        """Whether the value is an identifier of this kind, its check digit included.

        Raises:
            ConfigurationError: the environment declares no such kind.
        """
        identifier = self._identifiers.get(kind)
        if identifier is None:
            known = ", ".join(sorted(self._identifiers)) or "none"
            raise ConfigurationError(
                f"Checking an identifier of the kind {kind!r}",
                f"the environment declares {known}",
                "Declare it under `identifiers` in environment.yaml",
            )
        return is_valid(identifier, value)


def _masked(found: str, keep: Collection[str]) -> str:
    if not found or found in keep:
        return found
    shown = SHOWN if len(found) > 2 * SHOWN else 0  # of a short one the end is most of it
    return DOT * (len(found) - shown) + found[len(found) - shown :]


@lru_cache
def _unanchored(pattern: str) -> str:
    """The pattern without what ties it to the ends of a text, character classes untouched."""
    return "".join(piece for piece in _PIECE.findall(pattern) if not _ANCHOR.fullmatch(piece))


def is_valid(identifier: Identifier, value: str) -> bool:
    """Whether the value matches the pattern as a whole and its check digit is right."""
    if re.fullmatch(_unanchored(identifier.pattern), value) is None:
        return False
    return identifier.check is None or _check_digit_is_right(identifier.check, value)


def _check_digit_is_right(check: CheckDigit, value: str) -> bool:
    if re.fullmatch(rf"[0-9]{{{_length(check)}}}", value) is None:
        return False
    digits = [int(digit) for digit in value]
    for weights in check.weights:
        remainder = sum(d * w for d, w in zip(digits[:-1], weights, strict=True)) % check.modulus
        if remainder < 10:
            return remainder == digits[-1]
    return False


def _length(check: CheckDigit) -> int:
    lengths = {len(weights) for weights in check.weights}
    if len(lengths) != 1:
        raise ConfigurationError(
            "Reading the weights of a check digit",
            f"their rows have {sorted(lengths)} numbers",
            "Give each row one weight for every digit but the last",
        )
    return lengths.pop() + 1


def check_digit_sql(identifier: Identifier, column: str) -> str:
    """A boolean SQL expression: true where the value of `column` is valid, null where it is null.

    Never fails, whatever the text. `column` goes into the SQL as it is: it must come from code,
    not from data. The pattern must mean the same to PostgreSQL (no named groups).
    """
    matches = f"{column} ~ {_literal(f'^(?:{_unanchored(identifier.pattern)})$')}"
    if identifier.check is None:
        return f"({matches})"
    check, length = identifier.check, _length(identifier.check)
    tries = " ".join(
        f"WHEN {_remainder(column, row, check.modulus)} < 10"
        f" THEN {_remainder(column, row, check.modulus)} = {_digit(column, length)}"
        for row in check.weights
    )
    shape = _literal(f"^[0-9]{{{length}}}$")
    return (
        f"(CASE WHEN {column} IS NULL THEN NULL"
        f" WHEN {column} !~ {shape} OR NOT ({matches}) THEN false {tries} ELSE false END)"
    )


def _digit(column: str, position: int) -> str:
    return f"ascii(substr({column}, {position}, 1)) - 48"


def _remainder(column: str, weights: list[int], modulus: int) -> str:
    terms = (f"({_digit(column, i)}) * {weight}" for i, weight in enumerate(weights, 1) if weight)
    return f"mod({' + '.join(terms) or 0}, {modulus})"


def _literal(pattern: str) -> str:
    """A string literal without `:` and `%`, which SQLAlchemy and psycopg would read as theirs."""
    quoted = pattern.replace("\\", "\\\\").replace("'", "''")
    return "U&'" + quoted.replace(":", "\\003A").replace("%", "\\0025") + "'"


class MaskingFilter(logging.Filter):
    """Masks identifiers and redacts secrets in a record's message, arguments and traceback."""

    def __init__(self, masker: Masker) -> None:
        super().__init__()
        self._masker = masker

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; it always passes."""
        record.msg, record.args = self._clean(record.getMessage()), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        # Formatters print `exc_text`; without the exception no handler formats it anew.
        record.exc_info = None
        if record.stack_info:
            record.stack_info = self._clean(record.stack_info)
        return True

    def _clean(self, text: str) -> str:
        return self._masker.mask(redact(text))


def install(masker: Masker) -> int:
    """Put the filter on the handlers of the root logger and of Prefect's; answer how many.

    A handler's filter sees what comes from every logger, a logger's only its own. Call it again
    when handlers were added; the filter of an earlier call is replaced.
    """
    prefect = [name for name in logging.root.manager.loggerDict if name.startswith("prefect")]
    loggers = [logging.getLogger(), *map(logging.getLogger, prefect)]
    handlers = {id(handler): handler for logger in loggers for handler in logger.handlers}
    if logging.lastResort is not None:
        handlers[id(logging.lastResort)] = logging.lastResort
    for handler in handlers.values():
        for old in [each for each in handler.filters if isinstance(each, MaskingFilter)]:
            handler.removeFilter(old)
        handler.addFilter(MaskingFilter(masker))
    return len(handlers)
