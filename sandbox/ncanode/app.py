"""`/wsse/sign` and `/wsse/verify`, with the messages of NCANode 3."""

from base64 import b64decode
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.ncanode.wsse import sign, verify
from sandbox.serving import serve


def app() -> Starlette:
    """The application."""
    return Starlette(
        routes=[
            Route("/wsse/sign", _sign, methods=["POST"]),
            Route("/wsse/verify", _verify, methods=["POST"]),
        ]
    )


def run(host: str, port: int) -> int:
    """Serve until told to stop."""
    serve("ncanode", app(), host, port, lambda: None)
    return 0


async def _sign(request: Request) -> Response:
    try:
        asked = orjson.loads(await request.body())
        key, certificate = _opened(asked["key"], asked["password"])
        signed = sign(_parsed(asked["xml"]), key, certificate)
    except (ValueError, KeyError, TypeError) as error:
        return _refused(400, error)
    return JSONResponse({"status": 200, "message": "OK", "xml": signed.decode()})


async def _verify(request: Request) -> Response:
    try:
        certificate = verify(_parsed(orjson.loads(await request.body())["xml"]))
    except (ValueError, KeyError, TypeError) as error:
        return _refused(500, error)
    signers = [] if certificate is None else [_signer(certificate)]
    valid = certificate is not None
    return JSONResponse({"status": 200, "message": "OK", "valid": valid, "signers": signers})


def _opened(key: str, password: str) -> tuple[RSAPrivateKey, x509.Certificate]:
    private, certificate, _ = load_key_and_certificates(b64decode(key), password.encode())
    if not isinstance(private, RSAPrivateKey) or certificate is None:
        raise ValueError("no key in it that this server signs with")
    return private, certificate


def _parsed(xml: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(xml.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no XML: {error.msg}") from error


def _signer(certificate: x509.Certificate) -> dict[str, Any]:
    return {
        "valid": True,
        "notBefore": certificate.not_valid_before_utc.isoformat(),
        "notAfter": certificate.not_valid_after_utc.isoformat(),
        "serialNumber": f"{certificate.serial_number:x}",
        "subject": {"dn": certificate.subject.rfc4514_string()},
        "issuer": {"dn": certificate.issuer.rfc4514_string()},
    }


def _refused(status: int, error: Exception) -> Response:
    return JSONResponse({"status": status, "message": str(error)}, status)
