"""A draft register entry from a candidate's evidence: a piece of YAML for register.yaml."""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from flows.hidden_services.observed import Observed

_TERM = re.compile(
    r"(?P<term>\d{1,3})\s*(?:\([^)]*\)\s*)?(?P<unit>"
    r"рабоч\w*\s+(?:дн|ден)\w*|жұмыс\s+күн\w*|working\s+days?|business\s+days?|"
    r"календарн\w*\s+(?:дн|ден)\w*|күнтізбелік\s+күн\w*|calendar\s+days?|"
    r"рабоч\w*\s+час\w*|жұмыс\s+сағат\w*|working\s+hours?|минут\w*|minutes?)",
    re.IGNORECASE,
)
_UNITS = (
    ("calendar_days", ("календ", "күнтіз", "calendar")),
    ("minutes", ("минут", "minute")),
    ("working_hours", ("рабочий час", "рабочих час", "рабочего час", "сағат", "hour")),
    ("working_days", ("",)),
)


def draft(code: str, names: Mapping[str, str], candidate: int, observed: Sequence[Observed]) -> str:
    """The entry as YAML, checked by the same model as register.yaml; a person completes it.

    What register.yaml has no key for (fee, documents, result) stands above it as comments, with
    the observations it is from. The standard is drafted only where a term was observed.
    """
    quoted = DoubleQuotedScalarString(code)
    entry = CommentedMap(names=dict(names))
    body = next((each.organisation for each in observed if each.organisation), None)
    if body:
        entry["organisation"] = body
    document = CommentedMap(services=CommentedMap({quoted: entry}))
    standard = _standard(quoted, observed)
    if standard:
        document["standards"] = [standard]
    document.yaml_set_start_comment("\n".join(_comments(candidate, observed, standard)))
    written = StringIO()
    yaml = YAML()
    yaml.width = 10_000
    yaml.dump(document, written)
    return written.getvalue()


def term_of(text: str) -> tuple[int, str] | None:
    """A term in words as a number and a unit of standards: `5 рабочих дней`; None for another."""
    found = _TERM.search(text)
    if found is None:
        return None
    unit = " ".join(found["unit"].lower().split())
    return int(found["term"]), next(
        name for name, signs in _UNITS if any(sign in unit for sign in signs)
    )


def _standard(code: str, observed: Sequence[Observed]) -> dict[str, Any] | None:
    for each in observed:
        found = term_of(each.term or "")
        if found is not None:
            return {"service": code, "term": found[0], "unit": found[1]}
    return None


def _comments(
    candidate: int, observed: Sequence[Observed], standard: Mapping[str, Any] | None
) -> list[str]:
    lines = [f"Draft from candidate {candidate}, to be completed by a person."]
    for name in ("result", "fee", "documents", "term"):
        for each in observed:
            value = getattr(each, name)
            if value:
                shown = ", ".join(value) if isinstance(value, list) else value
                lines.append(f"{name}: {' '.join(shown.split())} (from {each.kind} {each.code})")
    if standard is None:
        lines.append("No term was observed: by law it is 15 working days until rules give one.")
    return lines
