"""The quick look for damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.store import database as store
from calmony_desktop.store import models, quick_check
from calmony_desktop.store.quick_check import QuickCheck


def test_a_whole_file_is_not_damaged(database: Path) -> None:
    assert not QuickCheck(database).run()


def test_a_damaged_page_is_found_and_the_file_left_alone(database: Path) -> None:
    with store.writing():
        for number in range(500):
            models.Product.create(id=f"prod_{number}", name="x" * 100)
    store.close_database()
    content = bytearray(database.read_bytes())
    at = content.index(b"prod_250") // 4096 * 4096
    content[at + 3 : at + 8] = b"\xff\xff\xff\xff\xff"
    database.write_bytes(content)
    assert QuickCheck(database).run()
    assert database.read_bytes() == content


def test_a_file_that_is_gone_is_said_so(database: Path) -> None:
    store.close_database()
    database.unlink()
    with pytest.raises(KnownError):
        QuickCheck(database).run()
    assert not database.exists()


def test_a_check_that_was_stopped_finds_nothing(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_check, "_STEPS", 1)
    check = QuickCheck(database)
    check.stop()
    assert not check.run()
