"""Guessing the encoding of text, among those that state bodies are known to send."""

import codecs
import re

from charset_normalizer import CharsetMatches, from_bytes

CYRILLIC = ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")
_OTHERS = ("cp1252", "cp1250", "cp1254", "cp1257")


def is_utf8(sample: bytes) -> bool:
    """Whether it is; a letter cut off at the sample's end does not count against it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def likely_encoding(sample: bytes) -> str | None:
    """Python's name of the likely encoding; None where the sample is in none of those known."""
    if sample and is_utf8(sample):
        return "utf-8"
    return best_of(from_bytes(sample, cp_isolation=[*CYRILLIC, *_OTHERS]))


def best_of(matches: CharsetMatches) -> str | None:
    """Python's name of the best match."""
    best = matches.best()
    return best.encoding if best else None


def spoken(encoding: str) -> str:
    """The name that people know: windows-1251, not cp1251."""
    return re.sub(r"^cp(125\d)$", r"windows-\1", encoding)
