"""Words of a composite service in every language of the environment."""

from collections.abc import Iterator, Sequence
from typing import Any

from models.environment.document import Location

_WORDS = frozenset(
    {"names", "labels", "hints", "legal_basis", "todo", "refusal_means", "why", "basis", "text"}
)
"""Keys under which words stand, each with its languages."""
_NOT_OURS = frozenset({"operation", "input", "result"})
"""Keys under which names are those of others."""


def wrong_languages(
    data: Any, languages: Sequence[str], at: Location = ()
) -> Iterator[tuple[Location, str, str]]:
    """Words that lack a language: what an applicant reads may not change its language."""
    if isinstance(data, list):
        for index, each in enumerate(data):
            yield from wrong_languages(each, languages, (*at, index))
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        place = (*at, key)
        if key in _NOT_OURS:
            continue
        if key in _WORDS and isinstance(value, dict):
            yield from _missing(value, languages, place)
        elif key == "choices" and isinstance(value, dict):
            for code, names in value.items():
                yield from _missing(names, languages, (*place, code))
        else:
            yield from wrong_languages(value, languages, place)


def _missing(
    words: Any, languages: Sequence[str], place: Location
) -> Iterator[tuple[Location, str, str]]:
    missing = [each for each in languages if not str((words or {}).get(each, "")).strip()]
    if missing:
        right = f"Add {', '.join(f'`{each}: …`' for each in missing)}"
        yield place, f"no words in {', '.join(missing)}", right
