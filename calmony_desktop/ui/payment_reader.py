"""All payments of a customer who has very many, read off the window's thread."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from calmony_desktop.billing.money import Money
from calmony_desktop.errors import KnownError
from calmony_desktop.store import customers, database
from calmony_desktop.store.customers import PaymentOrder
from calmony_desktop.store.file_states import Interrupted
from calmony_desktop.store.rows import PaymentRow
from calmony_desktop.ui.tables.record_table_model import Column

#: The first payments are painted before: the interpreter runs one thread at a time.
_AFTER_THE_PAINT_MS: Final = 60
#: So many rows are made before the window has its turn again: about a millisecond.
_AT_A_TIME: Final = 200
_TURN: Final = 0.001


@dataclass(frozen=True, slots=True)
class AllPayments:
    """Every payment of a customer, what was paid in total, and for each column rows as wide."""

    payments: tuple[PaymentRow, ...]
    total_paid: tuple[Money, ...]
    samples: tuple[tuple[PaymentRow, ...], ...]


#: All payments, the first of them, or why they cannot be read.
Answer = AllPayments | tuple[PaymentRow, ...] | KnownError


class PaymentReader(QObject):
    """Reads for one customer at a time; what is asked for anew replaces what was under way."""

    #: `take` has what was asked for, or the first of it.
    done = Signal()

    def __init__(self, columns: Sequence[Column[PaymentRow]], parent: QObject) -> None:
        super().__init__(parent)
        self._columns = columns
        self._answer: Answer | None = None
        self._wanted: tuple[str, PaymentOrder, int] | None = None
        self._is_stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._interrupt: Callable[[], None] | None = None
        self._begin_soon = QTimer(self)
        self._begin_soon.setSingleShot(True)
        self._begin_soon.timeout.connect(self._begin)

    def read(self, customer_id: str, order: PaymentOrder, *, first: int = 0) -> None:
        """Read all payments of this customer, and tell when it is done.

        With ``first`` tell of so many as soon as they are known.
        """
        self.stop()
        self._wanted = customer_id, order, first
        self._begin_soon.start(0 if first else _AFTER_THE_PAINT_MS)

    def read_now(self, customer_id: str, order: PaymentOrder) -> AllPayments:
        """The same, while the window waits. Raises KnownError when they cannot be read."""
        answer = self._read_all(customer_id, order, lambda: True)
        assert answer is not None
        return answer

    def take(self) -> Answer | None:
        """What was read or why it was not; None where it is not wanted any more."""
        answer, self._answer = self._answer, None
        return answer

    def stop(self) -> None:
        """Nothing is wanted any more; waits until the thread has ended, which is at once."""
        self._begin_soon.stop()
        self._is_stopped.set()
        if self._thread is not None:
            if self._interrupt is not None:
                self._interrupt()
            self._thread.join()
        self._thread, self._answer = None, None

    def _begin(self) -> None:
        assert self._wanted is not None
        self._is_stopped.clear()
        self._thread = threading.Thread(
            target=self._run, args=self._wanted, name="payments", daemon=True
        )
        self._thread.start()

    # From here on: in the thread

    def _run(self, customer_id: str, order: PaymentOrder, first: int) -> None:
        try:
            with database.connection():
                self._interrupt = database.interrupter()
                if first and not self._is_stopped.is_set():
                    self._say(customers.payments(customer_id, order, most=first))
                    self._is_stopped.wait(_AFTER_THE_PAINT_MS / 1000)
                if not self._is_stopped.is_set():
                    self._say(self._read_all(customer_id, order, self._give_turn))
        except Interrupted:
            pass  # nobody waits for it
        except KnownError as error:
            self._say(error)
        finally:
            self._interrupt = None

    def _give_turn(self) -> bool:
        time.sleep(_TURN)
        return not self._is_stopped.is_set()

    def _read_all(
        self, customer_id: str, order: PaymentOrder, goes_on: Callable[[], bool]
    ) -> AllPayments | None:
        """All payments; None where it was not to go on."""
        found: list[PaymentRow] = []
        samples: list[dict[Hashable, PaymentRow]] = [{} for _ in self._columns]
        with _no_search_for_garbage(), database.reading():
            total_paid = customers.total_paid(customer_id)
            rows = customers.each_payment(customer_id, order)
            while some := list(islice(rows, _AT_A_TIME)):
                found += some
                for sample, column in zip(samples, self._columns, strict=True):
                    if column.alike is not None:
                        sample.update((column.alike(row), row) for row in some)
                if not goes_on():
                    return None
        kept = tuple(tuple(sample.values()) for sample in samples)
        return AllPayments(tuple(found), total_paid, kept)

    def _say(self, answer: Answer | None) -> None:
        if answer is not None and not self._is_stopped.is_set() and isValid(self):
            self._answer = answer
            self.done.emit()


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """The window would stand still while Python looks through ever more rows, which are none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
