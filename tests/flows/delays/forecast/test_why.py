"""A forecast is explained by the cases it rests on, and listed by body and service."""

import pytest

from flows.delays.forecast.listing import ahead, likeliest
from flows.delays.forecast.why import why
from models.errors import ConfigurationError
from tests.flows.delays.forecast.past import SLOW, Past

BODY, SERVICE = "akimat", "00100101"


def test_the_cases_it_rests_on(learned: Past) -> None:
    learned.received("X", "06-03 09:30", organisation=BODY, region=SLOW)
    learned.check("06-04 12:10")
    with learned.engine.connect() as connection:
        [found] = why(connection, learned.environment, "X")
    [(chance, decided, late, mark)] = learned.all(
        "SELECT chance, decided, late, mark FROM forecasts WHERE number = 'X'"
    )
    assert found.chance == chance
    assert f"of {decided:,} cases of this service in this region" in found.sentence
    assert f"when {mark:.0%} of the term was gone, {late:,} were late" in found.sentence
    # The last five that were decided, with how they ended; each was still open at this mark.
    assert len(found.nearest) == 5
    rows = learned.all(
        """
        SELECT number, least(completed_at, due_at), completed_at > due_at IS NOT FALSE, region
        FROM applications WHERE number = ANY(:numbers)
        """,
        numbers=[number for number, _ in found.nearest],
    )
    ended = {number: (when, late) for number, when, late, region in rows if region == SLOW}
    assert [ended[number][1] for number, _ in found.nearest] == [
        how == "late" for _, how in found.nearest
    ]
    moments = [ended[number][0] for number, _ in found.nearest]
    assert moments == sorted(moments, reverse=True)
    assert found.as_of is not None
    assert moments[0] < found.as_of


def test_why_there_is_none(learned: Past) -> None:
    learned.received("X", "06-03 09:30", organisation=BODY, region=SLOW)
    learned.event("X", "stopped", "06-03 10:00")
    learned.check("06-04 12:10")
    with learned.engine.connect() as connection:
        [found] = why(connection, learned.environment, "X")
        assert (found.chance, found.nearest) == (None, [])
        assert found.sentence == "No chance is told: its clock stands still"
        with pytest.raises(ConfigurationError, match="NOBODY"):
            why(connection, learned.environment, "NOBODY")


def test_no_cases_where_its_system_was_not_looked_at(learned: Past) -> None:
    learned.received("X", "06-03 09:30", organisation=BODY, region=SLOW)
    learned.check("06-04 12:10")
    with learned.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM forecast_looks")
        [found] = why(connection, learned.environment, "X")
    assert found.chance is not None
    assert found.nearest == []


def test_how_it_ended_stands_beside_what_was_said(learned: Past) -> None:
    learned.received("X", "06-03 09:30", organisation=BODY, region=SLOW)
    learned.check("06-04 12:10")
    learned.completed("X", "06-04 14:00")
    learned.check("06-04 14:10")
    with learned.engine.connect() as connection:
        [found] = why(connection, learned.environment, "X")
    assert found.outcome == "on_time"
    assert found.chance is not None


def test_by_body_and_service(learned: Past) -> None:
    learned.received("X", "06-03 09:30", organisation="other", region=SLOW)
    learned.received("Y", "06-03 09:30", organisation="other", region=SLOW)
    learned.event("Y", "stopped", "06-03 10:00")
    learned.check("06-04 12:10")
    with learned.engine.connect() as connection:
        both = ahead(connection)
        [other] = ahead(connection, body="other")
        assert ahead(connection, service="none") == []
        first, *_ = likeliest(connection, 3)
        assert len(likeliest(connection, 1000, body="other")) == 1
    assert {each.body for each in both} == {BODY, "other"}
    assert both == sorted(both, key=lambda each: -each.expected)
    assert (other.open, other.forecast, other.stopped, other.too_few) == (2, 1, 1, 0)
    assert 0 < other.expected < 1
    chances = [chance for chance in learned.chances().values() if chance is not None]
    assert first.chance == max(chances)
    akimat = next(each for each in both if each.body == BODY)
    assert akimat.expected + other.expected == pytest.approx(sum(chances), abs=0.2)
