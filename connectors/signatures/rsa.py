"""RSA with SHA-256 over the body, exclusively canonicalised (XML-DSig, by signxml)."""

from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import InvalidCertificate, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from connectors.signatures.certificates import der, fingerprint
from connectors.signatures.security import WSSE, NotBelieved, claim, key_info, prepare

_METHODS = frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA512})
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA512})


class RsaSigner:
    """Signs envelopes; serves many threads."""

    def __init__(self, key: RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self._certificate = der(certificate)

    def sign(self, envelope: Any) -> bytes:
        """The envelope, signed, as it goes out."""
        security, identifier = prepare(envelope)
        signer = XMLSigner(
            method=SignatureConstructionMethod.detached,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signature = signer.sign(
            envelope,
            key=self._key,
            reference_uri=f"#{identifier}",
            key_info=key_info(self._certificate),
            id_attribute="Id",
        )
        security.append(signature)
        return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


class RsaVerifier:
    """Believes what is signed by one of these certificates, while they are valid."""

    def __init__(self, trusted: Sequence[x509.Certificate]) -> None:
        self._trusted = {der(each): each for each in trusted}

    def verify(self, envelope: Any) -> Any:
        """The body as it was signed: read nothing else of the message.

        Raises:
            NotBelieved: unsigned, wrongly signed, signed by somebody else or over something else.
        """
        signed = claim(envelope)
        if signed.certificate is not None and signed.certificate not in self._trusted:
            raise NotBelieved(f"it is signed by another: {fingerprint(signed.certificate)}")
        wanted = [signed.certificate] if signed.certificate else list(self._trusted)
        problems = []
        for each in wanted:
            try:
                return self._verified(envelope, self._trusted[each])[signed.position].signed_xml
            except InvalidCertificate:
                problems.append(f"the certificate is not valid now ({_valid(self._trusted[each])})")
            except (SignXMLException, etree.LxmlError, ValueError, TypeError) as error:
                problems.append(f"the signature is wrong ({_short(error)})")
        raise NotBelieved(problems[0])

    @staticmethod
    def _verified(envelope: Any, certificate: x509.Certificate) -> Any:
        soap = str(envelope.tag).rpartition("}")[0]
        expected = SignatureConfiguration(
            location=f"./{soap}}}Header/{{{WSSE}}}Security/",
            expect_references=True,
            signature_methods=_METHODS,
            digest_algorithms=_DIGESTS,
        )
        verifier = XMLVerifier()
        return verifier.verify(
            envelope, x509_cert=certificate, expect_config=expected, id_attribute="Id"
        )


def _valid(certificate: x509.Certificate) -> str:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return f"it is from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}"


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
