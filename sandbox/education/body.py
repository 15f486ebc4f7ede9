"""The education body: the queue for kindergartens, and moves from school to school.

It takes in each key once, and decides `after` seconds later, which it tells by a call-back to
`reply_to`, and when it is asked. It refuses a place to a child older than six and to one whose IIN
does not say when it was born; it refuses a move to a school whose code ends in `00`: that is full.
"""

from datetime import date

from starlette.applications import Starlette

from sandbox.acts.desk import Acting, Desk
from sandbox.acts.faults import CALL_BACK
from sandbox.acts.persons import age_on, born_on
from sandbox.acts.rest import Content
from sandbox.acts.taken import Decision, Kind, Taken, refused
from sandbox.history.local_time import naive

NAME = "education"
OLDEST = 6


def build(settings: Acting) -> "Education":
    """The body with these options."""
    return Education(Desk(NAME, settings, {CALL_BACK}))


class Education:
    """`/queue` for places in kindergartens, `/schools/transfers` for schools."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def app(self) -> Starlette:
        """The ASGI application."""
        queue = Kind("queue", "/queue", "Q", ("childIin", "parentIin"), self._place, once=True)
        transfer = Kind(
            "transfer", "/schools/transfers", "T", ("childIin", "school"), _move, once=True
        )
        taken = [Taken(self.desk, kind) for kind in (queue, transfer)]
        return Starlette(
            routes=[*(route for each in taken for route in each.routes()), *self.desk.routes()]
        )

    def _place(self, asked: Content) -> Decision:
        today: date = naive(self.desk.clock.now()).date()
        born = born_on(str(asked["childIin"]))
        if born is None:
            return refused("The child's IIN is not known", "paragraph 9 of the rules of admission")
        if age_on(born, today) > OLDEST:
            words = f"The child is older than {OLDEST}"
            return refused(words, "paragraph 12 of the rules of admission")
        number = int(str(asked["childIin"])[-4:])
        garden = f"Kindergarten No. {number % 90 + 1}"
        return {"state": "placed", "place": number % 400 + 1, "kindergarten": garden}


def _move(asked: Content) -> Decision:
    school = str(asked["school"])
    if school.endswith("00"):
        return refused("The school is full", "paragraph 5 of the rules of transfers")
    return {"state": "transferred", "school": school}
