"""Text in cells is laid out once, fits its cell, and looks as Qt itself draws it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from calmony_desktop.ui.delegates import cell_text
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.tables.record_table_model import Form

TEXTS = ("€1,234.50", "Workshop Pro", "دفعة شهرية", "支払い", "two\nlines", "<b>bold</b>", "")
CELL = QRect(0, 0, 400, 36)


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> None:
    theme.install(qapp)


def painted(text: str, form: Form, *, by_qt: bool) -> QImage:
    image = QImage(CELL.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        painter.setPen(Qt.GlobalColor.black)
        painter.setFont(cell_text.font_of(form))
        if by_qt:
            alignment = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(CELL, alignment, " ".join(text.split("\n")))
        elif form is Form.ID:
            cell_text.draw_id(painter, text, CELL.left(), CELL.top(), CELL.height(), CELL.width())
        else:
            laid_out = cell_text.laid_out(form, text, CELL.width())
            cell_text.draw(painter, laid_out, CELL.left(), CELL.top(), CELL.height())
    return image


def ink(image: QImage) -> tuple[int, int, int, int]:
    """Where something is painted: left, top, right, bottom."""
    dark = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).lightness() < 200
    ]
    columns, rows = [x for x, _ in dark] or [0], [y for _, y in dark] or [0]
    return min(columns), min(rows), max(columns), max(rows)


@pytest.mark.parametrize("form", [Form.PLAIN, Form.ID, Form.STRONG])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stands_where_qt_would_draw_it(text: str, form: Form) -> None:
    ours, theirs = (ink(painted(text, form, by_qt=by_qt)) for by_qt in (False, True))
    assert all(abs(a - b) <= 1 for a, b in zip(ours, theirs, strict=True)), (ours, theirs)


@pytest.mark.parametrize("text", ["pi_3GcJrLkdIwHu7ixEqkw5RJr", "in_" + "W" * 20, "NW-2026-Ü"])
@pytest.mark.parametrize("room", [60, 400])
def test_an_id_looks_as_if_it_were_kept(text: str, room: int) -> None:
    images = []
    for paint in (
        lambda painter: cell_text.draw_id(painter, text, 5, 0, 36, room),
        lambda painter: cell_text.draw(painter, cell_text.laid_out(Form.ID, text, room), 5, 0, 36),
    ):
        image = QImage(CELL.size(), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        with QPainter(image) as painter:
            painter.setFont(cell_text.font_of(Form.ID))
            paint(painter)
        images.append(image)
    assert images[0] == images[1]
    assert max(ink(images[0])) > 30


@pytest.mark.parametrize("text", ["Subscription update of last month", "W" * 100_000])
@pytest.mark.parametrize("room", [20, 61, 130])
def test_a_text_that_is_too_wide_ends_in_an_ellipsis(text: str, room: int) -> None:
    shown = cell_text.laid_out(Form.PLAIN, text, room)
    assert shown.glyphs.text().endswith("…")
    assert shown.width <= room + 1


def test_a_text_that_fits_is_whole() -> None:
    room = cell_text.width(Form.PLAIN, "Workshop Pro")
    assert cell_text.laid_out(Form.PLAIN, "Workshop Pro", room).glyphs.text() == "Workshop Pro"
