"""Keys and certificates out of YAML: read when a connector opens, said plainly where wrong."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from connectors.signatures.options import RsaSigning
from models.errors import ConfigurationError


def own_key(options: RsaSigning, folder: Path) -> tuple[RSAPrivateKey, x509.Certificate]:
    """Our key and its certificate.

    Raises:
        ConfigurationError: one of them is missing, unreadable, or not of the other.
    """
    tried = "Reading the key that messages are signed with"
    password = options.password.resolve().encode() if options.password else None
    try:
        key = load_pem_private_key(options.key.resolve().encode(), password)
    except (ValueError, TypeError) as error:
        raise ConfigurationError(
            tried, "it is no private key in PEM, or its password is wrong", "Look at the secret"
        ) from error
    if not isinstance(key, RSAPrivateKey):
        raise ConfigurationError(
            tried, "it is no RSA key", "Give an RSA key, or sign by `kind: ncanode`"
        )
    certificate = certificates([options.certificate], folder)[0]
    if certificate.public_key() != key.public_key():
        raise ConfigurationError(
            tried, f"{options.certificate} is of another key", "Give the certificate of this key"
        )
    return key, certificate


def certificates(paths: Sequence[Path], folder: Path) -> list[x509.Certificate]:
    """The certificates of the files.

    Raises:
        ConfigurationError: a file is missing, or holds no certificate.
    """
    found = []
    for path in paths:
        tried = f"Reading the certificate {path}"
        try:
            found += x509.load_pem_x509_certificates((folder / path).read_bytes())
        except OSError as error:
            raise ConfigurationError(
                tried, "the file cannot be read", "Put it there, or correct its name"
            ) from error
        except ValueError as error:
            raise ConfigurationError(
                tried,
                "it holds no certificate that can be read",
                "Give it as PEM, with -----BEGIN CERTIFICATE----- above",
            ) from error
    return found


def der(certificate: x509.Certificate) -> bytes:
    """Its bytes, by which certificates are compared."""
    return certificate.public_bytes(Encoding.DER)


def fingerprint(certificate: bytes) -> str:
    """How a certificate (DER) is named in words: its subject may be a person."""
    return f"a certificate with the SHA-256 fingerprint {hashlib.sha256(certificate).hexdigest()}"
