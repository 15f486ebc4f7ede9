"""One operation of a service: its message written, its answer read, by the WSDL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.envelope import SOAP_12
from connectors.errors import WillNeverWork
from connectors.safe_xml import as_json, local
from connectors.soap.options import SoapOperation
from connectors.soap.values import Misfit, content


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
        """The content of an answer's body, as plain values.

        Raises:
            Misfit: the answer is not as the WSDL says.
        """
        if len(body) != 1:
            raise Misfit(f"{len(body)} elements in the body, where one is expected")
        if self.operation.style != "document":
            return as_json(body[0])
        from zeep.exceptions import Error

        try:
            kind = self.client.get_element(body[0].tag).type
        except Error as error:
            raise Misfit(f"<{local(body[0].tag)}> is not in it") from error
        return content(body[0], kind)


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
