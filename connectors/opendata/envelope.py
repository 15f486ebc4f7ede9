"""The records in an answer of the portal: a list, or an envelope of Elasticsearch."""

from typing import Any

from connectors.rest.answer import Answer


def records_in(answer: Answer) -> list[dict[str, Any]]:
    """All records.

    Raises:
        WrongAnswer: it is neither of the two, or a hit has no record.
    """
    found = answer.document
    if isinstance(found, dict):
        found = _hits(answer)
        if missing := sum(not isinstance(hit, dict) or "_source" not in hit for hit in found):
            raise answer.wrong(f"{missing} of {len(found)} hits have no `_source`")
        found = [hit["_source"] for hit in found]
    if not isinstance(found, list):
        raise answer.wrong(f"the answer is a {type(found).__name__}, not a list of records")
    for number, record in enumerate(found, start=1):
        if not isinstance(record, dict):
            raise answer.wrong(f"record {number} is a {type(record).__name__}, not an object")
    return found


def total_in(answer: Answer) -> int | None:
    """How many records there are; None in a list, and where the portal only knows a lower bound.

    Elasticsearch 7 and later write `{value, relation}`; `relation: gte` is a lower bound.

    Raises:
        WrongAnswer: an envelope whose total is no number.
    """
    if not isinstance(answer.document, dict):
        return None
    _hits(answer)
    total = answer.document["hits"].get("total")
    if isinstance(total, dict):
        if total.get("relation", "eq") != "eq":
            return None
        total = total.get("value")
    if total is None:
        return None
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise answer.wrong("`hits.total` is no number")
    return total


def _hits(answer: Answer) -> list[Any]:
    hits = answer.document.get("hits")
    inner = hits.get("hits") if isinstance(hits, dict) else None
    if not isinstance(inner, list):
        names = ", ".join(map(str, answer.document)) or "no fields"
        raise answer.wrong(f"the answer has {names}, and no `hits.hits` with a list")
    return inner
