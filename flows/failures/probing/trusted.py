"""Whom we trust: TLS contexts, made once a round, because reading the authorities takes long."""

import ssl
from pathlib import Path

from models.environment.probes import Trust
from models.errors import ConfigurationError


class Contexts:
    """Contexts by what they trust; `folder` is where relative files start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[bool, Path | None], ssl.SSLContext] = {}

    def get(self, trust: Trust) -> ssl.SSLContext:
        """The context of this trust.

        Raises:
            ConfigurationError: the file of authorities cannot be read.
        """
        key = trust.verify, trust.ca_file
        if key not in self._made:
            self._made[key] = _made(trust, self._folder)
        return self._made[key]


def _made(trust: Trust, folder: Path) -> ssl.SSLContext:
    file = folder / trust.ca_file if trust.ca_file else None
    try:
        context = ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"Reading the authorities in {file}",
            f"they cannot be read ({error})",
            "Give a file of certificates in PEM as `ca_file`",
        ) from error
    if not trust.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
