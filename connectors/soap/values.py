"""What zeep reads out of XML, as plain JSON values."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from lxml import etree

from connectors.safe_xml import as_json


def plain(value: Any) -> Any:
    """The value as JSON has it.

    A decimal number is a text, which keeps every digit; so are dates and times (ISO 8601), as
    durations are; bytes are base64. What the schema leaves open (`xsd:any`) is read as it comes.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return b64encode(value).decode()
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case etree._Element():
            return as_json(value)
        case _ if hasattr(value, "__values__"):  # an object of zeep
            return {str(key): plain(each) for key, each in value.__values__.items()}
        case _:
            return str(value)
