"""A sign of life to somebody outside, who notices when all of Tereze is dead."""

import logging

import requests

from connectors.rest.watchdog import Watchdog, WatchedAdapter
from models.environment.secrets import SecretRef
from models.errors import ConfigurationError

SECONDS = 5.0
"""For the whole of it: an answer that drips is none."""
WAITS = (SECONDS, 2 * SECONDS)
"""To connect, and between two bytes: the whole is over before."""
SENT = "sent"
log = logging.getLogger(__name__)


def send(address: SecretRef | None) -> str | None:
    """Ask for the address; answers `SENT`, or why not in words without it; None where none is.

    Its path is the secret of most such services, so no error of the network is repeated.
    """
    if address is None:
        return None
    try:
        said = _ask(address.resolve())
    except ConfigurationError as error:
        said = str(error)
    if said != SENT:
        log.warning("The heartbeat was not sent: %s", said)
    return said


def _ask(url: str) -> str:
    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, WatchedAdapter())
        with Watchdog(SECONDS) as dog:
            try:
                with session.get(url, timeout=WAITS, stream=True) as answer:
                    said = SENT if answer.ok else f"the address answered {answer.status_code}"
            except (requests.RequestException, ValueError, OSError) as error:
                said = f"the address could not be asked ({type(error).__name__})"
        # Headers that break off look like whole ones.
        return f"the address did not answer within {SECONDS:g} s" if dog.fired else said
