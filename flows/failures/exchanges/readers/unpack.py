"""Unpack records within bounds: gzip, then JSON of the form `{"records": […]}`."""

import zlib
from typing import Any

import orjson

from connectors.errors import WrongAnswer

_GZIP = b"\x1f\x8b"
_AUTOMATIC = 47
"""zlib's window bits for a gzip header, with the largest window."""


def unpacked(asked: str, raw: bytes, most: int) -> bytes:
    """The bytes, unpacked where they are gzip.

    Raises:
        WrongAnswer: broken, cut off, or longer than `most` bytes.
    """
    if not raw.startswith(_GZIP):
        if len(raw) > most:
            raise _too_long(asked, most)
        return raw
    parts, left = [], raw
    size = 0
    while left:
        machine = zlib.decompressobj(_AUTOMATIC)
        try:
            part = machine.decompress(left, most - size + 1)
        except zlib.error as error:
            raise WrongAnswer(asked, f"its gzip is broken ({error})", _OWNER) from error
        size += len(part)
        if size > most:
            raise _too_long(asked, most)
        if not machine.eof:
            raise WrongAnswer(asked, "its gzip is cut off", _OWNER)
        parts.append(part)
        left = machine.unused_data.lstrip(b"\0")
    return b"".join(parts)


def records_of(asked: str, raw: bytes, most: int) -> list[Any]:
    """The records in an attachment or file.

    Raises:
        WrongAnswer: it is not what PR-OPMON describes.
    """
    try:
        document = orjson.loads(unpacked(asked, raw, most))
    except orjson.JSONDecodeError as error:
        raise WrongAnswer(asked, f"it is not JSON ({error})", _OWNER) from error
    records = document.get("records") if isinstance(document, dict) else None
    if not isinstance(records, list):
        raise WrongAnswer(asked, "there is no list `records` in it", _OWNER)
    return records


_OWNER = "Ask whoever records it; what was read before is stored, this is read again"


def _too_long(asked: str, most: int) -> WrongAnswer:
    return WrongAnswer(
        asked,
        f"it is longer than the {most:,} bytes allowed, unpacked",
        "Raise `max_unpacked`, or ask for smaller parts",
    )
