"""Which encoding a text file is in, and saying so when it is not the one declared.

Found by the byte order mark, then as UTF-8 (random bytes hardly ever are), then by
charset-normalizer among the encodings that state bodies are known to send.
"""

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from connectors.encodings import CYRILLIC, best_of, is_utf8, likely_encoding, spoken
from connectors.errors import WrongAnswer
from connectors.file.raw import blocks

_MARKS = (  # the four-byte marks first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16
_ENOUGH = 40  # bytes above ASCII from which a guess at the alphabet is worth an error


def text_encoding(path: Path, declared: str | None) -> str:
    """The encoding to read the file with, as Python names it.

    Raises:
        WrongAnswer: the file is not in the declared encoding, or in none that is known; names
            the file, the offset and line, the declared encoding and the likely one.
    """
    mark, sample = _sample(path)
    if declared is None:
        return mark or _found(path, sample)
    name = codecs.lookup(declared).name
    if mark:
        if not mark.startswith(name):
            raise _mismatch(path, declared, f"it begins with the mark of {mark}", mark)
        return mark
    _check_declared(path, declared, name, sample)
    return name


def explain_undecodable(path: Path, encoding: str, declared: str | None) -> WrongAnswer:
    """The error for a file that turned out, while it was read, not to be in the encoding."""
    where = _first_undecodable(path, encoding)
    what = "the encoding found" if declared is None else "the encoding declared"
    likely = likely_encoding(_sample(path)[1])
    return _mismatch(path, encoding, f"{where} is not {encoding}, {what}", likely)


def _found(path: Path, sample: bytes) -> str:
    if is_utf8(sample):
        return "utf-8"
    likely = likely_encoding(sample)
    if likely is None:
        raise WrongAnswer(
            f"Reading the file {path.name}",
            "its text is in no encoding that could be found",
            "Ask the body for the encoding and declare it: `encoding: …`",
        )
    return likely


def _check_declared(path: Path, declared: str, name: str, sample: bytes) -> None:
    """Single-byte encodings decode anything, so a wrong one has to be seen by its letters."""
    if not sample or name.startswith("utf"):
        return
    if is_utf8(sample):
        raise _mismatch(path, declared, "its text is valid utf-8", "utf-8")
    python_name = name.replace("-", "_")
    above = sum(byte > 127 for byte in sample)
    if python_name not in CYRILLIC or above < _ENOUGH:
        return
    matches = from_bytes(sample, cp_isolation=list(CYRILLIC))
    plausible = {name for match in matches for name in match.could_be_from_charset}
    if plausible and python_name not in plausible:
        raise _mismatch(path, declared, "its letters make no words in it", best_of(matches))


def _sample(path: Path) -> tuple[str | None, bytes]:
    """The encoding of the byte order mark, and the text around the first byte above ASCII."""
    mark = None
    for number, block in enumerate(blocks(path)):
        if number == 0:
            mark = next((name for sign, name in _MARKS if block.startswith(sign)), None)
        if not block.isascii():
            start = re.search(rb"[\x80-\xff]", block)
            first = max(0, start.start() - 1000) if start else 0
            return mark, block[first : first + _SAMPLE]
    return mark, b""


def _first_undecodable(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, lines = 0, 1
    for block in blocks(path):
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            start = error.start - (len(error.object) - len(block))
            lines += block[: max(0, start)].count(b"\n")
            return (
                f"byte {error.object[error.start]:#04x} at offset {offset + start}, line {lines},"
            )
        offset += len(block)
        lines += block.count(b"\n")
    return f"its end, at offset {offset}, line {lines},"  # a letter cut off by the file's end


def _mismatch(path: Path, declared: str, found: str, likely: str | None) -> WrongAnswer:
    advice = (
        f"It is likely {spoken(likely)}" if likely else "The likely encoding could not be found"
    )
    return WrongAnswer(
        f"Reading the file {path.name} as {declared}",
        found,
        f"{advice}: ask the body what it sends, and declare it as `encoding: …`",
    )
