"""Many invoices saved at once: what is in the folder or the zip afterwards, whatever happens."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import pypdf
import pytest

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.errors import KnownError
from calmony_desktop.operations import render_invoice, write_file
from calmony_desktop.operations.download_invoices import (
    BulkReport,
    InvoiceSelection,
    download_invoices,
)
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.operations.render_invoice import render_stored_invoice
from calmony_desktop.store import business, invoices

from .conftest import FIRST_DAY, add_customer, add_invoice

EVERYTHING = InvoiceSelection()
ALL_FILES = ["IN_0 Anna.pdf", "IN_1 Anna.pdf", "IN_2 Anna.pdf", "IN_B Berta.pdf", "index.csv"]


@pytest.fixture(params=["folder", "zip"])
def as_zip(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "zip")


@pytest.fixture
def target(tmp_path: Path, as_zip: bool) -> Path:
    """Where the download goes: the folder it is in holds nothing else."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder / ("invoices.zip" if as_zip else "invoices")


def contents(target: Path) -> dict[str, bytes]:
    """The files of a download by name."""
    if target.is_dir():
        return {path.name: path.read_bytes() for path in target.iterdir()}
    with ZipFile(target) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def index_of(target: Path) -> list[dict[str, str]]:
    data = contents(target)["index.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def stop_at(number: int) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if done == number:
            raise Cancelled

    return progress


# What is made


def test_each_invoice_is_a_file_as_if_saved_alone(
    company: Path, target: Path, as_zip: bool
) -> None:
    report = download_invoices(EVERYTHING, target, as_zip=as_zip)
    files = contents(target)
    assert sorted(files) == ALL_FILES
    for invoice_id, name in (("in_0", "IN_0 Anna.pdf"), ("in_b", "IN_B Berta.pdf")):
        assert files[name] == render_stored_invoice(invoice_id).pdf
    text = pypdf.PdfReader(io.BytesIO(files["IN_1 Anna.pdf"])).pages[0].extract_text()
    assert "IN_1" in text
    assert (report.made, report.failed, report.index) == (4, 0, "index.csv")


def test_the_index_lists_them_in_order_of_issue(company: Path, target: Path, as_zip: bool) -> None:
    download_invoices(EVERYTHING, target, as_zip=as_zip)
    rows = index_of(target)
    assert [row["number"] for row in rows] == ["IN_0", "IN_B", "IN_1", "IN_2"]
    assert rows[0] == {
        "number": "IN_0",
        "customer_id": "cus_1",
        "name": "Anna",
        "issued_on": "2026-03-01",
        "due_on": "",
        "status": "open",
        "currency": "EUR",
        "total": "49.00",
        "amount_due": "49.00",
        "file": "IN_0 Anna.pdf",
    }


def test_a_spreadsheet_runs_nothing_of_the_index(database: Path, tmp_path: Path) -> None:
    add_customer("cus_1", "x")
    name = "=HYPERLINK(1)"
    add_invoice("in_1", number="@SUM(1)", buyer={"name": name}, currency="JPY", total=1200)
    add_invoice("in_2", status="void", raw_status="void")
    download_invoices(EVERYTHING, tmp_path / "out", as_zip=False)
    rows = {row["number"]: row for row in index_of(tmp_path / "out")}
    row = rows["'@SUM(1)"]
    assert (row["name"], row["total"], row["currency"]) == (f"'{name}", "1200", "JPY")
    assert rows["IN_2"]["amount_due"] == "0.00", "as its PDF says"


def test_drafts_are_left_out_and_reported(company: Path, target: Path, as_zip: bool) -> None:
    report = download_invoices(EVERYTHING, target, as_zip=as_zip)
    assert report.drafts == ["in_draft"]
    assert report.has_remarks
    assert "Left out, 1 draft: a draft has no PDF yet.\n    in_draft\n" in report.as_text()


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (InvoiceSelection("cus_2"), ["IN_B"]),
        (InvoiceSelection("cus_1", date(2026, 3, 2)), ["IN_1", "IN_2"]),
        (InvoiceSelection(None, date(2026, 3, 2), date(2026, 3, 2)), ["IN_1"]),
        (InvoiceSelection(None, None, date(2026, 3, 1)), ["IN_0", "IN_B"]),
    ],
    ids=str,
)
def test_a_customer_and_a_period_inclusive_of_its_days_are_selected(
    selection: InvoiceSelection, names: list[str], company: Path, tmp_path: Path
) -> None:
    download_invoices(selection, tmp_path / "out", as_zip=False)
    assert [row["number"] for row in index_of(tmp_path / "out")] == names


def test_two_invoices_of_one_name_are_two_files(database: Path, target: Path, as_zip: bool) -> None:
    add_customer("cus_1", "Anna")
    for number in range(3):
        add_invoice(f"in_{number}", number="A-1", total=100 + number)
    download_invoices(EVERYTHING, target, as_zip=as_zip)
    assert [(row["file"], row["total"]) for row in index_of(target)] == [
        ("A-1 Anna.pdf", "1.00"),
        ("A-1 Anna (2).pdf", "1.01"),
        ("A-1 Anna (3).pdf", "1.02"),
    ]
    assert len(contents(target)) == 4


def test_no_file_of_a_folder_is_replaced(company: Path, tmp_path: Path) -> None:
    for name in ("IN_0 Anna.pdf", "index.csv", "other.txt"):
        (tmp_path / name).write_bytes(b"before")
    (tmp_path / "IN_1 Anna.pdf").symlink_to(tmp_path / "nowhere")
    report = download_invoices(InvoiceSelection("cus_1"), tmp_path, as_zip=False)
    files = {path.name for path in tmp_path.iterdir() if not path.name.startswith("calmony.db")}
    assert files == {
        *("IN_0 Anna.pdf", "index.csv", "other.txt", "IN_1 Anna.pdf"),
        *("IN_0 Anna (2).pdf", "IN_1 Anna (2).pdf", "IN_2 Anna.pdf", "index (2).csv"),
    }
    assert (tmp_path / "IN_0 Anna.pdf").read_bytes() == b"before"
    assert (tmp_path / "index.csv").read_bytes() == b"before"
    assert report.index == "index (2).csv"


def test_the_same_invoices_make_the_same_zip(company: Path, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        download_invoices(EVERYTHING, tmp_path / name, as_zip=True)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_an_invoice_from_before_the_calendar_of_zip_files_is_in_one(
    database: Path, tmp_path: Path
) -> None:
    add_customer("cus_1", "Anna")
    add_invoice("in_1", issued_on=date(1970, 1, 1))
    add_invoice("in_2", issued_on=date(2500, 1, 1))
    download_invoices(EVERYTHING, tmp_path / "a.zip", as_zip=True)
    assert len(contents(tmp_path / "a.zip")) == 3


# What is not


def test_an_invoice_that_cannot_be_drawn_is_reported_and_the_others_are_made(
    company: Path, target: Path, as_zip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = render_invoice.render

    def render(wanted: render_invoice.InvoiceToRender) -> render_invoice.RenderedInvoice:
        if wanted.invoice.id == "in_1":
            raise ZeroDivisionError("no lines")
        return real(wanted)

    monkeypatch.setattr("calmony_desktop.operations.download_invoices.rendering.render", render)
    report = download_invoices(EVERYTHING, target, as_zip=as_zip)
    assert sorted(contents(target)) == [name for name in ALL_FILES if "IN_1" not in name]
    assert len(index_of(target)) == 3
    assert (report.made, report.failed) == (3, 1)
    assert "Not made, 1 invoice: This is a fault in the program" in report.as_text()
    assert "\n    IN_1 Anna\n" in report.as_text()


def test_nothing_is_kept_where_none_could_be_drawn(
    company: Path, target: Path, as_zip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(wanted: object) -> None:
        raise KnownError("The fonts are missing.")

    monkeypatch.setattr("calmony_desktop.operations.download_invoices.rendering.render", render)
    with pytest.raises(KnownError, match=r"None .* The fonts are missing"):
        download_invoices(EVERYTHING, target, as_zip=as_zip)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (InvoiceSelection("cus_unknown"), "No invoice was issued there"),
        (InvoiceSelection(None, date(2030, 1, 1)), "No invoice was issued there"),
        (InvoiceSelection(None, date(2026, 3, 2), date(2026, 3, 1)), "ends before it begins"),
    ],
    ids=str,
)
def test_a_selection_without_invoices_makes_nothing_and_says_so(
    selection: InvoiceSelection, said: str, company: Path, target: Path, as_zip: bool
) -> None:
    with pytest.raises(KnownError, match=said):
        download_invoices(selection, target, as_zip=as_zip)
    assert list(target.parent.iterdir()) == []


def test_only_drafts_are_not_a_download(database: Path, target: Path, as_zip: bool) -> None:
    add_customer("cus_1", "Anna")
    add_invoice("in_1", status="draft", raw_status="draft")
    with pytest.raises(KnownError, match="Drafts have no PDF"):
        download_invoices(EVERYTHING, target, as_zip=as_zip)
    assert list(target.parent.iterdir()) == []


# Leaving in the middle


@pytest.mark.parametrize("processes", [1, 2])
def test_a_download_that_is_cancelled_leaves_nothing(
    processes: int,
    company: Path,
    target: Path,
    as_zip: bool,
    use_processes: Callable[[int], None],
) -> None:
    use_processes(processes)
    for number in (0, 2, 4):
        with pytest.raises(Cancelled):
            download_invoices(EVERYTHING, target, as_zip=as_zip, progress=stop_at(number))
        assert list(target.parent.iterdir()) == []


def test_a_cancelled_download_leaves_what_was_there_before(company: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "IN_0 Anna.pdf").write_bytes(b"before")
    (tmp_path / "out.zip").write_bytes(b"before")
    for name, as_zip in (("out", False), ("out.zip", True)):
        with pytest.raises(Cancelled):
            download_invoices(EVERYTHING, tmp_path / name, as_zip=as_zip, progress=stop_at(3))
    assert contents(tmp_path / "out") == {"IN_0 Anna.pdf": b"before"}
    assert (tmp_path / "out.zip").read_bytes() == b"before"


@pytest.mark.parametrize("nth", [1, 3, 5])
def test_a_disk_that_fills_up_is_told_and_leaves_nothing(
    nth: int, company: Path, target: Path, as_zip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, 0

    def fsync(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        # A zip is brought to the disk once; each file of a folder, and the folder, on its own.
        if as_zip or calls == 2 * nth - 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(write_file.os, "fsync", fsync)
    with pytest.raises(KnownError, match="the disk is full"):
        download_invoices(EVERYTHING, target, as_zip=as_zip)
    assert list(target.parent.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_told(
    company: Path, target: Path, as_zip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        assert path.is_relative_to(target.parent)
        raise PermissionError(errno.EACCES, "Permission denied")

    # Root may write anywhere, so the system's refusal is played.
    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(KnownError, match=r"Choose another one|choose another folder"):
        download_invoices(EVERYTHING, target, as_zip=as_zip)
    monkeypatch.undo()
    assert list(target.parent.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_told(company: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"before")
    with pytest.raises(KnownError, match="can’t be made"):
        download_invoices(EVERYTHING, target, as_zip=False)
    assert target.read_bytes() == b"before"


def test_a_folder_in_the_place_of_the_zip_is_told(company: Path, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="is a folder"):
        download_invoices(EVERYTHING, tmp_path, as_zip=True)


# Progress and the report


def test_progress_counts_every_invoice(company: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    download_invoices(
        EVERYTHING,
        tmp_path / "a.zip",
        as_zip=True,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(number, 4) for number in range(5)]


def test_a_report_names_fifty_and_counts_the_rest(company: Path) -> None:
    report = BulkReport(Path("out"), drafts=[f"in_{number}" for number in range(1234)])
    lines = report.as_text().splitlines()
    assert "Left out, 1,234 drafts: a draft has no PDF yet." in lines
    assert lines[-2:] == ["    in_49", "    and 1,184 more"]


def test_a_name_forges_no_line_of_the_report(database: Path, tmp_path: Path) -> None:
    add_customer("cus_1", "Anna")
    add_invoice("in_1", buyer={"name": "Anna\nNot made, 9 invoices: all \U000f0000"})
    report = download_invoices(EVERYTHING, tmp_path / "out", as_zip=False)
    assert report.made_without, "no font has a character of private use"
    assert "\nNot made" not in report.as_text()


def test_each_invoice_keeps_the_look_that_it_was_issued_with(company: Path) -> None:
    business.save(business.BusinessDetails(Party(name="N"), "UTC", "de", "Letter", b"logo"))
    issued = business.seller().as_dict()
    add_invoice("in_logo", seller=issued)
    business.save(business.BusinessDetails(Party(name="N"), "UTC", "fr", "A4"))
    first, second = render_invoice.prepare(invoices.issued_invoices(["in_0", "in_logo"]))
    assert (first.logo, first.page_size, first.invoice.seller.language) == (None, "A4", "")
    assert (second.logo, second.page_size, second.invoice.seller.language) == (
        b"logo",
        "Letter",
        "de",
    )


def test_a_download_runs_in_a_thread_of_its_own(company: Path, tmp_path: Path) -> None:
    made: list[BulkReport] = []

    def work() -> None:
        selection = InvoiceSelection(None, FIRST_DAY, FIRST_DAY)
        made.append(download_invoices(selection, tmp_path / "out", as_zip=False))

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert made[0].made == 2
