"""`tereze check failures` and `tereze failures list|show`: a port refuses, then listens again."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from console.up.ports import free_port
from flows.failures.flow import failures
from tests.console.conftest import Tereze

PROBES = "modules: {door: {prober: tcp, timeout: 2s}}\n"


@pytest.fixture
def port(folder: Path) -> int:
    """A port that refuses, and that the system `office` is looked at through."""
    port = free_port(0)
    (folder / "probes.yaml").write_text(PROBES)
    systems = folder / "systems.yaml"
    declared: dict[str, Any] = YAML(typ="safe").load(systems.read_text())
    probe = {"module": "door", "target": f"127.0.0.1:{port}"}
    declared["systems"]["office"]["probes"] = [probe]
    with systems.open("w") as stream:
        YAML().dump(declared, stream)
    return port


def test_a_system_fails_is_shown_and_recovers(tereze: Tereze, port: int) -> None:
    first = tereze("check", "failures")
    assert first.code == 0, first.err
    assert "suspected" in first.out
    second = tereze("--json", "check", "failures")
    assert second.code == 1, second.err
    assert (second.json["round"]["fired"], second.json["round"]["unseen"]) == (1, {})
    (office,) = second.json["systems"]
    assert (office["state"], office["kind"]) == ("failing", "down")

    listed = tereze("failures", "list", "--json")
    assert listed.code == 1
    (finding,) = listed.json
    assert (finding["state"], finding["subject"]) == ("confirmed", "probe:door")
    assert tereze("failures", "list", "--system", "elsewhere").code == 0

    number = str(finding["id"])
    shown = tereze("failures", "show", number)
    assert shown.code == 0, shown.err
    for words in ("SystemDown", "docs/runbooks/system_down.md", "suspected", "confirmed", "refused",
                  "person:"):  # fmt: skip
        assert words in shown.out
    whole = tereze("--json", "failures", "show", number).json
    assert [each["became"] for each in whole["history"]] == ["suspected", "confirmed"]
    assert whole["evidence"]

    with socket.create_server(("127.0.0.1", port)):
        recovered = tereze("check", "failures")
    assert recovered.code == 0, recovered.out
    assert tereze("failures", "list").code == 0
    (over,) = tereze("failures", "list", "--all", "--json").json
    assert over["state"] == "over"
    assert "began" in tereze("failures", "show", number).out


def test_a_moment_of_the_past_is_wrong_use(tereze: Tereze) -> None:
    assert tereze("check", "failures").code == 0
    answer = tereze("check", "failures", "--as-of", "2020-01-01T10:00")
    assert answer.code == 2
    assert "a later round has looked already" in answer.err


def test_a_finding_that_is_not_there(tereze: Tereze) -> None:
    answer = tereze("failures", "show", "77")
    assert answer.code == 2
    assert "failures list --all" in answer.err


def test_the_flow_looks_and_says_so(tereze: Tereze, folder: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        state = asyncio.run(failures.fn(str(folder)))
    assert state.type.value == "COMPLETED", state.message
    assert "verdicts" in (state.message or "")
    assert failures.name == "failures"
    assert (failures.description or "").startswith("Look at every body's system")
    assert tereze("failures", "list").code == 0
