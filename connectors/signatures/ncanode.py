"""Signing and verifying by a server of the kind NCANode, which knows GOST.

`POST /wsse/sign {xml, key, password, keyAlias, trimXml}` answers `{status, message, xml}`;
`POST /wsse/verify {xml, revocationCheck}` answers `{status, message, valid, signers}`. The server
says whether a signature is right; whose it has to be, and what it has to cover, is checked here.
"""

from collections.abc import Sequence
from typing import Any

import orjson
import requests
from cryptography import x509
from lxml import etree

from connectors.calling import NotSent, Unanswered
from connectors.signatures.certificates import der, fingerprint
from connectors.signatures.options import NcaNodeSigning, SignatureTrust
from connectors.signatures.security import NotBelieved, claim
from models.errors import ConfigurationError

_MOST = 16 << 20
_NEXT = "See that the signing server runs and answers"


class _Refused(ValueError):
    """The server answered, and did not do it."""


class NcaNodeSigner:
    """Signs envelopes through the server; serves many threads."""

    def __init__(self, options: NcaNodeSigning) -> None:
        self._options = options
        self._key = options.key.resolve()
        self._password = options.password.resolve()

    def sign(self, envelope: Any) -> bytes:
        """The envelope, signed, as it goes out.

        Raises:
            NotSent: the signing server cannot be reached.
            ConfigurationError: it does not take the key.
        """
        asked = {
            "xml": etree.tostring(envelope, encoding="unicode"),
            "key": self._key,
            "password": self._password,
            "keyAlias": self._options.key_alias,
            "trimXml": False,
        }
        tried = f"Signing a message at {self._options.url}"
        try:
            answer = _ask(self._options.url, "/wsse/sign", asked, self._options.within)
            if not isinstance(answer.get("xml"), str):
                raise _Refused(f"{answer.get('status')}: {answer.get('message')}")
        except requests.RequestException as error:
            raise NotSent(tried, f"no answer ({type(error).__name__})", _NEXT) from error
        except _Refused as error:
            raise ConfigurationError(
                tried, f"the server refused: {str(error)[:200]}", "See that key and password fit"
            ) from error
        return str(answer["xml"]).encode()


class NcaNodeVerifier:
    """Believes what the server finds right and one of these certificates has signed."""

    def __init__(self, options: SignatureTrust, trusted: Sequence[x509.Certificate]) -> None:
        self._options = options
        self._trusted = {der(each) for each in trusted}

    def verify(self, envelope: Any) -> Any:
        """The body, which is covered by the signature.

        Raises:
            NotBelieved: unsigned, wrongly signed, signed by somebody else or over something else.
            Unanswered: the server cannot be reached, so that nobody knows.
        """
        signed = claim(envelope)
        if signed.certificate is None:
            raise NotBelieved("it does not say whose signature it bears")
        if signed.certificate not in self._trusted:
            raise NotBelieved(f"it is signed by another: {fingerprint(signed.certificate)}")
        asked = {
            "xml": etree.tostring(envelope, encoding="unicode"),
            "revocationCheck": self._options.revocation,
        }
        tried = f"Verifying a signature at {self._options.url}"
        try:
            answer = _ask(str(self._options.url), "/wsse/verify", asked, self._options.within)
        except (requests.RequestException, _Refused) as error:
            raise Unanswered(tried, f"no answer ({type(error).__name__})", _NEXT) from error
        if answer.get("valid") is not True:
            raise NotBelieved("the signature is wrong, as the signing server says")
        return signed.body


def _ask(url: str, path: str, content: dict[str, Any], within: float) -> dict[str, Any]:
    with requests.Session() as session:
        session.trust_env = False  # the key goes to this server, and through no proxy
        with session.post(
            url.rstrip("/") + path, json=content, timeout=within, stream=True, allow_redirects=False
        ) as response:
            if response.status_code >= 500:
                raise requests.HTTPError(f"status {response.status_code}")
            raw = response.raw.read(_MOST + 1, decode_content=True)
    if len(raw) > _MOST:
        raise _Refused("an answer that is too long")
    try:
        answer = orjson.loads(raw)
    except ValueError as error:
        raise _Refused("no JSON") from error
    if not isinstance(answer, dict):
        raise _Refused("no JSON object")
    return answer
