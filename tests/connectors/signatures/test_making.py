"""Keys and certificates out of YAML, and what is said where they are wrong."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from connectors.signatures.making import signer_of, verifier_of
from connectors.signatures.options import SignatureTrust, Signing
from models.errors import ConfigurationError
from tests.connectors.signatures import examples
from tests.connectors.signatures.examples import body_pair, other_pair

KEY = "TEREZE_TEST_SIGNING_KEY"
PASSWORD = "TEREZE_TEST_SIGNING_PASSWORD"


def signing(**more: Any) -> Any:
    said = {"kind": "rsa", "key": {"env": KEY}, "certificate": "own.pem", **more}
    return TypeAdapter(Signing).validate_python(said)


def test_nothing_is_signed_or_verified_where_nothing_is_said(tmp_path: Path) -> None:
    assert signer_of(None, tmp_path) is None
    assert verifier_of(None, tmp_path) is None


@pytest.mark.parametrize("password", [None, b"open sesame"])
def test_a_key_with_and_without_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: bytes | None
) -> None:
    examples.write(tmp_path, "own.pem", body_pair())
    monkeypatch.setenv(KEY, examples.pem(body_pair().key, password))
    more = {}
    if password:
        monkeypatch.setenv(PASSWORD, password.decode())
        more = {"password": {"env": PASSWORD}}
    assert signer_of(signing(**more), tmp_path) is not None


@pytest.mark.parametrize(
    ("key", "certificate", "words"),
    [
        ("no key", body_pair, "no private key in PEM"),
        (examples.pem(body_pair().key, b"locked"), body_pair, "no private key in PEM"),
        (examples.pem(other_pair().key), body_pair, "of another key"),
    ],
)
def test_a_wrong_key_is_named_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, certificate: Any, words: str
) -> None:
    examples.write(tmp_path, "own.pem", certificate())
    monkeypatch.setenv(KEY, key)
    with pytest.raises(ConfigurationError, match=words) as caught:
        signer_of(signing(), tmp_path)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), (b"nonsense", "no certificate")]
)
def test_a_wrong_certificate_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "body.pem").write_bytes(content)
    with pytest.raises(ConfigurationError, match=words):
        verifier_of(SignatureTrust(certificates=[Path("body.pem")]), tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        {"certificates": []},
        {"certificates": ["a.pem"], "by": "ncanode"},
        {"certificates": ["a.pem"], "url": "http://127.0.0.1:14579"},
        {"certificates": ["a.pem"], "revocation": ["OCSP"]},
    ],
)
def test_trust_has_to_be_whole(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SignatureTrust.model_validate(said)
