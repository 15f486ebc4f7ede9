"""Certificates made on the spot: good, expired, self-signed, for another host."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def context(self, folder: Path) -> ssl.SSLContext:
        """A server's context that shows this certificate."""
        path = folder / f"{self.certificate.serial_number}.pem"
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        path.write_bytes(
            self.key.private_bytes(serialization.Encoding.PEM, form, plain) + self.pem()
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def issue(
    name: str,
    by: Issued | None = None,
    *,
    begins: int = -1,
    ends: int = 90,
    authority: bool = False,
) -> Issued:
    """A certificate valid from `begins` to `ends`, in days from now; by itself without `by`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    issuer = by.certificate.subject if by else subject
    made = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + begins * DAY)
        .not_valid_after(now + ends * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    return Issued(made.sign(by.key if by else key, hashes.SHA256()), key)


@cache
def root() -> Issued:
    """The authority that the tests trust."""
    return issue("Root of the tests", ends=3650, begins=-3650, authority=True)


@cache
def stranger() -> Issued:
    """An authority that nobody trusts."""
    return issue("A stranger", ends=3650, begins=-3650, authority=True)
