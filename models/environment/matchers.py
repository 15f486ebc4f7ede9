"""Matchers, as Alertmanager writes them: `system=land`, `severity!=info`, `service=~001.*`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

Op = Literal["=", "!=", "=~", "!~"]
_WRITTEN = re.compile(r'\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*(?:"([^"]*)"|([^"]*?))\s*')
# What Python and PostgreSQL read alike, so that a matcher means the same wherever it is asked.
_PLAIN = re.compile(r"(?:[\w .|()*+?/:@,-]|\[[\w-]+\])*")
_TWICE = re.compile(r"[*+?][*+?]|\(\?|^[*+?]|[(|][*+?]")
RIGHT = 'a matcher is written like system=land, severity!="info", service=~"001.*"'


@dataclass(frozen=True)
class Matcher:
    """One condition on a label. `alertname` is the alert's name, `severity` its severity.

    A label that an alert has not is empty, as in Alertmanager.
    """

    label: str
    op: Op
    value: str

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether it is so of these labels."""
        found = labels.get(self.label, "")
        if self.op in ("=", "!="):
            return (found == self.value) is (self.op == "=")
        return (re.fullmatch(self.value, found) is not None) is (self.op == "=~")

    def __str__(self) -> str:
        return f'{self.label}{self.op}"{self.value}"'


def parse_matcher(written: Any) -> Matcher:
    """A matcher from its text.

    Raises:
        ValueError: it is none, or its pattern is of more than letters, digits, `. * + ? | ( )`
            and `[a-z]`.
    """
    if isinstance(written, Matcher):
        return written
    match = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise ValueError(RIGHT)
    label, op, quoted, bare = match.groups()
    value = bare if quoted is None else quoted
    if op in ("=~", "!~"):
        _check(value)
    return Matcher(label, op, value)  # type: ignore[arg-type]  # the pattern has no other


def _check(pattern: str) -> None:
    if not _PLAIN.fullmatch(pattern) or _TWICE.search(pattern):
        raise ValueError(
            "a pattern is of letters, digits, . * + ? | ( ) and [a-z], as it is in system=~land.*"
        )
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a pattern: {error}") from error


Matching = Annotated[
    Matcher,
    BeforeValidator(parse_matcher),
    WithJsonSchema({"type": "string", "examples": ["system=land", 'service=~"001.*"']}),
]


def all_fit(matchers: "tuple[Matcher, ...] | list[Matcher]", labels: Mapping[str, str]) -> bool:
    """Whether every one of them fits."""
    return all(each.fits(labels) for each in matchers)
