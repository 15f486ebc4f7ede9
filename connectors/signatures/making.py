"""What signs and what verifies, from what the YAML says."""

from pathlib import Path
from typing import Any, Protocol

from connectors.signatures.options import NcaNodeSigning, SignatureTrust, Signing


class Signer(Protocol):
    """Signs envelopes."""

    def sign(self, envelope: Any) -> bytes:
        """The envelope, signed, as it goes out."""
        ...


class Verifier(Protocol):
    """Says what of an envelope may be believed."""

    def verify(self, envelope: Any) -> Any:
        """The body as it was signed.

        Raises:
            NotBelieved: unsigned, wrongly signed, signed by somebody else or over something else.
        """
        ...


# The imports stand inside: signxml takes 0.1 s, and most sources sign nothing.
def signer_of(options: Signing | None, folder: Path) -> Signer | None:
    """What signs our messages; None where nothing is signed.

    Raises:
        ConfigurationError: a key or certificate is missing or cannot be read.
    """
    if options is None:
        return None
    if isinstance(options, NcaNodeSigning):
        from connectors.signatures.ncanode import NcaNodeSigner

        return NcaNodeSigner(options)
    from connectors.signatures.certificates import own_key
    from connectors.signatures.rsa import RsaSigner

    return RsaSigner(*own_key(options, folder))


def verifier_of(options: SignatureTrust | None, folder: Path) -> Verifier | None:
    """What verifies the answers; None where they need not be signed.

    Raises:
        ConfigurationError: a certificate is missing or cannot be read.
    """
    if options is None:
        return None
    from connectors.signatures.certificates import certificates

    trusted = certificates(options.certificates, folder)
    if options.by == "ncanode":
        from connectors.signatures.ncanode import NcaNodeVerifier

        return NcaNodeVerifier(options, trusted)
    from connectors.signatures.rsa import RsaVerifier

    return RsaVerifier(trusted)
