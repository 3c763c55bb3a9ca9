"""What a helper needs to know of an installation and its database, without anybody's data."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from contextlib import closing
from typing import Final

from calmony_desktop import __version__
from calmony_desktop.operations.backups import list_backups
from calmony_desktop.operations.operator import now
from calmony_desktop.store import backup_manifest, database, file_states
from calmony_desktop.store.network_share import is_on_network_share

_DAY: Final = 24 * 60 * 60
_MEGABYTE: Final = 1_000_000


def diagnostics(about: Mapping[str, str]) -> str:
    """Versions, sizes and ages, a line each; ``about`` adds versions.

    It holds no name, id, amount or path, and numbers only as a power of ten: from an exact one it
    could be told whose company this is. Raises KnownError where the database cannot be read.
    """
    file = database.path()
    with (
        file_states.explained(file),
        closing(file_states.connect_to_look(file)) as connection,
    ):
        held = backup_manifest.contents_of(connection)
    facts = {
        "Calmony Desktop": __version__ + (" (bundle)" if getattr(sys, "frozen", False) else ""),
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        **about,
        "Database": f"{_size(file.stat().st_size)}, version {held.schema_version}"
        + (", on a network share" if is_on_network_share(file) else ""),
        "Customers": magnitude(held.customers),
        "Payments": magnitude(held.payment_intents),
        "Subscriptions": magnitude(held.subscriptions),
        "Invoices": magnitude(held.invoices),
        "Changes made here": magnitude(held.last_activity_id),
        "Newest backup": _newest_backup(),
    }
    return "".join(f"{name}: {fact}\n" for name, fact in facts.items())


def magnitude(number: int) -> str:
    """``number`` as the power of ten it lies in: ``100 to 999``."""
    if number < 1:
        return "none"
    least = 10 ** (len(str(number)) - 1)
    return f"{least:,} to {10 * least - 1:,}"


def _size(size: int) -> str:
    return "under 1 MB" if size < _MEGABYTE else f"{magnitude(size // _MEGABYTE)} MB"


def _newest_backup() -> str:
    found = list_backups()
    if not found:
        return "none"
    days = max(now() - found[0].made_at, 0) // _DAY
    age = "less than a day old" if days == 0 else f"{magnitude(days)} days old"
    return age if found[0].problem is None else f"{age}, with a problem"
