"""WS-Security by hand: RSA-SHA256 over the body, exclusively canonicalised.

Written anew, without the library that the house signs with: a mistake there would show here.
"""

import hashlib
import uuid
from base64 import b64decode, b64encode
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
DS = "http://www.w3.org/2000/09/xmldsig#"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_NAMES = {"s": SOAP, "ds": DS, "wsse": WSSE}

_SECURITY = f"""<wsse:Security xmlns:wsse="{WSSE}" xmlns:s="{SOAP}" s:mustUnderstand="1">\
<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>\
<ds:CanonicalizationMethod Algorithm="{_EXCLUSIVE}"/>\
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>\
<ds:Reference URI="#{{id}}"><ds:Transforms><ds:Transform Algorithm="{_EXCLUSIVE}"/>\
</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>\
<ds:DigestValue>{{digest}}</ds:DigestValue></ds:Reference></ds:SignedInfo>\
<ds:SignatureValue/><ds:KeyInfo><wsse:SecurityTokenReference>\
<wsse:KeyIdentifier EncodingType="{_OASIS}-soap-message-security-1.0#Base64Binary" \
ValueType="{_OASIS}-x509-token-profile-1.0#X509v3">{{certificate}}</wsse:KeyIdentifier>\
</wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature></wsse:Security>"""


def sign(envelope: Any, key: RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    """The envelope with its body signed."""
    body = envelope.find("s:Body", _NAMES)
    identifier = f"id-{uuid.uuid4()}"
    body.set(f"{{{WSU}}}Id", identifier)
    header = envelope.find("s:Header", _NAMES)
    if header is None:
        header = etree.Element(f"{{{SOAP}}}Header")
        envelope.insert(0, header)
    written = _SECURITY.format(
        id=identifier,
        digest=b64encode(hashlib.sha256(_canonical(body)).digest()).decode(),
        certificate=b64encode(certificate.public_bytes(Encoding.DER)).decode(),
    )
    security = etree.fromstring(written)
    header.append(security)
    info = security.find("ds:Signature/ds:SignedInfo", _NAMES)
    value = key.sign(_canonical(info), PKCS1v15(), SHA256())
    security.find("ds:Signature/ds:SignatureValue", _NAMES).text = b64encode(value).decode()
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def verify(envelope: Any) -> x509.Certificate | None:
    """The certificate within the first signature, where that is right; None where it is not."""
    signature = envelope.find("s:Header/wsse:Security/ds:Signature", _NAMES)
    if signature is None:
        return None
    token = signature.findtext(
        "ds:KeyInfo/wsse:SecurityTokenReference/wsse:KeyIdentifier", "", _NAMES
    )
    certificate = x509.load_der_x509_certificate(b64decode(token))
    public = certificate.public_key()
    reference = signature.find("ds:SignedInfo/ds:Reference", _NAMES)
    wanted = reference.get("URI", "").removeprefix("#")
    named = envelope.xpath("//*[@*[local-name() = 'Id'] = $id]", id=wanted)
    digest = b64decode(reference.findtext("ds:DigestValue", "", _NAMES))
    if not isinstance(public, RSAPublicKey) or len(named) != 1:
        return None
    if hashlib.sha256(_canonical(named[0])).digest() != digest:
        return None
    value = b64decode(signature.findtext("ds:SignatureValue", "", _NAMES))
    info = signature.find("ds:SignedInfo", _NAMES)
    try:
        public.verify(value, _canonical(info), PKCS1v15(), SHA256())
    except InvalidSignature:
        return None
    return certificate


def _canonical(element: Any) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))
