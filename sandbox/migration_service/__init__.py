"""The migration service: residence; SOAP with a WSDL of its own."""
