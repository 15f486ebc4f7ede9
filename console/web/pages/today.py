"""Today: how the state serves its people, on one page; each number leads to its list."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person

router = APIRouter()


@router.get("/")
def today(request: Request, person: Annotated[Person, reading("see")]) -> Response:
    """The page."""
    answer: Response = request.app.state.pages.render(request, person, "today.html")
    return answer
