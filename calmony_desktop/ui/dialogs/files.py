"""Which file or folder: the system's own dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

translate = QCoreApplication.translate


def ask_where_to_save(parent: QWidget, title: str, suggested: Path, kind: str) -> Path | None:
    """The file to write; None where the person thought better of it.

    ``kind`` is a filter such as ``PDF (*.pdf)``; its ending is added where none was typed.
    """
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(suggested), kind)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_name(path.name + suggested.suffix)


def ask_files_to_import(parent: QWidget, folder: Path) -> list[Path]:
    """The files to import; none where the person thought better of it."""
    chosen, _ = QFileDialog.getOpenFileNames(
        parent,
        translate("files", "Import files"),
        str(folder),
        translate("files", "Records (*.json *.jsonl *.ndjson *.csv *.zip);;All files (*)"),
    )
    return [Path(each) for each in chosen]


def ask_picture(parent: QWidget, folder: Path) -> Path | None:
    """A picture; None where the person thought better of it."""
    return _ask_file(
        parent,
        translate("files", "Choose a logo"),
        folder,
        translate("files", "Pictures (*.png *.jpg *.jpeg *.svg *.webp)"),
    )


def ask_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    """A folder; None where the person thought better of it."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(folder))
    return Path(chosen) if chosen else None


def ask_backup(parent: QWidget, folder: Path) -> Path | None:
    """A backup that lies elsewhere; None where the person thought better of it."""
    return _ask_file(
        parent,
        translate("files", "Choose a backup"),
        folder,
        translate("files", "Backups of Calmony Desktop (*.db);;All files (*)"),
    )


def ask_database(parent: QWidget, folder: Path) -> Path | None:
    """A database file to open; None where the person thought better of it."""
    return _ask_file(
        parent,
        translate("files", "Open another file"),
        folder,
        translate("files", "Records of Calmony Desktop (*.db);;All files (*)"),
    )


def _ask_file(parent: QWidget, title: str, folder: Path, kinds: str) -> Path | None:
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(folder), kinds)
    return Path(chosen) if chosen else None
