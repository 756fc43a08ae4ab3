"""What tests of letters and of what they tell begin with."""

import pytest
from pytest_django.fixtures import Settings

from tests.liaison.disclosing import Telling, a_telling


@pytest.fixture
def sender(settings: Settings) -> None:
    """Letters can go out by e-mail."""
    settings.MAIL_FROM = "Corps <letters@corps.example>"


@pytest.fixture
def telling(db: None) -> Telling:
    """The office and two volunteers."""
    return a_telling()
