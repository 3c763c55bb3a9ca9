"""How the columns of a table share its width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from calmony_desktop.ui.tables.record_table_model import Column, Form

#: What a column is left with where not even the smallest widths fit.
NARROWEST: Final = 48


def fit(
    columns: Sequence[Column[Any]], wanted: Sequence[int], needed: Sequence[int], available: int
) -> list[int]:
    """Widths that fill ``available`` pixels: the stretching column takes what is left over.

    Each column gets what is wanted, or ``needed`` where that is more. Where there is too little,
    columns give way in the order of `Column.keeps`, lowest first, each down to its smallest width
    (or what it needs), and where that is not enough down to `NARROWEST`. The row's action never
    gives way: it stays in sight.
    """
    widths = [max(pair) for pair in zip(wanted, needed, strict=True)]
    spare = available - sum(widths)
    if spare >= 0:
        stretching = next((i for i, c in enumerate(columns) if c.stretches), len(columns) - 1)
        widths[stretching] += spare
        return widths
    yielding = [i for i, column in enumerate(columns) if column.form is not Form.ACTION]
    yielding.sort(key=lambda i: (columns[i].keeps, -i))
    smallest = [max(column.smallest, need) for column, need in zip(columns, needed, strict=True)]
    for floors in (smallest, [NARROWEST] * len(columns)):
        for i in yielding:
            given = min(max(widths[i] - floors[i], 0), -spare)
            widths[i] -= given
            spare += given
    return widths
