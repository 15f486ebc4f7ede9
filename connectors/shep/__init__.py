"""SHEP, the e-government gateway: its synchronous and its asynchronous channel."""

from connectors.shep.caller import ShepCaller
from connectors.shep.connector import ShepConnector
from connectors.shep.options import ShepConnection, ShepOperation, ShepRequest

__all__ = ["ShepCaller", "ShepConnection", "ShepConnector", "ShepOperation", "ShepRequest"]
