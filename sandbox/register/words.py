"""Words that the names of services are made of: objects of 12 spheres, actions, recipients.

Each object is given as (kind, Kazakh accusative, Russian genitive, English), so that an action
can be put beside it without further grammar.
"""

from typing import NamedTuple


class Thing(NamedTuple):
    """What a service is about; `kind` says which actions fit."""

    kind: str
    kk: str
    ru: str
    en: str


class Sphere(NamedTuple):
    """A section of the register, with the body that answers for it and its late share."""

    code: str
    name_kk: str
    name_ru: str
    name_en: str
    late: float
    things: tuple[Thing, ...]


ACTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "document": (
        ("беру", "Выдача", "Issue of"),
        ("қайта ресімдеу", "Переоформление", "Reissue of"),
        ("ұзарту", "Продление", "Extension of"),
        ("қайтарып алу", "Отзыв", "Withdrawal of"),
    ),
    "record": (
        ("тіркеу", "Регистрация", "Registration of"),
        ("қайта тіркеу", "Перерегистрация", "Re-registration of"),
        ("есептен шығару", "Снятие с учета", "Deregistration of"),
        ("растау", "Подтверждение", "Confirmation of"),
    ),
    "payment": (
        ("тағайындау", "Назначение", "Award of"),
        ("қайта есептеу", "Перерасчет", "Recalculation of"),
        ("қайта бастау", "Возобновление", "Resumption of"),
        ("тоқтату", "Прекращение", "Termination of"),
    ),
}
RECIPIENTS: tuple[tuple[str, str, str], ...] = (
    ("азаматтар үшін", "для граждан", "for citizens"),
    ("заңды тұлғалар үшін", "для юридических лиц", "for legal entities"),
    ("жеке кәсіпкерлер үшін", "для индивидуальных предпринимателей", "for sole traders"),
)


def _things(kind: str, *words: tuple[str, str, str]) -> tuple[Thing, ...]:
    return tuple(Thing(kind, *word) for word in words)


SPHERES: tuple[Sphere, ...] = (
    Sphere(
        "FAMILY",
        "Отбасы",
        "Семья",
        "Family",
        0.03,
        _things(
            "record",
            ("неке қиюды", "заключения брака", "a marriage"),
            ("тұрғылықты жерді", "места жительства", "a place of residence"),
        )
        + _things(
            "document",
            ("неке туралы анықтаманы", "справки о браке", "a marriage record"),
            ("туу туралы куәлікті", "свидетельства о рождении", "a birth certificate"),
            ("қорғаншылық туралы анықтаманы", "справки об опеке", "a guardianship record"),
            ("отбасы құрамы анықтамасын", "справки о составе семьи", "a household record"),
        ),
    ),
    Sphere(
        "SOCIAL",
        "Әлеуметтік қорғау",
        "Социальная защита",
        "Social protection",
        0.05,
        _things(
            "payment",
            ("мүгедектік жәрдемақысын", "пособия по инвалидности", "disability allowance"),
            ("бала күтімі жәрдемақысын", "пособия по уходу за ребенком", "child-care allowance"),
            ("тұрғын үй көмегін", "жилищной помощи", "housing aid"),
            ("жасына қарай зейнетақыны", "пенсии по возрасту", "old-age pension"),
            ("атаулы көмекті", "адресной помощи", "targeted aid"),
        )
        + _things(
            "record",
            ("жұмыссыз мәртебесін", "статуса безработного", "an unemployed status"),
        ),
    ),
    Sphere(
        "EDUCATION",
        "Білім",
        "Образование",
        "Education",
        0.04,
        _things(
            "document",
            ("мектепке жолдаманы", "направления в школу", "a school referral"),
            ("дипломды тану туралы куәлікті", "признания диплома", "a recognised diploma"),
            ("білім беру лицензиясын", "лицензии на обучение", "a teaching licence"),
            ("жатақханаға жолдаманы", "направления в общежитие", "a dormitory referral"),
        )
        + _things(
            "payment",
            ("шәкіртақыны", "стипендии", "a scholarship"),
            ("оқу грантын", "образовательного гранта", "a study grant"),
        ),
    ),
    Sphere(
        "HEALTH",
        "Денсаулық сақтау",
        "Здравоохранение",
        "Health care",
        0.03,
        _things(
            "document",
            ("медициналық анықтаманы", "медицинской справки", "a medical certificate"),
            ("фармацевтикалық лицензияны", "фармацевтической лицензии", "a pharmacy licence"),
            ("санитариялық қорытындыны", "санитарного заключения", "a sanitary opinion"),
            ("емдеуге жолдаманы", "направления на лечение", "a treatment referral"),
        )
        + _things(
            "record",
            ("емханаға бекітуді", "прикрепления к поликлинике", "a clinic enrolment"),
            ("медициналық бұйымды", "медицинского изделия", "a medical device"),
        ),
    ),
    Sphere(
        "LAND",
        "Жер және кадастр",
        "Земля и кадастр",
        "Land and cadastre",
        0.10,
        _things(
            "record",
            ("жылжымайтын мүлікке құқықты", "права на недвижимость", "a right to real estate"),
            ("жылжымайтын мүлік кепілін", "залога недвижимости", "a mortgage"),
            ("жер учаскесін", "земельного участка", "a land plot"),
        )
        + _things(
            "document",
            ("жер актісін", "акта на землю", "a land deed"),
            ("кадастрлық паспортты", "кадастрового паспорта", "a cadastral passport"),
            (
                "жылжымайтын мүлік анықтамасын",
                "справки о наличии недвижимого имущества",
                "a record of real estate held",
            ),
        ),
    ),
    Sphere(
        "AGRICULTURE",
        "Ауыл шаруашылығы",
        "Сельское хозяйство",
        "Agriculture",
        0.08,
        _things(
            "payment",
            ("тұқымға субсидияны", "субсидии на семена", "a seed subsidy"),
            ("мал шаруашылығы субсидиясын", "субсидии на животноводство", "a livestock subsidy"),
            ("тыңайтқышқа субсидияны", "субсидии на удобрения", "a fertiliser subsidy"),
            ("суаруға субсидияны", "субсидии на орошение", "an irrigation subsidy"),
        )
        + _things(
            "document",
            ("ветеринариялық паспортты", "ветеринарного паспорта", "a veterinary passport"),
            ("фитосанитариялық сертификатты", "фитосанитарного сертификата", "a plant passport"),
        ),
    ),
    Sphere(
        "TRANSPORT",
        "Көлік",
        "Транспорт",
        "Transport",
        0.03,
        _things(
            "record",
            ("көлік құралын", "транспортного средства", "a vehicle"),
            ("шағын кемені", "маломерного судна", "a small vessel"),
        )
        + _things(
            "document",
            ("жүргізуші куәлігін", "водительского удостоверения", "a driving licence"),
            ("тасымалдау рұқсатын", "разрешения на перевозку", "a haulage permit"),
            ("такси рұқсатын", "разрешения на такси", "a taxi permit"),
            ("карточканы тахографқа", "карточки для тахографа", "a tachograph card"),
        ),
    ),
    Sphere(
        "BUSINESS",
        "Кәсіпкерлік",
        "Предпринимательство",
        "Business",
        0.04,
        _things(
            "record",
            ("филиалды", "филиала", "a branch"),
            ("тауар белгісін", "товарного знака", "a trade mark"),
            ("кассалық аппаратты", "кассового аппарата", "a cash register"),
        )
        + _things(
            "document",
            ("сауда рұқсатын", "разрешения на торговлю", "a trading permit"),
            ("экспорт лицензиясын", "экспортной лицензии", "an export licence"),
            ("шығу тегі сертификатын", "сертификата происхождения", "a certificate of origin"),
        ),
    ),
    Sphere(
        "TAX",
        "Салық",
        "Налоги",
        "Tax",
        0.02,
        _things(
            "document",
            ("берешек туралы анықтаманы", "справки о задолженности", "a record of arrears"),
            ("резиденттік анықтамасын", "справки о резидентстве", "a residence record"),
            ("акциз маркаларын", "акцизных марок", "excise stamps"),
        )
        + _things(
            "record",
            ("қосылған құн салығын төлеушіні", "плательщика налога", "a value-added taxpayer"),
            ("салық тіркелімін", "налогового регистра", "a tax register"),
        )
        + _things("payment", ("артық салықты қайтаруды", "возврата налога", "a tax refund")),
    ),
    Sphere(
        "ECOLOGY",
        "Экология",
        "Экология",
        "Environment",
        0.06,
        _things(
            "document",
            ("экологиялық рұқсатты", "экологического разрешения", "an environmental permit"),
            ("су пайдалану рұқсатын", "разрешения на водопользование", "a water permit"),
            ("аңшы куәлігін", "удостоверения охотника", "a hunting card"),
            ("орман билетін", "лесного билета", "a forest ticket"),
        )
        + _things(
            "record",
            ("шығарындылар көзін", "источника выбросов", "a source of emissions"),
            ("қалдықтар паспортын", "паспорта отходов", "a waste passport"),
        ),
    ),
    Sphere(
        "CONSTRUCTION",
        "Құрылыс",
        "Строительство",
        "Construction",
        0.09,
        _things(
            "document",
            ("құрылыс рұқсатын", "разрешения на строительство", "a building permit"),
            ("сәулет тапсырмасын", "архитектурного задания", "an architectural brief"),
            ("техникалық шарттарды", "технических условий", "technical conditions"),
            ("жобалау лицензиясын", "лицензии на проектирование", "a design licence"),
        )
        + _things(
            "record",
            ("пайдалануға беруді", "ввода в эксплуатацию", "a commissioning"),
            ("ғимарат мекенжайын", "адреса здания", "an address of a building"),
        ),
    ),
    Sphere(
        "CULTURE",
        "Мәдениет және спорт",
        "Культура и спорт",
        "Culture and sport",
        0.02,
        _things(
            "document",
            ("прокат куәлігін", "прокатного удостоверения", "a film certificate"),
            ("мәдени құндылық рұқсатын", "разрешения на вывоз ценностей", "an art permit"),
            ("архив анықтамасын", "архивной справки", "an archive record"),
        )
        + _things(
            "record",
            ("спорттық разрядты", "спортивного разряда", "a sports rank"),
            ("мерзімді баспасөзді", "периодического издания", "a periodical"),
            ("ескерткішті", "памятника", "a monument"),
        ),
    ),
)
