"""RSA signatures: made so that others verify them, believed only where nothing is amiss."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from connectors.safe_xml import as_json, parse
from connectors.signatures.rsa import RsaSigner, RsaVerifier
from connectors.signatures.security import DS, NotBelieved
from sandbox.ncanode import wsse
from tests.connectors.signatures import examples
from tests.connectors.signatures.examples import body_pair, other_pair, signed


def verifier() -> RsaVerifier:
    return RsaVerifier([body_pair().certificate])


def test_what_another_program_signed_is_believed() -> None:
    found = verifier().verify(signed())
    assert as_json(found)["answer"] == {"act": "2026-000001", "name": "Әлия & Co"}


def test_what_is_signed_here_another_program_believes() -> None:
    pair = body_pair()
    raw = RsaSigner(pair.key, pair.certificate).sign(parse(examples.MESSAGE.encode()))
    assert wsse.verify(parse(raw)) == pair.certificate
    assert as_json(verifier().verify(parse(raw)))["answer"]["act"] == "2026-000001"


def test_an_envelope_without_header_is_signed_too() -> None:
    pair, envelope = body_pair(), parse(examples.MESSAGE.encode())
    envelope.remove(examples.header(envelope))
    raw = RsaSigner(pair.key, pair.certificate).sign(envelope)
    assert wsse.verify(parse(raw)) == pair.certificate


def test_spaces_in_the_message_do_not_matter_to_who_reads_it_back() -> None:
    raw = etree.tostring(signed(), encoding="UTF-8", xml_declaration=True)
    assert verifier().verify(parse(raw)) is not None


def _unsigned() -> Any:
    return parse(examples.MESSAGE.encode())


def _altered() -> Any:
    envelope = signed()
    envelope.find(".//{urn:a}act").text = "forged"
    return envelope


def _signature_altered() -> Any:
    envelope = signed()
    value = envelope.find(f".//{{{DS}}}SignatureValue")
    value.text = ("B" if value.text[0] == "A" else "A") + value.text[1:]
    return envelope


def _digest_altered() -> Any:
    envelope = signed()
    envelope.find(f".//{{{DS}}}DigestValue").text = "AAAA"
    return envelope


def _wrapped_with_another_id() -> Any:
    """The signed body is kept in the header; the one that is read is another."""
    envelope = signed()
    moved = examples.body(envelope)
    envelope.replace(moved, examples.forged())
    etree.SubElement(examples.header(envelope), "wrapper").append(moved)
    return envelope


def _wrapped_with_the_same_id() -> Any:
    envelope = signed()
    moved, name = examples.body(envelope), examples.identifier(envelope)
    envelope.replace(moved, examples.forged(name))
    etree.SubElement(examples.header(envelope), "wrapper").append(moved)
    return envelope


def _two_bodies() -> Any:
    envelope = signed()
    envelope.append(examples.forged())
    return envelope


def _two_signatures() -> Any:
    envelope = signed()
    security = examples.header(envelope)[0]
    security.append(etree.fromstring(etree.tostring(security[0])))
    return envelope


def _signature_elsewhere() -> Any:
    envelope = signed()
    signature = envelope.find(f".//{{{DS}}}Signature")
    examples.header(envelope).append(signature)
    return envelope


def _in_part_only() -> Any:
    envelope = signed()
    transforms = envelope.find(f".//{{{DS}}}Transforms")
    xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116"
    etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=xpath)
    return envelope


def _weak() -> Any:
    envelope = signed()
    method = envelope.find(f".//{{{DS}}}SignatureMethod")
    method.set("Algorithm", "http://www.w3.org/2000/09/xmldsig#rsa-sha1")
    return envelope


def _by_a_shared_secret() -> Any:
    """The public certificate as the secret of an HMAC."""
    envelope = signed()
    method = envelope.find(f".//{{{DS}}}SignatureMethod")
    method.set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
    return envelope


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (_unsigned, "not signed"),
        (_altered, "signature is wrong"),
        (_signature_altered, "signature is wrong"),
        (_digest_altered, "signature is wrong"),
        (lambda: signed(other_pair()), "signed by another: a certificate with the SHA-256"),
        (lambda: signed(other_pair(), body_pair().certificate), "signature is wrong"),
        (_wrapped_with_another_id, "something else than the body"),
        (_wrapped_with_the_same_id, "something else than the body"),
        (_two_bodies, "2 bodies"),
        (_two_signatures, "2 signatures"),
        (_signature_elsewhere, "1 signatures"),
        (_in_part_only, "in part"),
        (_weak, "signature is wrong"),
        (_by_a_shared_secret, "signature is wrong"),
    ],
)
def test_what_is_not_believed(message: Callable[[], Any], words: str) -> None:
    with pytest.raises(NotBelieved, match=words):
        verifier().verify(message())


def test_a_certificate_that_has_run_out_is_not_believed() -> None:
    pair = examples.expired_pair()
    with pytest.raises(NotBelieved, match=r"not valid now \(it is from 20..-..-.. to"):
        RsaVerifier([pair.certificate]).verify(signed(pair))


@pytest.mark.parametrize("pair", [body_pair, other_pair])
def test_any_of_several_certificates_is_believed(pair: Callable[[], Any]) -> None:
    trusted = [body_pair().certificate, other_pair().certificate]
    assert RsaVerifier(trusted).verify(signed(pair())) is not None


def test_a_message_without_certificate_is_tried_with_those_known() -> None:
    envelope = signed()
    information = envelope.find(f".//{{{DS}}}KeyInfo")
    information.getparent().remove(information)
    assert verifier().verify(envelope) is not None
    with pytest.raises(NotBelieved, match="signature is wrong"):
        RsaVerifier([other_pair().certificate]).verify(envelope)


def test_a_comment_hides_nothing() -> None:
    """Canonical XML leaves comments out, so one may be put in afterwards; texts stay whole."""
    raw = etree.tostring(signed(), encoding="unicode").replace("2026-", "2026<!-- -->-")
    found = verifier().verify(parse(raw.encode()))
    assert as_json(found)["answer"]["act"] == "2026-000001"
