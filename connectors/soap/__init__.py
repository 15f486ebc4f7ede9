"""SOAP: any service that a WSDL describes."""

from connectors.soap.caller import SoapCaller
from connectors.soap.connector import SoapConnector
from connectors.soap.options import SoapConnection, SoapOperation, SoapRequest

__all__ = ["SoapCaller", "SoapConnection", "SoapConnector", "SoapOperation", "SoapRequest"]
