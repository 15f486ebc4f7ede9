"""The five ways an application arrives, and how often, in and out of office hours."""

from typing import NamedTuple


class Channel(NamedTuple):
    """A channel; the weights are shares of applications in office hours and outside them."""

    code: str
    name_kk: str
    name_ru: str
    name_en: str
    digital: bool
    in_hours: float
    out_of_hours: float


CHANNELS: tuple[Channel, ...] = (
    Channel("portal", "Портал", "Портал", "Portal", True, 0.40, 0.50),
    Channel("mobile", "Мобильді қосымша", "Мобильное приложение", "Mobile app", True, 0.22, 0.40),
    Channel("telegram", "Telegram-бот", "Telegram-бот", "Telegram bot", True, 0.05, 0.10),
    Channel(
        "state_corporation",
        "Мемлекеттік корпорация",
        "Государственная корпорация",
        "State Corporation",
        False,
        0.25,
        0.0,
    ),
    Channel("provider", "Көрсетілетін қызметті беруші", "Услугодатель", "Provider", False, 0.08, 0),
)
FRONT_OFFICE = 3  # index of state_corporation: the only channel with an office
PROVIDER = next(n for n, row in enumerate(CHANNELS) if row.code == "provider")


def channel_rows() -> list[dict[str, object]]:
    """What `/register/channels` answers."""
    names = ("code", "name_kk", "name_ru", "name_en", "digital")
    return [{name: getattr(channel, name) for name in names} for channel in CHANNELS]
