"""``calmony --self-test``: does this installation work, from the database to the window?

All of it happens in a temporary folder: no records, settings or logs of the user's are touched.
"""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import os
import platform
import re
import sys
import time
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

from calmony_desktop import __version__, fault_report, paths
from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.statuses import CAN_STILL_BILL, InvoiceStatus
from calmony_desktop.cli import output
from calmony_desktop.errors import KnownError
from calmony_desktop.store import customers, database
from calmony_desktop.store.search import CustomerSearch, SearchResult

#: Whoever installs the program waits no longer.
_LONGEST_SECONDS: Final = 60

#: Older ones can lose commits of two connections (the WAL-reset bug). Where pysqlite3 has no wheel
#: for a system, it stands on that system's SQLite instead of its own.
_OLDEST_SQLITE: Final = (3, 51, 3)

_CUSTOMERS: Final = 12
#: Something for each typeface of an invoice: ten scripts, a rare letter, and Han characters as
#: each of their readers has them.
_EVERY_SCRIPT: Final = (
    "Łódź Ελλάδα Україна ᵫ شركة חברת क्षेत्रीय บริษัทน้ำแข็ง 深圳市 株式会社ひらがな 주식회사"
)
#: Made up, with the right check digit.
_VAT_ID: Final = "ESB58378431"
_HAN_READERS: Final = ("zh", "ja", "ko")
#: Only the window has text of this weight.
_NOT_IN_INVOICES: Final = {"Inter-Medium"}
_WINDOW: Final = (1024, 700)
#: A window that shows nothing has a few; icons and smooth letters make hundreds.
_FEWEST_COLORS: Final = 100


class SelfTest(Action):
    """Ends the program as ``--version`` does, before anything of the user's is touched."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **options)

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Called by argparse."""
        parser.exit(run())


def run() -> int:
    """Try everything, printing a line a step; 0 where all of it works, 1 where something fails."""
    output.write(
        f"Calmony Desktop {__version__} on {platform.platform()}, Python "
        f"{platform.python_version()}, SQLite {database.sqlite_version()}"
    )
    begun = time.monotonic()
    with TemporaryDirectory(prefix="calmony-self-test-", ignore_cleanup_errors=True) as folder:
        # A process of its own: a library that does not fit ends it, and says so nowhere else.
        trial = multiprocessing.get_context("spawn").Process(target=_try, args=(folder,))
        trial.start()
        trial.join(_LONGEST_SECONDS)
        if trial.is_alive():
            trial.kill()
            trial.join()
            output.write(f"FAILED: it does not end within {_LONGEST_SECONDS} s")
    works = trial.exitcode == 0
    verdict = "Everything works" if works else "This installation does not work"
    output.write(f"{verdict} ({time.monotonic() - begun:.1f} s).")
    return 0 if works else 1


def _try(folder: str) -> None:
    """Go through the steps, until one fails."""
    output.prepare()
    if sys.stderr is not None:
        faulthandler.enable()
    # Whatever screen there is, nobody sees a window; and Qt shall find no setting of the user's.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ[variable] = folder
    try:
        works = all(map(_works, _SelfTest(Path(folder)).steps()))
    finally:
        database.close_database()
    sys.exit(0 if works else 1)


def _works(step: Callable[[], str]) -> bool:
    begun = time.monotonic()
    try:
        _say("ok", begun, step())
    except Exception as error:
        # Whatever it is: this is what the test is there to find out.
        _say("FAILED", begun, f"{(step.__doc__ or '').rstrip('.')}: {_reason(error)}")
        return False
    return True


def _say(outcome: str, begun: float, said: str) -> None:
    output.write(f"{outcome:6} {time.monotonic() - begun:6.2f} s  {said}")


def _reason(error: Exception) -> str:
    if isinstance(error, KnownError):
        return str(error)
    return "\n".join([f"{type(error).__name__}: {error}", *fault_report.describe(error)])


class _SelfTest:
    """The steps, each of which builds on those before; a step says what it did, or raises."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = folder / "calmony.db"
        self._customer = ""
        self._pdfs: list[bytes] = []

    def steps(self) -> list[Callable[[], str]]:
        """Each step, in order."""
        return [
            self._make_database,
            self._import,
            self._search,
            self._cancel,
            self._render,
            self._draw,
            self._restore,
            self._open_window,
        ]

    def _make_database(self) -> str:
        """Make a database."""
        sqlite = database.sqlite_version()
        oldest = ".".join(map(str, _OLDEST_SQLITE))
        is_new_enough = tuple(map(int, sqlite.split("."))) >= _OLDEST_SQLITE
        _expect(is_new_enough, f"SQLite is {sqlite}, and has to be {oldest} or newer")
        database.open_database(self._database)
        migrations = len(list(paths.migrations_folder().glob("[0-9]*.py")))
        _expect(migrations > 0, "the migrations are not installed")
        return f"Made a database, with {migrations} migrations"

    def _import(self) -> str:
        """Import a file."""
        from calmony_desktop.operations.fill_demo import demo_objects
        from calmony_desktop.operations.import_records import import_paths

        file = self._folder / "records.jsonl"
        made_up = demo_objects(customers=_CUSTOMERS, seed=1, today=date.today())
        file.write_text("\n".join(map(json.dumps, made_up)), encoding="utf-8")
        report = import_paths([file])
        _expect(customers.count() == _CUSTOMERS, "not every customer was imported")
        _expect(report.total.refused == 0, report.as_text(is_short=True))
        return f"Imported {report.total.total} records of {_CUSTOMERS} customers"

    def _search(self) -> str:
        """Find a customer."""
        found = SearchResult(CustomerSearch("beatriz salg")).page(0, 2)
        _expect(len(found) == 1, f"{len(found)} found instead of 1")
        self._customer = found[0].id
        return "Found a customer by part of a name"

    def _cancel(self) -> str:
        """Cancel a subscription."""
        from calmony_desktop.operations.cancel_subscription import Outcome, cancel_subscription

        before = self._running_subscriptions()
        done = cancel_subscription(before[0], operation_id=str(uuid4()))
        _expect(done.outcome is Outcome.CANCELED, f"the outcome was {done.outcome.value}")
        _expect(self._running_subscriptions() == before[1:], "the subscription still runs")
        return "Cancelled a subscription"

    def _render(self) -> str:
        """Save an invoice in every script."""
        from calmony_desktop.documents.einvoice import make_einvoice
        from calmony_desktop.documents.invoice_pdf import missing_characters, render_invoice
        from calmony_desktop.documents.sample import sample_invoice

        seller = Party(name="Calmony", country="ES", vat_id=_VAT_ID)
        complete = sample_invoice(seller, date.today())
        einvoice = make_einvoice(complete)
        _expect(einvoice.xml is not None, f"the e-invoice lacks {', '.join(einvoice.missing)}")
        self._pdfs.append(render_invoice(complete, einvoice_xml=einvoice.xml))
        _expect(b"factur-x.xml" in self._pdfs[0], "the e-invoice is not in the PDF")
        drawn: set[str] = set()
        for language in _HAN_READERS:
            seller = Party(name=_EVERY_SCRIPT, country="ES", language=language)
            sample = sample_invoice(seller, date.today())
            # In both weights, and void for the third one: that of the watermark.
            buyer = replace(sample.buyer, contact_name=_EVERY_SCRIPT)
            invoice = replace(sample, buyer=buyer, memo=_EVERY_SCRIPT, status=InvoiceStatus.VOID)
            missing = missing_characters(invoice)
            _expect(not missing, f"no typeface draws {missing}")
            pdf = render_invoice(invoice)
            drawn.update(name.decode() for name in re.findall(rb"/BaseFont /\w+\+([\w-]+)", pdf))
            self._pdfs.append(pdf)
        shipped = {file.stem for file in paths.resource("fonts").glob("*.ttf")}
        unused = sorted(shipped - _NOT_IN_INVOICES - drawn)
        _expect(not unused, f"not drawn with {', '.join(unused)}")
        return f"Saved an e-invoice, and invoices in ten scripts with {len(drawn)} typefaces"

    def _draw(self) -> str:
        """Show an invoice."""
        from calmony_desktop.ui.pdf_pages import draw_pages

        pages = [page for pdf in self._pdfs for page in draw_pages(pdf, width=400).images]
        for page in pages:
            colors = {page.pixel(x, y) for x in range(page.width()) for y in range(page.height())}
            _expect(len(colors) >= _FEWEST_COLORS, "a page is all but empty")
        return f"Drew {len(pages)} pages as the preview and the printer do"

    def _restore(self) -> str:
        """Back up and restore."""
        from calmony_desktop.operations.backups import back_up_now, restore_backup
        from calmony_desktop.operations.cancel_subscription import cancel_subscription

        before = self._running_subscriptions()
        made = back_up_now()
        cancel_subscription(before[0], operation_id=str(uuid4()))
        restore_backup(self._database, made.path, operation_id=str(uuid4()))
        _expect(self._running_subscriptions() == before, "what was undone is not back")
        return "Backed up, changed something and restored"

    def _open_window(self) -> str:
        """Open the window."""
        from PySide6.QtGui import QFontInfo, QImage
        from PySide6.QtWidgets import QApplication

        from calmony_desktop import app

        picture = self._folder / "window.png"
        # Fonts and plugins that are missing are what Qt complains of, on stderr, by itself.
        app.take_screenshot(picture, self._customer, is_dark=False, size=_WINDOW)
        family = QFontInfo(QApplication.font()).family()
        _expect(family == "Inter", f"the text is in {family} instead of Inter")
        image = QImage(str(picture))
        colors = {image.pixel(x, y) for x in range(0, _WINDOW[0], 2) for y in range(_WINDOW[1])}
        _expect(len(colors) >= _FEWEST_COLORS, f"it shows only {len(colors)} colours")
        return f"Opened the window and painted it, in {len(colors)} colours"

    def _running_subscriptions(self) -> list[str]:
        detail = customers.detail(self._customer)
        assert detail is not None
        return [row.id for row in detail.subscriptions if row.status in CAN_STILL_BILL]


def _expect(is_right: bool, otherwise: str) -> None:
    if not is_right:
        raise KnownError(otherwise)
