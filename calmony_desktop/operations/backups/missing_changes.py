"""Does the open database still hold all that its newest backup held?

A write-ahead log that was cut off or taken away leaves a file that SQLite finds nothing wrong with.
"""

from __future__ import annotations

from calmony_desktop.operations.operator import now
from calmony_desktop.operations.wording import counted, instant_in_words
from calmony_desktop.store import activity, database
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.store.backup_listing import backups_of
from calmony_desktop.store.backup_manifest import Manifest

#: What the entries about restoring are about.
RESTORED = ("database", "1")


def missing_changes() -> str | None:
    """What a person is told when changes are missing that the newest backup has; None where not.

    What a restore undid on purpose is not missing. Raises KnownError when the file can't be read.
    """
    at = now()
    # Of a clock that was ahead once, nobody can tell what came after what.
    found = (each for each in backups_of(database.path()) if each.made_at <= at)
    newest = next(found, None)
    if newest is None or newest.manifest is None:
        return None
    held = newest.manifest.contents
    with database.connection():
        if activity.entries_after(held.last_activity_id, held.seal) is not None:
            return None
        if any(_undid(entry, newest.manifest) for entry in activity.of_object(*RESTORED)):
            return None
    return (
        f"The database {database.path()} lacks changes that its backup of "
        f"{instant_in_words(newest.made_at)} holds ({counted(held.last_activity_id, 'change')} in "
        "all). Restore that backup; or, if the database is right as it is, make a new backup now."
    )


def _undid(restored: ActivityEntry, manifest: Manifest) -> bool:
    """Whether a restore replaced what this backup holds; of a damaged file nobody knows."""
    if restored.before is None:
        return manifest.made_at <= restored.at
    return bool(restored.before["seal"] == manifest.contents.seal)
