"""The standard library's SQLite looks into the file from this very process.

It is another copy than ours. Closing its connection drops this process's locks on the file, ours
too, and may remove the write-ahead log that our connection is working with.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from calmony_desktop.store import database as store
from calmony_desktop.store.models import Business


def peek(path: Path) -> str:
    with closing(sqlite3.connect(path)) as other:
        return str(other.execute("SELECT time_zone FROM business").fetchone()[0])


def save(time_zone: str) -> None:
    with store.writing():
        Business.update(time_zone=time_zone).execute()


def test_what_is_saved_after_a_look_from_outside_is_there(database: Path) -> None:
    save("Europe/Berlin")
    assert peek(database) == "Europe/Berlin"
    save("Asia/Tokyo")
    assert peek(database) == "Asia/Tokyo"
    save("Europe/Paris")
    store.close_database()
    assert peek(database) == "Europe/Paris"


def test_what_is_saved_while_somebody_looks_is_there(database: Path) -> None:
    save("Europe/Berlin")
    with store.writing():
        Business.update(time_zone="Asia/Tokyo").execute()
        assert peek(database) == "Europe/Berlin"
    assert peek(database) == "Asia/Tokyo"


def test_the_window_goes_on_seeing_what_others_write(database: Path) -> None:
    peek(database)
    before = store.data_version()
    with closing(sqlite3.connect(database)) as other:
        other.execute("UPDATE business SET time_zone = 'Asia/Tokyo'")
        other.commit()
    assert store.data_version() != before
    with store.reading():
        assert Business.get().time_zone == "Asia/Tokyo"


def test_an_older_sqlite_finds_nothing_wrong_with_the_file(database: Path) -> None:
    save("Europe/Berlin")
    store.close_database()
    with closing(sqlite3.connect(database)) as other:
        if sqlite3.sqlite_version_info < (3, 34):
            pytest.skip("this SQLite cannot read trigram indexes")
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
