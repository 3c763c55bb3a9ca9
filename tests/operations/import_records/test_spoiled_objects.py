"""Any value of any object may be anything: that is a refused line, never a broken import."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from random import Random

import pytest

from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_objects, import_paths
from calmony_desktop.store.database import database as connection

SAMPLES = Path(__file__).parent / "samples"
ANYTHING = (
    *(None, True, False, 0, -1, 1, 1.5, float("nan"), float("inf"), 10**15, 10**30, -(10**30)),
    *("", "x", "\x00", "\ud800", "1e999", "NaN", "9" * 60, "x" * 6000, 253_402_214_400),
    *([], {}, [1], {"a": 1}, [[]], [None], {"object": "list", "data": [None, 1, {}]}),
    *({"object": "customer"}, {"object": "customer", "id": "cus_z"}),
    *("usd", "succeeded", "canceled", "void", "2026-01-01", "cus_ada", "price_team", "month"),
)


def _places(value, path=()):
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in entries:
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from _places(each, (*path, key))


def _spoiled(value, random):
    value = copy.deepcopy(value)
    for _ in range(random.choice((1, 1, 2, 5))):
        *path, last = random.choice(list(_places(value)))
        place = value
        for key in path:
            place = place[key]
        if isinstance(place, dict) and random.random() < 0.15:
            del place[last]
        else:
            place[last] = copy.deepcopy(random.choice(ANYTHING))
        if not value:
            break
    return value


@pytest.mark.parametrize("seed", range(4))
def test_whatever_an_object_holds_the_import_goes_on(database, tmp_path, seed):
    import_paths([SAMPLES])
    export_records(tmp_path / "out")
    objects = [
        json.loads(line)
        for path in sorted((tmp_path / "out").iterdir())
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    objects += json.loads((SAMPLES / "company.json").read_text(encoding="utf-8"))["data"]
    old = json.loads((SAMPLES / "api_2016.json").read_text(encoding="utf-8"))
    objects += old["resources"].values()
    random = Random(seed)
    for number in range(60):
        spoiled = [_spoiled(random.choice(objects), random) for _ in range(6)]
        report = import_objects(spoiled, source=f"{number}")
        report.as_text().encode()
        assert report.total.total > 0
    assert connection.execute_sql("PRAGMA foreign_key_check").fetchall() == []
