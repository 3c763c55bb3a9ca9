"""What conftest.py promises: no test reaches the data or the settings of whoever runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from PySide6.QtCore import QLocale, QSettings, QStandardPaths

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the user's folders do not follow the environment"
)


@pytest.mark.parametrize("kind", ["data", "config", "cache", "state"])
def test_a_user_folder_lies_in_the_test_home(kind: str, isolated_user: Path) -> None:
    folders = platformdirs.PlatformDirs("calmony")
    assert getattr(folders, f"user_{kind}_path").is_relative_to(isolated_user)


@pytest.mark.parametrize(
    "location",
    [
        QStandardPaths.StandardLocation.HomeLocation,
        QStandardPaths.StandardLocation.DocumentsLocation,
        QStandardPaths.StandardLocation.DownloadLocation,
        QStandardPaths.StandardLocation.AppDataLocation,
        QStandardPaths.StandardLocation.ConfigLocation,
    ],
)
def test_a_folder_that_qt_names_lies_in_the_test_home(location, isolated_user: Path) -> None:
    assert Path(QStandardPaths.writableLocation(location)).is_relative_to(isolated_user)


@pytest.mark.parametrize(
    "settings_format", [QSettings.Format.NativeFormat, QSettings.Format.IniFormat]
)
@pytest.mark.parametrize("attempt", ["first", "second"])
def test_settings_of_one_test_are_not_there_in_the_next(
    settings_format, attempt, isolated_user: Path
) -> None:
    scope = QSettings.Scope.UserScope
    settings = QSettings(settings_format, scope, "Calmony", "Calmony Desktop")
    assert settings.value("splitter") is None
    settings.setValue("splitter", attempt)
    settings.sync()
    assert Path(settings.fileName()).is_relative_to(isolated_user)
    assert Path(settings.fileName()).is_file()


def test_no_database_is_chosen_by_the_environment() -> None:
    child = "import os; print([name for name in os.environ if name.startswith('CALMONY_')])"
    assert not [name for name in os.environ if name.startswith("CALMONY_")]
    assert subprocess.check_output([sys.executable, "-c", child], text=True) == "[]\n"


def test_amounts_and_dates_are_written_as_in_one_country_on_every_machine() -> None:
    assert QLocale.system().name() == "en_GB"
