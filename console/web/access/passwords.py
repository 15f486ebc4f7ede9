"""Passwords, kept as argon2 hashes (RFC 9106)."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 1_000
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe())
"""Checked where there is no such user, so that a wrong name takes as long as a wrong password."""


def hashed(password: str) -> str:
    """The hash to keep."""
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password; as slow without a hash as with one."""
    try:
        return _HASHER.verify(kept or _NOBODY, password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def made_up() -> str:
    """A new password: 20 letters that can be read out, about 100 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    parts = ("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
    return "-".join(parts)
