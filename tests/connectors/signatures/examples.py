"""Envelopes, keys and what somebody between could make of a signed message."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from lxml import etree

from connectors.safe_xml import parse
from sandbox.civil_registry.keys import Pair, new_pair
from sandbox.ncanode import wsse

SOAP = wsse.SOAP
MESSAGE = f"""<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body><answer xmlns="urn:a">
<act>2026-000001</act><name>Әлия &amp; Co</name></answer></s:Body></s:Envelope>"""


@cache
def body_pair() -> Pair:
    return new_pair("civil_registry")


@cache
def other_pair() -> Pair:
    return new_pair("another body")


@cache
def expired_pair() -> Pair:
    pair = new_pair("expired")
    ended = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(pair.certificate.subject)
        .issuer_name(pair.certificate.subject)
        .public_key(pair.key.public_key())
        .serial_number(7)
        .not_valid_before(ended - timedelta(days=365))
        .not_valid_after(ended)
        .sign(pair.key, hashes.SHA256())
    )
    return Pair(pair.key, certificate)


def signed(pair: Pair | None = None, claimed: x509.Certificate | None = None) -> Any:
    """A message signed by a pair, which claims to be signed by another's certificate."""
    pair = pair or body_pair()
    raw = wsse.sign(parse(MESSAGE.encode()), pair.key, claimed or pair.certificate)
    return parse(raw)


def header(envelope: Any) -> Any:
    return envelope.find(f"{{{SOAP}}}Header")


def body(envelope: Any) -> Any:
    return envelope.find(f"{{{SOAP}}}Body")


def forged(identifier: str | None = None) -> Any:
    """Another body, with what an attacker wants to be read."""
    made = etree.Element(f"{{{SOAP}}}Body")
    if identifier:
        made.set(f"{{{wsse.WSU}}}Id", identifier)
    etree.SubElement(etree.SubElement(made, "answer"), "act").text = "forged"
    return made


def identifier(envelope: Any) -> str:
    return str(body(envelope).get(f"{{{wsse.WSU}}}Id"))


def pem(key: rsa.RSAPrivateKey, password: bytes | None = None) -> str:
    how = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how).decode()


def pkcs12(pair: Pair, password: bytes) -> bytes:
    return serialize_key_and_certificates(
        b"key", pair.key, pair.certificate, None, BestAvailableEncryption(password)
    )


def write(folder: Path, name: str, pair: Pair) -> str:
    (folder / name).write_bytes(pair.pem)
    return name
