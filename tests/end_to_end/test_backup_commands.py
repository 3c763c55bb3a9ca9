"""Backups from the command line, as somebody with a broken database needs them."""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import peewee
import pytest

from calmony_desktop import cli
from calmony_desktop.store.database import close_database

from .conftest import Command, Run


class InProcess(Command):
    """Runs ``calmony`` here: the first test shows that a process of its own does the same."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object, **options: Any) -> Run:
        self.capsys.readouterr()
        code = cli.calmony([*self.line[3:], *map(str, arguments)])
        close_database()
        out, err = self.capsys.readouterr()
        return Run(arguments, code, out, err)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> type[InProcess]:
    monkeypatch.setattr(InProcess, "capsys", capsys, raising=False)
    return InProcess


@pytest.fixture
def calmony(command: type[InProcess], file: Path) -> InProcess:
    return command(file)


@pytest.fixture
def filled(calmony: InProcess, file: Path, filled_once: Path) -> InProcess:
    shutil.copy(filled_once, file)
    return calmony


def cancel(calmony: Any) -> None:
    assert calmony("cancel", "sub_1", "--reason", "unused", "--yes").returncode == 0


def status(calmony: Any) -> str:
    (subscription,) = calmony.json("show", "cus_1")["subscriptions"]
    return str(subscription["status"])


def test_a_backup_is_made_listed_looked_at_and_restored(file: Path, filled_once: Path) -> None:
    shutil.copy(filled_once, file)
    filled = Command(file)
    made = filled("backup")
    assert (made.returncode, made.stderr) == (0, "")
    said = re.fullmatch(
        r"Saved (.+), and checked it: 2 customers, 1 invoice, 1 change\.\n", made.stdout
    )
    assert said
    path = Path(said[1])
    assert path.parent == file.parent / "backups"

    (listed,) = filled.json("backups")
    assert (listed["path"], listed["reason"], listed["problem"]) == (str(path), "by-hand", None)
    assert listed["contents"]["customers"] == 2
    text = filled("backups").stdout
    assert path.name in text
    assert text.endswith(f"1 backup in {path.parent}.\n")

    cancel(filled)
    asked = filled("restore", path.name)
    assert asked.returncode == 1
    assert asked.stderr == "calmony: Nothing was changed. Say --yes to do this.\n"
    assert "2 customers, 2 payments, 1 subscription, 1 invoice." in asked.stdout
    assert "Its newest change" in asked.stdout
    assert "1 change made since would be undone." in asked.stdout
    assert status(filled) == "canceled"

    done = filled("restore", path, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Restored: 2 customers." in done.stdout
    assert status(filled) == "active"
    assert filled("check").stdout.startswith("All is well")
    assert [each["reason"] for each in filled.json("backups")] == ["before-restore", "by-hand"]


def test_a_backup_goes_to_a_file_of_ones_choice_and_comes_back(
    filled: Any, file: Path, tmp_path: Path, command: Any
) -> None:
    target = tmp_path / "stick" / "mine.db"
    assert "no such" in filled.refused("backup", "-o", target).lower()
    target.parent.mkdir()
    assert filled("backup", "--output", target).returncode == 0
    assert os.listdir(target.parent) == ["mine.db"]  # noqa: PTH208 - names only
    elsewhere = command(tmp_path / "new.db")
    asked = elsewhere("restore", target).stdout
    assert "There is no database there now: this backup takes its place." in asked
    assert "aside" not in asked
    assert not (tmp_path / "new.db").exists()
    assert elsewhere("restore", target, "--yes").returncode == 0
    assert len(elsewhere.json("show", "cus_1")["invoices"]) == 1
    assert elsewhere("check").stdout.startswith("All is well")


def test_an_import_leaves_a_backup_of_what_was_there(filled: Any, tmp_path: Path) -> None:
    given = tmp_path / "more.json"
    given.write_text(json.dumps([{"object": "customer", "id": "cus_3", "created": 1_700_000_000}]))
    assert filled("import", given, "--dry-run").returncode == 0
    assert filled.json("backups") == []
    assert filled("import", given).returncode == 0
    (before,) = filled.json("backups")
    assert (before["reason"], before["contents"]["customers"]) == ("before-import", 2)
    filled("restore", before["path"], "--yes")
    assert "There is no customer cus_3" in filled.refused("show", "cus_3")


@pytest.mark.parametrize("rest", [b"", b"\xff" * 50_000])
def test_a_damaged_database_is_replaced_by_its_backup(rest: bytes, filled: Any, file: Path) -> None:
    assert filled("backup").returncode == 0
    ruins = b"\xff" * 300 + rest
    file.write_bytes(ruins)
    assert filled("backup").returncode == 1
    (listed,) = filled.json("backups")
    done = filled("restore", Path(listed["path"]).name, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    (aside,) = file.parent.glob("calmony.db.damaged-*")
    assert aside.read_bytes() == ruins
    assert str(aside) in done.stdout
    assert filled("check").stdout.startswith("All is well")


def test_what_is_no_backup_is_refused_in_one_line(filled: Any, file: Path, tmp_path: Path) -> None:
    assert "There is no backup" in filled.refused("restore", "none.db", "--yes")
    assert "is a folder" in filled.refused("restore", tmp_path, "--yes")
    hostile = tmp_path / "hostile.db"
    filled("backup", "-o", hostile)
    with closing(peewee.sqlite3.connect(hostile)) as connection:
        connection.execute(
            "CREATE TRIGGER pay AFTER UPDATE ON subscriptions BEGIN "
            "UPDATE subscriptions SET amount = 1; END"
        )
    said = filled.refused("restore", hostile, "--yes")
    assert "The trigger pay of the database is none of this program" in said
    assert filled.json("backups") == []
    assert status(filled) == "active"


def test_check_tells_of_changes_that_the_newest_backup_has(filled: Any, file: Path) -> None:
    before = file.read_bytes()
    cancel(filled)
    filled("backup")
    file.write_bytes(before)
    ran = filled("check")
    assert ran.returncode == 1
    assert "lacks changes that its backup of" in ran.stdout
    assert status(filled) == "active"


def test_a_backup_of_no_database_is_none(calmony: Any, file: Path) -> None:
    assert "There is no database" in calmony.refused("backup")
    assert calmony("backups").stdout == f"0 backups in {file.parent / 'backups'}.\n"
    assert not file.exists()
