"""The heading of a record table."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHeaderView, QWidget

_HEIGHT = 30
_NARROWEST = 48


class TableHeader(QHeaderView):
    """Titles to sort by, and edges to drag. As high for every table."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFixedHeight(_HEIGHT)
        self.setMinimumSectionSize(_NARROWEST)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorClearable(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def sizeHint(self) -> QSize:
        """The height. Qt would measure every title anew whenever the table lays its rows out."""
        return QSize(0, _HEIGHT)
