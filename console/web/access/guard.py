"""Who asks, may they, and did they mean it: what stands before every page."""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from console.web.access import sessions
from console.web.access.rights import Person, Right
from console.web.database import LazyDatabase
from models.environment.loader import Environment

COOKIE = "tereze_session"
FORMS = "forms"
"""The hidden field that every form carries."""
MOST_FIELDS = 1_000
LONGEST_FIELD = 1 << 20


class NotSignedIn(Exception):
    """Nobody is signed in, or not any longer; `kept` is what they had typed."""

    def __init__(self, kept: "Sent | None" = None) -> None:
        super().__init__("nobody is signed in")
        self.kept = kept


class NotAllowed(Exception):
    """Somebody asked for what their roles, or their region, do not allow."""

    def __init__(self, person: Person, what: str) -> None:
        super().__init__(what)
        self.person = person
        self.what = what


class NotMeant(Exception):
    """A form without this session's token: sent from elsewhere, or from before signing in anew."""

    def __init__(self, person: Person, kept: "Sent") -> None:
        super().__init__("the form does not carry this session's token")
        self.person = person
        self.kept = kept


@dataclass(frozen=True)
class Sent:
    """A form as it was sent, without its token."""

    values: list[tuple[str, str]] = field(default_factory=list)
    token: str = ""

    def get(self, name: str, otherwise: str = "") -> str:
        """The last value of a field, without blanks around it."""
        return next((text.strip() for key, text in reversed(self.values) if key == name), otherwise)

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return [text for key, text in self.values if key == name]

    def as_dict(self) -> dict[str, str]:
        """Each field with its last value."""
        return {key: text.strip() for key, text in self.values}


def signed_in(request: Request) -> Person | None:
    """Who is signed in; None for nobody."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    database: LazyDatabase = request.app.state.database
    environment: Environment = request.app.state.environment
    moment = datetime.now(UTC)
    with database.reader().connect() as connection:
        person = sessions.find(connection, token, environment.console.sign_in, moment)
    if person is not None and person.seen_at < moment - sessions.SEEN_EVERY:
        with database.engine().begin() as connection:
            sessions.seen(connection, token, moment)
    return person


# Only what asks the database is a plain function: FastAPI runs those in a thread each.
def _somebody(request: Request) -> Person:
    person = signed_in(request)
    if person is None:
        raise NotSignedIn
    return _settled(request, person)


def _settled(request: Request, person: Person) -> Person:
    if person.must_change and request.url.path != "/password":
        raise MustChange
    return person


class MustChange(Exception):
    """The password was given by somebody else, and has to be changed first."""


async def sent(request: Request) -> Sent:
    """The form, read as far as is allowed."""
    form: FormData = await request.form(
        max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD
    )
    texts = [(key, value) for key, value in form.multi_items() if not isinstance(value, UploadFile)]
    token = next((value for key, value in texts if key == FORMS), "")
    return Sent([(key, value) for key, value in texts if key != FORMS], token)


async def _meant(
    request: Request,
    form: Annotated[Sent, Depends(sent)],
    person: Annotated[Person | None, Depends(signed_in)],
) -> Person:
    if person is None:
        raise NotSignedIn(form)
    # As bytes: of texts it takes only ASCII, and whoever forges a token sends what they like.
    if not hmac.compare_digest(form.token.encode(), person.forms.encode()):
        raise NotMeant(person, form)
    return _settled(request, person)


SignedIn = Annotated[Person, Depends(_somebody)]
"""Of a page: whoever is signed in."""
Meant = Annotated[Person, Depends(_meant)]
"""Of a form: whoever is signed in and sent this session's token."""
Form = Annotated[Sent, Depends(sent)]


def need(person: Person, right: Right, what: str) -> None:
    """Go on only with this right.

    Raises:
        NotAllowed: they do not have it.
    """
    if not person.may(right):
        raise NotAllowed(person, what)


def reading(right: Right) -> Any:
    """The dependency of a page that needs a right."""

    # One function for all of it: each dependency of a dependency costs time on every page.
    def checked(request: Request) -> Person:
        person = _somebody(request)
        need(person, right, f"{request.method} {request.url.path}")
        return person

    vars(checked)["right"] = right  # for who asks which right a route needs
    return Depends(checked)


def doing(right: Right) -> Any:
    """The dependency of a form that needs a right."""

    async def checked(request: Request, person: Meant) -> Person:
        need(person, right, f"{request.method} {request.url.path}")
        return person

    vars(checked)["right"] = right  # for who asks which right a route needs
    return Depends(checked)
