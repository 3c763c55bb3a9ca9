"""What is wanted of a customer's very many payments, read off the window's thread."""

from __future__ import annotations

import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from calmony_desktop.errors import KnownError
from calmony_desktop.store import database, payment_pages
from calmony_desktop.store.file_states import Interrupted
from calmony_desktop.store.payment_pages import PaymentOrder, PaymentsInAll
from calmony_desktop.store.rows import PaymentRow
from calmony_desktop.ui.tables.paged_rows import PAGE, PagedRows

#: Where the first payments are known, they are painted before the others are read.
_AFTER_THE_PAINT: Final = 0.03
#: So many seconds the window waits for a page, so that most are painted as they come into sight;
#: a third of a frame.
_A_MOMENT: Final = 0.005
#: So often, in seconds, what is to end is interrupted: between two queries it is deaf to that.
_AGAIN: Final = 0.001

Pages = PagedRows[PaymentRow]
#: The payments in the order that was wanted, all of them or first a page; what can be said of all;
#: or why they cannot be read.
Answer = Pages | PaymentsInAll | KnownError


@dataclass(frozen=True, slots=True)
class _Wanted:
    customer_id: str
    order: PaymentOrder


class PaymentReader(QObject):
    """One thread, with a connection of its own, for the customer who is open.

    What is in sight comes first. With nothing to do it reads ahead the first payments in each
    order, for the next click on a heading, and then what can be said of all.
    """

    #: There is an answer more.
    answered = Signal()
    #: A page of the rows that are shown has come: its number.
    page_came = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.answers: deque[Answer] = deque()
        #: The rows that are to be seen.
        self.sight = range(0)
        # What is wanted, under this lock.
        self._lock = threading.Condition(threading.RLock())
        self._wanted: _Wanted | None = None
        self._is_first_wanted = self._is_new = False
        self._begin_at = 0.0
        self._shown: Pages | None = None
        self._pages: list[int] = []
        self._is_waited_for = False
        self._is_stopped = False
        # What the thread is at.
        self._thread: threading.Thread | None = None
        self._interrupt: Callable[[], None] | None = None
        self._is_ahead = False
        self._done: _Wanted | None = None
        self._version: object = None
        self._numbering: int | None = None
        self._length: int | None = None
        self._firsts: dict[PaymentOrder, tuple[array[int], tuple[PaymentRow, ...]]] | None = None
        self._is_summed = False

    def read(
        self, customer_id: str, order: PaymentOrder, *, first: bool = False, is_new: bool = False
    ) -> None:
        """Read a customer's payments in an order, and no longer in any other.

        With ``first`` a page of them comes before. ``is_new``: the newest are shown, which nobody
        has looked through yet.
        """
        with self._lock:
            self._wanted = _Wanted(customer_id, order)
            self._is_first_wanted, self._is_new = first, is_new
            self._begin_at = time.monotonic() + (0 if first else _AFTER_THE_PAINT)
            summed = [each for each in self.answers if isinstance(each, PaymentsInAll)]
            self.answers = deque(summed)
            self._stop_what_runs()
            self._wake()

    def first_of(self, order: PaymentOrder) -> Pages | None:
        """The first page in this order, where it was read ahead."""
        with self._lock:
            if self._wanted is None or self._firsts is None:
                return None
            keys, first = self._firsts[order]
            return self._paged(self._wanted.customer_id, keys, first, self._length)

    def show(self, shown: Pages, numbers: range) -> None:
        """These rows are in sight: read what of them is not here, and wait a moment for it."""
        with self._lock:
            self.sight = numbers
            self._shown, self._pages = shown, shown.missing(numbers)
            if not self._pages or self._wanted is None:
                return
            if self._is_ahead:
                self._stop_what_runs()
            self._wake()
            if self._is_ahead or self._done is self._wanted:
                self._is_waited_for = True
                self._lock.wait_for(lambda: not self._pages, _A_MOMENT)
                self._is_waited_for = False

    def wait_for_all(self, seconds: float) -> bool:
        """Wait for the whole order, or for what stands in its way, but so long at most.

        Returns whether there is nothing to wait for any more. On any thread.
        """
        with self._lock:
            self._begin_at, self._is_waited_for = 0.0, True
            if self._is_ahead:
                self._stop_what_runs()
            self._lock.notify_all()
            is_over = self._lock.wait_for(
                lambda: self._done is self._wanted or not self._is_alive(), seconds
            )
            self._is_waited_for = False
            return is_over

    def stop(self) -> None:
        """Nothing is wanted any more; waits until the thread has ended, which is at once."""
        with self._lock:
            self._is_stopped, thread, self._thread = True, self._thread, None
            self._lock.notify_all()
        while thread is not None and thread.is_alive():
            self._stop_what_runs()
            thread.join(_AGAIN)
        self._wanted = self._shown = None
        self._pages = []
        self._forget(None)
        self.answers.clear()

    def _stop_what_runs(self) -> None:
        with self._lock:
            if self._interrupt is not None:
                self._interrupt()

    def _is_alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _wake(self) -> None:
        if not self._is_alive():
            self._is_stopped = False
            self._thread = threading.Thread(target=self._run, name="payments", daemon=True)
            self._thread.start()
        self._lock.notify_all()

    # From here on: in the thread

    def _run(self) -> None:
        try:
            with database.connection():
                while (work := self._wait()) is not None:
                    # Anew: the connection may be another one by now.
                    self._interrupt = database.interrupter()
                    # What was interrupted is taken up again where it is wanted still.
                    with suppress(Interrupted):
                        work()
                    self._is_ahead = False
        except KnownError as error:
            self._say(error)
        finally:
            with self._lock:
                self._interrupt, self._is_ahead = None, False
                if self._thread is threading.current_thread():
                    self._thread = None
                self._lock.notify_all()

    def _wait(self) -> Callable[[], None] | None:
        """Wait for something to do; None where the thread is to end."""
        with self._lock:
            while not self._is_stopped:
                work = self._next_work()
                if work is not None:
                    return work
                left = self._begin_at - time.monotonic()
                self._lock.wait(left if left > 0 else None)
            return None

    def _next_work(self) -> Callable[[], None] | None:
        wanted, self._is_ahead = self._wanted, False
        if self._pages:
            return self._read_page
        if wanted is None or time.monotonic() < self._begin_at:
            return None
        # Before anybody can reach a heading; to scroll through the newest takes as long.
        is_calm = self._done is wanted or (self._is_new and not self._is_waited_for)
        if is_calm and self._firsts is None:
            self._is_ahead = True
            return partial(self._read_firsts, wanted)
        if self._done is not wanted:
            return partial(self._read_order, wanted)
        if not self._is_summed:
            self._is_ahead = True
            return partial(self._sum, wanted)
        return None

    def _read_order(self, wanted: _Wanted) -> None:
        customer_id, order = wanted.customer_id, wanted.order
        with database.reading():
            self._look_at_version()
            if self._is_first_wanted:
                keys = payment_pages.payment_keys(customer_id, order, PAGE)
                first = payment_pages.payments_at(customer_id, keys)
                length = payment_pages.count_payments(customer_id)
                self._answer(wanted, self._paged(customer_id, keys, first, length))
            keys = payment_pages.payment_keys(customer_id, order)
            rows = self._paged(customer_id, keys, (), len(keys))
            for page in rows.missing(self.sight):
                rows.load(page)
        with self._lock:
            if self._answer(wanted, rows):
                self._done, self._length, self._is_new = wanted, len(keys), False
                self._lock.notify_all()

    def _paged(
        self,
        customer_id: str,
        keys: array[int],
        first: Sequence[PaymentRow],
        length: int | None,
    ) -> Pages:
        read = partial(payment_pages.payments_at, customer_id)
        version, numbering = self._version, self._numbering
        return PagedRows(
            keys, first, length=length, read=read, version=version, numbering=numbering
        )

    def _look_at_version(self) -> None:
        version = database.data_version()
        if version != self._version:
            self._forget(version)
            self._numbering = database.numbering()

    def _forget(self, version: object) -> None:
        """Forget what was read before somebody wrote to the file: it has this version now."""
        with self._lock:
            self._version, self._done, self._length, self._is_summed = version, None, None, False
            self._firsts = None

    def _read_page(self) -> None:
        with self._lock:
            shown, page = self._shown, self._pages[-1]
            assert shown is not None
            if shown.version != self._version:
                self._pages = []  # other rows are on their way
                return
        with database.reading():
            is_valid = database.data_version() == shown.version
            if is_valid:
                shown.load(page)
        with self._lock:
            if not is_valid:
                self._done, self._pages = None, []  # the keys may be others now
            elif shown is self._shown and page in self._pages:
                self._pages.remove(page)
            is_waited_for = self._is_waited_for
            self._lock.notify_all()
        if is_valid and not is_waited_for and isValid(self):
            self.page_came.emit(page)

    def _read_firsts(self, wanted: _Wanted) -> None:
        with database.reading():
            self._look_at_version()
            length, keys = payment_pages.first_keys(wanted.customer_id, PAGE)
            firsts = {
                order: (first, payment_pages.payments_at(wanted.customer_id, first))
                for order, first in keys.items()
            }
        with self._lock:
            self._length, self._firsts = length, firsts

    def _sum(self, wanted: _Wanted) -> None:
        with database.reading():
            self._look_at_version()
            in_all = payment_pages.payments_in_all(wanted.customer_id)
        self._is_summed = True
        self._say(in_all)

    def _answer(self, wanted: _Wanted, rows: Pages) -> bool:
        """Hand over what is wanted still."""
        with self._lock:
            is_wanted = wanted is self._wanted
            if is_wanted:
                self._is_first_wanted = False
                self._say(rows)
            return is_wanted

    def _say(self, answer: Answer) -> None:
        with self._lock:
            if not self._is_stopped and isValid(self):
                self.answers.append(answer)
                self.answered.emit()
