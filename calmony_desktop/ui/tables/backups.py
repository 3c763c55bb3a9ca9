"""The columns of the list of backups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from calmony_desktop.store.backup_listing import BackupFile
from calmony_desktop.store.backup_manifest import Contents, Reason
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.tables.record_table_model import Column, Form

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class BackupLine:
    """A backup as the table shows it; ``id`` is its path, ``made_at`` UTC.

    ``problem`` says why it can't be relied on.
    """

    id: str
    path: Path
    made_at: int
    why: str
    size: int | None
    contents: Contents | None
    problem: str | None


def line(backup: BackupFile) -> BackupLine:
    """A backup of the list."""
    sound = backup.manifest if backup.problem is None else None
    return BackupLine(
        str(backup.path),
        backup.path,
        backup.made_at,
        _why(backup.reason),
        sound.size if sound else None,
        sound.contents if sound else None,
        backup.problem,
    )


def line_of_file(path: Path) -> BackupLine:
    """A file that a person chose elsewhere. Raises OSError where it can't be looked at."""
    found = path.stat()
    why = translate("backups", "The file you chose")
    return BackupLine(str(path), path, int(found.st_mtime), why, found.st_size, None, None)


def columns() -> list[Column[BackupLine]]:
    """When, why, what it holds and its size."""
    return [
        Column(
            translate("backups", "When"),
            lambda row: moment(row.made_at),
            width=160,
            form=Form.STRONG,
            sort_key=lambda row: row.made_at,
            alike=lambda row: len(moment(row.made_at)),
            smallest=130,
            keeps=4,
        ),
        Column(
            translate("backups", "Why"),
            _why_or_problem,
            width=190,
            tooltip=lambda row: "\n".join(filter(None, (row.path.name, row.problem))),
            stretches=True,
            smallest=120,
        ),
        _count(translate("backups", "Customers"), lambda held: held.customers),
        _count(translate("backups", "Payments"), lambda held: held.payment_intents),
        _count(translate("backups", "Invoices"), lambda held: held.invoices),
        Column(
            translate("backups", "Size"),
            lambda row: formatting.NOTHING if row.size is None else size(row.size),
            width=84,
            form=Form.AMOUNT,
            sort_key=lambda row: row.size or 0,
            smallest=72,
            keeps=3,
        ),
    ]


def moment(at: int) -> str:
    """An instant (seconds, UTC) by this computer's clock, as the user's locale writes it."""
    here = QDateTime.fromSecsSinceEpoch(at).toLocalTime()
    day = QLocale().toString(here.date(), formatting.date_format())
    return f"{day} {QLocale().toString(here.time(), QLocale.FormatType.ShortFormat)}"


def size(number: int) -> str:
    """So many bytes, for a person: ``4.2 MB``."""
    return QLocale().formattedDataSize(number, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def _count(title: str, number: Callable[[Contents], int]) -> Column[BackupLine]:
    def text(row: BackupLine) -> str:
        held = row.contents
        return formatting.NOTHING if held is None else formatting.whole_number(number(held))

    return Column(
        title,
        text,
        width=88,
        form=Form.AMOUNT,
        sort_key=lambda row: -1 if row.contents is None else number(row.contents),
        smallest=80,
        keeps=2,
    )


def _why_or_problem(row: BackupLine) -> str:
    if row.problem is None:
        return row.why
    return translate("backups", "Doubtful · {why}").replace("{why}", row.why)


def _why(reason: Reason) -> str:
    words = {
        Reason.DAILY: translate("backups", "Daily"),
        Reason.BEFORE_IMPORT: translate("backups", "Before an import"),
        Reason.BEFORE_MIGRATION: translate("backups", "Before an update"),
        Reason.BEFORE_RESTORE: translate("backups", "Before a restore"),
        Reason.BY_HAND: translate("backups", "Made by hand"),
    }
    return words[reason]
