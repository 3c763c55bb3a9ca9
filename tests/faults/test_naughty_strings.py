"""Every naughty string through store, search, import, export, labels and file names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.download_invoice import suggested_file_name
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.export_table import harmless
from calmony_desktop.operations.import_records import import_objects, import_paths
from calmony_desktop.operations.save_business_details import save_business_details
from calmony_desktop.operations.undo_cancellation import undo_cancellation
from calmony_desktop.operations.write_file import write_whole
from calmony_desktop.store import activity, business, customers
from calmony_desktop.store.database import close_database, open_database
from calmony_desktop.store.models import Customer
from calmony_desktop.store.search import CustomerSearch, SearchResult
from calmony_desktop.store.search_keys import fold
from calmony_desktop.ui import plain_text

from .conftest import IS_LONG, Tally
from .deeds import NOW, Base
from .naughty import naughty_strings

STRINGS = naughty_strings()
SOME = STRINGS if IS_LONG else STRINGS[::12]
GOAL = 500


def counted(tally: Tally, where: str, strings: list[str], wrong: list[str]) -> None:
    tally(f"naughty strings: {where}", runs=len(strings), goal=GOAL, lost=wrong)


def tried(
    strings: list[str], attempt: Callable[[str], object], *, may_be_refused: bool = False
) -> list[str]:
    """What ``attempt`` made of each that was neither right (None or True) nor a KnownError."""
    wrong = []
    for text in strings:
        try:
            is_right = attempt(text) in (None, True)
        except KnownError as error:
            is_right = may_be_refused and str(error).endswith((".", "?"))
        except Exception as error:
            wrong.append(f"{text[:60]!r}: {type(error).__name__}: {error}")
            continue
        if not is_right:
            wrong.append(f"{text[:60]!r} came out wrong")
    return wrong


@pytest.fixture
def company(work: Callable[[], Path]) -> Iterator[None]:
    open_database(work() / "calmony.db")
    yield
    close_database()


def customer(number: int, text: str) -> dict[str, Any]:
    return {
        "id": f"cus_{number}",
        "object": "customer",
        "created": NOW,
        "name": text,
        "email": text,
        "phone": text,
        "description": text,
        "address": {"line1": text, "city": text, "country": text},
    }


def stored() -> dict[str, Any]:
    return {row.id: row for row in Customer.select()}


def test_the_list_is_long_enough() -> None:
    assert len(STRINGS) >= GOAL


@pytest.mark.usefixtures("company")
def test_the_store_keeps_what_a_person_writes(base: Base, tally: Tally) -> None:
    """In a note, in the business's own details: kept as it is, or refused in a sentence."""
    kept = business.details()
    texts = iter(range(10**6))

    def write(text: str) -> bool:
        number = next(texts)
        operation = f"note-{number}"
        cancel_subscription(base.ids["cancel"], operation_id=operation, note=text)
        entry = activity.find(operation)
        undo_cancellation(base.ids["cancel"], operation_id=f"{operation}-undone")
        save_business_details(replace(kept, seller=replace(kept.seller, name=text)))
        assert entry is not None
        return entry.note == (text.strip() or None) and business.seller().name == text

    wrong = tried(SOME, write, may_be_refused=True)
    wrong += [each.sentence for each in check_database().findings]
    counted(tally, "store", SOME, wrong)


@pytest.mark.usefixtures("company")
def test_the_search_takes_anything(tally: Tally) -> None:
    def search(text: str) -> None:
        found = SearchResult(CustomerSearch(text))
        assert len(found.page(0, 50)) <= found.count()

    counted(tally, "search", SOME, tried(SOME, search))


@pytest.mark.usefixtures("database")
def test_what_comes_in_goes_out_and_comes_in_again(tmp_path: Path, tally: Tally) -> None:
    source = tmp_path / "naughty.jsonl"
    objects = [customer(number, text) for number, text in enumerate(STRINGS)]
    source.write_text("\n".join(map(json.dumps, objects)))
    import_paths([source])
    here = stored()
    assert len(here) == len(STRINGS), "a name is no reason to refuse a customer"
    export_records(tmp_path / "out")
    close_database()
    open_database(tmp_path / "again.db")
    import_paths([tmp_path / "out"])
    again = stored()
    wrong = [
        f"{text[:60]!r} came back as another"
        for number, text in enumerate(STRINGS)
        if kept(here[f"cus_{number}"]) != kept(again[f"cus_{number}"])
    ]
    some = [f"cus_{STRINGS.index(text)}" for text in SOME]
    wrong += tried(some, lambda each: customers.detail(each) is not None)
    wrong += tried(some, lambda each: _is_found(here[each].name or "", each))
    counted(tally, "import, export", STRINGS, wrong)


def _is_found(name: str, customer_id: str) -> bool:
    search = CustomerSearch(name)
    return not fold(search.term) or SearchResult(search).position(customer_id) is not None


def kept(row: Any) -> dict[str, Any]:
    """The columns of a customer, less the number that only this file gave it."""
    return {name: value for name, value in row.__data__.items() if name != "key"}


@pytest.mark.usefixtures("database")
def test_no_id_does_harm(tally: Tally) -> None:
    """An id is refused or kept as it is, and found by it."""

    def bring_in(text: str) -> bool:
        import_objects([customer(0, "Anna") | {"id": text}], source="naughty")
        return not customers.exists(text) or customers.detail(text) is not None

    counted(tally, "ids", SOME, tried(SOME, bring_in, may_be_refused=True))


def test_a_spreadsheet_runs_none_and_reads_each_back(tally: Tally) -> None:
    def write(text: str) -> bool:
        cell = harmless(text)
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerow([cell, "end"])
        read = next(csv.reader(io.StringIO(buffer.getvalue(), newline=""), strict=True), None)
        return read == [cell, "end"] and cell.removeprefix("'") == text.removeprefix("'")

    # Neither is ever stored, and csv itself does not read them.
    strings = [text for text in STRINGS if "\x00" not in text and len(text) <= 5_000]
    counted(tally, "spreadsheets", strings, tried(strings, write))


def test_a_label_shows_each_as_plain_text(qtbot: Any, tally: Tally) -> None:
    label, elided = plain_text.label(), plain_text.ElidedLabel()
    for widget in (label, elided):
        qtbot.addWidget(widget)
        widget.resize(200, 40)
        widget.show()

    def show(text: str) -> bool:
        # Qt's own text has no lone surrogates, and takes a byte order mark off its beginning.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")[:5_000]
        text = text.lstrip("\ufeff\ufffe")
        for widget in (label, elided):
            widget.setText(text)
            widget.grab()
        label.setToolTip(plain_text.tooltip(text))
        box = plain_text.message_box(None, QMessageBox.Icon.Warning, "Title", text, text)
        qtbot.addWidget(box)
        parts = [label, elided, *box.findChildren(QLabel)]
        formats = {part.textFormat() for part in parts if part.text()}
        box.deleteLater()
        return label.text() == text and formats <= {Qt.TextFormat.PlainText}

    counted(tally, "labels", SOME, tried(SOME, show))


def test_a_file_name_is_one_and_stays_in_its_folder(tmp_path: Path, tally: Tally) -> None:
    def write(text: str) -> bool:
        name = suggested_file_name(text, text)
        write_whole(tmp_path / name, b"x")
        (only,) = tmp_path.iterdir()
        only.unlink()
        return only.name == name and name.endswith(".pdf") and len(name) <= 80

    counted(tally, "file names", SOME, tried(SOME, write))
