"""54 services that no register has: 27 things, and two things that are done with each."""

from typing import NamedTuple


class Deed(NamedTuple):
    """What is done: as a regulation says it, as a form calls it, in Kazakh and in English.

    `{}` stands for the thing, in Russian in the genitive.
    """

    regulation: str
    form: str
    kk: str
    en: str


class Thing(NamedTuple):
    """What it is done with; `sphere` names the body, `kind` the deeds that fit."""

    sphere: str
    kind: str
    ru: str
    kk: str
    en: str


DEEDS: dict[str, tuple[Deed, Deed]] = {
    "paper": (
        Deed(
            "осуществляет оформление {} по месту жительства обратившегося",
            "Получение {} онлайн",
            "{} алу",
            "Get {}",
        ),
        Deed(
            "производит замену {} в случае утраты или порчи",
            "Восстановление {}",
            "{} қалпына келтіру",
            "Replace {}",
        ),
    ),
    "list": (
        Deed(
            "принимает на учет {} и уведомляет о дате приема",
            "Встать на учет: для {}",
            "{} есебіне тұру",
            "Join the list of {}",
        ),
        Deed(
            "вносит изменения в данные учета {} по просьбе семьи",
            "Изменить данные в учете {}",
            "{} есебіндегі деректерді өзгерту",
            "Change an entry in the list of {}",
        ),
    ),
    "money": (
        Deed(
            "возмещает гражданам часть {} из местного бюджета",
            "Возмещение {}",
            "{} өтеу",
            "Repayment of {}",
        ),
        Deed(
            "авансирует оплату {} малообеспеченным семьям",
            "Аванс на покрытие {}",
            "{} үшін аванс",
            "Advance on {}",
        ),
    ),
}
THINGS = (
    Thing(
        "ECOLOGY",
        "paper",
        "порубочного билета на дворовые деревья",
        "аула ағаштарын кесу қағазын",
        "a yard tree felling slip",
    ),
    Thing(
        "ECOLOGY",
        "paper",
        "путевки на любительский лов рыбы",
        "әуесқой балық аулау жолдамасын",
        "an angling voucher",
    ),
    Thing(
        "TRANSPORT",
        "paper",
        "пропуска для крупногабаритного груза",
        "ірі жүкке арналған рұқсаттаманы",
        "a pass for an oversized load",
    ),
    Thing(
        "TRANSPORT",
        "paper",
        "парковочного абонемента жителя",
        "тұрғынның тұрақ абонементін",
        "a resident parking pass",
    ),
    Thing(
        "FAMILY",
        "paper",
        "подтверждения дееспособности для брака за рубежом",
        "шетелде некелесуге арналған растаманы",
        "a capacity note for marrying abroad",
    ),
    Thing(
        "FAMILY", "list", "мест семейного захоронения", "отбасылық жерлеу орындары", "family graves"
    ),
    Thing(
        "EDUCATION",
        "paper",
        "копии школьного аттестата",
        "мектеп аттестатының көшірмесін",
        "a copy of a school leaving paper",
    ),
    Thing(
        "EDUCATION", "paper", "характеристики учащегося", "оқушы мінездемесін", "a pupil reference"
    ),
    Thing(
        "EDUCATION",
        "list",
        "слушателей языковых курсов",
        "тіл курстарының тыңдаушылары",
        "language course attendees",
    ),
    Thing(
        "EDUCATION", "list", "детей в летнем лагере", "жазғы лагерьдегі балалар", "summer campers"
    ),
    Thing(
        "HEALTH",
        "paper",
        "выписки из истории болезни",
        "ауру тарихынан үзіндіні",
        "an excerpt of a case history",
    ),
    Thing(
        "HEALTH",
        "paper",
        "санитарной книжки продавца",
        "сатушының санитарлық кітапшасын",
        "a food handler booklet",
    ),
    Thing("HEALTH", "paper", "путевки в санаторий", "шипажай жолдамасын", "a sanatorium voucher"),
    Thing(
        "HEALTH",
        "money",
        "стоимости зубного протезирования",
        "тіс протездеу құнын",
        "the cost of dentures",
    ),
    Thing(
        "SOCIAL",
        "money",
        "расходов на проезд к месту лечения",
        "емделуге бару шығындарын",
        "travel costs to treatment",
    ),
    Thing(
        "SOCIAL",
        "money",
        "стоимости слухового аппарата",
        "есту аппаратының құнын",
        "the price of a hearing aid",
    ),
    Thing(
        "SOCIAL",
        "list",
        "нуждающихся в сурдопереводчике",
        "сурдоаудармашыға мұқтаждар",
        "people who need a sign interpreter",
    ),
    Thing(
        "SOCIAL", "paper", "карты бесплатного проезда", "тегін жүру картасын", "a free travel card"
    ),
    Thing("CULTURE", "paper", "читательского билета", "оқырман билетін", "a library ticket"),
    Thing(
        "CULTURE",
        "paper",
        "права фотосъемки в музее",
        "мұражайда суретке түсіру құқығын",
        "leave to photograph in a museum",
    ),
    Thing(
        "CONSTRUCTION",
        "paper",
        "ордера на раскопку",
        "қазу жұмыстарының ордерін",
        "an order to dig up a street",
    ),
    Thing("CONSTRUCTION", "paper", "эскиза вывески", "маңдайша эскизін", "a shop sign sketch"),
    Thing(
        "CONSTRUCTION",
        "paper",
        "схемы присоединения к теплосети",
        "жылу желісіне қосылу сызбасын",
        "a heating connection scheme",
    ),
    Thing(
        "BUSINESS",
        "list",
        "участников сельской ярмарки",
        "ауыл жәрмеңкесіне қатысушылар",
        "stallholders of the country fair",
    ),
    Thing(
        "AGRICULTURE",
        "paper",
        "выписки о поголовье скота",
        "мал басы туралы үзіндіні",
        "a herd statement",
    ),
    Thing(
        "AGRICULTURE",
        "money",
        "ущерба от падежа скота",
        "мал өлімінен болған залалды",
        "losses from dead livestock",
    ),
    Thing(
        "LAND",
        "paper",
        "чертежа границ огорода",
        "бақша шекарасының сызбасын",
        "a drawing of a garden plot",
    ),
)
