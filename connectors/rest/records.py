"""The records in an answer, and the total that it announces."""

from typing import Any

from connectors.rest.answer import Answer


def records_in(answer: Answer, items: str | None) -> list[dict[str, Any]]:
    """The list at the JMESPath expression, or the answer itself.

    Raises:
        WrongAnswer: there is no list, or something in it is not an object.
    """
    document = answer.document
    found = answer.find(items) if items else document
    place = f"at `items: {items}`" if items else "(`items` is not declared)"
    if not isinstance(found, list):
        kind = "nothing" if found is None else f"a {type(found).__name__}, not a list,"
        raise answer.wrong(f"there is {kind} {place}{_keys(document)}")
    for number, record in enumerate(found, start=1):
        if type(record) is not dict:
            raise answer.wrong(f"record {number} is a {type(record).__name__}, not an object")
    return found


def total_in(answer: Answer, expression: str | None) -> int | None:
    """The announced number of records, where the source declares where it is.

    Raises:
        WrongAnswer: there is no whole number.
    """
    if expression is None:
        return None
    total = answer.find(expression)
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise answer.wrong(f"there is no number at `total: {expression}`{_keys(answer.document)}")
    return total


def _keys(document: object) -> str:
    if not isinstance(document, dict):
        return ""
    return f"; the answer has {', '.join(map(str, document)) or 'no fields'}"
