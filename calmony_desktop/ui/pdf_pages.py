"""The pages of a PDF as pictures, for looking at and for printing.

Qt's own PDF module comes only with the large part of PySide6 (Addons), so PDFium draws the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

import pypdfium2
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from calmony_desktop.ui.style import theme

#: PDFium knows nothing of threads.
_one_at_a_time: Final = Lock()
_POINTS_PER_INCH: Final = 72
_PRINT_DPI: Final = 300
_GAP: Final = 12
#: Drawn this large once; the view scales down, which looks better than up.
_VIEW_PIXELS: Final = 1400
#: More would take a gigabyte, and nobody reads on.
_MOST_PAGES: Final = 20


@dataclass(frozen=True, slots=True)
class DrawnPages:
    """The first pages as pictures, and how many there are in all."""

    images: list[QImage]
    count: int


def draw_pages(pdf: bytes, width: int = _VIEW_PIXELS) -> DrawnPages:
    """The first pages of ``pdf``, ``width`` pixels wide. Takes a while: not in the window."""
    with _one_at_a_time:
        return _draw_all(pdf, width)


def _draw_all(pdf: bytes, width: int) -> DrawnPages:
    document = pypdfium2.PdfDocument(pdf)
    try:
        shown = range(min(len(document), _MOST_PAGES))
        images = [_draw(document[i], width / document[i].get_width()) for i in shown]
        return DrawnPages(images, len(document))
    finally:
        document.close()


def print_pages(
    pdf: bytes, printer: QPrinter, go_on: Callable[[int, int], bool] = lambda done, total: True
) -> None:
    """Print ``pdf``, a sheet a page, as large as the paper takes it.

    ``go_on`` is told before each sheet how many of all are done, and says whether to go on.
    """
    with _one_at_a_time:
        _print_all(pdf, printer, go_on)


def _print_all(pdf: bytes, printer: QPrinter, go_on: Callable[[int, int], bool]) -> None:
    document = pypdfium2.PdfDocument(pdf)
    painter = QPainter(printer)
    try:
        for number, page in enumerate(document):
            if not go_on(number, len(document)):
                printer.abort()
                return
            if number:
                printer.newPage()
            image = _draw(page, _PRINT_DPI / _POINTS_PER_INCH)
            sheet = painter.viewport()
            size = image.size().scaled(sheet.size(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawImage(
                sheet.adjusted(0, 0, size.width() - sheet.width(), size.height() - sheet.height()),
                image,
            )
        go_on(len(document), len(document))
    finally:
        painter.end()
        document.close()


def _draw(page: pypdfium2.PdfPage, scale: float) -> QImage:
    bitmap = page.render(scale=scale)
    image = QImage(
        bytes(bitmap.buffer),
        bitmap.width,
        bitmap.height,
        bitmap.stride,
        QImage.Format.Format_BGR888,
    )
    return image.copy()


class PdfView(QScrollArea):
    """Pages below each other, as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Pages of the invoice"))
        self.pages: list[QImage] = []
        self._sheets: list[_Page] = []

    def show_pages(self, pages: list[QImage]) -> None:
        """Show these pages, keeping the scroll where it was."""
        place = self.verticalScrollBar().value()
        self.pages = pages
        sheet = QWidget()
        layout = QVBoxLayout(sheet)
        layout.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        layout.setSpacing(_GAP)
        self._sheets = [_Page(image) for image in pages]
        for page in self._sheets:
            layout.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self._fit()
        self.setWidget(sheet)
        self.verticalScrollBar().setValue(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pages take the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # The scroll bar's room is always kept free, so that its coming does not resize the pages.
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 2 * _GAP
        for page in self._sheets:
            page.fit(min(room, _VIEW_PIXELS))


class _Page(QWidget):
    """One page, scaled to the width it is given."""

    def __init__(self, image: QImage) -> None:
        super().__init__()
        self._pixmap = QPixmap.fromImage(image)

    def fit(self, width: int) -> None:
        """Take this width, and the height that goes with it."""
        height = width * self._pixmap.height() // max(self._pixmap.width(), 1)
        self.setFixedSize(max(width, 1), max(height, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(self.rect(), self._pixmap)
            painter.setPen(theme.current().border)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
