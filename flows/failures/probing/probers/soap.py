"""SOAP 1.1: the WSDL, and a call that changes nothing."""

from flows.failures.probing.http1 import Answer, Request, ask
from flows.failures.probing.look import Attempt, Failed, Seen
from flows.failures.probing.secret_headers import resolved
from flows.failures.probing.wsdl import Call, call_of, read
from flows.failures.probing.xml import SOAP, parsed
from models.environment.probes import SoapProbe


async def look(attempt: Attempt, module: SoapProbe) -> Seen:
    """Read the WSDL where there is one; make the call where there is one.

    Raises:
        Failed: an unreadable WSDL, a Fault (in HTTP 200 too), or another answer.
    """
    address = attempt.aim.target or ""
    call = Call(module.action, module.envelope) if module.envelope else None
    seen = Seen("the WSDL is there")
    if module.wsdl:
        answer = await _ask(attempt, module, address + module.wsdl, None)
        if answer.status != 200:
            found = f"the WSDL is not there: HTTP {answer.status}"
            raise Failed("wsdl", found, answer.status)
        wsdl = read(answer.body)
        seen = Seen(f"the WSDL has {len(wsdl.operations)} operations", answer.status)
        call = call_of(wsdl, module.operation) if module.operation else call
    if call is not None:
        seen = _judged(module, await _ask(attempt, module, address, call))
    return seen


async def _ask(attempt: Attempt, module: SoapProbe, url: str, call: Call | None) -> Answer:
    headers = await resolved(module.secret_headers)
    if call is None:
        return await ask(attempt, Request(url, module.max_bytes, module.tls, headers=headers))
    headers |= {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{call.action}"'}
    body = call.envelope.encode()
    return await ask(attempt, Request(url, module.max_bytes, module.tls, "POST", headers, body))


def _judged(module: SoapProbe, answer: Answer) -> Seen:
    """A Fault comes with HTTP 500, and often enough with 200."""
    try:
        envelope = parsed(answer.body)
    except ValueError as error:
        if answer.status != 200:
            raise Failed("status", f"HTTP {answer.status}", answer.status) from error
        raise Failed("answer", f"the answer is not XML ({error})", answer.status) from error
    fault = envelope.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is not None:
        code = (fault.findtext("faultcode") or "without a code").strip()[:100]
        raise Failed("fault", f"the call ends in a Fault: {code}", answer.status)
    if answer.status != 200 or envelope.tag != f"{{{SOAP}}}Envelope":
        raise Failed("answer", f"HTTP {answer.status} without a SOAP answer", answer.status)
    for wanted in module.contains:
        if wanted not in answer.text:
            raise Failed("body", f"the answer does not contain {wanted!r}", answer.status)
    return Seen("the call is answered", answer.status)
