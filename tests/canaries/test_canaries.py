"""No personal value that goes through an installation stays anywhere in the clear.

People whose every personal field is a canary are registered by hand, imported by page and by
command, changed, looked up, revealed and exported; everybody walks every page; forms, uploads,
addresses and sign-ins go wrong with canaries in them. Then every place where the installation keeps
anything is searched. A control plants a canary in each of these places, and the search finds it.
"""

import pytest

from tests.canaries import places
from tests.canaries.conftest import PLACES, Driven, Search, search_in
from tests.canaries.marks import search
from tests.canaries.planting import PLANTED, plant

pytestmark = [pytest.mark.real_processes, pytest.mark.slow]

MAY_BE_EMPTY = ("temporary files",)


@pytest.mark.parametrize("place", PLACES)
def test_no_canary_is_kept(searched: dict[str, Search], place: str) -> None:
    assert searched[place].found == []
    assert searched[place].read > 0 or place in MAY_BE_EMPTY


def test_no_temporary_file_is_left(driven: Driven) -> None:
    assert [name for name, _content in places.temporary(driven.house)] == []


EXPECTED_VERBS = {
    "account.joined",
    "api.read",
    "identity.changed",
    "identity.exported",
    "identity.revealed",
    "identity.searched",
    "import.corrections_downloaded",
    "import.done",
    "import.row_settled",
    "register.imported",
    "volunteer.invited",
}


def test_the_canaries_went_where_people_go(driven: Driven) -> None:
    with places.database(driven.house) as connection:
        told = connection.execute("SELECT DISTINCT verb FROM ledger.ledger_entry").fetchall()
    assert EXPECTED_VERBS - {verb for (verb,) in told} == set()


def test_what_is_there_to_be_shown_was_shown(driven: Driven) -> None:
    """Reveals, export and the own record hold canaries: the walls are opened where they should."""
    found = [bool(search("shown", told)) for told in driven.house.shown]
    assert found == [True, True, True, True, False, True]


def test_every_route_was_opened(driven: Driven) -> None:
    answers = driven.house.answers
    assert len(driven.house.routes) > 100
    assert {answer.status // 100 for answer in answers} == {2, 3, 4}


SHOWING = ("/do/reveal/", "/do/rejected/", "/do/download/", "/record/identity/", "/rows/")


def test_no_answer_repeats_what_is_kept_of_a_person(driven: Driven) -> None:
    """Only what the same request has brought may come back, and what is there to be shown."""
    told = [
        str(hit)
        for answer in driven.house.answers
        if not any(part in answer.path for part in SHOWING)
        for hit in answer.leaks()
    ]
    assert told == []


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize("place", PLANTED)
def test_what_is_planted_is_found(driven: Driven, place: str) -> None:
    plant(driven.house, place)
    assert search_in(driven, place).found != []
