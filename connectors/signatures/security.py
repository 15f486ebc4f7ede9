"""WS-Security: where a signature stands in an envelope, whose it says it is, what it covers.

As the gateway's bodies write it: `Header/Security/Signature` over the `Body`, named by its
`wsu:Id`; the certificate within `KeyInfo/SecurityTokenReference/KeyIdentifier` (X.509 token
profile 1.0), or as a `BinarySecurityToken`, or within `X509Data`.
"""

import binascii
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from lxml import etree

from connectors.envelope import body_of, header_of
from connectors.safe_xml import UnsafeXml, local

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
X509V3 = f"{_OASIS}-x509-token-profile-1.0#X509v3"
BASE64 = f"{_OASIS}-soap-message-security-1.0#Base64Binary"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"

_TOKENS = ("KeyIdentifier", "BinarySecurityToken", "X509Certificate")


class NotBelieved(ValueError):
    """The signature is missing, wrong, another's, or over something else."""


@dataclass(frozen=True)
class Signed:
    """A signature as it claims to be: nothing of it is proven yet.

    `position` is the place of the body's reference among all; `certificate` in DER, None where
    the message has none.
    """

    body: Any
    position: int
    certificate: bytes | None


def claim(envelope: Any) -> Signed:
    """What the one signature of an envelope claims to cover and who it says has made it.

    Raises:
        NotBelieved: there is no signature, more than one, one at another place, or one that is
            not over the body that is read (signature wrapping).
    """
    everywhere = list(envelope.iter(f"{{{DS}}}Signature"))
    if not everywhere:
        raise NotBelieved("it is not signed")
    soap = str(envelope.tag).rpartition("}")[0]
    found = envelope.findall(f"{soap}}}Header/{{{WSSE}}}Security/{{{DS}}}Signature")
    if len(everywhere) != 1 or len(found) != 1:
        raise NotBelieved(f"{len(everywhere)} signatures, where one in the header is expected")
    body = _only_body(envelope)
    references = found[0].findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    wanted = f"#{_identifier(envelope, body)}"
    positions = [at for at, each in enumerate(references) if each.get("URI") == wanted]
    if len(positions) != 1:
        raise NotBelieved("its signature is over something else than the body")
    _check_transforms(references[positions[0]])
    return Signed(body, positions[0], _certificate(found[0].getparent()))


def _only_body(envelope: Any) -> Any:
    try:
        return body_of(envelope)
    except UnsafeXml as error:
        raise NotBelieved(str(error)) from error


def _identifier(envelope: Any, body: Any) -> str:
    names = {local(name): value for name, value in body.attrib.items()}
    identifier = names.get("Id", "")
    same = envelope.xpath("//*[@*[local-name() = 'Id'] = $id]", id=identifier)
    if not identifier or len(same) != 1:
        raise NotBelieved("its signature is over something else than the body")
    return str(identifier)


def _check_transforms(reference: Any) -> None:
    """Only canonicalisation: other transforms may cover less than the whole element."""
    for each in reference.iter(f"{{{DS}}}Transform"):
        if "c14n" not in each.get("Algorithm", ""):
            raise NotBelieved("its signature covers the body in part only")


def _certificate(security: Any) -> bytes | None:
    tokens = [each for each in security.iter() if local(each.tag) in _TOKENS]
    if len(tokens) > 1:
        raise NotBelieved(f"it names {len(tokens)} certificates, where one is expected")
    if not tokens:
        return None
    try:
        return b64decode("".join(tokens[0].itertext()))
    except (binascii.Error, ValueError) as error:
        raise NotBelieved("the certificate in it cannot be read") from error


def prepare(envelope: Any) -> tuple[Any, str]:
    """Give the body an id and the header a `Security`; that, and the id."""
    soap = str(envelope.tag).rpartition("}")[0]
    body = body_of(envelope)
    identifier = f"id-{uuid.uuid4()}"
    body.set(f"{{{WSU}}}Id", identifier)
    security = etree.SubElement(header_of(envelope), f"{{{WSSE}}}Security", nsmap={"wsse": WSSE})
    security.set(f"{soap}}}mustUnderstand", "1")
    return security, identifier


def key_info(certificate: bytes) -> Any:
    """`KeyInfo` with the certificate (DER), as an X.509 key identifier."""
    info = etree.Element(f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
    reference = etree.SubElement(info, f"{{{WSSE}}}SecurityTokenReference", nsmap={"wsse": WSSE})
    token = etree.SubElement(
        reference, f"{{{WSSE}}}KeyIdentifier", EncodingType=BASE64, ValueType=X509V3
    )
    token.text = b64encode(certificate).decode()
    return info
