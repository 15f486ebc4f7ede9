"""The service's WSDL: document/literal, one element for each message."""

from xml.sax.saxutils import quoteattr

NAMESPACE = "urn:sandbox:migration"

OPERATIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "RegisterResidence": (("key", "iin", "kato", "address"), ("from",)),
    "GetRegistration": (("key",), ()),
    "CancelRegistration": (("registrationId",), ()),
}
"""Each with the fields that it needs, and those that it may have."""

ANSWER = ("state", "registrationId", "registeredOn", "reason", "grounds")
"""The fields of every answer; all but the state may be missing."""

_WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="{namespace}"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  name="Migration" targetNamespace="{namespace}">
  <types><xsd:schema targetNamespace="{namespace}" elementFormDefault="qualified">
{elements}
  </xsd:schema></types>
{messages}
  <portType name="Migration">
{ports}
  </portType>
  <binding name="MigrationSoap" type="tns:Migration">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
{bindings}
  </binding>
  <service name="Migration"><port name="Migration" binding="tns:MigrationSoap">
    <soap:address location={address}/></port></service>
</definitions>
"""
_ELEMENT = """    <xsd:element name="{name}"><xsd:complexType><xsd:sequence>
{fields}
    </xsd:sequence></xsd:complexType></xsd:element>"""
_FIELD = '      <xsd:element name="{name}" type="xsd:string" minOccurs="{least}"/>'
_MESSAGE = '  <message name="{name}"><part name="parameters" element="tns:{name}"/></message>'
_PORT = """    <operation name="{name}"><input message="tns:{name}"/>
      <output message="tns:{name}Response"/></operation>"""
_BINDING = """    <operation name="{name}"><soap:operation soapAction=""/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>"""


def wsdl(address: str) -> str:
    """The WSDL of the service at an address."""
    elements = []
    for name, (needed, may) in OPERATIONS.items():
        elements += [
            _element(name, needed, may),
            _element(f"{name}Response", ANSWER[:1], ANSWER[1:]),
        ]
    messages = [name + end for name in OPERATIONS for end in ("", "Response")]
    return _WSDL.format(
        namespace=NAMESPACE,
        address=quoteattr(address),
        elements="\n".join(elements),
        messages="\n".join(_MESSAGE.format(name=name) for name in messages),
        ports="\n".join(_PORT.format(name=name) for name in OPERATIONS),
        bindings="\n".join(_BINDING.format(name=name) for name in OPERATIONS),
    )


def _element(name: str, needed: tuple[str, ...], may: tuple[str, ...]) -> str:
    lines = [_FIELD.format(name=field, least=1) for field in needed]
    lines += [_FIELD.format(name=field, least=0) for field in may]
    return _ELEMENT.format(name=name, fields="\n".join(lines))
