"""Laid-out pages as PDF content: text by its glyphs, lines, filled shapes, and the logo."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import Final

from calmony_desktop.documents.embedding import EmbeddedTypeface, FontBook
from calmony_desktop.documents.fonts import Font
from calmony_desktop.documents.pages import PageSize, PlacedRow
from calmony_desktop.documents.pdf_objects import number, text_string
from calmony_desktop.documents.rows import Box, Logo, Rule, Text
from calmony_desktop.documents.shaping import Glyph, Word, shape_line
from calmony_desktop.documents.text import TextStyle, fitted

#: The name of the logo among a page's resources.
LOGO_NAME: Final = "Logo"
_WATERMARK_SIZE: Final = 190.0
_WATERMARK_WIDTH: Final = 560.0
_WATERMARK_ANGLE: Final = math.radians(35)
#: Of a quarter circle's radius: where the handles of its Bézier curve lie.
_HANDLE: Final = 0.5523
_SHARE_LEFT_OF_X: Final = {"left": 0.0, "centre": 0.5, "right": 1.0}


class Painting:
    """The content of one page, as it grows. ``han`` is a `fonts.han_language`."""

    def __init__(self, size: PageSize, fonts: FontBook, han: str) -> None:
        self._size = size
        self._fonts = fonts
        self._han = han
        self._operators: list[str] = []
        self._fill = ""

    def content(self) -> bytes:
        """The page's content stream."""
        return "\n".join(self._operators).encode("ascii")

    def paint(self, rows: Iterable[PlacedRow]) -> None:
        """Draw rows."""
        for top, row in rows:
            for item in row.items:
                # PDF counts upwards from the lower edge.
                y = self._size.height - top - item.y
                if isinstance(item, Text):
                    self._paint_text(item, y)
                elif isinstance(item, Rule):
                    self._paint_rule(item, y)
                elif isinstance(item, Box):
                    self._paint_box(item, y)
                else:
                    self._paint_logo(item, y)

    def paint_watermark(self, word: str, colour: str) -> None:
        """Write ``word`` large across the page, below everything that is painted after it.

        A light colour rather than transparency, which not every archive takes.
        """
        style = TextStyle(Font.BOLD, _WATERMARK_SIZE, _WATERMARK_SIZE, colour)
        style = fitted(word, style, _WATERMARK_WIDTH)
        cosine, sine = math.cos(_WATERMARK_ANGLE), math.sin(_WATERMARK_ANGLE)
        x, y = self._size.width / 2, self._size.height / 2
        self._operators.append(
            f"q {cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} {number(x)} {number(y)} cm"
        )
        self._paint_text(Text(word, 0, 0, style, "centre"), -style.size * 0.364)
        self._operators.append("Q")
        self._fill = ""

    def _paint_text(self, text: Text, y: float) -> None:
        words = shape_line(text.text, text.style.font, self._han)
        if not words:
            return
        size = text.style.size
        width = sum(word.width for word in words) * size / 1000
        x = text.x - width * _SHARE_LEFT_OF_X[text.align]
        self._fill_with(text.style.colour)
        line = _LineOfText(self._fonts, size)
        for word in words:
            line.add(word)
        self._operators.append(f"BT 1 0 0 1 {number(x)} {number(y)} Tm {line.operators()} ET")

    def _paint_rule(self, rule: Rule, y: float) -> None:
        start, end, height = number(rule.x), number(rule.end), number(y)
        self._operators.append(
            f"{_rgb(rule.colour)} RG {number(rule.thickness)} w"
            f" {start} {height} m {end} {height} l S"
        )

    def _paint_box(self, box: Box, y: float) -> None:
        self._fill_with(box.colour)
        left, right = box.x, box.x + box.width
        top, bottom = y, y - box.height
        radius = min(box.radius, box.width / 2, box.height / 2)
        handle = radius * (1 - _HANDLE)
        path = (
            (left + radius, bottom, "m"),
            (right - radius, bottom, "l"),
            (right - handle, bottom, right, bottom + handle, right, bottom + radius, "c"),
            (right, top - radius, "l"),
            (right, top - handle, right - handle, top, right - radius, top, "c"),
            (left + radius, top, "l"),
            (left + handle, top, left, top - handle, left, top - radius, "c"),
            (left, bottom + radius, "l"),
            (left, bottom + handle, left + handle, bottom, left + radius, bottom, "c"),
        )
        for *coordinates, operator in path:
            self._operators.append(f"{' '.join(map(number, coordinates))} {operator}")
        self._operators.append("f")

    def _paint_logo(self, logo: Logo, y: float) -> None:
        width, height, x = number(logo.width), number(logo.height), number(logo.x)
        bottom = number(y - logo.height)
        self._operators.append(f"q {width} 0 0 {height} {x} {bottom} cm /{LOGO_NAME} Do Q")

    def _fill_with(self, colour: str) -> None:
        if colour != self._fill:
            self._fill = colour
            self._operators.append(f"{_rgb(colour)} rg")


@cache
def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))


class _LineOfText:
    """The operators that show words one after the other."""

    def __init__(self, fonts: FontBook, size: float) -> None:
        self._fonts = fonts
        self._size = size
        self._operators: list[str] = []
        self._current: EmbeddedTypeface | None = None
        #: Inside of a TJ: codes and, apart from them, corrections in thousandths to the left.
        self._shown: list[str] = []
        self._codes: list[str] = []

    def add(self, word: Word) -> None:
        """Show ``word`` after what was added before."""
        embedded = self._fonts.embedded(word.typeface)
        if embedded is not self._current:
            self._show()
            self._current = embedded
            self._operators.append(f"/{embedded.name} {self._size:.4g} Tf")
        if word.actual_text:
            self._show()
            self._operators.append(f"/Span <</ActualText {text_string(word.actual_text)}>> BDC")
        for glyph in word.glyphs:
            self._add_glyph(glyph, embedded)
        if word.actual_text:
            self._show()
            self._operators.append("EMC")

    def operators(self) -> str:
        """What was added."""
        self._show()
        return " ".join(self._operators)

    def _add_glyph(self, glyph: Glyph, embedded: EmbeddedTypeface) -> None:
        if glyph.x_offset:
            self._move_left(-glyph.x_offset)
        if glyph.y_offset:
            self._show()
            self._operators.append(f"{number(glyph.y_offset * self._size / 1000)} Ts")
        self._codes.append(embedded.code(glyph))
        if glyph.y_offset:
            self._show()
            self._operators.append("0 Ts")
        too_far = glyph.x_offset + glyph.width - glyph.advance
        if abs(too_far) > 0.005:
            self._move_left(too_far)

    def _move_left(self, thousandths: float) -> None:
        self._end_codes()
        self._shown.append(number(thousandths))

    def _end_codes(self) -> None:
        if self._codes:
            self._shown.append(f"<{''.join(self._codes)}>")
            self._codes = []

    def _show(self) -> None:
        self._end_codes()
        if self._shown:
            self._operators.append(f"[{' '.join(self._shown)}] TJ")
            self._shown = []
