"""Notices in a form of one's own: texts with the fields of a notice in braces."""

from string import Formatter

FIELDS = {
    "severity": "the severity, or `ended`",
    "environment": "the environment's title",
    "place": "what it is about: service, body, region, or system",
    "headline": "the numbers, or the alerts' names",
    "since": "since when",
    "numbers": "the numbers now",
    "waiting": "how many people wait",
    "oldest": "the oldest cases, a line each",
    "cause": "the probable cause",
    "what_to_do": "links to runbooks",
    "who": "who else knows",
    "text": "the whole notice as it is without a form",
}
"""What may stand in braces, and what it is."""


def known_fields(template: str) -> str:
    """The template, once it is known that every field in it is one.

    Raises:
        ValueError: a field that is none, or a brace that is not closed.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"not a template: {error}") from error
    for _, field, form, conversion in parts:
        if field is None:
            continue
        if field not in FIELDS or form or conversion:
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise ValueError(f"no field {{{field}}} for a notice; there are: {known}")
    return template
