"""One file is opened, migrated and protected; whatever is not ours stays as it was."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import peewee
import pytest

from calmony_desktop import paths
from calmony_desktop.errors import KnownError
from calmony_desktop.store import database as store
from calmony_desktop.store import models

sqlite3 = peewee.sqlite3


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A closed database of this program."""
    path = tmp_path / "ours.db"
    store.open_database(path)
    store.close_database()
    return path


def as_sqlite(path: Path, *statements: str) -> None:
    """Change a file as another program would."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def refusal(path: Path) -> str:
    """The sentence that opening ``path`` is refused with; its bytes must stay as they were."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(KnownError) as refused:
        store.open_database(path)
    assert store.database.is_closed()
    assert (path.read_bytes() if path.is_file() else None) == before
    sentence = str(refused.value)
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert not any(word in sentence for word in ("Error", "sqlite", "SQL", "Traceback", "\n"))
    return sentence


def run_python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Another process of this program."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


# What is opened


def test_a_missing_file_is_made_and_opened(tmp_path: Path) -> None:
    path = tmp_path / "calmony.db"
    store.open_database(path)
    assert store.path() == path
    assert models.Customer.select().count() == 0
    assert models.Business.get_by_id(1).time_zone == "UTC"


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_what_is_made_is_for_its_owner_only(umask: int) -> None:
    path = paths.data_folder() / "calmony.db"
    before = os.umask(umask)
    try:
        store.open_database(path)
        with store.writing():
            models.Product.create(id="prod_1")
    finally:
        os.umask(before)
    made = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    assert made == {"calmony.db": 0o600, "calmony.db-wal": 0o600, "calmony.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_whose_folder_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "drive" / "calmony.db"
    assert "The folder of the database" in refusal(path)
    assert not path.parent.exists()


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
def test_the_permissions_of_what_was_there_are_left_alone(ours: Path) -> None:
    ours.parent.chmod(0o755)
    ours.chmod(0o640)
    store.open_database(ours)
    assert stat.S_IMODE(ours.stat().st_mode) == 0o640
    assert stat.S_IMODE(ours.parent.stat().st_mode) == 0o755


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    store.open_database(path)
    assert models.Customer.select().count() == 0


@pytest.mark.parametrize("name", ["wh?t is#this%20.db", "Łódź 東京.db", "-rf.db"])
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    for _ in range(2):
        store.open_database(tmp_path / name)
        store.close_database()
    assert (tmp_path / name).stat().st_size > 0


def test_a_file_carries_its_mark_and_how_new_it_is(ours: Path) -> None:
    with closing(sqlite3.connect(ours)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x43414C4D,)
        (user_version,) = connection.execute("PRAGMA user_version").fetchone()
    assert user_version == len(list(paths.migrations_folder().glob("[0-9]*.py")))


def test_opening_a_file_a_second_time_changes_nothing(ours: Path) -> None:
    before = ours.read_bytes()
    store.open_database(ours)
    store.open_database(ours)
    store.close_database()
    assert ours.read_bytes() == before


def test_opening_another_file_closes_the_first(ours: Path, tmp_path: Path) -> None:
    store.open_database(ours)
    store.open_database(tmp_path / "other.db")
    assert store.path() == tmp_path / "other.db"
    assert not Path(f"{ours}-wal").exists()


def test_a_connection_loses_no_commit_in_a_power_cut_and_trusts_no_schema(database: Path) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
        "temp_store": 2,
    }
    for name, value in wanted.items():
        assert store.database.execute_sql(f"PRAGMA {name}").fetchone() == (value,)


def test_sqlite_is_new_enough_not_to_lose_commits_of_two_connections() -> None:
    assert peewee.sqlite3.sqlite_version_info >= (3, 51, 3)


def test_several_first_starts_at_once_make_one_database(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from calmony_desktop.store import database, models\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "database.open_database(Path(sys.argv[1])); print(models.Business.select().count())\n"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, tmp_path / "calmony.db"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for start in starts:
        assert start.stdout is not None
        assert start.stdout.readline() == "ready\n"
    for start in starts:
        assert start.stdin is not None
        start.stdin.close()
        start.stdin = None
    assert [start.communicate()[0] for start in starts] == ["1\n", "1\n", "1\n"]


@pytest.mark.parametrize("killed_in", ["_migrate", "_pragma"])
def test_a_first_start_that_was_killed_is_taken_up_again(killed_in: str, tmp_path: Path) -> None:
    path = tmp_path / "calmony.db"
    run_python(
        "import os, sys; from pathlib import Path; from calmony_desktop.store import database\n"
        "setattr(database, sys.argv[1], lambda *_: os._exit(9))\n"
        "database.open_database(Path(sys.argv[2]))",
        killed_in,
        path,
    )
    assert path.exists()
    store.open_database(path)
    assert models.Customer.select().count() == 0


def test_a_first_start_that_was_killed_before_its_log_was_copied_is_taken_up_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "calmony.db"
    run_python(
        "import os, sys; from pathlib import Path; from calmony_desktop.store import database\n"
        "database.open_database(Path(sys.argv[1])); os._exit(9)",
        path,
    )
    assert path.read_bytes()[68:72] == bytes(4), "the mark should still be in the log only"
    store.open_database(path)
    assert models.Business.select().count() == 1


# What is refused


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_a_device_is_refused() -> None:
    assert "a device" in refusal(Path("/dev/null"))


@pytest.mark.parametrize(
    "content", [b"x", b"id,name\ncus_1,Anna\n", b"SQLite format 2\x00" + bytes(200), bytes(4096)]
)
def test_a_file_that_is_no_database_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    assert "was not made by Calmony Desktop" in refusal(path)


@pytest.mark.parametrize("mark", [0, 5, -1])
def test_a_database_of_another_program_is_refused(mark: int, tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    as_sqlite(path, f"PRAGMA application_id = {mark}", "CREATE TABLE customers (id)")
    assert "was not made by Calmony Desktop" in refusal(path)


def test_a_database_that_another_program_has_open_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE history (id)")
        connection.commit()
        assert "was not made by Calmony Desktop" in refusal(path)
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("history",)]


def test_a_database_that_another_program_left_in_its_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    run_python(
        "import os, sqlite3, sys; connection = sqlite3.connect(sys.argv[1])\n"
        "connection.execute('PRAGMA journal_mode = wal')\n"
        "connection.execute('CREATE TABLE history (id)'); connection.commit(); os._exit(9)",
        path,
    )
    log = Path(f"{path}-wal").read_bytes()
    assert log
    assert "was not made by Calmony Desktop" in refusal(path)
    assert Path(f"{path}-wal").read_bytes() == log


def test_a_database_of_a_newer_version_is_refused(ours: Path) -> None:
    as_sqlite(ours, "INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030')")
    sentence = refusal(ours)
    assert "newer version" in sentence
    assert "Update this program" in sentence


def damage_header_only(content: bytes) -> bytes:
    return content[:100]


def damage_by_truncation(content: bytes) -> bytes:
    return content[: len(content) // 2 + 17]


def damage_by_zeros(content: bytes) -> bytes:
    return content[:100] + bytes(len(content) - 100)


def damage_all_but_the_first_page(content: bytes) -> bytes:
    return content[:4096] + b"\xff" * (len(content) - 4096)


@pytest.mark.parametrize(
    "damage",
    [
        damage_header_only,
        damage_by_truncation,
        damage_by_zeros,
        damage_all_but_the_first_page,
    ],
)
def test_a_damaged_database_is_refused(damage: Callable[[bytes], bytes], ours: Path) -> None:
    ours.write_bytes(damage(ours.read_bytes()))
    assert "is damaged" in refusal(ours)


def test_a_database_that_another_program_keeps_locked_is_refused(ours: Path) -> None:
    with closing(sqlite3.connect(ours, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = exclusive")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("UPDATE business SET time_zone = 'Asia/Tokyo'")
        connection.execute("COMMIT")
        assert "is busy in another program" in refusal(ours)


@pytest.mark.skipif(sys.platform != "linux", reason="drops the privileges of a Linux process")
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "sentence"),
    [
        (0o400, 0o500, "is read-only"),
        (0o000, 0o700, "could not be read: Permission denied"),
        (0o600, 0o000, "could not be read: Permission denied"),
    ],
)
def test_a_file_that_may_not_be_changed_is_refused(
    file_mode: int, folder_mode: int, sentence: str, ours: Path
) -> None:
    before = ours.read_bytes()
    folder = ours.parent
    ours.chmod(file_mode)
    folder.chmod(folder_mode)
    # The whole work of an operator, as somebody to whom permissions apply: root drops the
    # capabilities to override them (1 and 2) from what the next program may have.
    without_privileges = (
        "import ctypes, os, sys\n"
        "for capability in (1, 2): ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)\n"
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
    )
    work = (
        "import sys; from pathlib import Path; from calmony_desktop.store import business, database"
        "\nfrom calmony_desktop.errors import KnownError\n"
        "try:\n"
        "    database.open_database(Path(sys.argv[1]))\n"
        "    business.save(business.BusinessDetails(business.seller(), 'Asia/Tokyo'))\n"
        "except KnownError as error:\n"
        "    print(error)\n"
    )
    try:
        ran = run_python(without_privileges, "-c", work, ours)
    finally:
        folder.chmod(0o700)
        ours.chmod(0o600)
    assert sentence in ran.stdout, ran.stderr
    assert ours.read_bytes() == before


def test_a_file_that_cannot_be_made_is_refused(ours: Path) -> None:
    assert "could not be made" in refusal(ours / "calmony.db")


@pytest.mark.skipif(os.name != "posix", reason="other systems have other limits")
def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    with pytest.raises(KnownError, match="File name too long"):
        store.open_database(path)


def test_a_missing_file_is_refused_where_it_must_exist(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "calmony.db"
    with pytest.raises(KnownError, match="There is no database"):
        store.open_database(path, must_exist=True)
    assert not path.parent.exists()


def test_after_a_refusal_the_next_file_opens(ours: Path, tmp_path: Path) -> None:
    refusal(tmp_path)
    store.open_database(ours)
    assert models.Business.select().count() == 1
