"""The whole numbers that a query finds, handed over in one text. SQLite only.

Each row that comes for itself stops the window's thread for a moment, and a hundred thousand do so
for longer than a key press may.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import Any, Final

from calmony_desktop.store.database import database

#: So many are taken from the text at once: no other thread can work meanwhile.
_LUMP: Final = 20_000


def no_keys(largest: int | None) -> array[int]:
    """A list for keys up to this one (None: there are none), of half the size where 32 bits do."""
    return array("I" if (largest or 0) < 2**32 else "q")


def read_keys(sql: str, values: Sequence[Any], keys: array[int]) -> array[int]:
    """``keys``, an empty list, with the column ``key`` of what ``sql`` selects, in its order."""
    run: Any = database.execute_sql
    text = run(f"SELECT {as_text('key', keys)} FROM ({sql})", tuple(values)).fetchone()[0]
    return filled(keys, text)


def as_text(column: str, keys: array[int]) -> str:
    """The SQL that makes one text of a column of keys, to fill a list like this one with."""
    return f"group_concat(printf('%0{_digits(keys)}x', {column}), '')"


def filled(keys: array[int], text: str | None) -> array[int]:
    """``keys``, an empty list, with those of such a text, which is None where there are none."""
    lump = _LUMP * _digits(keys)
    for start in range(0, len(text or ""), lump):
        assert text is not None
        keys.frombytes(bytes.fromhex(text[start : start + lump]))
    if sys.byteorder == "little":
        keys.byteswap()
    return keys


def _digits(keys: array[int]) -> int:
    return 2 * keys.itemsize
