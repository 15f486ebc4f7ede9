"""A form as it was typed: kept as it is, and read as the engine reads forms."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.web.access.guard import Sent
from flows.composite_services.mapping import Misfit, holds
from models.environment.composite_forms import FormField

PREFIX = "f-"
"""Before the names of the definition's fields, so that they meet no other of the page's."""
_ONCE = re.compile(r"[A-Za-z0-9_-]{16,40}")
_YES_OR_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class Filled:
    """What was typed. `once` is the form's own name, by which it is one application.

    `texts` are the definition's fields, `seen` those of them that the person was asked for.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    once: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    language: str = ""
    channel: str = ""
    region: str = ""

    @classmethod
    def of(cls, sent: Sent) -> "Filled":
        """The form that was sent; one without a name of its own is given one."""
        texts = {
            name.removeprefix(PREFIX): text
            for name, text in sent.as_dict().items()
            if name.startswith(PREFIX)
        }
        once = sent.get("once")
        return cls(
            texts,
            frozenset(sent.get("seen").split()),
            once if _ONCE.fullmatch(once) else secrets.token_urlsafe(16),
            sent.get("language"),
            sent.get("channel"),
            sent.get("region"),
        )

    def hidden(self) -> list[tuple[str, str]]:
        """All of it as fields that are sent on unseen."""
        own = {name: getattr(self, name) for name in ("once", "language", "channel", "region")}
        typed_ = [(PREFIX + name, text) for name, text in self.texts.items()]
        return [*own.items(), ("seen", " ".join(sorted(self.seen))), *typed_]

    def data(self, fields: list[FormField]) -> dict[str, Any]:
        """The form as the engine takes it; what was left empty is not there."""
        return typed(self.texts, fields)


def typed(texts: Mapping[str, str], fields: list[FormField]) -> dict[str, Any]:
    """Texts of a page as values of fields: yes and no as such, what is empty left out."""
    yes_or_no = {each.name for each in fields if each.type == "boolean"}
    return {
        name: _YES_OR_NO.get(text, text) if name in yes_or_no else text
        for name, text in texts.items()
        if text
    }


def asked(
    fields: list[FormField], values: Mapping[str, Any], texts: Mapping[str, str]
) -> list[FormField]:
    """The fields that somebody is asked for: nothing that the state knows, or that is not needed.

    `values` are what is right so far. What was typed stays there to be seen, also where it is
    no longer asked for.
    """
    return [
        each
        for each in fields
        if each.known is None and (texts.get(each.name) or _needed(each, values))
    ]


def _needed(each: FormField, values: Mapping[str, Any]) -> bool:
    try:
        return each.when is None or holds(each.when, {"form": values})
    except Misfit:  # not to be told before the other fields are there
        return False


def deciding(fields: list[FormField]) -> frozenset[str]:
    """The fields on whose values it depends whether others are asked for."""
    names = [each.name for each in fields]
    conditions = [each.when for each in fields if each.when is not None]
    return frozenset(name for name in names if any(f"form.{name}" in each for each in conditions))
