"""What the cast does with the canaries: register, import, look, change, reveal, and go wrong."""

import json
import re
import time
from collections import Counter

from tests.canaries import people
from tests.canaries.browser import FORM, Browser, read
from tests.canaries.house import STAFF, House
from tests.canaries.walk import Walk, knock, press, send_wrongly

VOLUNTEERS, IMPORTS = "/admin/volunteers/volunteer/", "/admin/volunteers/importrun/"
REGISTER, FIND, UPLOAD = (
    f"{VOLUNTEERS}do/register/",
    f"{VOLUNTEERS}do/find/",
    f"{IMPORTS}do/upload/",
)
SECONDS_FOR_AN_IMPORT = 60.0
ID = re.compile(r"(?<=/admin/volunteers/volunteer/)[0-9a-f-]{36}(?=/)")


def drive(house: House) -> None:
    """Do everything, in the order in which an organisation would."""
    house.make_cast()
    made = register_by_hand(house)
    import_by_pages(house)
    import_by_command(house)
    house.sign_in_again()
    change_and_find(house, made)
    let_in(house, made[0])
    call_the_api(house)
    reveal_and_export(house, made)
    walks = look_everywhere(house)
    press_everything(house, walks)
    go_wrong(house)
    knock_everywhere(house)
    sign_in_wrongly(house)


def register_by_hand(house: House) -> list[str]:
    """Register people through the form, some of them refused; return the pages of those made."""
    coordinator = house.browser("coordinator")
    known, name = people.person(), people.hangul()
    asked = [
        known,
        people.decomposed(people.person()),
        people.person(phone=people.phone().replace("-", "")),
        known,
        people.person(name=name, callsign=name),
        people.person(home_base=f"서울 {people.hangul('')}로 12길 {people.latin()} 3호"),
        *(person for _why, person in people.awkward()),
    ]
    also = {"wishes": "interpreter", "service_years": f"10 {people.latin()}"}
    answers = [coordinator.fill(REGISTER, {**one, **also}) for one in asked]
    assert all(answer.status == 200 for answer in answers), [one.status for one in answers]
    made = [answer.path for answer in answers if ID.search(answer.path)]
    assert len(made) >= 3
    return made


def import_by_pages(house: House) -> None:
    """Import workbooks: with good, rejected and held rows; as a comma file; and give one up."""
    coordinator, one = house.browser("coordinator"), people.person()
    good = [one, people.person(), people.decomposed(people.person())]
    wrong = [person for _why, person in people.awkward()]
    like = {**people.person(), "name": one["name"], "phone": one["phone"]}
    lines = people.rows(*good, *wrong, like, one)
    content = people.workbook(lines, title=f"{people.hangul()} {people.latin()}")
    page = upload(coordinator, f"{people.hangul()}.xlsx", content)
    coordinator.fill(f"{page}do/confirm/", {})
    wait_for(coordinator, page)
    coordinator.fill(f"{page}do/rejected/", {})
    for link in read(coordinator.get(page))[0]:
        if "/rows/" in link:
            settle(coordinator, link, name=one["name"])
    again = [people.person(), *wrong]
    comma = people.comma_file(people.rows(*again), "cp949")
    house.browser("second").fill(
        f"{upload(house.browser('second'), f'{people.latin()}.csv', comma)}do/discard/", {}
    )


def upload(browser: Browser, name: str, content: bytes) -> str:
    """Upload a workbook, and return the address of its page once it has been read."""
    answer = browser.fill(UPLOAD, {}, {"file": (name, content)})
    assert "/importrun/" in answer.path, answer.status
    page = answer.path.removesuffix("change/")
    wait_for(browser, page)
    return page


def wait_for(browser: Browser, page: str) -> None:
    """Return once the worker is done with an import."""
    until = time.monotonic() + SECONDS_FOR_AN_IMPORT
    while not browser.get(f"{page}progress/").header("hx-refresh"):
        assert time.monotonic() < until, "the import was not read"
        time.sleep(0.3)


def settle(browser: Browser, address: str, *, name: str) -> None:
    """Decide about a held row: the name as a callsign is refused, then it is somebody new."""
    browser.get(address)
    for callsign in (name, ""):
        browser.post(address, {**browser.token, "new": "1", "callsign": callsign})


def import_by_command(house: House) -> None:
    """Import a workbook from the command line, the rejected rows written beside it."""
    wrong = [person for _why, person in people.awkward()]
    lines = people.rows(people.person(), people.person(), *wrong)
    book = house.files / "register.xlsx"
    book.write_bytes(people.workbook(lines, title=people.latin()))
    rejected = str(house.files / "rejected.xlsx")
    house.manage("import_register", str(book), "--desk", "seoul", "--rejected", rejected)
    broken = house.files / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04" + people.hangul().encode())
    done = house.running.installation.command("manage", "import_register", str(broken))
    house.printed.append(("import_register broken", done.stdout + done.stderr))


def change_and_find(house: House, made: list[str]) -> None:
    """Replace parts of an identity, and look people up by every kind of thing."""
    coordinator, page = house.browser("coordinator"), made[0].removesuffix("change/")
    new = people.person()
    coordinator.fill(f"{page}do/identity/", {"name": new["name"], "phone": new["phone"]})
    coordinator.fill(f"{page}do/identity/", {"clear": "email", "notes": new["notes"]})
    coordinator.fill(f"{page}do/identity/", {"birth_date": new["name"], "phone": new["notes"]})
    for kind, field in (("phone", "phone"), ("email", "email"), ("passport", "passport")):
        coordinator.fill(FIND, {"kind": kind, "text": new[field]})
        house.browser("stranger").fill(FIND, {"kind": kind, "text": new[field]})
    for text in (new["name"], new["latin_name"], people.decomposed(new)["name"]):
        coordinator.fill(FIND, {"kind": "name", "text": text})
        coordinator.fill(FIND, {"kind": "phone", "text": text})


def let_in(house: House, page: str) -> None:
    """Invite a volunteer, who joins by the link and gets a place."""
    answer = house.browser("coordinator").fill(f"{page.removesuffix('change/')}do/invite/", {})
    link = re.search(r"/join/[\w-]+/", answer.text)
    assert link, "no link"
    phone = house.browser("volunteer")
    password = f"{people.latin()} seven cranes {people.hangul()}"
    phone.fill(link[0], {"password": people.hangul(), "again": people.latin()})
    phone.fill(link[0], {"password": password, "again": password})
    volunteer = ID.search(page)
    assert volunteer
    phone.cookies["session"] = house.inside(f"give_work({volunteer[0]!r})")["session"]


def call_the_api(house: House) -> None:
    """Receive a token and read what is shared; ask for what there is not, and wrongly."""
    partner, (client, secret) = house.browser("partner"), house.client
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    token = json.loads(partner.post("/api/v1/token", form).body)["access_token"]
    partner.post("/api/v1/token", {**form, "client_secret": people.latin(), "x": people.hangul()})
    partner.headers["Authorization"] = f"Bearer {token}"
    assert json.loads(partner.get("/api/v1/assignments").body)["results"]
    for path in ("me", "assignments", "schema", "docs"):
        partner.get(f"/api/v1/{path}")
        partner.get(f"/api/v1/{path}", cursor=people.latin(), updated_since=people.hangul())
        partner.get(f"/api/v1/{path}", **{people.latin(): people.phone()})


def look_everywhere(house: House) -> dict[str, Walk]:
    """Let everybody follow the links they find; every page is opened by some."""
    shapes: Counter[str] = Counter()
    begin = ("/portal/", "/admin/", VOLUNTEERS, IMPORTS, "/")
    return {
        name: Walk(house.browser(name), begin, shapes).go()
        for name in ("volunteer", *STAFF, "nobody")
    }


def reveal_and_export(house: House, made: list[str]) -> None:
    """Reveal identities, export them by two people, and let the volunteer see their own."""
    house.sign_in_again()
    coordinator, phone = house.browser("coordinator"), house.browser("volunteer")
    shown = [press(coordinator, f"{page.removesuffix('change/')}do/reveal/") for page in made[:3]]
    parts = [*people.person()]
    asked = {"standing": "applicant", "parts": parts, "reason": "papers for the embassy"}
    act = coordinator.fill(f"{VOLUNTEERS}do/ask-export/", asked).path.removesuffix("change/")
    house.browser("approver").fill(f"{act}do/grant/", {})
    shown += [press(coordinator, f"{act}do/download/"), phone.get("/portal/record/")]
    shown += [phone.get("/portal/record/identity/")]
    house.shown = [answer.told for answer in shown if answer]


def press_everything(house: House, walks: dict[str, Walk]) -> None:
    """Send the forms that were found filled in wrongly, and press the buttons about people."""
    sent: set[str] = set()
    for name, walk in walks.items():
        for page in walk.with_forms:
            if worth_sending(page.path) and page.path not in sent:
                sent.add(page.path)
                send_wrongly(house.browser(name), page)
        for address in walk.buttons:
            if address.startswith("/admin/volunteers/") and address not in sent:
                sent.add(address)
                press(house.browser(name), address)


def worth_sending(path: str) -> bool:
    """Whether the forms of a page are about people; who is signed in where is left alone."""
    return path.startswith(("/admin/volunteers/", "/portal/", "/account/")) and (
        "/sessions/" not in path
    )


def go_wrong(house: House) -> None:
    """Make what the installation must refuse: broken, foreign and too large files, forged forms."""
    coordinator, text = house.browser("coordinator"), people.hangul()
    book = people.workbook(people.rows(people.person()))
    for name, content in (
        ("broken.xlsx", book[:-200]),
        (f"{text}.pdf", b"%PDF-1.7 " + text.encode()),
        (f"{people.latin()}.exe", b"MZ" + people.latin().encode()),
        ("text.csv", f"{text},{people.phone()}".encode()),
        ("utf16.csv", f"성명,연락처\n{text},{people.phone()}".encode("utf-16")),
        ("large.csv", text.encode() * 2_900_000),
    ):
        send_file(coordinator, name, content)
    send_file(coordinator, "file.xlsx", book, token="")
    long = people.latin() * 400_000
    coordinator.send("POST", FIND, f"text={long}&kind=name".encode(), FORM)
    coordinator.send("POST", FIND, people.latin().encode(), f"text/{people.latin()}")
    coordinator.send(
        "POST", REGISTER, b"--x\r\n" + text.encode(), "multipart/form-data; boundary=x"
    )
    odd = Browser("odd", coordinator.port, house.answers, dict(coordinator.cookies))
    odd.headers |= {"X-Request-Id": people.latin(), "User-Agent": people.latin()}
    odd.headers |= {"Referer": f"http://{people.latin()}.example.org/{people.latin()}"}
    odd.get(VOLUNTEERS, q=people.hangul(), standing__exact=people.latin(), o=people.phone())
    odd.headers["Host"] = f"{people.latin()}.example.org"
    odd.get("/")


def send_file(browser: Browser, name: str, content: bytes, token: str | None = None) -> None:
    """Upload a file."""
    form = browser.form(UPLOAD, "file")
    carried = {} if token is None else {"csrfmiddlewaretoken": token}
    browser.post(form.action, {**form.fields, **carried}, {"file": (name, content)})


def knock_everywhere(house: House) -> None:
    """Open every route there is with canaries in path, query and form."""
    for route in house.routes:
        program = not route.startswith("admin")
        knock(house.browser(who_uses(route)), route, programs=program)
    for route in ("portal/", "admin/", "admin/volunteers/volunteer/<path:object_id>/change/"):
        knock(house.browser("nobody"), route, programs=True)


def who_uses(route: str) -> str:
    """Somebody for whom a route is made."""
    users = {
        "portal/": "volunteer",
        "api/": "partner",
        "identity/": "partner",
        "admin/accounts/": "administrator",
        "admin/agencies/": "administrator",
        "admin/audit/": "auditor",
        "admin/": "coordinator",
        "account/": "volunteer",
    }
    return next((who for begin, who in users.items() if route.startswith(begin)), "nobody")


def sign_in_wrongly(house: House) -> None:
    """Try to sign in with canaries: as name, as password, and a password in the place of a name."""
    stranger = house.browser("nobody")
    for name, password in (
        (people.hangul(), people.latin()),
        ("coordinator", f"{people.latin()} {people.hangul()}"),
        (f"{people.latin()} harbour {people.phone()}", "coordinator"),
        (people.phone(), people.phone()),
        (people.person()["email"], people.hangul()),
    ):
        stranger.fill("/account/login/", {"login": name, "password": password})
    stranger.get(f"/join/{people.latin()}-{people.latin()}/")
