"""The registry's key pair: made at the start, kept where there is a folder for it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

FOLDER = "SANDBOX_CERTIFICATES"
"""Environment variable: where certificates are put, so that others can trust them."""

_YEARS = timedelta(days=3650)


@dataclass(frozen=True)
class Pair:
    """A private key with its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """The certificate as it is handed out."""
        return self.certificate.public_bytes(Encoding.PEM)


def new_pair(name: str) -> Pair:
    """A pair that nobody has yet; the certificate signs itself."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + _YEARS)
        .sign(key, hashes.SHA256())
    )
    return Pair(key, certificate)


def kept_pair(name: str, folder: Path | None) -> Pair:
    """The pair in `folder` or in that of the environment; a new one where there is none.

    A body that is switched off and on again has to sign as before.
    """
    given = os.environ.get(FOLDER)
    folder = Path(given) if given else folder
    if folder is None:
        return new_pair(name)
    file, public = folder / f"{name}.key", folder / f"{name}.pem"
    if file.exists() and public.exists():
        key = load_pem_private_key(file.read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)  # as it was written below
        return Pair(key, x509.load_pem_x509_certificate(public.read_bytes()))
    folder.mkdir(parents=True, exist_ok=True)
    pair = new_pair(name)
    file.touch(mode=0o600)
    file.write_bytes(pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(pair.pem)
    return pair
