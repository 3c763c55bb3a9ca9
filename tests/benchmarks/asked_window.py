"""The program's real window, which measures itself when asked. Run by `asked.Asked`."""

from __future__ import annotations

import calmony_desktop.ui  # isort: skip  # noqa: F401  # before Qt, to unhook its import

import gc
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from asked import answer
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from rows_in_sight import has_blank_row
from the_list import TheList
from watching import Beats, Heartbeat, Paints, TypeAndScroll, key, memory, settle, timed, wait_until

from calmony_desktop import freed_memory
from calmony_desktop.app import build_window
from calmony_desktop.operations.backups import save_backup
from calmony_desktop.operations.processes import in_own_process
from calmony_desktop.operations.progress import Progress
from calmony_desktop.store.search import Filter, Order
from calmony_desktop.ui import background

#: A row that stays blank so long will not be filled any more.
_STUCK_S: Final = 10


class AskedWindow:
    """Answers with milliseconds, each from the key press to the paint."""

    def __init__(self, path: str) -> None:
        self.window = build_window(path)
        self.list = TheList(self.window.customer_list)
        # As large as its yardstick, however small the screen: no text may be cut off here only.
        self.window.resize(1320, 860)
        self.window.show()
        self.window.show_icons()
        self.tables = [section.table for section in self.window.detail.sections()]
        self.paints = Paints(table.viewport() for table in self.tables)
        wait_until(self.list.is_painted)
        settle(300)

    def go_to(self, place: float) -> None:
        """To the customer at this place of the list (0 to 1)."""
        row = int(place * (self.list.model.rowCount() - 2))
        self.list.expect()
        self.list.view.choose(row)
        wait_until(self.list.is_painted)
        settle(33)  # a held key comes thirty times a second, and nobody presses one sooner

    def open_next(self) -> float:
        """Down in the list to the next customer."""
        before = self.window.detail.detail.customer.id
        self.paints.seen.clear()
        return timed(
            lambda: key(self.list.view, Qt.Key.Key_Down), lambda: self._shows_other_than(before)
        )

    def open(self, customer_id: str) -> float:
        """The customer with this id."""
        self.paints.seen.clear()
        return timed(lambda: self.window.open_customer(customer_id), self._is_painted)

    def sort_payments(self, customer_id: str, column: int, descending: bool, after: int) -> float:
        """This customer's payments by a column, so many milliseconds after they were painted."""
        self.open(customer_id)
        settle(after)
        table = self.window.detail.payments.table
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        is_sorted = False

        def note_sorted() -> None:
            nonlocal is_sorted
            is_sorted = True
            self.paints.seen.clear()  # only a paint of the new order counts

        signals = table.records.layoutChanged, table.records.rowsInserted
        for signal in signals:
            signal.connect(note_sorted)
        taken = timed(
            lambda: table.sortByColumn(column, order),
            lambda: is_sorted and table.viewport() in self.paints.seen,
        )
        for signal in signals:
            signal.disconnect(note_sorted)
        table.sortByColumn(-1, order)
        return taken

    def search(self, text: str) -> float:
        """The last key of this text, while the search for what was typed before is under way."""
        field = self.list.field
        field.setText(text[:-1])
        QApplication.processEvents()
        self.list.expect()
        return timed(lambda: key(field, Qt.Key(0), text[-1]), lambda: self.list.shows(text))

    def narrow(self, order: str, filters: list[str], currency: str | None) -> None:
        """Sort and filter the list."""
        choices = self.window.customer_list.choices
        choices.set_order(Order(order))
        choices.narrow(frozenset(map(Filter, filters)), currency)
        wait_until(lambda: self.list.model.is_settled)

    def clear(self) -> float:
        """Back to the whole list."""
        self.list.expect()
        return timed(self.list.field.clear, lambda: self.list.shows(""))

    def blocked(self, texts: list[str], seconds: float) -> Beats:
        """How late each beat of the event loop was, while a person types and scrolls."""
        beat = Heartbeat()
        person = TypeAndScroll(self.list.field, self.list.view, texts)
        settle(int(seconds * 1000))
        person.stop()
        found = beat.stop()
        self.clear()
        return found

    def blocked_while_importing(self, texts: list[str], folder: str) -> Beats:
        """The same from the start of an import through its end and what the window then shows."""
        return self._blocked_while(
            texts, lambda: self.window.data_actions.import_files([Path(folder)])
        )

    def blocked_while_backing_up(self, texts: list[str], target: str) -> Beats:
        """The same while a backup is written, as the window has it written."""

        def back_up(progress: Progress) -> None:
            in_own_process(save_backup, Path(target), progress=progress)

        return self._blocked_while(texts, lambda: background.run(self.window, "Backup", back_up))

    def _blocked_while(self, texts: list[str], work: Callable[[], object]) -> Beats:
        beat = Heartbeat()
        person = TypeAndScroll(self.list.field, self.list.view, texts)
        work()
        settle(500)
        person.stop()
        found = beat.stop()
        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self.clear()
        return found

    def jump_to_end(self) -> float:
        """From the top to the end, until its rows are painted."""
        bar = self.list.view.verticalScrollBar()
        bar.setValue(0)
        settle(20)
        self.list.expect()
        return timed(lambda: bar.setValue(bar.maximum()), self.list.is_painted)

    def drag(self, steps: int) -> list[float]:
        """Drag the scroll bar through the list; how long each blank row stayed blank."""
        bar = self.list.view.verticalScrollBar()
        blank: list[float] = []
        since: float | None = None
        for step in range(steps + 1):
            bar.setValue(bar.maximum() * step // steps)
            next_at = time.perf_counter() + 0.008
            while True:
                QApplication.processEvents()
                now = time.perf_counter()
                if has_blank_row(self.list.view):
                    since = since or now
                elif since is not None:
                    blank.append((now - since) * 1000)
                    since = None
                is_stuck = since is not None and now - since > _STUCK_S
                if now >= next_at and (since is None or step < steps or is_stuck):
                    break
                time.sleep(0.001)
        if since is not None:
            blank.append((time.perf_counter() - since) * 1000)
        bar.setValue(0)
        return blank

    def a_working_day(self, texts: list[str]) -> dict[str, float]:
        """Searches, opened customers and scrolling; the memory after them."""
        for text in texts:
            self.search(text)
        self.clear()
        rng = random.Random(1)
        for _ in texts:
            self.go_to(rng.random())
            self.open_next()
        self.jump_to_end()
        self.drag(50)
        return memory()

    def _shows_other_than(self, customer_id: str) -> bool:
        detail = self.window.detail.detail
        return detail is not None and detail.customer.id != customer_id and self._is_painted()

    def _is_painted(self) -> bool:
        """All three tables, as far as they have rows: an empty one says so with an old label."""
        return all(
            table.viewport() in self.paints.seen for table in self.tables if table.isVisible()
        )


def main() -> None:
    gc.freeze()  # what was imported, as the program does when it starts
    app = QApplication(sys.argv[:1])
    asked = AskedWindow(sys.argv[1])
    freed_memory.give_back()  # as the program does once its window is painted
    answer(
        {
            "go_to": asked.go_to,
            "open_next": asked.open_next,
            "open": asked.open,
            "sort_payments": asked.sort_payments,
            "search": asked.search,
            "narrow": asked.narrow,
            "clear": asked.clear,
            "blocked": asked.blocked,
            "blocked_while_importing": asked.blocked_while_importing,
            "blocked_while_backing_up": asked.blocked_while_backing_up,
            "jump_to_end": asked.jump_to_end,
            "drag": asked.drag,
            "a_working_day": asked.a_working_day,
        }
    )
    asked.window.close()
    app.processEvents()


if __name__ == "__main__":
    main()
