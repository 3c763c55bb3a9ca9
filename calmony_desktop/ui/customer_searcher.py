"""The list's searches, off the window's thread: the latest one, and what is visible of it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from calmony_desktop.errors import KnownError
from calmony_desktop.store import database, read_ahead
from calmony_desktop.store.customer_entry import CustomerEntry
from calmony_desktop.store.file_states import Interrupted
from calmony_desktop.store.read_ahead import ReadAhead
from calmony_desktop.store.search import CustomerSearch, SearchResult

#: So many customers are read at a time.
PAGE: Final = 50

#: So many seconds the window waits for an answer, so that most are painted with the key that asked
#: for them; a third of a frame.
_A_MOMENT: Final = 0.005

#: So often, in seconds, the search before is interrupted anew: between two of its queries it is
#: deaf to that.
_AGAIN: Final = 0.001

#: So many seconds after a key those found are counted: the next key would only end it. So many
#: after the last customer was opened, too, the searches to come are prepared.
_PAUSE: Final = 0.15

#: So many seconds after a customer was opened others are read beforehand: a held arrow key opens
#: the next one after twice as long.
_AFTER_OPENING: Final = 0.015

#: So many seconds after an answer, which is painted first, searches to come are prepared; and so
#: many lie between two bits of that, so that it slows down nothing else.
_IDLE: Final = 0.03
_BREATH: Final = 0.002


class Found(NamedTuple):
    """The first page of a search, and how many there are or None where that takes longer.

    ``named`` is the customer whose very id was searched for, if there is one, listed or not.
    """

    number: int
    page: tuple[CustomerEntry, ...]
    length: int | None
    named: str | None


class PageRead(NamedTuple):
    """Another page."""

    number: int
    page_number: int
    page: tuple[CustomerEntry, ...]


class Counted(NamedTuple):
    """How many there are."""

    number: int
    length: int


class Placed(NamedTuple):
    """Where a customer stands; None where the search leaves them out."""

    number: int
    customer_id: str
    position: int | None


class Failed(NamedTuple):
    """What is wrong with the file."""

    number: int
    sentence: str


Answer = Found | PageRead | Counted | Placed | Failed


class CustomerSearcher(QObject):
    """Answers into ``answers``, each with the number of the search that it belongs to.

    One thread with a connection of its own. A new search interrupts whatever still runs for the
    one before; how many there are is counted when the typing pauses. With nothing to do it reads
    ahead what the next ones need, and the customers who may be opened next.
    """

    #: There is an answer more.
    answered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.answers: deque[Answer] = deque()
        # What is wanted, under this lock.
        self._lock = threading.Condition(threading.RLock())
        self._number = 0
        self._search = CustomerSearch()
        self._pages: list[int] = []
        self._customer_id: str | None = None
        self._measure_at = 0.0
        self._next_opened: list[str] = []
        self._is_stopped = False
        # What the thread is at.
        self._thread: threading.Thread | None = None
        self._begun = 0
        self._answered = 0
        self._result: SearchResult | None = None
        self._interrupt: Callable[[], None] | None = None
        self._ahead: ReadAhead | None = None
        self._ahead_at = 0.0
        self._calm_at = 0.0

    @property
    def number(self) -> int:
        """Of the latest search."""
        return self._number

    def search(self, search: CustomerSearch) -> int:
        """Begin a search, the only one from now on; returns its number."""
        with self._lock:
            self._number += 1
            self._search, self._pages, self._customer_id = search, [], None
            self._measure_at = self._calm_at = time.monotonic() + _PAUSE
            if self._interrupt is not None:
                self._interrupt()
            self._wake()
            return self._number

    def read_pages(self, pages: Sequence[int]) -> None:
        """Read these pages of the search, the last first, and no other that was wanted before."""
        with self._lock:
            self._pages = list(pages)
            if pages:
                self._wake()

    def find(self, customer_id: str) -> None:
        """Find out where this customer stands."""
        with self._lock:
            self._customer_id = customer_id
            self._wake()

    def read_ahead(self, customer_ids: Iterable[str]) -> None:
        """Read these customers beforehand, the first of them first, when nothing else is to do."""
        with self._lock:
            self._next_opened = list(customer_ids)
            # Not beside the paint of whoever is opened now.
            now = time.monotonic()
            self._ahead_at, self._calm_at = max(self._ahead_at, now + _AFTER_OPENING), now + _PAUSE
            self._lock.notify_all()

    def wait_a_moment(self) -> None:
        """Wait for what will be painted next, but never for long."""
        until = time.monotonic() + _A_MOMENT
        with self._lock:
            while self._is_painting_due() and (left := until - time.monotonic()) > 0:
                is_late = self._begun != self._number
                if is_late and self._interrupt is not None:
                    self._interrupt()
                self._lock.wait(min(left, _AGAIN) if is_late else left)

    def stop(self) -> None:
        """End the thread; whatever is wanted next begins another."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._is_stopped = True
            if self._interrupt is not None:
                self._interrupt()
            self._lock.notify_all()
        if thread is not None:
            thread.join()

    def _is_painting_due(self) -> bool:
        is_waiting = bool(self._pages) or self._customer_id is not None
        return self._answered != self._number or (self._result is not None and is_waiting)

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._is_stopped = False
            self._thread = threading.Thread(target=self._run, name="search", daemon=True)
            self._thread.start()
        self._lock.notify_all()

    # From here on: in the thread

    def _run(self) -> None:
        while self._wait(None):
            try:
                path = database.path()
                with database.connection():
                    self._interrupt = database.interrupter()
                    self._ahead = ReadAhead()
                    while self._wait(path):
                        work = self._next_work()
                        if work is not None:
                            # Anew: the connection may be another one by now.
                            self._interrupt = database.interrupter()
                            # What was interrupted is taken up again where it is wanted still.
                            with suppress(Interrupted):
                                work()
            except KnownError as error:
                self._fail(str(error))
            finally:
                self._interrupt = self._ahead = None

    def _wait(self, connected_to: Path | None) -> bool:
        """Wait for something to do; False where the thread, or its connection, is to end."""
        with self._lock:
            while not self._is_stopped and self._next_work() is None:
                waits = (self._until_measuring(), self._until_reading_ahead())
                self._lock.wait(min((each for each in waits if each is not None), default=None))
            if self._is_stopped:
                return False
            return connected_to is None or connected_to == database.path()

    def _until_measuring(self) -> float | None:
        """Seconds until the customers are to be counted; None where they are."""
        if self._result is None or self._result.is_measured:
            return None
        if not self._result.search.is_narrowed:
            return 0
        return max(self._measure_at - time.monotonic(), 0)

    def _until_reading_ahead(self) -> float | None:
        """Seconds until what is wanted next is read ahead; None where that is done."""
        if self._ahead is None or self._result is None:
            return None
        if self._next_opened:
            return max(self._ahead_at - time.monotonic(), 0)
        if self._ahead.is_done:
            return None
        # For seconds on end: not while a person goes from one customer to the next.
        return max(self._ahead_at - time.monotonic(), self._calm_at - time.monotonic(), 0)

    def _next_work(self) -> Callable[[], None] | None:
        wanted = self._wanted_work()
        return self._read_ahead if wanted is None and self._until_reading_ahead() == 0 else wanted

    def _wanted_work(self) -> Callable[[], None] | None:
        with self._lock:
            if self._answered != self._number:
                return self._begin
            if self._result is None:
                return None
            is_measured = self._result.is_measured
            if self._pages and (is_measured or self._pages[-1] == 0):
                return self._read_page
            is_wanted = bool(self._pages) or self._customer_id is not None
            if not is_measured and (is_wanted or not self._until_measuring()):
                return self._measure
            return self._find if self._customer_id is not None else None

    def _begin(self) -> None:
        with self._lock:
            self._begun = number = self._number
            result = SearchResult(self._search)
        page, term = result.page(0, PAGE), result.search.term
        named = term if term and _exists(term) else None
        self._say(Found(number, page, result.count_at_once(), named))
        with self._lock:
            self._answered, self._result = number, result
            self._lock.notify_all()

    def _read_page(self) -> None:
        with self._lock:
            number, page, result = self._answered, self._pages[-1], self._result
        assert result is not None
        self._say(PageRead(number, page, result.page(page * PAGE, PAGE)))
        with self._lock:
            if page in self._pages:
                self._pages.remove(page)
            self._lock.notify_all()

    def _measure(self) -> None:
        with self._lock:
            number, result = self._answered, self._result
        assert result is not None
        self._say(Counted(number, result.count()))

    def _find(self) -> None:
        with self._lock:
            number, result, customer_id = self._answered, self._result, self._customer_id
        assert result is not None
        assert customer_id is not None
        self._say(Placed(number, customer_id, result.position(customer_id)))
        with self._lock:
            if customer_id == self._customer_id:
                self._customer_id = None
            self._lock.notify_all()

    def _read_ahead(self) -> None:
        assert self._ahead is not None
        with self._lock:
            customer_id = self._next_opened.pop(0) if self._next_opened else None
        try:
            if customer_id is None:
                self._ahead.step()
            else:
                read_ahead.read_customer(customer_id)
        except KnownError:
            self._ahead = None  # a search says what is wrong
        self._ahead_at = time.monotonic() + _BREATH

    def _fail(self, sentence: str) -> None:
        with self._lock:
            number = self._number
            self._say(Failed(number, sentence))
            self._answered, self._result = number, None
            self._lock.notify_all()

    def _say(self, answer: Answer) -> None:
        self._ahead_at = time.monotonic() + _IDLE
        self.answers.append(answer)
        if isValid(self):  # else the window is gone
            self.answered.emit()


def _exists(customer_id: str) -> bool:
    from calmony_desktop.store import customers  # the first list does without

    return customers.exists(customer_id)
