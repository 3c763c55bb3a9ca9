"""Billing, cancelling, checking and handing over from the command line."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import peewee


def test_what_is_due_is_billed_after_a_look(filled: Any) -> None:
    looked = filled("bill", "--through", "2026-05-01", "--dry-run")
    assert looked.returncode == 0
    assert "2 invoices would be issued through 1 May 2026: 98.00 EUR." in looked.stdout
    assert len(filled.json("show", "cus_1")["invoices"]) == 1
    billed = filled("bill", "--through", "2026-05-01")
    assert (billed.returncode, billed.stderr) == (0, "")
    assert "2026-04-01 to 2026-04-30" in billed.stdout
    assert billed.stdout.endswith("2 invoices were issued through 1 May 2026: 98.00 EUR.\n")
    assert len(filled.json("show", "cus_1")["invoices"]) == 3
    again = filled("bill", "--through", "2026-05-01")
    assert (again.returncode, again.stdout) == (0, "Nothing was due through 1 May 2026.\n")
    assert filled("check").stdout.startswith("All is well")


def test_a_subscription_is_cancelled_only_with_yes(filled: Any) -> None:
    asked = filled("cancel", "sub_1", "--reason", "unused")
    assert asked.returncode == 1
    assert "billed on 1 April 2026 (49.00 EUR)" in asked.stdout
    assert asked.stderr == "calmony: Nothing was changed. Say --yes to do this.\n"
    done = filled("cancel", "sub_1", "--reason", "unused", "--note", "Moves", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Cancelled: Team of Beatriz Núñez (sub_1)\n")
    (subscription,) = filled.json("show", "cus_1")["subscriptions"]
    assert (subscription["status"], subscription["next_billing_date"]) == ("canceled", None)
    assert "has ended already" in filled.refused("cancel", "sub_1", "--reason", "other", "--yes")
    assert "There is no subscription sub_x" in filled.refused(
        "cancel", "sub_x", "--reason", "other", "--yes"
    )
    assert filled("bill", "--through", "2026-06-01").stdout.startswith("Nothing was due")


def test_a_reason_is_needed_and_one_of_the_list(filled: Any) -> None:
    assert filled("cancel", "sub_1", "--yes").returncode == 2
    ran = filled("cancel", "sub_1", "--reason", "bored", "--yes")
    assert ran.returncode == 2
    assert "'too_expensive'" in ran.stderr


def test_changes_are_listed_and_handed_over(filled: Any, tmp_path: Path) -> None:
    assert filled("pending").stdout == "The payment provider has been told everything.\n"
    filled("cancel", "sub_1", "--reason", "unused", "--yes")
    (change,) = filled.json("pending")
    assert (change["action"], change["object_id"], change["reason"]) == (
        "cancel_subscription",
        "sub_1",
        "unused",
    )
    listed = filled("pending").stdout
    assert re.search(r"sub_1 +Beatriz Núñez .*at once.*\n1 change to hand over\.\n$", listed)
    file = tmp_path / "changes.json"
    assert filled("pending", "--export", file).stdout == f"Saved {file}: 1 change handed over.\n"
    assert json.loads(file.read_text(encoding="utf-8")) == [change]
    assert filled.json("pending") == []
    assert "nothing that the payment provider" in filled.refused("pending", "--export", file)


def test_a_check_names_each_thing_that_is_wrong(filled: Any, file: Path) -> None:
    filled("cancel", "sub_1", "--reason", "unused", "--yes")
    with closing(peewee.sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("DROP TRIGGER activity_no_delete")
        other.execute("DELETE FROM activity")
    ran = filled("check")
    assert ran.returncode == 1
    assert "The trigger activity_no_delete of the database was removed.\n" in ran.stdout
    assert "entries were removed" in ran.stdout
    assert re.fullmatch(r"calmony: \d things in the database can’t be right\.\n", ran.stderr)
