"""What the window remembers: its place, splitters, columns, theme, folders, the last customer."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QByteArray, QSettings, QTimer

from calmony_desktop import private_files

_SOON_MS = 500


class WindowState:
    """Typed access to one small settings file: the user's own, or ``file``."""

    def __init__(self, file: Path | None = None) -> None:
        if file is None:
            folder = platformdirs.user_config_path("Calmony Desktop", appauthor=False)
            file = folder / "window.ini"
            _make_private(file)
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)
        self._customer: str | None = None
        self._soon = QTimer()
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._keep_customer)

    def bytes(self, key: str) -> QByteArray:
        """What Qt wrote of a window or splitter; empty where nothing is remembered."""
        value: Any = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def text(self, key: str) -> str:
        """A text; empty where nothing is remembered."""
        value: Any = self._settings.value(key)
        return value if isinstance(value, str) else ""

    def flag(self, key: str) -> bool:
        """A yes or no."""
        return self.text(key) == "yes"

    def numbers(self, key: str) -> list[int]:
        """Whole numbers; none where the file holds something else."""
        parts = self.text(key).split(" ")
        return [int(part) for part in parts] if all(part.isdigit() for part in parts) else []

    def folder(self, key: str) -> Path:
        """A folder that is still there, else the user's documents or home."""
        folder = Path(self.text(key))
        if self.text(key) and folder.is_dir():
            return folder
        documents = platformdirs.user_documents_path()
        return documents if documents.is_dir() else Path.home()

    def write(self) -> None:
        """Put what is kept into the file now, not some time later."""
        self._keep_customer()
        self._settings.sync()

    def keep_customer(self, customer_id: str) -> None:
        """Remember who is open, once somebody stays a moment: the next key does not wait for it."""
        self._customer = customer_id
        self._soon.start(_SOON_MS)

    def _keep_customer(self) -> None:
        self._soon.stop()
        if self._customer is not None:
            self.keep("customer", self._customer)
            self._customer = None

    def keep(self, key: str, value: QByteArray | str | bool | list[int] | Path) -> None:
        """Remember ``value``."""
        if isinstance(value, bool):
            self._settings.setValue(key, "yes" if value else "no")
        elif isinstance(value, list):
            self._settings.setValue(key, " ".join(str(number) for number in value))
        elif isinstance(value, Path):
            self._settings.setValue(key, str(value))
        else:
            self._settings.setValue(key, value)


def _make_private(file: Path) -> None:
    """For its owner only: it names folders and the last customer. Qt keeps the mode it finds."""
    with suppress(OSError):  # without the file nothing is remembered, which is no reason to stop
        private_files.make_folder(file.parent)
        os.close(private_files.open_file(file, os.O_RDWR))
        private_files.tighten(file.parent)
