"""Identifiers of X-Road: written part by part, so that no part can be taken for two."""

import uuid
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator

_KEYS = uuid.UUID("6a6f6f27-6b8a-5d0c-9a3e-0f6a2f1f7a55")
"""The name space in which keys that are no UUID become one."""


def _of(parts: int, spelled: str, least: int | None = None) -> AfterValidator:
    def check(value: str) -> str:
        found = value.split("/")
        if not (least or parts) <= len(found) <= parts or not all(map(_is_part, found)):
            raise ValueError(f"write {spelled}")
        return value

    return AfterValidator(check)


def _is_part(part: str) -> bool:
    """Whether it can be one; what `..` and control letters would do to a path is left out."""
    return bool(part.strip()) and part not in (".", "..") and part.isprintable() and "%" not in part


Client = Annotated[str, _of(4, "instance/class/member or …/member/subsystem", least=3)]
Service = Annotated[str, _of(5, "instance/class/member/subsystem/service")]


def spelled(identifier: str) -> str:
    """An identifier as addresses and headers have it: each part percent-encoded by itself."""
    return "/".join(quote(part, safe="") for part in identifier.split("/"))


def message_id(key: str) -> str:
    """A key as a UUID: itself, or always the same one for the same key."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(_KEYS, key))
