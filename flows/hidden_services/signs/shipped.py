"""The signs that hold in an environment: those that come along, changed by hidden_services.yaml."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from flows.hidden_services.signs.words import Phrases
from models.environment.hidden_services import HiddenServices, Sign
from models.errors import ConfigurationError

FILE = Path(__file__).with_name("signs.yaml")


@cache
def shipped() -> dict[str, Sign]:
    """The signs that come along."""
    read: dict[str, Any] = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return {name: Sign.model_validate(value) for name, value in read.items()}


def signs_of(settings: HiddenServices) -> dict[str, Sign]:
    """All signs, by name; of one that is declared anew only the keys given differ.

    Words are replaced language by language.

    Raises:
        ConfigurationError: a new sign has no weight or basis, or a phrase has no word.
    """
    known = dict(shipped())
    for name, declared in settings.signs.items():
        known[name] = _merged(known.get(name), declared)
        if known[name].weight is None or not known[name].basis:
            raise _wrong(name, "it is a new sign without a weight or a basis", "Give it both")
    for name, sign in known.items():
        for phrases in (*sign.words.values(), *sign.objects.values()):
            try:
                Phrases(phrases)
            except ValueError as error:
                raise _wrong(name, str(error), "Write a word, and `*` only after it") from error
    return known


def _merged(old: Sign | None, new: Sign) -> Sign:
    if old is None:
        return new
    given = {key: getattr(new, key) for key in new.model_fields_set}
    for key in {"words", "objects"} & given.keys():
        given[key] = {**getattr(old, key), **given[key]}
    return old.model_copy(update=given)


def _wrong(name: str, found: str, next_step: str) -> ConfigurationError:
    return ConfigurationError(f"Reading signs.{name} of hidden_services.yaml", found, next_step)
