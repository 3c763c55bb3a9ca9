"""That the benchmark works, on a small database; how long anything takes does not matter here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def kept_here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def kept(kept_here: Path, isolated_user: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where these tests' big databases lie."""
    folder = kept_here
    monkeypatch.setenv("CALMONY_BENCHMARKS", str(folder))
    return folder


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(_HERE / script), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"},
    )


def test_every_row_is_measured_beside_its_yardstick(kept: Path) -> None:
    done = run("measure.py", "--quick", "--customers", "300", "--imported", "50")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((kept / "figures.json").read_text(encoding="utf-8"))
    measured = {row["name"]: row for row in found["rows"]}
    assert measured.keys() == {
        *("start", "first-paint", "open", "search", "search-narrowed", "blocked"),
        *(
            "blocked-import",
            "blocked-backup",
            "jump",
            "blank",
            "long-open",
            "long-sort",
            "long-sort-at-once",
            "memory",
            "import",
        ),
    }
    for row in measured.values():
        assert row["what"] in done.stdout
        assert row["ours"]["samples"]
        assert (row["theirs"] is not None) == bool(row["yardstick"])


def test_the_big_database_is_whole_and_made_once(kept: Path) -> None:
    assert run("big_database.py", "--customers", "300").returncode == 0
    path = kept / "customers-300.db"
    before = path.stat().st_mtime_ns
    check = [sys.executable, "-c", _CHECK, str(path)]
    checked = subprocess.run(check, capture_output=True, text=True)
    assert checked.stdout.split() == ["ok", "0", "302", "302"], checked.stderr
    assert run("big_database.py", "--customers", "300").returncode == 0
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["long-sort", "blocked"])
def test_a_row_worse_than_it_may_be_fails_for_git_bisect(kept: Path, name: str) -> None:
    row = ("measure.py", "--quick", "--customers", "300", "--row", name)
    assert run(*row, "--at-most", "0").returncode == 1
    assert run(*row, "--at-most", "1000000").returncode == 0


_CHECK = """
import sys
from peewee import sqlite3
connection = sqlite3.connect(sys.argv[1])
for query in (
    "PRAGMA integrity_check",
    "SELECT COUNT(*) FROM pragma_foreign_key_check",
    "SELECT COUNT(*) FROM customers",
    "SELECT COUNT(*) FROM customer_search WHERE customer_search MATCH 'cus_'",
):
    print(connection.execute(query).fetchone()[0])
connection.execute("INSERT INTO customer_search (customer_search) VALUES ('integrity-check')")
"""
