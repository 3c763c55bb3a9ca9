"""Both commands as people and scripts run them: real processes, real files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Run = subprocess.CompletedProcess[str]

RECORDS: list[dict[str, Any]] = [
    {
        "object": "customer",
        "id": "cus_1",
        "name": "Beatriz Núñez",
        "email": "b@x.example",
        "created": 1_700_000_000,
        "address": {"line1": "Calle 5", "city": "Madrid", "country": "ES"},
    },
    {"object": "customer", "id": "cus_2", "created": 1_700_000_001},
    {
        "object": "payment_intent",
        "id": "pi_1",
        "customer": "cus_1",
        "amount": 4900,
        "amount_received": 4900,
        "currency": "eur",
        "status": "succeeded",
        "created": 1_700_000_100,
    },
    {
        "object": "payment_intent",
        "id": "pi_2",
        "customer": "cus_1",
        "amount": 1440,
        "currency": "jpy",
        "status": "requires_payment_method",
        "last_payment_error": {"message": "Your card was declined."},
        "created": 1_700_000_200,
    },
    {
        "object": "subscription",
        "id": "sub_1",
        "customer": "cus_1",
        "status": "active",
        "created": 1_700_000_000,
        "currency": "eur",
        "cancel_at_period_end": False,
        "items": {
            "object": "list",
            "data": [
                {
                    "id": "si_1",
                    "object": "subscription_item",
                    "quantity": 1,
                    "current_period_start": 1_772_323_200,
                    "current_period_end": 1_775_001_600,
                    "price": {
                        "id": "price_1",
                        "object": "price",
                        "currency": "eur",
                        "nickname": "Team",
                        "unit_amount": 4900,
                        "recurring": {"interval": "month", "interval_count": 1},
                    },
                }
            ],
        },
    },
    {
        "object": "invoice",
        "id": "in_1",
        "number": "NW-2026-0001",
        "customer": "cus_1",
        "status": "open",
        "currency": "eur",
        "created": 1_772_323_200,
        "due_date": 1_773_532_800,
        "subtotal": 4900,
        "total": 4900,
        "amount_due": 4900,
        "amount_paid": 0,
        "amount_remaining": 4900,
        "lines": {
            "object": "list",
            "data": [
                {
                    "id": "il_1",
                    "object": "line_item",
                    "description": "Team",
                    "amount": 4900,
                    "currency": "eur",
                    "quantity": 1,
                    "period": {"start": 1_772_323_200, "end": 1_775_001_600},
                }
            ],
        },
    },
]


class Command:
    """Runs ``calmony`` or ``calmony_desktop`` in a process of its own, on one database."""

    def __init__(self, database: Path | None, name: str = "calmony") -> None:
        start = f"import sys; from calmony_desktop.cli import {name}; sys.exit({name}())"
        self.line = [sys.executable, "-c", start]
        if database is not None:
            self.line += ["--database", str(database)]

    def __call__(self, *arguments: object, **options: Any) -> Run:
        """The finished process."""
        usual = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 120}
        return subprocess.run([*self.line, *map(str, arguments)], **{**usual, **options})

    def json(self, *arguments: object, **options: Any) -> Any:
        """What it printed as JSON, with nothing to complain about."""
        ran = self(*arguments, "--json", **options)
        assert (ran.returncode, ran.stderr) == (0, "")
        return json.loads(ran.stdout)

    def refused(self, *arguments: object, **options: Any) -> str:
        """The one line that says why it could not be done."""
        ran = self(*arguments, **options)
        assert (ran.returncode, ran.stdout) == (1, "")
        assert re.fullmatch(r"calmony(-desktop)?: [^\n]+\.\n", ran.stderr)
        return ran.stderr


@pytest.fixture
def command() -> type[Command]:
    """Runs either command on any database."""
    return Command


@pytest.fixture(scope="session")
def records() -> list[dict[str, Any]]:
    """Two customers; one has a subscription, an open invoice and two payments."""
    return RECORDS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the records are to lie; nothing is there yet."""
    return tmp_path / "calmony.db"


@pytest.fixture
def calmony(file: Path) -> Command:
    """Runs ``calmony`` on that file."""
    return Command(file)


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]]) -> Path:
    """A database with the records, brought in by ``calmony import``."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "records.json").write_text(json.dumps(records))
    ran = Command(folder / "calmony.db")("import", folder / "records.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    return folder / "calmony.db"


@pytest.fixture
def filled(calmony: Command, file: Path, filled_once: Path) -> Command:
    """Runs ``calmony`` on a copy of that."""
    shutil.copy(filled_once, file)
    return calmony
