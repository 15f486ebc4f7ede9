"""Secrets: found, named when missing, taken out of every text."""

import pytest

from models.environment.secrets import MASK, SecretRef, redact
from models.errors import ConfigurationError


def test_a_missing_secret_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEREZE_TEST_SECRET", raising=False)
    with pytest.raises(ConfigurationError, match="export TEREZE_TEST_SECRET="):
        SecretRef(env="TEREZE_TEST_SECRET").resolve()


def test_an_empty_secret_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEREZE_TEST_SECRET", "")
    with pytest.raises(ConfigurationError, match="is not set or is empty"):
        SecretRef(env="TEREZE_TEST_SECRET").resolve()


def test_a_resolved_secret_is_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEREZE_TEST_SECRET", "s3cr3t-value")
    assert SecretRef(env="TEREZE_TEST_SECRET").resolve() == "s3cr3t-value"
    assert redact("it is s3cr3t-value!") == f"it is {MASK}!"


@pytest.mark.parametrize(
    "text", ["postgresql://me:pw1234@host/db", "see https://me:pw1234@host:80/x for more"]
)
def test_passwords_of_addresses_are_redacted(text: str) -> None:
    assert "pw1234" not in redact(text)
    assert "host" in redact(text)
