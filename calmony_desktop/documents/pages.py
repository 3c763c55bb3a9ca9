"""Rows placed on pages, from the top downwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from calmony_desktop.documents.rows import Row, height_of
from calmony_desktop.documents.style import BOTTOM_MARGIN, MARGIN, TOP_MARGIN

#: Rows that belong together stay on one page when they take up to this share of it.
_KEPT_TOGETHER: Final = 0.4


class PageSize(NamedTuple):
    """Width and height in points."""

    width: float
    height: float

    @property
    def left(self) -> float:
        """Where content begins."""
        return MARGIN

    @property
    def right(self) -> float:
        """Where content ends."""
        return self.width - MARGIN


A4: Final = PageSize(595.28, 841.89)
#: US Letter.
LETTER: Final = PageSize(612, 792)


class PlacedRow(NamedTuple):
    """A row whose top lies ``top`` points below the page's upper edge."""

    top: float
    row: Row


class Pages:
    """The pages of a document as they fill.

    ``running_head`` opens every page but the first; ``repeated`` follows it and may be changed
    on the way (the heading of the table that is going on).
    """

    def __init__(self, size: PageSize, running_head: Sequence[Row]) -> None:
        self._bottom = size.height - BOTTOM_MARGIN
        self._tallest_together = (self._bottom - TOP_MARGIN) * _KEPT_TOGETHER
        self._running_head = running_head
        self._top = TOP_MARGIN
        self.repeated: Sequence[Row] = ()
        self.pages: list[list[PlacedRow]] = [[]]

    def add(self, rows: Sequence[Row]) -> None:
        """Place ``rows``, on a new page where they don't fit; a long group is split."""
        self.make_room(height_of(rows))
        for row in rows:
            if not self._fits(row.height):
                self._start_page()
            self._place(row)

    def add_at_bottom(self, rows: Sequence[Row]) -> None:
        """Place ``rows`` so that they end at the page's lower margin."""
        self.make_room(height_of(rows))
        self._top += max(0, self._room - height_of(rows))
        self.add(rows)

    def make_room(self, height: float) -> None:
        """Start a page unless ``height`` is left on this one, or is too much to keep together."""
        if height <= self._tallest_together and not self._fits(height):
            self._start_page()

    @property
    def _room(self) -> float:
        return self._bottom - self._top

    def _fits(self, height: float) -> bool:
        # Sums of floats: what fills a page exactly may look a hair too high.
        return height <= self._room + 0.01

    def _start_page(self) -> None:
        self.pages.append([])
        self._top = TOP_MARGIN
        for row in (*self._running_head, *self.repeated):
            self._place(row)

    def _place(self, row: Row) -> None:
        self.pages[-1].append(PlacedRow(self._top, row))
        self._top += row.height
