"""Which backups to keep: of the latest 24 hours, 30 days and 12 months that have any, the first.

Counted in hours, days and months in which a backup was made, not from today: a clock that leaps
ahead, or a desk that was closed for a summer, empties nothing. The first of an hour rather than
the last, because of two imports in a row it is the one from before both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from calmony_desktop.store.backup_listing import BackupFile
from calmony_desktop.store.backup_manifest import Reason

#: How many, and what two instants (UTC) of the same hour, day or month have in common.
_KEPT: Final = ((24, "%Y-%m-%d %H"), (30, "%Y-%m-%d"), (12, "%Y-%m"))

#: Each of these was somebody's decision, and few are ever made: all of them are kept for so many
#: days before the newest backup, and count like any other after.
_MADE_ON_PURPOSE: Final = (Reason.BY_HAND, Reason.BEFORE_RESTORE, Reason.BEFORE_MIGRATION)
_SECONDS_ON_PURPOSE: Final = 30 * 24 * 60 * 60


def superfluous(backups: Iterable[BackupFile]) -> tuple[BackupFile, ...]:
    """Those that can go, oldest first. Never the newest."""
    oldest_first = sorted(backups, key=lambda each: (each.made_at, each.path.name))
    if not oldest_first:
        return ()
    newest = oldest_first[-1]
    kept = {newest.path}
    # One that can't be relied on takes no other one's place, nor another one its.
    for is_sound in (True, False):
        alike = [each for each in oldest_first if (each.problem is None) is is_sound]
        for number, unit in _KEPT:
            first: dict[str, BackupFile] = {}
            for each in alike:
                first.setdefault(datetime.fromtimestamp(each.made_at, UTC).strftime(unit), each)
            kept.update(each.path for each in list(first.values())[-number:])
    kept.update(
        each.path
        for each in oldest_first
        if each.reason in _MADE_ON_PURPOSE and newest.made_at - each.made_at < _SECONDS_ON_PURPOSE
    )
    return tuple(each for each in oldest_first if each.path not in kept)
