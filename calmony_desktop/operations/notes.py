"""What an operator notes beside a change."""

from __future__ import annotations

from typing import Final

from calmony_desktop.errors import KnownError

_LONGEST_NOTE: Final = 5_000


def tidied(note: str | None) -> str | None:
    """The note as it is kept; None for an empty one. Raises KnownError for one too long."""
    note = (note or "").strip() or None
    if note is not None and len(note) > _LONGEST_NOTE:
        raise KnownError(f"The note is too long. It can have {_LONGEST_NOTE:,} characters.")
    return note
