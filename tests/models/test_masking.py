"""Masking hides every person's number; Python and PostgreSQL agree on which are valid."""

import io
import logging
import random
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from models import masking
from models.database import Database
from models.environment.secrets import SecretRef
from models.environment.settings import CheckDigit, Identifier
from models.errors import ConfigurationError

WEIGHTS = [list(range(1, 12)), [*range(3, 12), 1, 2]]
IIN = Identifier(pattern=r"^\d{12}$", check=CheckDigit(modulus=11, weights=WEIGHTS))
PASSPORT = Identifier(pattern=r"[NK]\d{8}(?:/[A-Z]:[A-Z])?")
LUHN_LIKE = Identifier(pattern=r"\d{4}", check=CheckDigit(modulus=10, weights=[[3, 1, 3]]))
OFFICE = Identifier(pattern=r"KZ-\d{3}", personal=False)
MASKER = masking.Masker({"iin": IIN, "passport": PASSPORT, "office": OFFICE})


def issued(base: str) -> str | None:
    """The rule of DOMAIN.md, written a second time: the base with its check digit."""
    for weights in WEIGHTS:
        rest = sum(int(d) * w for d, w in zip(base, weights, strict=True)) % 11
        if rest != 10:
            return f"{base}{rest}"
    return None


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("asked for 900101300017.", "asked for ••••••••0017."),
        ("900101300018 has a wrong check digit", "••••••••0018 has a wrong check digit"),
        ('{"iin":"900101300017"}', '{"iin":"••••••••0017"}'),
        ("iin_900101300017_x", "iin_••••••••0017_x"),
        ("two: 900101300017,900101300025", "two: ••••••••0017,••••••••0025"),
        ("ИИН 900101300017, иин:900101300017", "ИИН ••••••••0017, иин:••••••••0017"),
        ("9001013000171 is too long", "9001013000171 is too long"),
        ("90010130001 is too short", "90010130001 is too short"),
        ("hash a900101300017b", "hash a900101300017b"),
        ("passport N12345678", "passport •••••5678"),
        ("office KZ-123 is no person", "office KZ-123 is no person"),
        ("", ""),
    ],
)
def test_masks_whole_tokens(written: str, masked: str) -> None:
    assert MASKER.mask(written) == masked


def test_keeps_what_it_is_told_to() -> None:
    written = "application 900101300017 of 900101300025"
    assert MASKER.mask(written, {"900101300017"}) == "application 900101300017 of ••••••••0025"


def test_of_a_short_identifier_nothing_stays() -> None:
    assert masking.Masker({"pin": Identifier(pattern=r"\d{6}")}).mask("123456") == "••••••"


@pytest.mark.parametrize(
    ("pattern", "unanchored"),
    [
        (r"^\d{12}$", r"\d{12}"),
        (r"\A\d+\Z", r"\d+"),
        (r"^A$|^B$", "A|B"),
        (r"[^$]\$\^x", r"[^$]\$\^x"),
        (r"[]^]a\\$", r"[]^]a\\"),
    ],
)
def test_takes_anchors_off(pattern: str, unanchored: str) -> None:
    assert masking._unanchored(pattern) == unanchored


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(1, 9))
def test_exactly_one_check_digit_is_right(base: str, off: int) -> None:
    right = issued(base)
    if right is None:
        assert not any(MASKER.is_valid("iin", f"{base}{digit}") for digit in range(10))
        return
    assert MASKER.is_valid("iin", right)
    assert not MASKER.is_valid("iin", f"{base}{(int(right[-1]) + off) % 10}")


@given(st.text(max_size=20) | st.from_regex(r"\d{12}", fullmatch=True))
def test_no_text_is_valid_by_accident(value: str) -> None:
    well_formed = len(value) == 12 and value.isascii() and value.isdigit()
    assert MASKER.is_valid("iin", value) == (well_formed and issued(value[:11]) == value)


def test_an_undeclared_kind_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="iin, office, passport"):
        MASKER.is_valid("bin", "1")


def test_rows_of_weights_have_one_length() -> None:
    crooked = Identifier(pattern=r"\d+", check=CheckDigit(modulus=11, weights=[[1], [1, 2]]))
    with pytest.raises(ConfigurationError, match=r"\[1, 2\]"):
        masking.check_digit_sql(crooked, "value")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    engine = database.engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def numbers(seed: int) -> list[str | None]:
    rng = random.Random(seed)
    bases = ["".join(rng.choices("0123456789", k=11)) for _ in range(2000)]
    found: list[str | None] = [issued(base) or base + "0" for base in bases]
    found += [base + rng.choice("0123456789") for base in bases]
    found += ["", " ", "90010130001", "9001013000170", "90010130001x", " 00101300017", "٩" * 12]
    found += ["900101300017\n", "N12345678", "K12345678/A:B", "12:34", "1234", "0000", "0011"]
    return found


@pytest.mark.parametrize("identifier", [IIN, PASSPORT, LUHN_LIKE, OFFICE])
def test_python_and_sql_agree(connection: Connection, identifier: Identifier) -> None:
    values = numbers(7)
    sql = f"SELECT {masking.check_digit_sql(identifier, 'v')} FROM unnest(CAST(:v AS text[])) v"
    answers = connection.execute(text(sql), {"v": values}).scalars().all()
    assert answers == [masking.is_valid(identifier, value or "") for value in values]
    assert set(answers) == {True, False} or identifier is OFFICE


def test_null_is_not_known(connection: Connection) -> None:
    for identifier in (IIN, PASSPORT):
        sql = f"SELECT {masking.check_digit_sql(identifier, 'CAST(NULL AS text)')}"
        assert connection.execute(text(sql)).scalar_one() is None


def test_the_sql_passes_through_psycopg_too(database: Database) -> None:
    percent = Identifier(pattern=r"5%|a:b|it's")
    url = database.scoped_url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        sql = f"SELECT {masking.check_digit_sql(percent, 'v')} FROM unnest(%s::text[]) v"
        rows = connection.execute(sql.encode(), [["5%", "a:b", "it's", "no"]]).fetchall()
    assert [row[0] for row in rows] == [True, True, True, False]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler on the root logger writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    masking.install(masking.Masker({}))
    masking.install(MASKER)
    assert sum(isinstance(each, masking.MaskingFilter) for each in handler.filters) == 1
    yield stream
    logging.getLogger().removeHandler(handler)


def test_logs_name_no_person_and_no_secret(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "s3cr3t-value")
    secret = SecretRef(env="A_SECRET").resolve()
    log = logging.getLogger("tereze.test")
    log.error("%s asked with %s", "900101300017", {"password": secret}, stack_info=True)
    try:
        raise ValueError(f"{secret} for 900101300025")
    except ValueError:
        log.exception("failed")
    text_written = written.getvalue()
    assert "••••••••0017 asked with" in text_written
    assert "ValueError: ******** for ••••••••0025" in text_written
    assert text_written.count("Traceback") == 1
    for hidden in ("900101300017", "900101300025", secret):
        assert hidden not in text_written


def test_prefects_handlers_are_covered() -> None:
    handler = logging.StreamHandler(io.StringIO())
    logger = logging.getLogger("prefect.flow_runs")
    logger.addHandler(handler)
    try:
        assert masking.install(MASKER) >= 1
        assert any(isinstance(each, masking.MaskingFilter) for each in handler.filters)
    finally:
        logger.removeHandler(handler)
