"""Addresses and certificates."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from connectors.errors import RetryLater, WillNeverWork
from connectors.protocol import Window
from connectors.rest import RestConnection
from models.errors import ConfigurationError
from tests.connectors.rest.conftest import Maker
from tests.connectors.rest.server import Reply, Server

WRONG = [
    ({"url": "ftp://example.org"}, "give an address such as"),
    ({"url": "example.org"}, "give an address such as"),
    ({"url": "https://me:opensesame@example.org"}, "credentials belong in `auth:`"),
    ({"url": "https://example.org?key=1"}, "only scheme, host and path"),
    ({"url": "https://example.org", "verify": False, "ca_file": "x.pem"}, "no meaning"),
    ({"url": "https://example.org", "auth": {"kind": "magic"}}, "does not match any"),
    ({"url": "https://example.org", "auth": {"kind": "bearer", "token": "opensesame"}}, "token"),
    ({"url": "https://example.org", "retry": {"attempts": 0}}, "greater than or equal"),
]


@pytest.mark.parametrize(("connection", "says"), WRONG)
def test_wrong_options_are_refused(connection: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says) as caught:
        RestConnection.model_validate(connection)
    assert "opensesame" not in str(caught.value)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 that nobody has signed, with its key behind it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=1)).add_extension(address, False)
    made = builder.add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    path = tmp_path / "office.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def secure(server: Server, certificate: Path) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.secure(context)
    return server.url.replace("http:", "https:")


def test_a_certificate_has_to_be_trusted(server: Server, secure: str, make: Maker) -> None:
    server.answer("/rows", Reply([{"id": 1}]))
    with pytest.raises(WillNeverWork, match=r"certificate is not trusted.*ca_file"):
        list(make({"url": secure}).pages(Window()))
    for trust in ({"ca_file": "office.pem"}, {"verify": False}):
        assert len(list(make({"url": secure, **trust}).pages(Window()))) == 1


def test_a_secure_server_that_drips_is_left(server: Server, secure: str, make: Maker) -> None:
    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while not server.stopping.wait(0.05):
            handler.wfile.write(b"[")

    server.answer("/rows", Reply(raw=drip))
    options = {"url": secure, "ca_file": "office.pem", "answer_within": 0.4}
    with pytest.raises(RetryLater, match="not complete within"):
        list(make({**options, "retry": {"attempts": 1}}).pages(Window()))


def test_a_ca_file_without_certificates_is_named(make: Maker, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(ConfigurationError, match="holds none that can be read"):
        make({"ca_file": "ca.pem"})


def test_a_missing_ca_file_is_named(make: Maker) -> None:
    with pytest.raises(ConfigurationError, match=r"no file none\.pem"):
        make({"ca_file": "none.pem"})
