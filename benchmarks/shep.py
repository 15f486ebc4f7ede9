"""SOAP and SHEP: calls a second, unsigned and signed both ways, beside plain zeep.

The body answers at once with prepared bytes, so what is measured is the asker's own work: the
message written and signed, sent, the answer read safely and verified, both copied as evidence.
Zeep does neither the evidence nor the checks. One thread, and several.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import zeep
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors.calling import CallContext, Caller, Request
from connectors.safe_xml import parse
from connectors.shep import ShepCaller, ShepConnection
from connectors.signatures.rsa import RsaSigner
from connectors.soap import SoapCaller, SoapConnection
from sandbox.civil_registry.keys import new_pair

CALLS = 2_000
THREADS = 4
KEY = "TEREZE_BENCHMARK_KEY"
DATA = {"iin": "900101499904", "kato": "750000000", "address": "Абай даңғылы, 1-үй, 2-пәтер"}
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"

_WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:b" targetNamespace="urn:b"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:x="http://www.w3.org/2001/XMLSchema">
  <types><x:schema targetNamespace="urn:b" elementFormDefault="qualified">
    <x:element name="register"><x:complexType><x:sequence>
      <x:element name="iin" type="x:string"/><x:element name="kato" type="x:string"/>
      <x:element name="address" type="x:string"/></x:sequence></x:complexType></x:element>
    <x:element name="registered"><x:complexType><x:sequence>
      <x:element name="number" type="x:string"/><x:element name="state" type="x:string"/>
    </x:sequence></x:complexType></x:element></x:schema></types>
  <message name="ask"><part name="p" element="t:register"/></message>
  <message name="answer"><part name="p" element="t:registered"/></message>
  <portType name="P"><operation name="Register"><input message="t:ask"/>
    <output message="t:answer"/></operation></portType>
  <binding name="B" type="t:P">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Register"><soap:operation soapAction=""/><input><soap:body use="literal"/>
    </input><output><soap:body use="literal"/></output></operation></binding>
  <service name="S"><port name="Port" binding="t:B"><soap:address location="ADDRESS"/></port>
  </service>
</definitions>"""
_ANSWER = '<registered xmlns="urn:b"><number>R-7</number><state>registered</state></registered>'
_SHEP = (
    '<t:SendMessageResponse xmlns:t="http://bip.bee.kz/SyncChannel/v10/Types"><response>'
    "<responseInfo><messageId>m</messageId><responseDate>2026-05-04T09:30:00</responseDate>"
    "<status><code>SCSS001</code><message>ok</message></status></responseInfo><responseData><data>"
    "<resultCode>00000</resultCode><actNumber>2026-000001</actNumber></data></responseData>"
    "</response></t:SendMessageResponse>"
)


def run(size: int = CALLS) -> dict[str, Any]:
    """Make `size` calls of each kind."""
    with tempfile.TemporaryDirectory() as name, _body(Path(name)) as (url, folder):
        soap, shep, signed = _callers(url, folder)
        peer = zeep.Client(f"{url}/soap?wsdl").create_service("{urn:b}B", f"{url}/soap").Register
        kinds = {
            "soap": _calling(soap, {"operation": "Register"}),
            "zeep": lambda: peer(**DATA),
            "shep_unsigned": _calling(shep, {"service": "Body.Do"}),
            "shep_signed_both_ways": _calling(signed, {"service": "Body.Do"}),
        }
        taken = {kind: _speed(call, size) for kind, call in kinds.items()}
        side_by_side = _side_by_side(signed, size)
        for caller in (soap, shep, signed):
            caller.close()
    return {
        "name": "shep",
        "ours": taken["soap"][0],
        "peer": taken["zeep"][0],
        "unit": "calls/s",
        "ratio": round(taken["soap"][0] / taken["zeep"][0], 2),
        "target": None,
        "met": None,
        "calls_per_s": {kind: speed for kind, (speed, _) in taken.items()}
        | {f"shep_signed_{THREADS}_threads": side_by_side},
        "processor_ms_per_call": {kind: cost for kind, (_, cost) in taken.items()},
    }


@contextmanager
def _body(folder: Path) -> Iterator[tuple[str, Path]]:
    """The body's address, and a folder with its certificate and ours."""
    answers = folder / "answers"
    answers.mkdir()
    pair = new_pair("benchmark")
    private = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    os.environ[KEY] = private.decode()
    (folder / "own.pem").write_bytes(pair.pem)
    (answers / "soap").write_bytes(_envelope(_ANSWER))
    (answers / "shep").write_bytes(_envelope(_SHEP))
    signer = RsaSigner(pair.key, pair.certificate)
    (answers / "signed").write_bytes(signer.sign(parse(_envelope(_SHEP))))
    (answers / "soap.wsdl").write_bytes(_WSDL.encode())
    asked = [sys.executable, "-m", "benchmarks.shep_body", str(answers)]
    pipe = subprocess.PIPE
    with subprocess.Popen(asked, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        try:
            yield url, folder
        finally:
            process.stdin.close()


def _envelope(inside: str) -> bytes:
    return f'<s:Envelope xmlns:s="{_SOAP}"><s:Body>{inside}</s:Body></s:Envelope>'.encode()


def _callers(url: str, folder: Path) -> tuple[Caller, Caller, Caller]:
    context = CallContext("body", folder)
    sign = {"kind": "rsa", "key": {"env": KEY}, "certificate": "own.pem"}
    trust = {"certificates": ["own.pem"]}
    plain = {"url": f"{url}/shep", "sender": {"id": "tereze"}}
    made: tuple[Caller, Caller, Caller] = (
        SoapCaller(SoapConnection(url=f"{url}/soap"), context),
        ShepCaller(ShepConnection.model_validate(plain), context),
        ShepCaller(
            ShepConnection.model_validate(
                {**plain, "url": f"{url}/signed", "sign": sign, "trust": trust}
            ),
            context,
        ),
    )
    for caller in made:
        caller.open()
    return made


def _calling(caller: Caller, operation: dict[str, Any]) -> Callable[[], Any]:
    return lambda: caller.call(Request(operation, DATA, "key-1"))


def _speed(call: Callable[[], Any], size: int) -> tuple[float, float]:
    """Calls a second by the clock, and milliseconds of our processor for each."""
    for _ in range(20):
        call()
    began, worked = time.perf_counter(), time.process_time()
    for _ in range(size):
        call()
    took, worked = time.perf_counter() - began, time.process_time() - worked
    return round(size / took, 1), round(worked / size * 1000, 2)


def _side_by_side(caller: Caller, size: int) -> float:
    call = _calling(caller, {"service": "Body.Do"})
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda _: call(), range(20)))
        began = time.perf_counter()
        list(threads.map(lambda _: call(), range(size)))
        return round(size / (time.perf_counter() - began), 1)
