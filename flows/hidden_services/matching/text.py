"""From the text of a name to its words, written so that spellings of one word come out alike."""

import html
import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

LONGEST = 1_000
"""Characters of a name that are looked at: no register has a longer one, and time is bounded."""

SHORT = 4
"""Words of so many letters keep their double ones: they may be abbreviations."""

_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--.*?--|!DOCTYPE[^<>]*)>", re.DOTALL)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens, spaces without width
_SPACE = re.compile(r"\s+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?|\b[^\W\d_](?:&[^\W\d_])+\b")
_HUMP = re.compile(r"(?<=[^\W\d_A-ZА-Я])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][^\W\d_A-ZА-Я])")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_CYRILLIC_APOSTROPHE = re.compile(r"(?<=[\u0400-\u04ff])['’ʼ](?=[\u0400-\u04ff])")

# Letters that look the same: what is typed in the other alphabet by mistake, or by a bad scan.
_LATIN_TWINS = "aceiopxyABCEHIKMOPTXYkmh"
_CYRILLIC_TWINS = "асеіорхуАВСЕНІКМОРТХУкмһ"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)
# Kazakh and Ukrainian letters by those that are typed where a keyboard lacks them.
_PLAIN_LETTERS = str.maketrans("әғқңөұүһієґ", "агкноуухиег")
# Ways to write the same sound in Latin letters, among them the schemes for Cyrillic names.
_SPELLINGS = (
    ("shch", "sh"), ("sch", "sh"), ("zh", "z"), ("kh", "h"), ("ph", "f"), ("th", "t"),
    ("ts", "c"), ("ck", "k"), ("ae", "a"), ("oe", "o"), ("ue", "u"),
    ("y", "i"), ("j", "i"), ("q", "k"), ("w", "v"),
)  # fmt: skip
_DOUBLE = re.compile(r"([a-z])\1+")
_NOT_KEPT = re.compile(r"[^a-z0-9]+")


def clean(text: str) -> str:
    """The text without tags and control characters, in one line, at most `LONGEST` characters."""
    text = text[: 20 * LONGEST]  # tags may be most of it; beyond this nothing is looked at
    if "<" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _SPACE.sub(" ", text).strip()[:LONGEST]


def words(text: str) -> list[str]:
    """The words of a clean text, as they are written.

    The name of an operation (`getBirthCertificate`, `issue_permit`) is taken apart, an
    abbreviation with dots or ampersands (`Р.К.`, `P&D`) put together, an elision (`l'acte`)
    is two words.
    """
    if " " not in text:
        text = _HUMP.sub(" ", text)
    if "." in text or "&" in text:
        text = _DOTTED.sub(lambda found: re.sub(r"[.&]", "", found[0]), text)
    if "'" in text or "’" in text or "ʼ" in text:
        text = _CYRILLIC_APOSTROPHE.sub("", text)
        text = text.replace("'", " ").replace("’", " ").replace("ʼ", " ")
    return _WORD.findall(text)


def one_script(word: str) -> str:
    """The word with letters of one alphabet, where Latin and Cyrillic look-alikes are mixed.

    It is read in the alphabet that all its letters can stand in; where that is both, in the one
    that most are in; where it is neither, the word stays as it is.
    """
    if word.isascii():
        return word
    cyrillic = [letter for letter in word if "\u0400" <= letter <= "\u052f"]
    latin = [letter for letter in word if "a" <= letter <= "z" or "A" <= letter <= "Z"]
    if not cyrillic or not latin:
        return word
    as_cyrillic = all(letter in _LATIN_TWINS for letter in latin)
    as_latin = all(letter in _CYRILLIC_TWINS for letter in cyrillic)
    if as_cyrillic and (not as_latin or len(cyrillic) >= len(latin)):
        return word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN) if as_latin else word


@lru_cache(maxsize=100_000)
def folded(word: str) -> str:
    """The word in lower-case Latin letters and digits, one spelling for all ways of writing it.

    Accents go, other scripts are transliterated (anyascii), and what the schemes of
    transliteration write in different ways is made one. Empty where nothing is left of it.
    """
    plain = unicodedata.normalize("NFKD", one_script(word).lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    latin = anyascii(plain.translate(_PLAIN_LETTERS)).lower()
    for written, kept in _SPELLINGS:
        latin = latin.replace(written, kept)
    kept = _NOT_KEPT.sub("", latin)
    return _DOUBLE.sub(r"\1", kept) if len(kept) > SHORT else kept
