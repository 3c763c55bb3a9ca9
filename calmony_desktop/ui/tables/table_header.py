"""The heading of a record table."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from calmony_desktop.ui.delegates import cell_text
from calmony_desktop.ui.delegates.cells import PADDING
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.tables.record_table_model import Form, RecordTableModel

_HEIGHT = 30
_NARROWEST = 48
#: The arrow of the column that is sorted by: half its width, its height, and its middle's distance
#: from the column's end.
_HALF, _TIP, _ARROW = 4, 4, 4


class TableHeader(QHeaderView):
    """Titles to sort by, and edges to drag. As high for every table."""

    def __init__(self, parent: QWidget, records: RecordTableModel[Any]) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._records = records
        self.setFixedHeight(_HEIGHT)
        self.setMinimumSectionSize(_NARROWEST)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorClearable(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def sizeHint(self) -> QSize:
        """The height. Qt would measure every title anew whenever the table lays its rows out."""
        return QSize(0, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Titles that are laid out once: Qt asks for each anew, which takes as long as ten rows."""
        colors = theme.current()
        bottom, width = self.height() - 1, self.viewport().width()
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), colors.header)
            painter.setPen(colors.border)
            painter.drawLine(0, bottom, width, bottom)
            painter.setPen(colors.muted)
            painter.setFont(cell_text.font_of(Form.STATUS))
            for number, column in enumerate(self._records.columns):
                left, room = self.sectionViewportPosition(number), self.sectionSize(number)
                title = cell_text.laid_out(Form.STATUS, column.title, room - 2 * PADDING)
                is_right = column.form is Form.AMOUNT
                indent = room - PADDING - round(title.width) if is_right else PADDING
                cell_text.draw(painter, title, left + indent, 0, bottom)
            if 0 <= (sorted_by := self.sortIndicatorSection()) < self.count():
                end = self.sectionViewportPosition(sorted_by) + self.sectionSize(sorted_by)
                self._paint_arrow(painter, end - _ARROW, bottom // 2)

    def _paint_arrow(self, painter: QPainter, middle: int, height: int) -> None:
        """Down where the first are the smallest, as Qt has it."""
        is_down = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        base, tip = (height - _TIP / 2, _TIP) if is_down else (height + _TIP / 2, -_TIP)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(
            [
                QPointF(middle - _HALF, base),
                QPointF(middle + _HALF, base),
                QPointF(middle, base + tip),
            ]
        )
