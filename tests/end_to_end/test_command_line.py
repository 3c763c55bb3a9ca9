"""Looking, saving and opening from the command line."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

NAUGHTY = "Zoë \x1b[31mNúñez\x07"

# Looking


def test_a_customer_is_found_best_first(filled: Any) -> None:
    assert filled.json("search", "nunez") == [
        {
            "id": "cus_1",
            "name": "Beatriz Núñez",
            "email": "b@x.example",
            "needs_attention": False,
        }
    ]
    found = filled("search", "NW-2026-0001")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == "cus_1  Beatriz Núñez  b@x.example\n1 customer.\n"


def test_a_search_is_limited_and_says_so(filled: Any) -> None:
    assert len(filled.json("search", "")) == 2
    assert len(filled.json("search", "", "--limit", 1)) == 1
    assert filled("search", "", "--limit", 1).stdout.endswith("The first 1 of 2 customers.\n")


def test_nobody_found_is_no_error(filled: Any) -> None:
    assert filled.json("search", "nobody at all") == []
    assert filled("search", "nobody").stdout == "No customer matches “nobody”.\n"


def test_a_customer_is_shown_with_all_that_the_window_shows(filled: Any) -> None:
    shown = filled.json("show", "cus_1")
    assert set(shown) == {"customer", "payments", "subscriptions", "invoices"}
    customer = shown["customer"]
    assert (customer["id"], customer["name"], customer["country"]) == (
        "cus_1",
        "Beatriz Núñez",
        "ES",
    )
    assert customer["total_paid"] == [{"amount": 4900, "currency": "EUR"}]
    assert customer["open_balance"] == [{"amount": 4900, "currency": "EUR"}]
    assert customer["next_charge"]["on"] == "2026-04-01"
    assert [
        (row["id"], row["amount"], row["currency"], row["status"], row["raw_status"])
        for section in ("payments", "subscriptions", "invoices")
        for row in shown[section]
    ] == [
        ("pi_2", 1440, "JPY", "failed", "requires_payment_method"),
        ("pi_1", 4900, "EUR", "succeeded", "succeeded"),
        ("sub_1", 4900, "EUR", "active", "active"),
        ("in_1", 4900, "EUR", "open", "open"),
    ]
    (subscription,) = shown["subscriptions"]
    assert (subscription["plan"], subscription["interval"]) == ("Team", "month")
    assert subscription["next_billing_date"] == "2026-04-01"
    (invoice,) = shown["invoices"]
    assert (invoice["number"], invoice["issued_on"], invoice["due_on"]) == (
        "NW-2026-0001",
        "2026-03-01",
        "2026-03-15",
    )


def test_a_customer_is_shown_to_people(filled: Any) -> None:
    shown = filled("show", "https://pay.example/dashboard/customers/cus_1")
    assert (shown.returncode, shown.stderr) == (0, "")
    for part in (
        "Beatriz Núñez",
        "Payment History (2)",
        "1,440 JPY  failed",
        "49.00 EUR  succeeded",
        "Active Subscriptions (1)",
        "49.00 EUR / month  active  next billing date 2026-04-01",
        "Invoices (1)",
        "due 2026-03-15",
    ):
        assert part in shown.stdout


def test_an_unknown_customer_is_told(filled: Any) -> None:
    assert "no customer cus_unknown" in filled.refused("show", "cus_unknown")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_what_records_hold_never_reaches_the_terminal_raw(
    encoding: str, calmony: Any, records: Any, tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text(json.dumps({**records[0], "name": NAUGHTY, "description": "東京\x9b2J"}))
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for arguments in (
        ["import", source],
        ["search", "zoe"],
        ["search", "zoe", "--json"],
        ["show", "cus_1"],
        ["show", "cus_1", "--json"],
        ["show", NAUGHTY],
    ):
        ran = calmony(*arguments, env=environment, encoding=encoding)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", ran.stdout + ran.stderr)
        assert "Traceback" not in ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of pipe")
def test_a_reader_who_has_seen_enough_is_no_error(filled: Any) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    for arguments in (["search", ""], ["show", "cus_1", "--json"], ["search", "--help"]):
        ran = filled(*arguments, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
        assert (ran.returncode, ran.stderr) == (0, "")
    os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_output_that_cannot_be_written_is_an_error(filled: Any) -> None:
    with Path("/dev/full").open("w") as full:
        ran = filled("search", "", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ran.returncode == 1
    assert ran.stderr == "calmony: The output could not be written: No space left on device.\n"


# Invoices, the demo company and pictures


def test_an_invoice_is_saved_as_a_pdf(filled: Any, tmp_path: Path) -> None:
    target = tmp_path / "invoice.pdf"
    for name in ("in_1", "NW-2026-0001"):
        ran = filled("invoice", name, "-o", target)
        assert (ran.returncode, ran.stderr) == (0, "")
        text = pypdf.PdfReader(io.BytesIO(target.read_bytes())).pages[0].extract_text()
        assert "NW-2026-0001" in text
        target.unlink()


def test_an_invoice_that_is_not_there_leaves_no_file(filled: Any, tmp_path: Path) -> None:
    target = tmp_path / "invoice.pdf"
    assert "no invoice in_unknown" in filled.refused("invoice", "in_unknown", "-o", target)
    assert not target.exists()


def test_an_invoice_for_a_folder_that_is_not_there_is_an_error(filled: Any, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "invoice.pdf"
    assert "no folder" in filled.refused("invoice", "in_1", "-o", target)


def test_the_demo_company_fills_an_empty_database_only(calmony: Any) -> None:
    ran = calmony("demo", "--customers", 5, "--seed", 7)
    assert (ran.returncode, ran.stderr) == (0, "")
    customers = calmony.json("search", "")
    assert len(customers) == 5
    assert "has customers already" in calmony.refused("demo")
    assert calmony.json("search", "") == customers


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_screenshot_is_a_picture_of_the_asked_size(
    theme: str, filled: Any, tmp_path: Path
) -> None:
    target = tmp_path / "window.png"
    ran = filled(
        "screenshot", target, "--customer", "cus_1", "--theme", theme, "--size", "1100x720"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    picture = target.read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [1100, 720]


def test_a_screenshot_leaves_the_users_own_window_as_they_left_it(
    filled: Any, tmp_path: Path, isolated_user: Path
) -> None:
    filled("screenshot", tmp_path / "window.png", "--customer", "cus_1")
    assert not list(isolated_user.rglob("window.ini"))


def test_a_size_below_the_smallest_is_refused(filled: Any, tmp_path: Path) -> None:
    target = tmp_path / "window.png"
    ran = filled.refused("screenshot", target, "--customer", "cus_1", "--size", "300x200")
    assert "900x600" in ran
    assert not target.exists()


def test_a_screenshot_needs_no_display(filled: Any, tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    without = {name: value for name, value in os.environ.items() if name not in hidden}
    target = tmp_path / "window.png"
    ran = filled("screenshot", target, "--customer", "cus_1", env=without)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert target.exists()


def test_a_screenshot_of_an_unknown_customer_leaves_no_file(filled: Any, tmp_path: Path) -> None:
    target = tmp_path / "window.png"
    ran = filled.refused("screenshot", target, "--customer", "cus_unknown")
    assert "no customer cus_unknown" in ran
    assert not target.exists()


# Databases


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "a"],
        ["show", "cus_1"],
        ["export", "out"],
        ["invoice", "in_1", "-o", "invoice.pdf"],
        ["invoices", "out"],
        ["screenshot", "window.png", "--customer", "cus_1"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_needs_records_makes_no_database(
    arguments: list[str], calmony: Any, tmp_path: Path
) -> None:
    assert "There is no database" in calmony.refused(*arguments, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["search", "a"], ["import", "."], ["demo"]], ids=str)
def test_the_file_of_another_program_is_refused_and_left_alone(
    arguments: list[str], calmony: Any, file: Path
) -> None:
    file.write_bytes(b"id,name\ncus_1,Anna\n")
    assert "was not made by Calmony Desktop" in calmony.refused(*arguments, cwd=file.parent)
    assert file.read_bytes() == b"id,name\ncus_1,Anna\n"


def test_the_environment_names_the_database_unless_the_command_line_does(
    command: Any, filled: Any, file: Path, tmp_path: Path
) -> None:
    environment = {**os.environ, "CALMONY_DATABASE": str(file)}
    assert len(command(None).json("search", "", env=environment)) == 2
    elsewhere = command(tmp_path / "missing.db")
    assert "missing.db" in elsewhere.refused("search", "", env=environment)


# The window


def test_the_window_says_so_where_there_is_no_display(command: Any, file: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have one")
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    without = {name: value for name, value in os.environ.items() if name not in hidden}
    assert "no display" in command(file, "calmony_desktop").refused(env=without)
    assert not file.exists()


@pytest.fixture
def window(file: Path) -> Iterator[subprocess.Popen[str]]:
    """The window, opened by ``python -m calmony_desktop`` on a missing file."""
    with subprocess.Popen(
        [sys.executable, "-m", "calmony_desktop", "--database", file, "--customer", "cus_1"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_the_window_makes_its_database_and_stays_open(
    window: subprocess.Popen[str], file: Path
) -> None:
    while not Path(f"{file}-wal").exists() and window.poll() is None:
        time.sleep(0.02)
    assert window.poll() is None
    window.terminate()
    assert window.stderr is not None
    assert window.stderr.read() == ""
