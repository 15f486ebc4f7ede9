"""Social protection: allowances for births, behind a security server of X-Road.

It grants twice what it is sent twice, whatever the key says: who is not sure has to ask first.
It decides `after` seconds after a request, and refuses where the account (`iban`) ends in `00`:
that account is closed. It tells nobody; it has to be asked.
"""

from starlette.applications import Starlette

from sandbox.acts.desk import Acting, Desk
from sandbox.acts.faults import EXCHANGE
from sandbox.acts.rest import Content
from sandbox.acts.taken import Decision, Kind, Taken, refused
from sandbox.social_protection.security_server import SecurityServer

NAME = "social_protection"
SERVICE = ("KZ", "GOV", "SOCIAL", "allowances", "allowances")
AMOUNT = 149_416
_NEEDS = ("applicationNumber", "motherIin", "childIin", "actNumber", "iban")


def build(settings: Acting) -> "SocialProtection":
    """The body with these options."""
    return SocialProtection(Desk(NAME, settings, {EXCHANGE}))


class SocialProtection:
    """`/r1/KZ/GOV/SOCIAL/allowances/allowances`: POST, and GET or DELETE of `/{key}` below it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def app(self) -> Starlette:
        """The ASGI application."""
        kind = Kind("allowance", "/allowances", "A", _NEEDS, _decide, once=False)
        server = SecurityServer(SERVICE, Taken(self.desk, kind).routes(), self.desk)
        return Starlette(routes=[*server.routes(), *self.desk.routes()])


def _decide(asked: Content) -> Decision:
    if str(asked["iban"]).endswith("00"):
        return refused("The account is closed", "paragraph 21 of the rules of allowances")
    return {"state": "granted", "amount": AMOUNT}
