"""The 20 regions: KATO and ISO 3166-2 codes from the public classifier, names in kk, ru, en."""

from typing import NamedTuple


class Region(NamedTuple):
    """A region; `weight` is its share of applications, roughly by population."""

    kato: str
    iso: str
    name_kk: str
    name_ru: str
    name_en: str
    weight: int


REGIONS: tuple[Region, ...] = (
    Region("110000000", "KZ-11", "Ақмола облысы", "Акмолинская область", "Aqmola", 8),
    Region("150000000", "KZ-15", "Ақтөбе облысы", "Актюбинская область", "Aqtobe", 9),
    Region("190000000", "KZ-19", "Алматы облысы", "Алматинская область", "Almaty region", 15),
    Region("230000000", "KZ-23", "Атырау облысы", "Атырауская область", "Atyrau", 7),
    Region(
        "270000000",
        "KZ-27",
        "Батыс Қазақстан облысы",
        "Западно-Казахстанская область",
        "West Kazakhstan",
        7,
    ),
    Region("310000000", "KZ-31", "Жамбыл облысы", "Жамбылская область", "Zhambyl", 12),
    Region("350000000", "KZ-35", "Қарағанды облысы", "Карагандинская область", "Qaraghandy", 11),
    Region("390000000", "KZ-39", "Қостанай облысы", "Костанайская область", "Qostanay", 8),
    Region("430000000", "KZ-43", "Қызылорда облысы", "Кызылординская область", "Qyzylorda", 8),
    Region("470000000", "KZ-47", "Маңғыстау облысы", "Мангистауская область", "Mangystau", 8),
    Region("610000000", "KZ-61", "Түркістан облысы", "Туркестанская область", "Turkistan", 21),
    Region("550000000", "KZ-55", "Павлодар облысы", "Павлодарская область", "Pavlodar", 8),
    Region(
        "590000000",
        "KZ-59",
        "Солтүстік Қазақстан облысы",
        "Северо-Казахстанская область",
        "North Kazakhstan",
        5,
    ),
    Region(
        "630000000",
        "KZ-63",
        "Шығыс Қазақстан облысы",
        "Восточно-Казахстанская область",
        "East Kazakhstan",
        7,
    ),
    Region("100000000", "KZ-10", "Абай облысы", "Абайская область", "Abay", 6),
    Region("330000000", "KZ-33", "Жетісу облысы", "Жетысуская область", "Zhetisu", 7),
    Region("620000000", "KZ-62", "Ұлытау облысы", "Улытауская область", "Ulytau", 2),
    Region("710000000", "KZ-71", "Астана", "Астана", "Astana", 14),
    Region("750000000", "KZ-75", "Алматы", "Алматы", "Almaty", 22),
    Region("790000000", "KZ-79", "Шымкент", "Шымкент", "Shymkent", 12),
)


def region_rows() -> list[dict[str, str]]:
    """What `/register/regions` answers."""
    names = ("kato", "iso", "name_kk", "name_ru", "name_en")
    return [{name: getattr(region, name) for name in names} for region in REGIONS]
