"""What takes minutes runs only when asked for: ``make bench`` or ``pytest tests/benchmarks``."""

from __future__ import annotations

import faulthandler

import pytest


@pytest.fixture
def only_when_asked_for(request: pytest.FixtureRequest) -> None:
    """Skips in a run of the whole suite; else lifts the limit on what one test may take."""
    if not any("benchmarks" in argument for argument in request.config.args):
        pytest.skip("takes long: run `pytest tests/benchmarks`")
    faulthandler.cancel_dump_traceback_later()
