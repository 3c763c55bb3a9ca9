"""What every test stands on: no screen, no user data, nothing of the machine it runs on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before anything imports Qt. `QT_QPA_PLATFORM=xcb pytest` shows the windows.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"

from PySide6.QtCore import QSettings

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def isolated_user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
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
