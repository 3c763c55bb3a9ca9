"""How the columns of a table share its width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calmony_desktop.ui.tables.record_table_model import Column


def fit(columns: Sequence[Column[Any]], wanted: Sequence[int], available: int) -> list[int]:
    """Widths that fill ``available`` pixels: the stretching column takes what is left over.

    Where there is too little, columns give way in the order of `Column.keeps`, lowest first, each
    down to its smallest width; the row's action and the id keep theirs longest.
    """
    widths = list(wanted)
    spare = available - sum(widths)
    if spare >= 0:
        stretching = next((i for i, c in enumerate(columns) if c.stretches), len(columns) - 1)
        widths[stretching] += spare
        return widths
    for i in sorted(range(len(columns)), key=lambda i: (columns[i].keeps, -i)):
        given = min(max(widths[i] - columns[i].smallest, 0), -spare)
        widths[i] -= given
        spare += given
        if spare >= 0:
            break
    return widths
