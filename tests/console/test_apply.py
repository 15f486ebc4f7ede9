"""`tereze apply` as people call it, on a REST registry of two steps over a real socket."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.console.conftest import Tereze
from tests.environments import files, write
from tests.flows.composite_services.small import SMALL

DATA = {"mother_iin": "850101400011", "born_on": "2026-03-02"}


class _Registry(BaseHTTPRequestHandler):
    """Registers whatever it is asked for; looks up an address."""

    calls: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"iin": "260302600017", "state": "granted"})

    def do_GET(self) -> None:
        self._answer({"address": "Abay 1"})

    def _answer(self, document: dict[str, Any]) -> None:
        self.calls.append(f"{self.command} {self.path}")
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Not on the test's terminal."""


@pytest.fixture
def registry() -> Iterator[str]:
    _Registry.calls.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Registry)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path, registry: str) -> Path:
    """In place of the small environment of other commands: one with the small composite."""
    system = {
        "names": {"en": "Registry", "ru": "Реестр", "kk": "Тізілім"},
        "owner": "registry",
        "contact": "duty officer",
        "connector": "rest",
        "connection": {"url": registry},
    }
    definition = json.loads(json.dumps(SMALL))
    for step in definition["steps"].values():
        step["system"] = "registry"
    definition["steps"]["birth"]["answers"]["done"] = "answer.iin"
    definition["steps"]["known"] = {
        "kind": "call",
        "names": {"en": "Known", "ru": "Известно", "kk": "Белгілі"},
        "system": "registry",
        "operation": {"method": "GET", "path": "/persons/{iin}"},
        "input": {"iin": "form.mother_iin"},
        "lasting": False,
        "answers": {"done": "answer.address", "result": {"address": "answer.address"}},
        "shares": [{"data": ["mother_iin"], "basis": definition["legal_basis"]}],
    }
    contents = files(
        environment={"composite_services": {"office": "registry"}},
        register={"organisations": {"registry": {"names": {"en": "Registry"}}}},
        systems={"systems": {"registry": system}},
    )
    return write(tmp_path / "environment", {**contents, "composites/small.yaml": definition})


@pytest.fixture
def form(tmp_path: Path) -> str:
    return _written(tmp_path / "form.json", DATA)


def _written(path: Path, data: Any) -> str:
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def test_start(tereze: Tereze, form: str) -> None:
    started = tereze("apply", "small", "--data", form, "--start", "--json", "--language", "en")
    assert started.code == 0, started.err
    assert (started.json["outcome"], started.json["again"]) == ("done", False)
    assert sorted(_Registry.calls) == [
        "GET /persons/850101400011",
        "POST /allowances",
        "POST /births",
    ]
    again = tereze("apply", "small", "--data", form, "--start")
    assert again.code == 0
    assert started.json["number"] in again.out
    assert "sent before" in again.out
    assert len(_Registry.calls) == 3, "nothing is sent twice"


def test_dry_run_sends_nothing(tereze: Tereze, form: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    answer = tereze("apply", "small", "--data", form, "--dry-run", "--page", str(page))
    assert answer.code == 0, answer.err
    assert "Registration" in answer.out
    assert "Article 2" in answer.out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert _Registry.calls == []


def test_looking_up_needs_consent(tereze: Tereze, form: str) -> None:
    consent = ("--look-up", "consent of 2026-03-02")
    answer = tereze("apply", "small", "--data", form, "--dry-run", *consent, "--json")
    assert answer.code == 0, answer.err
    assert _Registry.calls == ["GET /persons/850101400011"]
    known = next(each for each in answer.json["steps"] if each["step"] == "known")
    assert known["looked_up"] == ["address"]
    trail = tereze("audit", "verify", "--json")
    assert trail.code == 0


def test_what_is_wrong_is_named(tereze: Tereze, tmp_path: Path) -> None:
    wrong = _written(tmp_path / "wrong.json", {"mother_iin": "850101400012", "born_on": "x"})
    dry = tereze("apply", "small", "--data", wrong, "--dry-run", "--language", "ru")
    assert dry.code == 1
    assert "Mother (ru)" in dry.out
    start = tereze("apply", "small", "--data", wrong, "--start", "--language", "ru")
    assert start.code == 2
    assert "неверный IIN" in start.err
    assert "850101400012" not in start.err + dry.out


def test_many(tereze: Tereze, tmp_path: Path) -> None:
    lines = [DATA, {"born_on": "2026-03-02"}, DATA, DATA | {"born_on": "2026-03-01"}]
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    answer = tereze("apply", "small", "--file", str(path), "--start", "--language", "en")
    assert answer.code == 1
    assert "again 1, not accepted 1, started 2" in answer.out
    assert "line 2: «Mother (en)» is missing" in answer.err


WRONG_USE: list[tuple[list[str], str]] = [
    (["small", "--data", "x"], "either --dry-run or --start"),
    (["small", "--data", "x", "--start", "--dry-run"], "either --dry-run or --start"),
    (["small", "--start"], "--data FILE"),
    (["small", "--file", "x", "--dry-run"], "--data FILE"),
    (["small", "--data", "x", "--start", "--page", "y"], "belong to --dry-run"),
    (["small", "--data", "nothing.json", "--start"], "No such file"),
    (["smal", "--data", "FORM", "--start"], "There are: small"),
    (["small", "--data", "FORM", "--start", "--language", "de"], "no language 'de'"),
    (["small", "--data", "FORM", "--start", "--office", "x"], "no office 'x'"),
    (["small", "--file", "nothing.jsonl", "--start"], "No such file"),
]


def test_wrong_use(tereze: Tereze, form: str) -> None:
    for arguments, words in WRONG_USE:
        answer = tereze("apply", *(form if each == "FORM" else each for each in arguments))
        assert answer.code == 2, arguments
        assert words in answer.err, arguments
    assert _Registry.calls == []
