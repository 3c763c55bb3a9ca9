"""What a page is made of: rows of drawn items, stacked downwards.

A row is what is never split over two pages. Lengths are points; ``x`` counts from the page's
left edge, ``y`` downwards from the row's top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final, Literal, NamedTuple

from calmony_desktop.documents.bidi import starts_right_to_left
from calmony_desktop.documents.text import TextStyle, text_width, wrap

#: A quarter of a page: what is lower stays in one piece.
_HIGHEST_ROW: Final = 200.0


@dataclass(frozen=True, slots=True)
class Text:
    """One line of printable text.

    ``x`` is its left edge, right edge or centre, ``y`` its baseline.
    """

    text: str
    x: float
    y: float
    style: TextStyle
    align: Literal["left", "right", "centre"] = "left"


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line from ``x`` to ``end``."""

    x: float
    end: float
    y: float
    thickness: float
    colour: str


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with round corners; ``x`` and ``y`` are its top left."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    colour: str


@dataclass(frozen=True, slots=True)
class Logo:
    """The seller's logo, filling a rectangle; ``x`` and ``y`` are its top left."""

    x: float
    y: float
    width: float
    height: float


Item = Text | Rule | Box | Logo


class Row(NamedTuple):
    """Items on a strip of the page."""

    height: float
    items: tuple[Item, ...] = ()


def baseline(style: TextStyle) -> float:
    """Where the baseline lies in a row of the style's leading: capitals are centred in it."""
    return style.leading / 2 + style.size * 0.364


def text_row(text: str, x: float, style: TextStyle, *, right: bool = False) -> Row:
    """A row with one line of printable text; ``x`` is its right edge with ``right``."""
    return Row(
        style.leading, (Text(text, x, baseline(style), style, "right" if right else "left"),)
    )


def text_rows(
    text: str, x: float, width: float, style: TextStyle, *, right: bool = False
) -> list[Row]:
    """``text`` wrapped to ``width``, a row a line.

    Lines that run from right to left begin below each other, at the end of the widest.
    """
    lines = wrap(text, style, width)
    if right or not any(map(starts_right_to_left, lines)):
        return [text_row(line, x, style, right=right) for line in lines]
    end = x + max(text_width(line, style) for line in lines)
    return [
        text_row(line, end, style, right=True)
        if starts_right_to_left(line)
        else text_row(line, x, style)
        for line in lines
    ]


def rule_row(x: float, end: float, *, thickness: float, colour: str) -> Row:
    """A line that takes no height of its own."""
    return Row(0, (Rule(x, end, 0, thickness, colour),))


def height_of(rows: Iterable[Row]) -> float:
    """How high ``rows`` are, stacked."""
    return sum(row.height for row in rows)


def side_by_side(*columns: Sequence[Row]) -> list[Row]:
    """Columns of rows as one row, whose items come column by column, as a person reads them.

    What is too high for that is cut at the top of every row: there a page may end.
    """
    height = max((height_of(column) for column in columns), default=0)
    if height <= _HIGHEST_ROW:
        items = tuple(item for column in columns for item in _placed_items(column))
        return [Row(height, items)]
    by_top: dict[float, list[Item]] = {}
    for column in columns:
        for top, row in _with_tops(column):
            by_top.setdefault(top, []).extend(row.items)
    tops = [*sorted(by_top), height]
    return [Row(below - top, tuple(by_top[top])) for top, below in pairwise(tops)]


def _with_tops(column: Sequence[Row]) -> Iterator[tuple[float, Row]]:
    tops = accumulate((row.height for row in column), initial=0.0)
    return zip(tops, column, strict=False)


def _placed_items(column: Sequence[Row]) -> Iterator[Item]:
    for top, row in _with_tops(column):
        for item in row.items:
            yield replace(item, y=item.y + top)
