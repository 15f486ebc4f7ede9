"""Servers that nobody here wrote, started on loopback for a test and stopped after it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from console.up.ports import free_port
from tests.waiting import until

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
STARTS_WITHIN = 120.0
WIREMOCK = "wiremock/build/wiremock-standalone-3.13.2.jar"


def _needs(program: str, *files: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program} on PATH")
    for file in files:
        if not (MODULES / file).exists():
            pytest.skip("run `npm ci` in tests/third_parties: its servers are not installed")


@contextmanager
def _running(command: Sequence[str], port: int, ready: str, log: Path) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return requests.get(address + ready, timeout=30).status_code < 500
        except requests.RequestException:
            return False

    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=os.environ
        ) as process,
    ):
        try:
            until(answers, STARTS_WITHIN)
            assert process.poll() is None, f"another server answers at {address}; see {log}"
            yield address
        finally:
            process.terminate()
            process.wait(60)


def published(document: str) -> Path:
    """An OpenAPI document as its authors published it, in a package of npm."""
    _needs("node", document)
    return MODULES / document


@contextmanager
def prism(document: Path, log: Path, *options: str) -> Iterator[str]:
    """Stoplight Prism, answering by an OpenAPI document and refusing what does not fit it."""
    _needs("node", ".bin/prism")
    port = free_port(0)
    command = [str(MODULES / ".bin/prism"), "mock", "-p", str(port), "-h", "127.0.0.1", *options]
    with _running([*command, "--errors", str(document)], port, "/", log) as address:
        yield address


@contextmanager
def wiremock(folder: Path, log: Path) -> Iterator[str]:
    """WireMock, told by its admin interface what to answer and how to fail."""
    _needs("java", WIREMOCK)
    port = free_port(0)
    command = ["java", "-jar", str(MODULES / WIREMOCK), "--port", str(port)]
    options = ["--bind-address", "127.0.0.1", "--root-dir", str(folder), "--disable-banner"]
    with _running([*command, *options], port, "/__admin/mappings", log) as address:
        yield address


@contextmanager
def soap_of_npm(wsdl: Path, log: Path) -> Iterator[str]:
    """A SOAP service on the npm package `soap`."""
    _needs("node", "soap/package.json")
    port = free_port(0)
    command = ["node", str(HERE / "soap_server.js"), str(wsdl), str(port)]
    with _running(command, port, "/residence?wsdl", log) as address:
        yield address


@contextmanager
def open_id_provider(port: int, back: str, accounts: Mapping[str, Any], log: Path) -> Iterator[str]:
    """An OpenID Connect provider on the npm package `oidc-provider`, at a port told beforehand."""
    _needs("node", "oidc-provider/package.json")
    command = ["node", str(HERE / "open_id_provider.mjs"), str(port), back, json.dumps(accounts)]
    with _running(command, port, "/.well-known/openid-configuration", log) as address:
        yield address
