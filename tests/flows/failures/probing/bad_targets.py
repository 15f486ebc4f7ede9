"""Targets by name: how they behave, how they are looked at, and what has to come of it."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.flows.failures.probing.authority import issue, root, stranger
from tests.flows.failures.probing.targets import (
    Behave,
    Listener,
    answering,
    dripping,
    flooding,
    hanging_up,
    resetting,
    saying,
    silent,
)

OK = b"HTTP/1.1 200 OK\r\n"
ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}</e:Body></e:Envelope>'
FAULT = ENVELOPE.format("<e:Fault><faultcode>e:Server</faultcode></e:Fault>").encode()
ANSWER = ENVELOPE.format("<pong xmlns='urn:x'>SCSS001</pong>").encode()
WSDL = b"""<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:x"
    xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="urn:x">
  <w:message name="Ask"><w:part name="body" element="t:ping"/></w:message>
  <w:portType name="P">
    <w:operation name="Ping"><w:input message="t:Ask"/></w:operation>
  </w:portType>
  <w:binding name="B" type="t:P"><w:operation name="Ping"><s:operation soapAction="urn:x/Ping"/>
  </w:operation></w:binding>
</w:definitions>"""
SERVICES = b'{"service": [{"service_code": "getLand"}, {"service_code": "getOwner"}]}'
BOMB = gzip.compress(bytes(64 << 20))


@dataclass(frozen=True)
class Bad:
    """`expected` is outcome and reason; `module` is added to the kind's own."""

    behave: Behave
    expected: str
    words: str = ""
    module: Mapping[str, Any] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    certificate: Callable[[], Any] | None = None


def soap(wsdl: bytes, answer: bytes, status: int = 200) -> Behave:
    """The WSDL where it is asked for, else the answer."""

    def behave(connection: Any) -> None:
        asked = connection.recv(1 << 16)
        good, status_ = (wsdl, 200) if asked.startswith(b"GET /?wsdl") else (answer, status)
        head = f"HTTP/1.1 {status_} Said\r\nContent-Length: {len(good)}\r\n\r\n"
        connection.sendall(head.encode() + good)

    return behave


def circle(connection: Any) -> None:
    """Redirects for ever, each time to another address."""
    path = connection.recv(1 << 16).split()[1].decode()
    connection.sendall(
        f"HTTP/1.1 302 Go\r\nLocation: {path}x\r\nContent-Length: 0\r\n\r\n".encode()
    )


def moved(connection: Any) -> None:
    """A redirect to what is good."""
    path = connection.recv(1 << 16).split()[1]
    where = b"Location: /there\r\n" if path == b"/" else b""
    status = b"301 Moved" if where else b"200 OK"
    connection.sendall(b"HTTP/1.1 " + status + b"\r\n" + where + b"Content-Length: 0\r\n\r\n")


def refusing(headers: str) -> Behave:
    return answering(b'{"type": "Server.ClientProxy"}', 500, headers)


HTTP = {
    "good": Bad(answering(), "good"),
    "created": Bad(answering(status=201), "good", module={"status": [201]}),
    "wanted_body": Bad(
        answering(b"all is well"), "good",
        module={"contains": ["well"], "lacks": ["ill"], "matches": "w.ll$"},
    ),
    "other_charset": Bad(
        answering("жер".encode("cp1251"), headers="Content-Type: text/plain; charset=cp1251\r\n"),
        "good", module={"contains": ["жер"]},
    ),
    "unknown_charset": Bad(
        answering(headers="Content-Type: text/plain; charset=klingon\r\n"), "good",
    ),
    "zipped": Bad(
        answering(gzip.compress(b"well"), headers="Content-Encoding: gzip\r\n"), "good",
        module={"contains": ["well"]},
    ),
    "moved": Bad(moved, "good"),
    "moved_not_followed": Bad(
        moved, "failed status", "HTTP 301", module={"max_redirects": 0},
    ),
    "moved_once_too_often": Bad(moved, "good", module={"max_redirects": 1}),
    "error": Bad(answering(status=500), "failed status", "HTTP 500"),
    "other_status": Bad(answering(status=200), "failed status", module={"status": [201, 204]}),
    "without": Bad(answering(), "failed body", "'well'", module={"contains": ["well"]}),
    "with": Bad(answering(b"Error 5"), "failed body", "'Error'", module={"lacks": ["Error"]}),
    "unmatched": Bad(answering(), "failed body", "'^no$'", module={"matches": "^no$"}),
    "late": Bad(
        answering(after=1.1), "failed too_slow", "later than 1 s",
        module={"answer_within": "1s", "timeout": "30s"},
    ),
    "silent": Bad(silent, "failed timeout", "waiting for the answer"),
    "hanging_up": Bad(saying(), "failed closed"),
    "resetting": Bad(resetting, "failed reset", "broken off"),
    "dripping_headers": Bad(dripping(OK + b"X: "), "failed timeout", "waiting"),
    "dripping_body": Bad(
        dripping(OK + b"Content-Length: 9000\r\n\r\n"), "failed timeout", "reading the answer"
    ),
    "endless_headers": Bad(
        flooding(OK, b"X-A: " + b"y" * 1000 + b"\r\n"), "failed headers_too_long"
    ),
    "endless_hints": Bad(
        flooding(b"", b"HTTP/1.1 103 Early\r\n\r\n" * 100), "failed not_http", "without end"
    ),
    "crumbs": Bad(
        flooding(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10_000),
        "failed crumbs",
    ),
    "chunked": Bad(
        saying(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\nwell\r\n0\r\n\r\n"), "good",
        module={"contains": ["well"]},
    ),
    "gigabyte": Bad(flooding(OK + b"\r\n"), "failed too_large", "1048576"),
    "gigabyte_declared": Bad(
        flooding(OK + b"Content-Length: 1073741824\r\n\r\n"), "failed too_large"
    ),
    "zip_bomb": Bad(
        answering(BOMB, headers="Content-Encoding: gzip\r\n"), "failed too_large"
    ),
    "not_zipped": Bad(answering(b"no", headers="Content-Encoding: gzip\r\n"), "failed not_http"),
    "redirects": Bad(circle, "failed redirects", "more than 5"),
    "redirect_nowhere": Bad(answering(status=302), "failed redirects", "nowhere"),
    "redirect_astray": Bad(
        answering(status=302, headers="Location: http://[::/\r\n"), "failed redirects"
    ),
    "not_http": Bad(saying(b"220 mail.example.org ESMTP\r\n\r\n"), "failed not_http"),
    "cut_off": Bad(
        saying(OK + b"Content-Length: 100\r\n\r\nhalf"), "failed cut_off", "before its end"
    ),
    "plain_for_tls": Bad(answering(), "failed tls", module={"scheme": "https"}),
    "expired": Bad(
        answering(), "failed certificate_expired", module={"tls": {"ca_file": "root.pem"}},
        certificate=lambda: issue("localhost", root(), begins=-9, ends=-1),
    ),
    "unverified": Bad(
        answering(), "good", module={"tls": {"verify": False}},
        certificate=lambda: issue("localhost", begins=-9, ends=-1),
    ),
    "secure": Bad(
        answering(), "good", module={"tls": {"ca_file": "root.pem"}},
        certificate=lambda: issue("localhost", root()),
    ),
    "no_authorities": Bad(
        answering(), "not_looked configuration", "missing.pem",
        module={"tls": {"ca_file": "missing.pem"}}, certificate=lambda: issue("localhost", root()),
    ),
    "no_secret": Bad(
        answering(), "not_looked configuration", "TEREZE_TEST_NO_SUCH",
        module={"secret_headers": {"X-Key": {"env": "TEREZE_TEST_NO_SUCH"}}},
    ),
    "bad_header": Bad(answering(), "not_looked request", module={"headers": {"X": "a\r\nb"}}),
}  # fmt: skip
TCP = {
    "good": Bad(silent, "good"),
    "greeting": Bad(saying(b"+PO", b"NG\r\n"), "good", module={"send": "PING", "expect": "PONG"}),
    "other": Bad(
        saying(b"-ERR"), "failed answer", "was closed", module={"send": "PING", "expect": "PONG"}
    ),
    "silent": Bad(silent, "failed timeout", "waiting", module={"expect": "PONG"}),
    "flood": Bad(flooding(b""), "failed answer", "said", module={"send": "x", "expect": "PONG"}),
}  # fmt: skip
TLS = {
    "good": Bad(silent, "good", "localhost", certificate=lambda: issue("localhost", root())),
    "expired": Bad(
        silent, "certificate certificate_expired", "until 20",
        certificate=lambda: issue("localhost", root(), begins=-9, ends=-2),
    ),
    "early": Bad(
        silent, "certificate certificate_not_yet_valid", "until 20",
        certificate=lambda: issue("localhost", root(), begins=2),
    ),
    "self_signed": Bad(
        silent, "certificate certificate_self_signed", "localhost",
        certificate=lambda: issue("localhost"),
    ),
    "stranger": Bad(
        silent, "certificate certificate_untrusted", "localhost",
        certificate=lambda: issue("localhost", stranger()),
    ),
    "wrong_host": Bad(
        silent, "certificate certificate_wrong_host", "other.example",
        certificate=lambda: issue("other.example", root()),
    ),
    "server_name": Bad(
        silent, "good", module={"server_name": "other.example"},
        certificate=lambda: issue("other.example", root()),
    ),
    "silent": Bad(silent, "failed timeout", "shaking hands"),
    "broken": Bad(saying(b"\x16\x03\x03\x00\x05junk!"), "failed tls", "shaking hands"),
    "hanging_up": Bad(hanging_up, "failed reset", "shaking hands"),
}  # fmt: skip
SOAP = {
    "good": Bad(soap(WSDL, b""), "good", "1 operations"),
    "operation": Bad(soap(WSDL, ANSWER), "good", "answered", module={"operation": "Ping"}),
    "envelope": Bad(
        answering(ANSWER), "good",
        module={"wsdl": None, "envelope": "<x/>", "contains": ["SCSS001"]},
    ),
    "missing": Bad(answering(status=404), "failed wsdl", "HTTP 404"),
    "page": Bad(answering(b"<html>Welcome<br></html>"), "failed wsdl", "not XML"),
    "no_wsdl": Bad(answering(b"<html/>"), "failed wsdl", "not a WSDL"),
    "empty": Bad(
        answering(b'<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/"/>'),
        "failed wsdl", "no operations",
    ),
    "entities": Bad(
        answering(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "failed wsdl", "document type"
    ),
    "unknown": Bad(soap(WSDL, ANSWER), "failed wsdl", "Pong", module={"operation": "Pong"}),
    "fault": Bad(
        soap(WSDL, FAULT, 500), "failed fault", "e:Server", module={"operation": "Ping"}
    ),
    "fault_in_200": Bad(
        soap(WSDL, FAULT, 200), "failed fault", "e:Server", module={"operation": "Ping"}
    ),
    "not_soap": Bad(soap(WSDL, b"<html/>"), "failed answer", module={"operation": "Ping"}),
    "not_xml": Bad(soap(WSDL, b"ok"), "failed answer", "not XML", module={"operation": "Ping"}),
    "gateway_down": Bad(
        soap(WSDL, b"Bad gateway", 502), "failed status", "502", module={"operation": "Ping"}
    ),
    "not_processed": Bad(
        soap(WSDL, ANSWER.replace(b"SCSS001", b"SCSE001")), "failed body", "SCSS001",
        module={"operation": "Ping", "contains": ["SCSS001"]},
    ),
}  # fmt: skip
XROAD = {
    "good": Bad(answering(SERVICES), "good", "2 services", services=("getLand",)),
    "exchange": Bad(
        refusing("X-Road-Error: Server.ClientProxy.NetworkError\r\n"), "failed exchange",
        "Server.ClientProxy.NetworkError",
    ),
    "error": Bad(answering(status=503), "failed status", "503"),
    "gone": Bad(
        answering(SERVICES), "failed service_missing", "getPlot", services=("getLand", "getPlot")
    ),
    "page": Bad(answering(b"<html>"), "failed answer", "no list"),
    "other_json": Bad(answering(b'{"service": [1]}'), "failed answer", "no list"),
    "deep": Bad(answering(b"[" * 100_000), "failed answer", "no list"),
}  # fmt: skip
KINDS = {"http": HTTP, "tcp": TCP, "tls": TLS, "soap": SOAP, "xroad": XROAD}
ALL = {f"{kind}.{name}": bad for kind, every in KINDS.items() for name, bad in every.items()}
CLIENT = "KZ/GOV/70000001/tereze"


def declared(name: str, listener: Listener) -> tuple[dict[str, Any], dict[str, Any]]:
    """Module and target, as they stand in the files."""
    kind, bad = name.partition(".")[0], ALL[name]
    # A busy machine is slow: even of what is given up, the words say how far it came.
    timeout = "5s" if bad.expected == "failed timeout" else "45s"
    module = {"prober": kind, "timeout": timeout, **bad.module}
    target: dict[str, Any] = {"module": name, "name": name, "target": listener.url()}
    if scheme := module.pop("scheme", None):
        target["target"] = f"{scheme}://{listener.address}/"
    if kind in ("tcp", "tls"):
        target["target"] = listener.address
    if kind == "tls":
        module["ca_file"] = "root.pem"
    if kind == "xroad":
        module |= {"server": f"http://{listener.address}", "client": CLIENT}
        target |= {"target": "KZ/GOV/7000 0002/land", "services": list(bad.services)}
    return module, target


def listeners(folder: Path) -> dict[str, Listener]:
    """A listener for each target."""
    return {
        name: Listener(bad.behave, bad.certificate and bad.certificate().context(folder))
        for name, bad in ALL.items()
    }
