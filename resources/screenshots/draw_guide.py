"""Draws the pictures of the user guide of a demo company, in both themes: `make screenshots`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from PIL import Image
from PySide6.QtCore import QBuffer, QEventLoop, QRect, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from calmony_desktop import app as program
from calmony_desktop.billing.statuses import CAN_STILL_BILL
from calmony_desktop.operations.backups import back_up_now
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.fill_demo import fill_demo
from calmony_desktop.store import customers
from calmony_desktop.store.search import CustomerSearch, SearchResult
from calmony_desktop.ui.dialogs.invoice_period import InvoicePeriodDialog
from calmony_desktop.ui.dialogs.report import ReportDialog
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.window_state import WindowState

PICTURES: Final = Path(__file__).resolve().parents[1] / "guide" / "pictures"
#: No wider than the guide's page, and in as many colours as its flat surfaces need.
_WIDTH: Final = 552
_COLORS: Final = 192
_HIGHEST: Final = 420
_CUSTOMER: Final = "cus_NffrFeUfNV2Hib"
#: A dialog that reads in the background has filled by then.
_SETTLED_MS: Final = 1500
_CHANGES: Final = 3
_IMPORTED: Final = """\
Customers      12 new, 3 updated, 240 unchanged
Payments       40 new, 1,102 unchanged
Subscriptions  2 updated, 268 unchanged, 1 waiting
Invoices       38 new, 905 unchanged

subscriptions.csv, line 41: subscription sub_1Q2w3E: waiting: its customer is in none of the files
"""


def main() -> None:
    """Draw them all."""
    application = QApplication([])
    # A cursor that blinks would make a picture another one each time.
    application.setCursorFlashTime(0)
    program._prepare(application)
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="calmony-guide-") as folder:
        scratch = Path(folder)
        database = scratch / "calmony.db"
        program.database.open_database(database)
        fill_demo(today=date.today())
        _make_history()
        for is_dark in (False, True):
            theme.pin(Qt.ColorScheme.Dark if is_dark else Qt.ColorScheme.Light)
            suffix = "dark" if is_dark else "light"
            empty = _window(scratch / f"{suffix}.db", scratch)
            welcome = empty.detail.rect().adjusted(60, 130, -60, -170)
            _save(f"welcome-{suffix}", empty.detail.grab(welcome))
            empty.close()
            _draw(_window(database, scratch), suffix)


def _make_history() -> None:
    """Something to hand over, and something to restore."""
    entries = SearchResult(CustomerSearch("")).page(10, 40)
    running = [
        row.id
        for entry in entries
        if (detail := customers.detail(entry.id)) is not None
        for row in detail.subscriptions
        if row.status in CAN_STILL_BILL and not row.cancel_at_period_end
    ]
    for number, subscription_id in enumerate(running[:_CHANGES]):
        if number == _CHANGES - 1:
            # What comes after it would be undone.
            back_up_now()
        cancel_subscription(subscription_id, operation_id=str(uuid4()))


def _draw(window: MainWindow, suffix: str) -> None:
    window.open_customer(_CUSTOMER)
    _settle()
    _save(f"window-{suffix}", window.grab())
    window.customer_list.search_field.setText("mar")
    _settle(300)
    shown = window.customer_list.grab(QRect(0, 0, window.customer_list.width(), 330))
    _save(f"find-{suffix}", shown)
    window.customer_list.search_field.clear()
    invoices = window.detail.invoices
    invoices.table.selectRow(0)
    _save(f"invoices-{suffix}", invoices.grab(QRect(0, 0, invoices.width(), 140)))
    detail = window.detail.detail
    assert detail is not None
    running = next(row for row in detail.subscriptions if row.status in CAN_STILL_BILL)
    owed = next(row for row in detail.invoices if row.status == "open")
    for name, ask in (
        ("cancel", lambda: window.record_actions.cancel_subscription(running.id)),
        ("payment", lambda: window.billing_actions.record_payment(owed)),
        ("billing", window.billing_actions.run_billing),
        ("pending", window.billing_actions.show_pending_changes),
        ("restore", window.backup_actions.restore),
        (
            "many",
            lambda: InvoicePeriodDialog(
                window, "Invoices of all customers", of_one_customer=False
            ).exec(),
        ),
        ("import", lambda: ReportDialog(window, "Import report", _IMPORTED).exec()),
    ):
        _save(f"{name}-{suffix}", _picture_of_dialog(ask))
    window.close()


def _picture_of_dialog(ask: Callable[[], object]) -> QPixmap:
    """What ``ask`` asks, which is then turned down."""
    taken: list[QPixmap] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.resize(dialog.width(), min(dialog.height(), _HIGHEST))
            for label in dialog.findChildren(QLabel):
                # Where this was drawn is nobody's business.
                label.setText(re.sub(r".*calmony-guide-[^/]*", "…", label.text()))
            taken.append(dialog.grab())
            dialog.reject()

    QTimer.singleShot(_SETTLED_MS, look)
    ask()
    while not taken:
        QApplication.processEvents()
    return taken[0]


def _window(database: Path, scratch: Path) -> MainWindow:
    window = program.build_window(database, WindowState(scratch / f"{uuid4()}.ini"))
    window.resize(1120, 780)
    window.show()
    window.show_icons()
    _settle(300)
    return window


def _settle(milliseconds: int = 100) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _save(name: str, picture: QPixmap) -> None:
    if picture.width() > _WIDTH:
        picture = picture.scaledToWidth(_WIDTH, Qt.TransformationMode.SmoothTransformation)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    with Image.open(BytesIO(buffer.data().data())) as image:
        image.convert("RGB").quantize(_COLORS).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
