"""One operation of a service: its message written, its answer read, by the WSDL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from connectors.envelope import SOAP_12
from connectors.errors import WillNeverWork
from connectors.soap.options import SoapOperation
from connectors.soap.values import plain


class Misfit(ValueError):
    """An answer that is not as the WSDL says."""


@dataclass(frozen=True)
class Bound:
    """An operation at one port of one service; serves many threads, as zeep only reads here."""

    client: Any
    proxy: Any
    operation: Any

    @classmethod
    def find(cls, asked: str, client: Any, wanted: SoapOperation) -> "Bound":
        """The operation.

        Raises:
            WillNeverWork: there is none of that name; names those there are.
        """
        known = set()
        for service in client.wsdl.services.values():
            for port in service.ports.values():
                names = set(port.binding.all())
                known |= names
                if wanted.port in (None, port.name) and wanted.operation in names:
                    proxy = client.bind(service.name, port.name)
                    return cls(client, proxy, port.binding.get(wanted.operation))
        raise WillNeverWork(
            asked,
            f"the WSDL has no operation {wanted.operation!r}"
            + (f" at a port {wanted.port!r}" if wanted.port else ""),
            f"Write one of: {', '.join(sorted(known)) or 'it has none at all'}",
        )

    def write(self, asked: str, data: Mapping[str, Any]) -> Any:
        """The envelope with this data.

        Raises:
            WillNeverWork: the data does not fit the WSDL; says where.
        """
        from zeep.exceptions import Error

        given = {name: value for name, value in data.items() if value is not None}
        try:
            return self.client.create_message(self.proxy, self.operation.name, **given)
        except (Error, TypeError, ValueError, AttributeError, KeyError) as error:
            raise WillNeverWork(
                asked,
                f"the data does not fit the WSDL ({_without_values(error, data)})",
                "Compare `input` of the step, or `params`, with the operation's message",
            ) from error

    @property
    def headers(self) -> dict[str, str]:
        """The headers of HTTP, by the version of SOAP."""
        action = self.operation.soapaction or ""
        if self.operation.binding.nsmap.get("soap-env") == SOAP_12:
            kind = f'application/soap+xml; charset=utf-8; action="{action}"'
            return {"Content-Type": kind}
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}

    def read(self, body: Any) -> Any:
        """The content of an answer's body, as plain values; null where there is none.

        Raises:
            Misfit: the answer is not as the WSDL says.
        """
        if len(body) == 0:
            return None
        try:
            return self._content(body)
        except Exception as error:  # zeep raises what it likes at an answer unlike its schema
            raise Misfit(f"{type(error).__name__}") from error

    def _content(self, body: Any) -> Any:
        types = self.client.wsdl.types
        if self.operation.style == "document" and len(body) == 1:
            element = types.get_element(body[0].tag)
            with self.client.settings(strict=False):  # fields that are new do not stop anybody
                return plain(element.parse(body[0], types))
        envelope = etree.Element(body.tag.replace("}Body", "}Envelope"))
        envelope.append(body)
        found = plain(self.operation.process_reply(envelope))
        return found if isinstance(found, dict) else {"return": found}


def _without_values(error: Exception, data: Mapping[str, Any]) -> str:
    """The library's words, as far as they name no value: it may be a person's."""
    words = str(error).splitlines()[0] if str(error) else type(error).__name__
    shown = any(str(value) in words for value in _leaves(data) if str(value))
    return type(error).__name__ if shown else words[:200]


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]
