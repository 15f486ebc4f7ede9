"""Say a code in words."""

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

LAST_RESORT = "en"
"""The language where the words lack the one that is asked for; every code has it."""


def said(code: str, language: str, **values: object) -> str:
    """The sentence of a code in a language, with its values filled in.

    The values are codes, names of steps and systems, moments and numbers: never personal data.

    Raises:
        KeyError: no such code, or a value that the sentence needs is not given.
    """
    sentences = words()[code]
    return sentences.get(language, sentences[LAST_RESORT]).format_map(values)


@cache
def words() -> dict[str, dict[str, str]]:
    """Every code with its sentence in each language.

    Raises:
        ValueError: two files have the same code, or a code lacks the last resort.
    """
    found: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for code, sentences in YAML(typ="safe").load(path).items():
            if code in found or LAST_RESORT not in sentences:
                raise ValueError(f"{path.name}: {code} is there twice, or has no {LAST_RESORT}")
            found[code] = sentences
    return found
