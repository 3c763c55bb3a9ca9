"""What a start imports: everything before the first paint is time a person waits."""

from __future__ import annotations

import subprocess
import sys

import pytest


def packages_imported_by(module: str) -> set[str]:
    """The top-level packages in memory after a new interpreter imported ``module``."""
    child = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.check_output([sys.executable, "-c", child], text=True).split())


@pytest.mark.parametrize(
    "late", ["reportlab", "qtawesome", "babel", "lxml", "pypdfium2", "stdnum", "PIL"]
)
def test_the_window_opens_without_what_only_later_steps_need(late: str) -> None:
    assert late not in packages_imported_by("calmony_desktop.app")


PAINTED_FIRST = """
import os, sys
from pathlib import Path
from PySide6 import QtWidgets
from calmony_desktop import app
from calmony_desktop.ui.customer_list_view import CustomerListView
from calmony_desktop.ui.window_requests import Application
from calmony_desktop.ui.window_state import WindowState

paint = CustomerListView.paintEvent

def paint_and_tell(view, event):
    paint(view, event)
    assert view.model().entry(0)
    print(*sys.modules)
    print(*(name for name, each in list(vars(QtWidgets).items()) if isinstance(each, type)))
    sys.stdout.flush()
    os._exit(0)

CustomerListView.paintEvent = paint_and_tell
application = Application("calmony-desktop")
folder = Path(sys.argv[1])
window = app.build_window(folder / "calmony.db", WindowState(folder / "window.ini"))
window.show()
application.exec()
"""


@pytest.fixture(scope="module")
def painted_first(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """Every module, and every class of QtWidgets, in memory once the list is painted."""
    folder = tmp_path_factory.mktemp("start")
    customer = folder / "customer.json"
    customer.write_text('{"object": "customer", "id": "cus_1", "name": "Anna", "created": 1}')
    bring_in = "import sys; from calmony_desktop.cli import calmony; sys.exit(calmony())"
    words = ["--database", str(folder / "calmony.db"), "import", str(customer)]
    subprocess.run([sys.executable, "-c", bring_in, *words], check=True, capture_output=True)
    start = [sys.executable, "-c", PAINTED_FIRST, str(folder)]
    modules, classes = subprocess.check_output(start, text=True).splitlines()
    return set(modules.split()), set(classes.split())


@pytest.fixture
def imported_until_painted(painted_first: tuple[set[str], set[str]]) -> set[str]:
    """Every module in memory once the list of a window on an existing database is painted."""
    return painted_first[0]


@pytest.mark.parametrize("family", ["QStyle", "QWizard"])
def test_the_list_is_painted_without_a_whole_family_of_qt_s_classes(
    painted_first: tuple[set[str], set[str]], family: str
) -> None:
    """Which PySide makes one by one to name the type of a viewport, a style or its state."""
    assert "QTableView" in painted_first[1]
    assert family not in painted_first[1]


@pytest.mark.parametrize(
    "late",
    [
        "qtawesome",
        "playhouse.migrations",
        "logging.handlers",
        "html.entities",
        "calmony_desktop.cli.commands",
        "calmony_desktop.documents",
        "calmony_desktop.operations.cancel_subscription",
        "calmony_desktop.store.customers",
        "calmony_desktop.store.due_subscriptions",
        "calmony_desktop.store.models",
        "calmony_desktop.store.rows",
        "calmony_desktop.ui.backup_actions",
        "calmony_desktop.ui.billing_actions",
        "calmony_desktop.ui.cannot_open",
        "calmony_desktop.ui.customer_detail",
        "calmony_desktop.ui.data_actions",
        "calmony_desktop.ui.document_actions",
        "calmony_desktop.ui.file_health",
        "calmony_desktop.ui.menus",
        "calmony_desktop.ui.record_actions",
        "calmony_desktop.ui.style.icon_engine",
        "calmony_desktop.ui.tables.record_table",
    ],
)
def test_the_first_paint_waits_for_nothing_that_only_an_action_needs(
    imported_until_painted: set[str], late: str
) -> None:
    assert "calmony_desktop.ui.customer_list" in imported_until_painted
    assert late not in imported_until_painted


def test_the_window_does_not_have_the_source_of_each_module_read() -> None:
    """As PySide's own hook in ``import`` does, and keeps it."""
    first = "import calmony_desktop.cli, calmony_desktop.cli.window"
    child = f"{first}, calmony_desktop.app, linecache; print(*linecache.cache)"
    read = subprocess.check_output([sys.executable, "-c", child], text=True)
    assert "calmony_desktop/ui/main_window.py" not in read.replace("\\", "/")


def test_the_window_needs_qt_and_the_store() -> None:
    assert {"PySide6", "peewee"} <= packages_imported_by("calmony_desktop.app")


def test_the_command_line_starts_without_qt() -> None:
    assert "PySide6" not in packages_imported_by("calmony_desktop.cli")


def test_the_command_line_of_the_window_starts_without_the_store() -> None:
    """A second start only leaves a request."""
    assert "peewee" not in packages_imported_by("calmony_desktop.cli.window")
