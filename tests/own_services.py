"""The pytest plugin by which each test process of a run takes services of its own."""

import json
import os
from collections.abc import Generator

import pytest

from corps.local.testing import SERVICES_OF_EACH


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Take the environment of this process, before anything reads the settings."""
    name = os.environ.get("PYTEST_XDIST_WORKER")
    if name is not None:
        os.environ.update(json.loads(os.environ.pop(SERVICES_OF_EACH))[name])
    return (yield)
