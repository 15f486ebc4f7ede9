"""What a certificate says of itself, also one that nobody should trust."""

import ssl
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID


def chain(tls: ssl.SSLObject) -> list[x509.Certificate]:
    """The certificates of a connection, verified from the host's own up to the authority."""
    raw: Any = getattr(tls, "get_verified_chain", None)  # from Python 3.13 on
    if raw is not None:
        return [x509.load_der_x509_certificate(each) for each in raw()]
    inner: Any = tls._sslobj  # type: ignore[attr-defined]  # has it since Python 3.10
    return [
        x509.load_pem_x509_certificate(each.public_bytes().encode())
        for each in inner.get_verified_chain()
    ]


def own(tls: ssl.SSLObject) -> x509.Certificate | None:
    """The host's own certificate, not verified; None where it sent none that can be read."""
    raw = tls.getpeercert(binary_form=True)
    try:
        return x509.load_der_x509_certificate(raw) if raw else None
    except ValueError:  # broken, and the failed handshake has said how
        return None


def first_to_end(certificates: list[x509.Certificate]) -> tuple[x509.Certificate, datetime]:
    """The certificate that ends first, and when."""
    found = min(certificates, key=lambda each: each.not_valid_after_utc)
    return found, found.not_valid_after_utc


def subject(certificate: x509.Certificate) -> str:
    """Whom it is for."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
