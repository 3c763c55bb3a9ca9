"""Both commands as people and scripts run them: real processes, real files."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

Run = subprocess.CompletedProcess[str]

NAUGHTY = "Zoë \x1b[31mNúñez\x07"

RECORDS: list[dict[str, Any]] = [
    {
        "object": "customer",
        "id": "cus_1",
        "name": "Beatriz Núñez",
        "email": "b@x.example",
        "created": 1_700_000_000,
        "address": {"line1": "Calle 5", "city": "Madrid", "country": "ES"},
    },
    {"object": "customer", "id": "cus_2", "created": 1_700_000_001},
    {
        "object": "payment_intent",
        "id": "pi_1",
        "customer": "cus_1",
        "amount": 4900,
        "amount_received": 4900,
        "currency": "eur",
        "status": "succeeded",
        "created": 1_700_000_100,
    },
    {
        "object": "payment_intent",
        "id": "pi_2",
        "customer": "cus_1",
        "amount": 1440,
        "currency": "jpy",
        "status": "requires_payment_method",
        "last_payment_error": {"message": "Your card was declined."},
        "created": 1_700_000_200,
    },
    {
        "object": "subscription",
        "id": "sub_1",
        "customer": "cus_1",
        "status": "active",
        "created": 1_700_000_000,
        "currency": "eur",
        "cancel_at_period_end": False,
        "items": {
            "object": "list",
            "data": [
                {
                    "id": "si_1",
                    "object": "subscription_item",
                    "quantity": 1,
                    "current_period_start": 1_772_323_200,
                    "current_period_end": 1_775_001_600,
                    "price": {
                        "id": "price_1",
                        "object": "price",
                        "currency": "eur",
                        "nickname": "Team",
                        "unit_amount": 4900,
                        "recurring": {"interval": "month", "interval_count": 1},
                    },
                }
            ],
        },
    },
    {
        "object": "invoice",
        "id": "in_1",
        "number": "NW-2026-0001",
        "customer": "cus_1",
        "status": "open",
        "currency": "eur",
        "created": 1_772_323_200,
        "due_date": 1_773_532_800,
        "subtotal": 4900,
        "total": 4900,
        "amount_due": 4900,
        "amount_paid": 0,
        "amount_remaining": 4900,
        "lines": {
            "object": "list",
            "data": [
                {
                    "id": "il_1",
                    "object": "line_item",
                    "description": "Team",
                    "amount": 4900,
                    "currency": "eur",
                    "quantity": 1,
                    "period": {"start": 1_772_323_200, "end": 1_775_001_600},
                }
            ],
        },
    },
]


def run_command(command: str, *arguments: object, **options: Any) -> Run:
    """Run ``calmony`` or ``calmony_desktop`` in a process of its own."""
    code = f"import sys; from calmony_desktop.cli import {command}; sys.exit({command}())"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        **{"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 120, **options},
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the records are to lie; nothing is there yet."""
    return tmp_path / "calmony.db"


@pytest.fixture
def calmony(file: Path) -> Callable[..., Run]:
    """Runs ``calmony`` on that file."""

    def run(*arguments: object, **options: Any) -> Run:
        return run_command("calmony", "--database", file, *arguments, **options)

    return run


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a few records, brought in by ``calmony import``."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "records.json").write_text(json.dumps(RECORDS))
    database = folder / "calmony.db"
    ran = run_command("calmony", "--database", database, "import", folder / "records.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    return database


@pytest.fixture
def filled(calmony: Callable[..., Run], file: Path, filled_once: Path) -> Callable[..., Run]:
    """Runs ``calmony`` on a copy of that."""
    shutil.copy(filled_once, file)
    return calmony


def assert_refused(ran: Run, *parts: str) -> None:
    """One line on stderr, nothing on stdout, exit code 1."""
    assert (ran.returncode, ran.stdout) == (1, "")
    assert re.fullmatch(r"calmony(-desktop)?: [^\n]+\.\n", ran.stderr)
    for part in parts:
        assert part in ran.stderr


def as_json(ran: Run) -> Any:
    assert (ran.returncode, ran.stderr) == (0, "")
    return json.loads(ran.stdout)


# Looking


def test_a_customer_is_found_best_first(filled: Callable[..., Run]) -> None:
    assert as_json(filled("search", "nunez", "--json")) == [
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


def test_a_search_is_limited_and_says_so(filled: Callable[..., Run]) -> None:
    assert len(as_json(filled("search", "", "--json"))) == 2
    assert len(as_json(filled("search", "", "--limit", 1, "--json"))) == 1
    assert filled("search", "", "--limit", 1).stdout.endswith("The first 1 of 2 customers.\n")


def test_nobody_found_is_no_error(filled: Callable[..., Run]) -> None:
    assert as_json(filled("search", "nobody at all", "--json")) == []
    assert filled("search", "nobody").stdout == "No customer matches “nobody”.\n"


def test_a_customer_is_shown_with_all_that_the_window_shows(filled: Callable[..., Run]) -> None:
    shown = as_json(filled("show", "cus_1", "--json"))
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


def test_a_customer_is_shown_to_people(filled: Callable[..., Run]) -> None:
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


def test_an_unknown_customer_is_told(filled: Callable[..., Run]) -> None:
    assert_refused(filled("show", "cus_unknown"), "no customer cus_unknown")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_what_records_hold_never_reaches_the_terminal_raw(
    encoding: str, calmony: Callable[..., Run], tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text(json.dumps({**RECORDS[0], "name": NAUGHTY, "description": "東京\x9b2J"}))
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
def test_a_reader_who_has_seen_enough_is_no_error(filled: Callable[..., Run]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    for arguments in (["search", ""], ["show", "cus_1", "--json"], ["search", "--help"]):
        ran = filled(*arguments, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
        assert (ran.returncode, ran.stderr) == (0, "")
    os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_output_that_cannot_be_written_is_an_error(filled: Callable[..., Run]) -> None:
    with Path("/dev/full").open("w") as full:
        ran = filled("search", "", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ran.returncode == 1
    assert ran.stderr == "calmony: The output could not be written: No space left on device.\n"


# Bringing in and writing out


def test_an_import_tells_what_came_in_and_again_what_did_not_change(
    calmony: Callable[..., Run], tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text(json.dumps([*RECORDS, {"object": "customer"}]))
    report = tmp_path / "report.txt"
    first = calmony("import", source, "--report", report)
    assert (first.returncode, first.stderr) == (0, "")
    assert "records.json" in first.stdout, "the refused object has its line"
    assert report.read_text("utf-8") == first.stdout
    before = as_json(calmony("show", "cus_1", "--json"))
    second = calmony("import", source)
    assert second.returncode == 0
    assert as_json(calmony("show", "cus_1", "--json")) == before


def test_an_import_without_anything_usable_is_an_error(
    calmony: Callable[..., Run], tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text('{"object": "customer"}')
    ran = calmony("import", source)
    assert ran.returncode == 1
    assert "records.json" in ran.stdout
    assert re.fullmatch(r"calmony: [^\n]+\.\n", ran.stderr)


def test_a_dry_run_leaves_nothing_behind(
    calmony: Callable[..., Run], file: Path, tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text(json.dumps(RECORDS))
    ran = calmony("import", source, "--dry-run")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "dry run" in ran.stdout
    assert not file.exists()


def test_a_dry_run_on_records_changes_none(filled: Callable[..., Run], tmp_path: Path) -> None:
    source = tmp_path / "changed.json"
    source.write_text(json.dumps({**RECORDS[0], "name": "Somebody Else", "id": "cus_3"}))
    assert filled("import", "--dry-run", source).returncode == 0
    assert len(as_json(filled("search", "", "--json"))) == 2


def test_a_report_that_cannot_be_saved_is_told_and_the_records_are_in(
    calmony: Callable[..., Run], tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text(json.dumps(RECORDS))
    ran = calmony("import", source, "--report", tmp_path / "nowhere" / "report.txt")
    assert ran.returncode == 1
    assert ran.stdout
    assert re.fullmatch(r"calmony: [^\n]+was not saved[^\n]+\n", ran.stderr)
    assert len(as_json(calmony("search", "", "--json"))) == 2


@pytest.mark.parametrize("path", ["missing.json", "missing/folder"])
def test_a_missing_path_is_told(path: str, calmony: Callable[..., Run], tmp_path: Path) -> None:
    ran = calmony("import", tmp_path / path)
    assert ran.returncode == 1
    assert path in ran.stderr + ran.stdout
    assert ran.stderr.count("\n") == 1


def test_what_was_exported_comes_in_again_without_a_change(
    filled: Callable[..., Run], tmp_path: Path
) -> None:
    exported = filled("export", tmp_path / "out")
    assert (exported.returncode, exported.stderr) == (0, "")
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {
        "customers.jsonl",
        "payment_intents.jsonl",
        "subscriptions.jsonl",
        "invoices.jsonl",
    }
    before = [as_json(filled("show", id, "--json")) for id in ("cus_1", "cus_2")]
    assert filled("import", tmp_path / "out").returncode == 0
    assert [as_json(filled("show", id, "--json")) for id in ("cus_1", "cus_2")] == before

    elsewhere = ["--database", tmp_path / "elsewhere.db"]
    assert run_command("calmony", *elsewhere, "import", tmp_path / "out").returncode == 0
    after = [
        as_json(run_command("calmony", *elsewhere, "show", id, "--json"))
        for id in ("cus_1", "cus_2")
    ]
    assert after == before


def test_every_customer_of_a_real_export_opens_with_what_is_theirs(
    calmony: Callable[..., Run], shared_data: Path, tmp_path: Path
) -> None:
    ran = calmony("import", shared_data / "stripe-test-mode")
    assert (ran.returncode, ran.stderr) == (0, "")
    payments = json.loads((shared_data / "stripe-test-mode/payment_intents.json").read_text())
    theirs: dict[str, set[str]] = {}
    for payment in payments["data"] if isinstance(payments, dict) else payments:
        theirs.setdefault(payment["customer"], set()).add(payment["id"])
    listed = {customer["id"] for customer in as_json(calmony("search", "", "--json"))}
    for customer_id in sorted(theirs.keys() & listed)[:3]:
        shown = as_json(calmony("show", customer_id, "--json"))
        assert {payment["id"] for payment in shown["payments"]} >= theirs[customer_id]


# Invoices, the demo company and pictures


def test_an_invoice_is_saved_as_a_pdf(filled: Callable[..., Run], tmp_path: Path) -> None:
    target = tmp_path / "invoice.pdf"
    for name in ("in_1", "NW-2026-0001"):
        ran = filled("invoice", name, "-o", target)
        assert (ran.returncode, ran.stderr) == (0, "")
        text = pypdf.PdfReader(io.BytesIO(target.read_bytes())).pages[0].extract_text()
        assert "NW-2026-0001" in text
        target.unlink()


def test_an_invoice_that_is_not_there_leaves_no_file(
    filled: Callable[..., Run], tmp_path: Path
) -> None:
    target = tmp_path / "invoice.pdf"
    assert_refused(filled("invoice", "in_unknown", "-o", target), "no invoice in_unknown")
    assert not target.exists()


def test_an_invoice_for_a_folder_that_is_not_there_is_an_error(
    filled: Callable[..., Run], tmp_path: Path
) -> None:
    target = tmp_path / "nowhere" / "invoice.pdf"
    assert_refused(filled("invoice", "in_1", "-o", target), "no folder")


def test_the_demo_company_fills_an_empty_database_only(calmony: Callable[..., Run]) -> None:
    ran = calmony("demo", "--customers", 5, "--seed", 7)
    assert (ran.returncode, ran.stderr) == (0, "")
    customers = as_json(calmony("search", "", "--json"))
    assert len(customers) == 5
    assert_refused(calmony("demo"), "has customers already")
    assert as_json(calmony("search", "", "--json")) == customers


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_screenshot_is_a_picture_of_the_asked_size(
    theme: str, filled: Callable[..., Run], tmp_path: Path
) -> None:
    target = tmp_path / "window.png"
    ran = filled(
        "screenshot", target, "--customer", "cus_1", "--theme", theme, "--size", "1100x720"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    picture = target.read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [1100, 720]


def test_a_screenshot_needs_no_display(filled: Callable[..., Run], tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    without = {name: value for name, value in os.environ.items() if name not in hidden}
    target = tmp_path / "window.png"
    ran = filled("screenshot", target, "--customer", "cus_1", env=without)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert target.exists()


def test_a_screenshot_of_an_unknown_customer_leaves_no_file(
    filled: Callable[..., Run], tmp_path: Path
) -> None:
    target = tmp_path / "window.png"
    ran = filled("screenshot", target, "--customer", "cus_unknown")
    assert_refused(ran, "no customer cus_unknown")
    assert not target.exists()


# Databases


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "a"],
        ["show", "cus_1"],
        ["export", "out"],
        ["invoice", "in_1", "-o", "invoice.pdf"],
        ["screenshot", "window.png", "--customer", "cus_1"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_needs_records_makes_no_database(
    arguments: list[str], calmony: Callable[..., Run], tmp_path: Path
) -> None:
    assert_refused(calmony(*arguments, cwd=tmp_path), "There is no database")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["search", "a"], ["import", "."], ["demo"]], ids=str)
def test_the_file_of_another_program_is_refused_and_left_alone(
    arguments: list[str], calmony: Callable[..., Run], file: Path
) -> None:
    file.write_bytes(b"id,name\ncus_1,Anna\n")
    assert_refused(calmony(*arguments, cwd=file.parent), "was not made by Calmony Desktop")
    assert file.read_bytes() == b"id,name\ncus_1,Anna\n"


def test_the_environment_names_the_database_unless_the_command_line_does(
    filled: Callable[..., Run], file: Path, tmp_path: Path
) -> None:
    environment = {**os.environ, "CALMONY_DATABASE": str(file)}
    assert len(as_json(run_command("calmony", "search", "", "--json", env=environment))) == 2
    elsewhere = ["--database", tmp_path / "missing.db"]
    assert_refused(run_command("calmony", *elsewhere, "search", "", env=environment), "missing.db")


# Ctrl+C


def interrupted(arguments: list[object]) -> tuple[int, str]:
    """Run ``calmony`` on a terminal and press Ctrl+C once it says how far it is."""
    import pty

    terminal, its_stderr = pty.openpty()
    code = "import sys; from calmony_desktop.cli import calmony; sys.exit(calmony())"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=its_stderr,
    )
    os.close(its_stderr)
    written = b""
    is_sent = False
    while True:
        try:
            read = os.read(terminal, 1024)
        except OSError:
            break
        written += read
        if not read:
            break
        if not is_sent and b" of " in written:
            process.send_signal(signal.SIGINT)
            is_sent = True
    os.close(terminal)
    return process.wait(), written.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_an_interrupted_import_leaves_nothing_and_says_so(
    calmony: Callable[..., Run], file: Path, tmp_path: Path
) -> None:
    source = tmp_path / "customers.jsonl"
    with source.open("w") as lines:
        for number in range(20_000):
            lines.write(json.dumps({**RECORDS[0], "id": f"cus_{number}"}) + "\n")
    code, written = interrupted(["--database", file, "import", source])
    assert code == 130, written
    assert written.endswith("calmony: Interrupted; nothing was changed.\r\n")
    assert "Traceback" not in written
    assert as_json(calmony("search", "", "--json")) == []


# The window


def test_the_window_says_so_where_there_is_no_display(file: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have one")
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    without = {name: value for name, value in os.environ.items() if name not in hidden}
    ran = run_command("calmony_desktop", "--database", file, env=without)
    assert_refused(ran, "no display")
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
