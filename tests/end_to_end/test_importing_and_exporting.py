"""Records come in from the command line, and go out again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# Bringing in and writing out


def test_an_import_tells_what_came_in_and_again_what_did_not_change(
    calmony: Any, records: Any, tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text(json.dumps([*records, {"object": "customer"}]))
    report = tmp_path / "report.txt"
    first = calmony("import", source, "--report", report)
    assert (first.returncode, first.stderr) == (0, "")
    assert "records.json" in first.stdout, "the refused object has its line"
    assert report.read_text("utf-8") == first.stdout
    before = calmony.json("show", "cus_1")
    second = calmony("import", source)
    assert second.returncode == 0
    assert calmony.json("show", "cus_1") == before


def test_an_import_without_anything_usable_is_an_error(calmony: Any, tmp_path: Path) -> None:
    source = tmp_path / "records.json"
    source.write_text('{"object": "customer"}')
    ran = calmony("import", source)
    assert ran.returncode == 1
    assert "records.json" in ran.stdout
    assert re.fullmatch(r"calmony: [^\n]+\.\n", ran.stderr)


def test_nothing_to_import_is_no_error(calmony: Any, command: Any, tmp_path: Path) -> None:
    source = tmp_path / "records.json"
    source.write_text("[]")
    ran = calmony("import", source)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert calmony("export", tmp_path / "out").returncode == 0
    for elsewhere in (calmony, command(tmp_path / "elsewhere.db")):
        ran = elsewhere("import", tmp_path / "out")
        assert (ran.returncode, ran.stderr) == (0, "")


def test_a_long_list_of_what_is_not_kept_is_whole_in_the_saved_report(
    calmony: Any, tmp_path: Path
) -> None:
    source, report = tmp_path / "coupons.json", tmp_path / "report.txt"
    coupons = [{"object": "coupon", "id": f"OFF{number}"} for number in range(25)]
    source.write_text(json.dumps(coupons))
    ran = calmony("import", source, "--report", report)
    assert ran.returncode == 1, "all that was found is of no use"
    assert ran.stdout.count("coupon OFF") == 20
    assert "and 5 more" in ran.stdout
    assert report.read_text("utf-8").count("coupon OFF") == 25


def test_a_dry_run_leaves_nothing_behind(
    calmony: Any, file: Path, records: Any, tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text(json.dumps(records))
    ran = calmony("import", source, "--dry-run")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "dry run" in ran.stdout
    assert not file.exists()


def test_a_dry_run_on_records_changes_none(filled: Any, records: Any, tmp_path: Path) -> None:
    source = tmp_path / "changed.json"
    source.write_text(json.dumps({**records[0], "name": "Somebody Else", "id": "cus_3"}))
    assert filled("import", "--dry-run", source).returncode == 0
    assert len(filled.json("search", "")) == 2


def test_a_report_that_cannot_be_saved_is_told_and_the_records_are_in(
    calmony: Any, records: Any, tmp_path: Path
) -> None:
    source = tmp_path / "records.json"
    source.write_text(json.dumps(records))
    ran = calmony("import", source, "--report", tmp_path / "nowhere" / "report.txt")
    assert ran.returncode == 1
    assert ran.stdout
    assert re.fullmatch(r"calmony: [^\n]+was not saved[^\n]+\n", ran.stderr)
    assert len(calmony.json("search", "")) == 2


@pytest.mark.parametrize("path", ["missing.json", "missing/folder"])
def test_a_missing_path_is_told(path: str, calmony: Any, tmp_path: Path) -> None:
    ran = calmony("import", tmp_path / path)
    assert ran.returncode == 1
    assert path in ran.stderr + ran.stdout
    assert ran.stderr.count("\n") == 1


def test_what_was_exported_comes_in_again_without_a_change(
    filled: Any, command: Any, tmp_path: Path
) -> None:
    exported = filled("export", tmp_path / "out")
    assert (exported.returncode, exported.stderr) == (0, "")
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {
        "customers.jsonl",
        "payment_intents.jsonl",
        "subscriptions.jsonl",
        "invoices.jsonl",
    }
    before = [filled.json("show", id) for id in ("cus_1", "cus_2")]
    assert filled("import", tmp_path / "out").returncode == 0
    assert [filled.json("show", id) for id in ("cus_1", "cus_2")] == before

    elsewhere = command(tmp_path / "elsewhere.db")
    assert elsewhere("import", tmp_path / "out").returncode == 0
    assert [elsewhere.json("show", id) for id in ("cus_1", "cus_2")] == before


def test_every_customer_of_a_real_export_opens_with_what_is_theirs(
    calmony: Any, shared_data: Path, tmp_path: Path
) -> None:
    ran = calmony("import", shared_data / "stripe-test-mode")
    assert (ran.returncode, ran.stderr) == (0, "")
    payments = json.loads((shared_data / "stripe-test-mode/payment_intents.json").read_text())
    theirs: dict[str, set[str]] = {}
    for payment in payments["data"] if isinstance(payments, dict) else payments:
        theirs.setdefault(payment["customer"], set()).add(payment["id"])
    listed = {customer["id"] for customer in calmony.json("search", "")}
    for customer_id in sorted(theirs.keys() & listed)[:3]:
        shown = calmony.json("show", customer_id)
        assert {payment["id"] for payment in shown["payments"]} >= theirs[customer_id]


# Ctrl+C


def interrupted(line: list[object]) -> tuple[int, str]:
    """Run a command line on a terminal and press Ctrl+C once it says how far it is."""
    import pty

    terminal, its_stderr = pty.openpty()
    process = subprocess.Popen(
        [*map(str, line)],
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
    calmony: Any, file: Path, records: Any, tmp_path: Path
) -> None:
    source = tmp_path / "customers.jsonl"
    with source.open("w") as lines:
        for number in range(20_000):
            lines.write(json.dumps({**records[0], "id": f"cus_{number}"}) + "\n")
    code, written = interrupted([*calmony.line, "import", source])
    assert code == 130, written
    assert written.endswith("calmony: Interrupted; nothing was changed.\r\n")
    assert "Traceback" not in written
    assert calmony.json("search", "") == []
