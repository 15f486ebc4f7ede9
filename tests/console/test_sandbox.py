"""The plug of a stand-in body, pulled and put back from the command line."""

from pathlib import Path

import pytest
import requests

from sandbox.processes import start
from tests.console.conftest import Tereze
from tests.waiting import until


def test_off_and_on_and_what_it_did(
    tereze: Tereze, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SANDBOX_CERTIFICATES", str(tmp_path))
    with start("acting", after=0.0, only=("education",)) as body:
        education = requests.get(body.url, timeout=30).json()["bodies"]["education"]
        monkeypatch.setenv("SANDBOX_ACTING", body.url)
        monkeypatch.setenv("SANDBOX_EDUCATION", education)
        queue = {"key": "k1", "childIin": "900101300017", "parentIin": "900101300017"}
        assert requests.post(f"{education}/queue", json=queue, timeout=30).ok
        assert tereze("sandbox", "off", "education").code == 0
        until(lambda: not _answers(f"{education}/queue/k1"))
        assert tereze("sandbox", "on", "education").code == 0
        until(lambda: _answers(f"{education}/queue/k1"))
        done = tereze("sandbox", "ledger", "education", "--json").json
        assert [each["key"] for each in done] == ["k1"]
        assert "k1" in tereze("sandbox", "ledger", "education").out


def test_a_body_that_is_not_there(tereze: Tereze) -> None:
    answer = tereze("sandbox", "off", "nobody")
    assert answer.code == 2
    assert "tereze demo" in answer.err


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=30).ok
    except requests.ConnectionError:
        return False
