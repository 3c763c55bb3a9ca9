"""Laid-out pages drawn on a ReportLab canvas: text as plain strings, nothing else but shapes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from calmony_desktop.documents.fonts import Font
from calmony_desktop.documents.pages import PageSize, PlacedRow
from calmony_desktop.documents.rows import Box, Rule, Text
from calmony_desktop.documents.style import WATERMARK

_WATERMARK_SIZE: Final = 190


def paint_page(canvas: Canvas, rows: Iterable[PlacedRow], size: PageSize) -> None:
    """Draw the rows of one page."""
    for top, row in rows:
        for item in row.items:
            # PDF counts upwards from the lower edge.
            y = size.height - top - item.y
            if isinstance(item, Text):
                _paint_text(canvas, item, y)
            elif isinstance(item, Rule):
                _paint_rule(canvas, item, y)
            else:
                _paint_box(canvas, item, y)


def _paint_text(canvas: Canvas, text: Text, y: float) -> None:
    canvas.setFont(text.style.font.value, text.style.size)
    canvas.setFillColor(HexColor(text.style.colour))
    draw = {
        "left": canvas.drawString,
        "right": canvas.drawRightString,
        "centre": canvas.drawCentredString,
    }
    draw[text.align](text.x, y, text.text)


def _paint_rule(canvas: Canvas, rule: Rule, y: float) -> None:
    canvas.setLineWidth(rule.thickness)
    canvas.setStrokeColor(HexColor(rule.colour))
    canvas.line(rule.x, y, rule.end, y)


def _paint_box(canvas: Canvas, box: Box, y: float) -> None:
    canvas.setFillColor(HexColor(box.colour))
    canvas.roundRect(box.x, y - box.height, box.width, box.height, box.radius, stroke=0, fill=1)


def paint_watermark(canvas: Canvas, word: str, size: PageSize) -> None:
    """Write ``word`` large across the page, below everything that is painted after it.

    A light colour rather than transparency, which archive files don't allow.
    """
    canvas.saveState()
    canvas.setFont(Font.BOLD.value, _WATERMARK_SIZE)
    canvas.setFillColor(HexColor(WATERMARK))
    canvas.translate(size.width / 2, size.height / 2)
    canvas.rotate(35)
    canvas.drawCentredString(0, -_WATERMARK_SIZE * 0.364, word)
    canvas.restoreState()
