"""Backups of the database, and restoring them.

`making` and `thinning` keep them, `missing_changes` compares the newest with the database, and
`restoring` puts one in its place. How a copy is made and checked is the store's.
"""

from __future__ import annotations

from calmony_desktop.operations.backups.making import (
    back_up_before_import,
    back_up_if_due,
    back_up_now,
    is_backup_due,
    save_backup,
)
from calmony_desktop.operations.backups.missing_changes import missing_changes
from calmony_desktop.operations.backups.restoring import (
    RestorePreview,
    RestoreReport,
    changes_since,
    list_backups,
    preview_restore,
    restore_backup,
)

__all__ = [
    "RestorePreview",
    "RestoreReport",
    "back_up_before_import",
    "back_up_if_due",
    "back_up_now",
    "changes_since",
    "is_backup_due",
    "list_backups",
    "missing_changes",
    "preview_restore",
    "restore_backup",
    "save_backup",
]
