"""What every test stands on: no screen, no user data, nothing of the machine it runs on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from PySide6.QtCore import QSettings

from calmony_desktop import paths
from calmony_desktop.store import database as store
from calmony_desktop.store.database import close_database, open_database

# `QT_QPA_PLATFORM=xcb pytest` shows the windows.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The same locale on every machine, installed there or not; Qt reads it off these variables.
for variable in [name for name in os.environ if name.startswith("LC_") or name == "LANGUAGE"]:
    del os.environ[variable]
os.environ["LANG"] = "en_GB.UTF-8"

# A busy machine is no failure.
settings.register_profile("calmony", deadline=None)
settings.load_profile("calmony")

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def isolated_user(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A new user each time: an empty home folder, no settings, no database chosen elsewhere.

    Programs that a test starts inherit it. The time zone is left alone: what shows times must be
    right in any, and a test of one sets ``TZ`` itself.
    """
    home = tmp_path_factory.mktemp("home")
    for variable, folder in {
        "HOME": "",
        "USERPROFILE": "",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
    }.items():
        monkeypatch.setenv(variable, str(home / folder))
    for variable in os.environ:
        if variable.startswith("CALMONY_"):
            monkeypatch.delenv(variable)
    # Qt remembers the folders of its settings from the first use on, whatever the environment says.
    for settings_format in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
            QSettings.setPath(settings_format, scope, str(home / ".config" / scope.name))
    return home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real exports beside the checkout, which not every machine has."""
    folder = (CHECKOUT / "../shared/data").resolve()
    if not folder.is_dir():
        pytest.skip("needs the real exports in ../shared/data, which are not part of the project")
    return folder


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """A fresh database with every table and no record, open; its file."""
    path = tmp_path / "calmony.db"
    open_database(path)
    yield path
    close_database()


@pytest.fixture
def leave_from_first_version(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], None]:
    """Makes a database as the first version of the program left it, with one customer, Anna."""

    def make(database: Path) -> None:
        migrations = tmp_path_factory.mktemp("first version")
        shutil.copy(next(paths.migrations_folder().glob("0001*.py")), migrations)
        with monkeypatch.context() as older:
            older.setattr(paths, "migrations_folder", lambda: migrations)
            open_database(database)
            store.database.execute_sql(
                "INSERT INTO customers (id, name, created_at, sort_key, email_key, search_key, "
                "as_of, api_version) VALUES ('cus_1', 'Anna', 1, 'anna', '', 'anna', 0, '')"
            )
            close_database()

    return make
