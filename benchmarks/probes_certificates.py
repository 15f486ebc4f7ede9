"""An authority and a certificate for `localhost`, made for one run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

YEAR = timedelta(days=365)


def write_certificates(folder: Path) -> tuple[Path, Path]:
    """The files of the authority and of the server's certificate with its key, in PEM."""
    pem = serialization.Encoding.PEM
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _signed("An authority", authority_key, "An authority", authority_key)
    certificate = _signed("localhost", key, "An authority", authority_key)
    trusted, shown = folder / "authority.pem", folder / "localhost.pem"
    trusted.write_bytes(authority.public_bytes(pem))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    shown.write_bytes(key.private_bytes(pem, form, plain) + certificate.public_bytes(pem))
    return trusted, shown


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    subject, by = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)
    )
    now, serial = datetime.now(UTC), x509.random_serial_number()
    made = x509.CertificateBuilder(by, subject, key.public_key(), serial, now - YEAR, now + YEAR)
    alternative = x509.SubjectAlternativeName([x509.DNSName(name)])
    authority = x509.BasicConstraints(ca=name == issuer, path_length=None)
    extended = made.add_extension(alternative, critical=False).add_extension(authority, True)
    return extended.sign(issuer_key, hashes.SHA256())
