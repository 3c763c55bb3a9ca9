"""The yardstick: Qt's own models and views, which measure themselves when asked."""

from __future__ import annotations

import sys

from asked import answer
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QVBoxLayout, QWidget
from watching import Beats, Heartbeat, Paints, TypeAndScroll, memory, settle, timed


class AskedQt:
    """A table of customers and three tables of one customer's records."""

    def __init__(self, database: str) -> None:
        self._database = QSqlDatabase.addDatabase("QSQLITE")
        self._database.setConnectOptions("QSQLITE_OPEN_READONLY")
        self._database.setDatabaseName(database)
        if not self._database.open():
            raise SystemExit(self._database.lastError().text())
        self.customers, self.list = self._table("customers")
        tables = [self._table(t) for t in ("payment_intents", "subscriptions", "invoices")]
        self.models = [model for model, _ in tables]
        self.views = [view for _, view in tables]
        self.field = QLineEdit()
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        for widget in (self.field, self.list, *self.views):
            layout.addWidget(widget)
        self.window.resize(1320, 860)
        self.window.show()
        self.paints = Paints(view.viewport() for view in (self.list, *self.views))
        settle(300)

    def open(self, customer_id: str) -> float:
        """The three tables of this customer, newest first as the program has them."""
        self.paints.seen.clear()
        return timed(
            lambda: self._filter(customer_id),
            lambda: all(view.viewport() in self.paints.seen for view in self.views),
        )

    def search(self, text: str) -> float:
        """Customers with this text in name, email or id."""
        quoted = text.replace("'", "''")
        like = " OR ".join(f"{column} LIKE '%{quoted}%'" for column in ("name", "email", "id"))
        self.paints.seen.clear()
        return timed(
            lambda: (self.customers.setFilter(like), self.customers.select()),
            lambda: self.list.viewport() in self.paints.seen,
        )

    def jump_to_end(self) -> float:
        """Every row fetched, and the last ones painted."""
        self.customers.setFilter("")
        self.customers.select()
        settle(20)
        self.paints.seen.clear()
        taken = timed(self._fetch_all, lambda: self.list.viewport() in self.paints.seen)
        self.customers.select()
        return taken

    def blocked(self, texts: list[str], seconds: float) -> Beats:
        """How late the beats of a window come that does nothing with what is typed."""
        beat = Heartbeat()
        person = TypeAndScroll(self.field, self.list, texts)
        settle(int(seconds * 1000))
        person.stop()
        self.field.clear()
        return beat.stop()

    def _table(self, name: str) -> tuple[QSqlTableModel, QTableView]:
        model = QSqlTableModel(db=self._database)
        model.setTable(name)
        view = QTableView()
        view.setModel(model)
        return model, view

    def _filter(self, customer_id: str) -> None:
        quoted = customer_id.replace("'", "''")
        for model in self.models:
            model.setFilter(f"customer_id = '{quoted}'")
            model.select()

    def _fetch_all(self) -> None:
        while self.customers.canFetchMore():
            self.customers.fetchMore()
        self.list.scrollToBottom()


def bare() -> QTableView:
    """The barest window: an empty table."""
    view = QTableView()
    view.resize(1320, 860)
    view.show()
    return view


def main() -> None:
    app = QApplication(sys.argv[:1])
    if len(sys.argv) == 1:
        view = bare()
        settle(300)
        answer({"memory": memory})
        view.close()
        return
    asked = AskedQt(sys.argv[1])
    answer(
        {
            "open": asked.open,
            "search": asked.search,
            "jump_to_end": asked.jump_to_end,
            "blocked": asked.blocked,
        }
    )
    asked.window.close()
    app.processEvents()


if __name__ == "__main__":
    main()
