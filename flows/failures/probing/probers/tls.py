"""TLS: the certificate of a host, its chain, its name and the days left."""

import ssl

from flows.failures.probing.certificates import chain, first_to_end, own, subject
from flows.failures.probing.look import Attempt, BrokenCertificate, Failed, Seen
from flows.failures.probing.wire import connected
from models.environment.probe_targets import address
from models.environment.probes import TlsProbe, Trust


async def look(attempt: Attempt, module: TlsProbe) -> Seen:
    """Shake hands and read the chain.

    Raises:
        BrokenCertificate: the certificate cannot be trusted; with its end, where it can be read.
        Failed: no handshake.
    """
    context = attempt.contexts.get(Trust(ca_file=module.ca_file))
    host, port = address(attempt.aim.target or "")
    try:
        async with connected(attempt, host, port, context, module.server_name) as line:
            certificate, ends_at = first_to_end(chain(line.tls))
    except BrokenCertificate as broken:
        raise await _with_its_end(attempt, module, broken) from broken
    return Seen(f"the certificate of {subject(certificate)} ends first", ends_at=ends_at)


async def _with_its_end(
    attempt: Attempt, module: TlsProbe, broken: BrokenCertificate
) -> BrokenCertificate:
    """The same with the certificate's name and end: shakes hands again, believing anything."""
    host, port = address(attempt.aim.target or "")
    context = attempt.contexts.get(Trust(verify=False))
    assert context.verify_mode is ssl.CERT_NONE
    try:
        async with connected(attempt, host, port, context, module.server_name) as line:
            certificate = own(line.tls)
    except Failed:  # what is wrong is known; only the date is not
        return broken
    if certificate is None:
        return broken
    ends_at = certificate.not_valid_after_utc
    named = f"{broken.sentence} (of {subject(certificate)}, until {ends_at:%Y-%m-%d})"
    return BrokenCertificate(broken.reason, named, ends_at=ends_at)
