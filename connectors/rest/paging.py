"""From one page to the next: by number, offset, cursor or link."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin

from connectors.errors import WrongAnswer
from connectors.rest.answer import Answer
from connectors.rest.options import PagedRequest
from connectors.rest.redirects import origin

_MOST_REPEATS = 2


@dataclass(frozen=True)
class Step:
    """What to ask for next."""

    url: str
    params: Mapping[str, Any]


class Pager(Protocol):
    """Decides what to ask for after a page of `count` records; None after the last page."""

    def after(self, answer: Answer, count: int, total: int | None) -> Step | None:
        """The next step; `total` is what the system announces, where it does."""
        ...


class LoopGuard:
    """Sees a circle of states in constant memory (Brent), a repeated one at once."""

    def __init__(self) -> None:
        self._last: object = None
        self._kept: object = None
        self._steps, self._limit = 0, 1

    def closes(self, state: object) -> bool:
        """Whether the state has been there before (after one round of the circle at most two)."""
        if state in (self._last, self._kept):
            return True
        self._last = state
        self._steps += 1
        if self._steps == self._limit:
            self._kept, self._steps, self._limit = state, 0, self._limit * 2
        return False


class Repeats:
    """Counts how often the same page came in a row."""

    def __init__(self) -> None:
        self._last = ""
        self.count = 0

    def add(self, answer: Answer, count: int) -> int:
        """How often this page came in a row by now; an empty page does not count."""
        self.count = self.count + 1 if answer.sha256 == self._last and count else 1
        self._last = answer.sha256
        return self.count


class SinglePage:
    """There is one page."""

    # Every way of paging is asked alike, so each is given what only some of them look at.
    def after(self, answer: Answer, count: int, total: int | None) -> None:  # noqa: ARG002
        """Nothing comes after it."""
        return


class Numbered:
    """Pages by number or offset.

    The end is an empty page, because a short one may only mean that the system gives fewer
    records than asked for; with an announced total it is also a short page that reaches it.
    """

    def __init__(self, request: PagedRequest, first: Step, position: int) -> None:
        self._request = request
        self._first = first
        self._position = position
        self._seen = 0
        self._repeats = Repeats()

    def after(self, answer: Answer, count: int, total: int | None) -> Step | None:
        """The next number, or the offset behind what came.

        Raises:
            WrongAnswer: the same page came three times in a row: the system does not turn it.
        """
        page = self._request.page
        self._seen += count
        if self._repeats.add(answer, count) > _MOST_REPEATS:
            raise answer.wrong(
                f"the same page came {self._repeats.count} times in a row, as if the system did "
                f"not know the parameter {page.param}"
            )
        short = page.size is None or count < page.size
        if count == 0 or (total is not None and self._seen >= total and short):
            return None
        self._position += count if self._request.paging == "offset" else 1
        return Step(self._first.url, {**self._first.params, str(page.param): self._position})


class Linked:
    """Pages by the link that each has to the next."""

    def __init__(self, request: PagedRequest, first: Step) -> None:
        self._request = request
        self._home = origin(first.url)
        self._guard = LoopGuard()
        self._repeats = Repeats()

    # Every way of paging is asked alike, so each is given what only some of them look at.
    def after(self, answer: Answer, count: int, total: int | None) -> Step | None:  # noqa: ARG002
        """The link in the answer or its header, absolute or relative; none is the end.

        Raises:
            WrongAnswer: the link is none, leads to another host or in a circle.
        """
        expression = self._request.next
        link: object = answer.links.get("next", {}).get("url")
        if expression:
            link = answer.find(expression)
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise answer.wrong(f"the link to the next page is a {type(link).__name__}, not a text")
        try:
            url = urljoin(answer.url, link)
        except ValueError as error:
            raise answer.wrong(f"the link to the next page is no address ({link})") from error
        if origin(url) != self._home:
            raise answer.wrong(f"the link to the next page leads to another host ({link})")
        if self._guard.closes(url) or self._repeats.add(answer, count) >= _MOST_REPEATS:
            raise _circle(answer, f"the link to the next page ({link})")
        return Step(url, {})


class ByCursor:
    """Pages by a value that each has for the next."""

    def __init__(self, request: PagedRequest, first: Step) -> None:
        self._request = request
        self._first = first
        self._guard = LoopGuard()
        self._repeats = Repeats()

    # Every way of paging is asked alike, so each is given what only some of them look at.
    def after(self, answer: Answer, count: int, total: int | None) -> Step | None:  # noqa: ARG002
        """The cursor in the answer; none is the end.

        Raises:
            WrongAnswer: the cursor is no text or number, or leads in a circle.
        """
        page = self._request.page
        cursor = answer.find(str(page.cursor))
        if cursor is None or cursor == "":
            return None
        if isinstance(cursor, bool) or not isinstance(cursor, str | int | float):
            raise answer.wrong(f"the next page's cursor is a {type(cursor).__name__}")
        if self._guard.closes(cursor) or self._repeats.add(answer, count) >= _MOST_REPEATS:
            raise _circle(answer, f"the cursor of the next page ({cursor})")
        return Step(self._first.url, {**self._first.params, str(page.param): cursor})


def _circle(answer: Answer, what: str) -> WrongAnswer:
    return answer.wrong(f"{what} leads in a circle: the same page came again")


def start_paging(request: PagedRequest, url: str, params: Mapping[str, Any]) -> tuple[Step, Pager]:
    """The first page's step and what finds the others."""
    page, kind = request.page, request.paging
    params = dict(params)
    if page.size is not None:
        params[page.size_param] = page.size
    if page.param and kind != "cursor":
        params[page.param] = request.first
    first = Step(url, params)
    match kind:
        case "page" | "offset":
            return first, Numbered(request, first, request.first)
        case "next":
            return first, Linked(request, first)
        case "cursor":
            return first, ByCursor(request, first)
        case "none":
            return first, SinglePage()
