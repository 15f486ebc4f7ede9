"""A WSDL of a small SOAP service, in two documents; what a fault bends is bent in it."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from sandbox.faults.fault import Fault

FIELDS = {"cadastreNumber": "string", "area": "decimal", "owner": "string", "filedAt": "dateTime"}
"""The fields of a parcel, which `getParcel` answers."""

SCHEMA = "parcels.xsd"

_WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="urn:sandbox:parcels"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  name="Parcels" targetNamespace="urn:sandbox:parcels">
  <types><xsd:schema><xsd:import namespace="urn:sandbox:parcels"
    schemaLocation="{schema}"/></xsd:schema></types>
  <message name="ask"><part name="parameters" element="tns:getParcel"/></message>
  <message name="answer"><part name="parameters" element="tns:getParcelResponse"/></message>
  <portType name="Parcels">
    <operation name="getParcel"><input message="tns:ask"/><output message="tns:answer"/></operation>
  </portType>
  <binding name="ParcelsSoap" type="tns:Parcels">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="getParcel"><soap:operation soapAction=""/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="Parcels"><port name="Parcels" binding="tns:ParcelsSoap">
    <soap:address location={address}/></port></service>
</definitions>
"""
_XSD = """<?xml version="1.0" encoding="UTF-8"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:tns="urn:sandbox:parcels"
  targetNamespace="urn:sandbox:parcels" elementFormDefault="qualified">
  <xsd:element name="getParcel"><xsd:complexType><xsd:sequence>
    <xsd:element name="cadastreNumber" type="xsd:string"/>
  </xsd:sequence></xsd:complexType></xsd:element>
  <xsd:element name="getParcelResponse"><xsd:complexType><xsd:sequence>
    <xsd:element name="parcel" type="tns:parcel" minOccurs="0" maxOccurs="unbounded"/>
  </xsd:sequence></xsd:complexType></xsd:element>
  <xsd:complexType name="parcel"><xsd:sequence>
{fields}
  </xsd:sequence></xsd:complexType>
</xsd:schema>
"""


def wsdl(address: str) -> str:
    """The WSDL; its types are in a document beside it."""
    return _WSDL.format(schema=SCHEMA, address=quoteattr(address))


def schema(faults: Iterable[Fault]) -> str:
    """The types, with the fields that these faults bend."""
    fields = dict(FIELDS)
    for fault in faults:
        if fault.kind == "new_field":
            fields[str(fault.options.get("field", "purpose"))] = "string"
        elif fault.kind == "vanished_field":
            fields.pop(str(fault.options.get("field", "owner")), None)
        elif fault.kind == "changed_type":
            name = str(fault.options.get("field", "area"))
            fields[name] = "string" if fields.get(name) != "string" else "integer"
    lines = (
        f"    <xsd:element name={quoteattr(name)} type={quoteattr(escape(f'xsd:{kind}'))}/>"
        for name, kind in fields.items()
    )
    return _XSD.format(fields="\n".join(lines))
