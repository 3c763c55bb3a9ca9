"""One invoice in a window of its own: look at it, print it, save it, go to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QMainWindow,
    QProgressDialog,
    QStackedWidget,
    QToolBar,
    QWidget,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.render_invoice import RenderedInvoice
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.latest_work import LatestWork
from calmony_desktop.ui.message_panel import MessagePanel
from calmony_desktop.ui.pdf_pages import DrawnPages, PdfView, draw_pages, print_pages


@dataclass(frozen=True, slots=True)
class PreviewedInvoice:
    """What to show: the invoice's id, what to call it; a draft can only be looked at."""

    id: str
    name: str
    is_issued: bool = True


@dataclass(frozen=True, slots=True)
class _Drawn:
    invoice: PreviewedInvoice
    pdf: bytes
    pages: DrawnPages
    left_out: tuple[str, ...]


class InvoicePreview(QMainWindow):
    """Shows invoices of one customer, one at a time. Emits the id of the one to be saved."""

    save_wanted = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        invoices: Sequence[PreviewedInvoice],
        first: str,
        render: Callable[[str], RenderedInvoice],
    ) -> None:
        super().__init__(parent)
        self.setObjectName("invoicePreview")
        self.resize(760, 900)
        self._invoices = tuple(invoices)
        self._render = render
        self._place = next((i for i, each in enumerate(invoices) if each.id == first), 0)
        self._shown: _Drawn | None = None
        self._work = LatestWork(self)
        self._work.finished.connect(self._show)
        self._work.failed.connect(self._show_problem)
        self._view = PdfView()
        self._message = MessagePanel()
        self._body = QStackedWidget()
        self._body.addWidget(self._view)
        self._body.addWidget(self._message)
        self.setCentralWidget(self._body)
        self._where = plain_text.ElidedLabel(tone="muted")
        self.statusBar().addWidget(self._where, 1)
        bar = QToolBar(self.tr("Invoice"))
        bar.setMovable(False)
        self.addToolBar(bar)
        keys = QKeySequence
        self._previous = self._add(bar, self.tr("Previous"), keys("Alt+Left"), self.go_back)
        self._next = self._add(bar, self.tr("Next"), keys("Alt+Right"), self.go_on)
        bar.addSeparator()
        standard = QKeySequence.StandardKey
        self._save = self._add(bar, self.tr("Download PDF…"), keys(standard.Save), self._want_save)
        self._print = self._add(bar, self.tr("Print…"), keys(standard.Print), self.print_invoice)
        close = QAction(self)
        close.setShortcuts([keys(standard.Close), keys("Esc")])
        close.triggered.connect(self.close)
        self.addAction(close)
        self._draw()

    def invoice_id(self) -> str:
        """The id of the invoice that is shown."""
        return self._invoices[self._place].id

    def go_back(self) -> None:
        """Show the invoice before this one."""
        self._go_to(self._place - 1)

    def go_on(self) -> None:
        """Show the invoice after this one."""
        self._go_to(self._place + 1)

    def page_count(self) -> int:
        """How many pages are drawn; none while the document is being made."""
        return self._shown.pages.count if self._shown else 0

    def print_invoice(self) -> None:
        """Ask for a printer and print what is shown."""
        if self._shown is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        image = self._shown.pages.images[0]
        is_letter = image.height() / image.width() < 1.35
        size = QPageSize.PageSizeId.Letter if is_letter else QPageSize.PageSizeId.A4
        portrait = QPageLayout.Orientation.Portrait
        printer.setPageLayout(QPageLayout(QPageSize(size), portrait, QMarginsF(0, 0, 0, 0)))
        printer.setDocName(self._shown.invoice.name)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            print_pages(self._shown.pdf, printer, self._print_progress())

    def _print_progress(self) -> Callable[[int, int], bool]:
        """Shows how many sheets are done; tells whether to go on."""
        dialog = QProgressDialog(self)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setLabel(plain_text.label(self.tr("Printing")))
        dialog.setMinimumDuration(300)

        def show(done: int, total: int) -> bool:
            dialog.setMaximum(total)
            dialog.setValue(done)
            return not dialog.wasCanceled()

        return show

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is drawn any more once the window is closed."""
        self._work.wait()
        super().closeEvent(event)
        self.deleteLater()

    def _add(
        self, bar: QToolBar, words: str, shortcut: QKeySequence, action: Callable[[], object]
    ) -> QAction:
        made = bar.addAction(words)
        made.setShortcut(shortcut)
        native = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
        made.setToolTip(plain_text.tooltip(f"{words.rstrip('…')} ({native})"))
        made.triggered.connect(lambda _checked=False: action())
        return made

    def _go_to(self, place: int) -> None:
        if 0 <= place < len(self._invoices):
            self._place = place
            self._draw()

    def _want_save(self) -> None:
        self.save_wanted.emit(self.invoice_id())

    def _draw(self) -> None:
        invoice = self._invoices[self._place]
        self._shown = None
        self.setWindowTitle(invoice.name)
        self._where.setText(
            self.tr("Invoice {place} of {count}")
            .replace("{place}", str(self._place + 1))
            .replace("{count}", str(len(self._invoices)))
        )
        self._previous.setEnabled(self._place > 0)
        self._next.setEnabled(self._place < len(self._invoices) - 1)
        self._save.setEnabled(False)
        self._print.setEnabled(False)

        def draw() -> _Drawn:
            rendered = self._render(invoice.id)
            return _Drawn(invoice, rendered.pdf, draw_pages(rendered.pdf), rendered.left_out)

        self._work.ask(draw)

    def _show(self, drawn: _Drawn) -> None:
        self._shown = drawn
        self._view.show_pages(drawn.pages.images)
        self._body.setCurrentWidget(self._view)
        self._save.setEnabled(drawn.invoice.is_issued)
        self._print.setEnabled(drawn.invoice.is_issued)
        said = [self._where.text(), *drawn.left_out]
        if drawn.pages.count > len(drawn.pages.images):
            said.append(
                plain_text.filled(
                    self.tr("The first {shown} of {count} pages; the PDF has them all."),
                    shown=str(len(drawn.pages.images)),
                    count=str(drawn.pages.count),
                )
            )
        self._where.setText(" · ".join(said))
        self._where.setToolTip(plain_text.tooltip("\n".join(said)))

    def _show_problem(self, error: KnownError) -> None:
        self._message.show_message(
            self.tr("This invoice cannot be shown"), str(error), (self.tr("Try again"), self._draw)
        )
        self._body.setCurrentWidget(self._message)
