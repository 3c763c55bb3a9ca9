"""The commands about backups: backup, backups and restore."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from calmony_desktop.cli import output
from calmony_desktop.cli.output import aligned, one_line
from calmony_desktop.cli.progress import TerminalProgress
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.wording import counted
from calmony_desktop.settings import Settings
from calmony_desktop.store.backup_listing import BackupFile, folder_of
from calmony_desktop.store.backup_manifest import Contents
from calmony_desktop.store.database import open_database


def backup(arguments: Namespace, settings: Settings) -> int:
    """``calmony backup``."""
    from calmony_desktop.operations.backups import back_up_now, save_backup

    open_database(settings.database, must_exist=True)
    with TerminalProgress("Backing up") as progress:
        if arguments.output is not None:
            held, path = save_backup(arguments.output, progress=progress), arguments.output
        else:
            made = back_up_now(progress=progress)
            assert made.manifest is not None
            held, path = made.manifest.contents, made.path
    output.write(f"Saved {path}, and checked it: {_held(held)}.")
    return 0


def backups(arguments: Namespace, settings: Settings) -> int:
    """``calmony backups``; the database need be neither there nor whole."""
    from calmony_desktop.operations.backups import list_backups

    found = list_backups(settings.database)
    if arguments.json:
        output.write_json([_json(each) for each in found])
        return 0
    lines = aligned([_row(each) for each in found]) if found else []
    where = folder_of(settings.database)
    output.write("\n".join([*lines, f"{counted(len(found), 'backup')} in {where}."]))
    return 0


def restore(arguments: Namespace, settings: Settings) -> int:
    """``calmony restore``; without ``--yes`` it says what would happen, and KnownError."""
    from calmony_desktop.operations.backups import preview_restore, restore_backup

    source = _chosen(arguments.backup, settings.database)
    with TerminalProgress("Checking the backup") as progress:
        preview = preview_restore(settings.database, source, progress=progress)
    output.write("\n".join(map(one_line, preview.sentences)))
    if not arguments.yes:
        raise KnownError("Nothing was changed. Say --yes to do this.")
    with TerminalProgress("Restoring") as progress:
        report = restore_backup(
            settings.database, source, operation_id=str(uuid4()), progress=progress
        )
    output.write(one_line(report.summary))
    return 0


def _chosen(named: Path, database: Path) -> Path:
    """A file by its path, or one of the list by its name alone."""
    listed = folder_of(database) / named.name
    is_name_alone = named.name == str(named)
    return listed if is_name_alone and not os.path.lexists(named) else named


def _row(each: BackupFile) -> tuple[str, str, str, str]:
    made_at = datetime.fromtimestamp(each.made_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    held = each.problem
    if each.manifest is not None and each.problem is None:
        held = f"{_held(each.manifest.contents)}, {each.manifest.size / 1_000_000:,.1f} MB"
    return (made_at, each.reason.replace("-", " "), one_line(each.path.name), one_line(held))


def _held(contents: Contents) -> str:
    return (
        f"{counted(contents.customers, 'customer')}, {counted(contents.invoices, 'invoice')}, "
        f"{counted(contents.last_activity_id, 'change')}"
    )


def _json(each: BackupFile) -> dict[str, Any]:
    manifest = each.manifest
    return {
        "path": str(each.path),
        "made_at": each.made_at,
        "reason": str(each.reason),
        "problem": each.problem,
        "size": manifest and manifest.size,
        "program_version": manifest and manifest.program_version,
        "contents": manifest and asdict(manifest.contents),
    }
