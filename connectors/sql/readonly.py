"""A query has to be a SELECT, without placeholders.

This is a check of the YAML, so that a mistake is seen before anything runs. That nothing is
written is held by the database: the transaction is read-only where there is such a thing, the
query stands inside another SELECT, and every transaction is rolled back.
"""

import re

_APART = re.compile(
    r"""
    '(?:[^']|'')*'            # text
    | "(?:[^"]|"")*"          # quoted name
    | `[^`]*`                 # quoted name, MySQL
    | --[^\n]*                # comment
    | /\*.*?\*/               # comment
    """,
    re.VERBOSE | re.DOTALL,
)
_WRITES = re.compile(
    r"\b(insert|update|delete|merge|truncate|create|alter|drop|grant|revoke|call|exec|execute"
    r"|copy|into|lock|vacuum|attach|pragma)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"(?<![:\w]):[A-Za-z_]\w*|%\(\w+\)s|%s")


def check_select(query: str) -> str:
    """The query without a semicolon at its end.

    Raises:
        ValueError: it is not one SELECT, holds a word that writes, or a placeholder.
    """
    query = query.strip().removesuffix(";").rstrip()
    bare = _APART.sub(" ", query)
    if not re.match(r"\s*(select|with)\b", bare, re.IGNORECASE):
        raise ValueError("query: only a SELECT is allowed")
    if ";" in bare:
        raise ValueError("query: only one statement is allowed, and there is a semicolon inside")
    if word := _WRITES.search(bare):
        raise ValueError(f"query: only a SELECT is allowed, and there is {word[0]!r} in it")
    if placeholder := _PLACEHOLDER.search(bare):
        raise ValueError(
            f"query: placeholders are not allowed ({placeholder[0]}); Tereze adds the window itself"
        )
    return query
