"""The signs that hold in an environment: those that come along, changed by hidden_services.yaml."""

from collections.abc import Iterator
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
        ConfigurationError: what `wrong` finds.
    """
    for name, found, right in wrong(settings):
        raise ConfigurationError(f"Reading signs.{name} of hidden_services.yaml", found, right)
    return _known(settings)


def wrong(settings: HiddenServices) -> Iterator[tuple[str, str, str]]:
    """What is wrong with signs: the sign, what was found, and what would be right."""
    known = _known(settings)
    for name, sign in known.items():
        if sign.weight is None or not sign.basis:
            yield name, "it is a new sign without a weight or a basis", "Give it both"
        if sign.eased_by is not None and sign.eased_by not in known:
            yield name, f"no sign {sign.eased_by!r}", f"Known: {', '.join(known)}"
        for phrases in (*sign.words.values(), *sign.objects.values()):
            try:
                Phrases(phrases)
            except ValueError as error:
                yield name, str(error), "Write a word, and `*` only after it"


def _known(settings: HiddenServices) -> dict[str, Sign]:
    changed = {name: _merged(shipped().get(name), each) for name, each in settings.signs.items()}
    return {**shipped(), **changed}


def _merged(old: Sign | None, new: Sign) -> Sign:
    if old is None:
        return new
    given = {key: getattr(new, key) for key in new.model_fields_set}
    for key in {"words", "objects"} & given.keys():
        given[key] = {**getattr(old, key), **given[key]}
    return old.model_copy(update=given)
