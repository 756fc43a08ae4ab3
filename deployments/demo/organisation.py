"""The organisation the demo shows: desks, staff, agencies and what is planned, as plain data."""

from dataclasses import dataclass

from corps.accounts.roles import Role

DESKS = [("seoul", "서울 데스크"), ("kyiv", "키이우 데스크")]

STAFF = [
    ("coordinator.seoul", Role.COORDINATOR, ["seoul"]),
    ("coordinator.kyiv", Role.COORDINATOR, ["kyiv"]),
    ("vetting", Role.VETTING, ["seoul", "kyiv"]),
    ("liaison", Role.LIAISON, ["seoul", "kyiv"]),
    ("editor", Role.EDITOR, ["seoul"]),
    ("approver", Role.APPROVER, ["seoul", "kyiv"]),
    ("approver2", Role.APPROVER, ["seoul", "kyiv"]),
    ("auditor", Role.AUDITOR, []),
    ("admin", Role.ADMINISTRATOR, []),
    ("admin2", Role.ADMINISTRATOR, []),
    ("admin3", Role.ADMINISTRATOR, []),
]
"""Sign-in name, role, desks."""

AGENCIES = [
    (
        "embassy-ukraine-seoul",
        "embassy",
        "UA",
        "주대한민국 우크라이나 대사관",
        "Embassy of Ukraine in the Republic of Korea",
        "Посольство України в Республіці Корея",
    ),
    (
        "mofa-korea",
        "ministry",
        "KR",
        "대한민국 외교부",
        "Ministry of Foreign Affairs of the Republic of Korea",
        "Міністерство закордонних справ Республіки Корея",
    ),
    (
        "mou-korea",
        "ministry",
        "KR",
        "대한민국 통일부",
        "Ministry of Unification of the Republic of Korea",
        "Міністерство об'єднання Республіки Корея",
    ),
    (
        "armed-forces-ukraine",
        "armed_force",
        "UA",
        "우크라이나군",
        "Armed Forces of Ukraine",
        "Збройні сили України",
    ),
]
"""Short name, kind, country, names in Korean, English and Ukrainian."""

CLIENTS = ["embassy-ukraine-seoul", "armed-forces-ukraine"]


@dataclass(frozen=True, slots=True)
class Places:
    """Some places of one role; `filled` of them go as far as `goes_to`, the last is a language
    level that nobody is likely to have when `impossible`."""

    role: str
    count: int
    filled: int = 0
    goes_to: str = "offered"
    team: str = ""
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One deployment: days are counted from today, `days` is how many it lasts."""

    codename: str
    desk: str
    host: str
    region: str
    clearance: int
    starts: int
    days: int
    state: str
    shared_with: tuple[str, ...]
    places: tuple[Places, ...]


PLANS = [
    Plan(
        "백로", "kyiv", "armed-forces-ukraine", "Sumy", 3, -20, 60, "active",
        ("armed-forces-ukraine", "embassy-ukraine-seoul"),
        (Places("interpreter", 4, 3, "active"), Places("broadcaster", 6, 6, "active")),
    ),
    Plan(
        "자작나무", "seoul", "armed-forces-ukraine", "Kharkiv", 3, 10, 30, "ready",
        ("armed-forces-ukraine",),
        (Places("interpreter", 4, 4, "confirmed"), Places("broadcaster", 6, 6, "accepted")),
    ),
    Plan(
        "등대", "seoul", "embassy-ukraine-seoul", "Kyiv", 2, 30, 40, "open",
        ("embassy-ukraine-seoul",),
        (
            Places("interpreter", 6, 2, "accepted"),
            Places("broadcaster", 6, 3, "offered"),
            Places("leaflet-leader", 1, 1, "accepted", team="전단 1조"),
            Places("leaflet-member", 3, 2, "offered", team="전단 1조"),
        ),
    ),
    Plan(
        "나루", "kyiv", "armed-forces-ukraine", "Zaporizhzhia", 3, 45, 30, "open",
        (),
        (
            Places("interpreter", 4, 1, "offered"),
            Places("interpreter", 3, impossible=True),
            Places("broadcaster", 3, 1, "accepted"),
        ),
    ),
    Plan(
        "새벽", "seoul", "embassy-ukraine-seoul", "Lviv", 2, 80, 21, "draft",
        (),
        (Places("leaflet-leader", 2), Places("leaflet-member", 6)),
    ),
    Plan(
        "너울", "seoul", "armed-forces-ukraine", "Dnipro", 2, -60, 40, "closed",
        ("armed-forces-ukraine", "embassy-ukraine-seoul"),
        (Places("interpreter", 2, 2, "completed"), Places("broadcaster", 4, 4, "completed")),
    ),
]  # fmt: skip
"""Six deployments, sixty places."""
