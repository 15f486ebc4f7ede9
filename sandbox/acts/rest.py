"""What acting bodies with a REST interface have in common."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.acts.desk import Desk
from sandbox.acts.faults import Struck, how

Content = dict[str, Any]
Work = Callable[[Content, Struck], Response]


def route(desk: Desk, method: str, path: str, work: Work, needs: Collection[str] = ()) -> Route:
    """A route whose work is given the fields of the body and of the path.

    Where the body has no `key`, that of the header Idempotency-Key or X-Request-Id is taken.
    A field of `needs` that is missing is answered with 422 and its name, a body that is no JSON
    object with 400; neither does anything.
    """

    async def handle(request: Request) -> Response:
        read = await _read(request, needs)
        if isinstance(read, Response):
            return read
        where = f"{request.scope['path'].removeprefix(request.scope.get('root_path', ''))} {method}"
        return await desk.answer(where, lambda hit: _work(work, read, hit))

    return Route(path, handle, methods=[method])


async def _read(request: Request, needs: Collection[str]) -> Content | Response:
    content: Any = {}
    if raw := await request.body():
        try:
            content = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            return wrong(400, f"no JSON: {error}")
        if not isinstance(content, dict):
            return wrong(400, "a JSON object is expected")
    given = request.headers.get("Idempotency-Key") or request.headers.get("X-Request-Id")
    if given and not content.get("key"):
        content = {**content, "key": given}
    if missing := [name for name in needs if content.get(name) in (None, "")]:
        return wrong(422, f"missing: {', '.join(missing)}")
    return {**content, **request.path_params}


def _work(work: Work, content: Content, hit: Struck) -> Response | Awaitable[Response]:
    """The work, or a failure told inside an answer with 200."""
    fault = hit.get("fault_inside")
    if fault is None:
        return work(content, hit)
    if how(fault, "before") == "after":
        work(content, hit)
    return JSONResponse({"state": "error", "error": "no connection to the register"})


def wrong(status: int, error: str) -> Response:
    """An error with its reason in words."""
    return JSONResponse({"error": error}, status)


def told(content: Content, status: int = 200) -> Response:
    """An answer as it should be."""
    return JSONResponse(content, status)
