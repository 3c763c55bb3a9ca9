"""What the payment provider has not been told is listed, handed over, and then off the list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.pending_changes import (
    changes_as_csv,
    changes_as_json,
    hand_over_changes,
    pending_changes,
)
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.undo_cancellation import (
    reinstate_subscription,
    undo_cancellation,
)
from calmony_desktop.operations.void_invoice import void_invoice
from calmony_desktop.store import activity

NewId = Callable[[], str]


def sentences() -> list[str]:
    return [each.sentence for each in pending_changes()]


def test_everything_that_was_done_here_is_listed_in_words(company: Any, new_id: NewId) -> None:
    company.bring_in(company.subscription(), company.subscription(id="sub_2"))
    company.now_is("2026-02-01")
    company.bill()
    first, second = company.issued()
    record_payment(
        first.id, method="Cash", received_on=date(2026, 2, 1), amount=1000, operation_id=new_id()
    )
    void_invoice(second.id, operation_id=new_id(), note="Twice")
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    cancel_subscription(
        "sub_2", operation_id=new_id(), reason=CancellationReason.UNUSED, note="=1+1"
    )
    assert sentences() == [
        "Billed NW-2026-0001 over 49.00 EUR for 1 February 2026 to 28 February 2026 "
        "(subscription sub_1).",
        "Billed NW-2026-0002 over 49.00 EUR for 1 February 2026 to 28 February 2026 "
        "(subscription sub_2).",
        "Recorded 10.00 EUR by Cash for invoice NW-2026-0001, received on 1 February 2026.",
        "Voided invoice NW-2026-0002 over 49.00 EUR; that is not owed any more. Note: Twice",
        "Set to end with its period (subscription sub_1).",
        "Cancelled at once; it is not billed on 1 March 2026 any more (subscription sub_2). "
        "Reason: Not used enough. Note: =1+1",
    ]
    listed = json.loads(changes_as_json(pending_changes()))
    assert listed[5]["reason"] == "unused"
    assert listed[2]["after"]["payment"]["amount"] == 1000
    assert listed[0]["at"] == "2026-02-01T12:00:00Z"
    rows = list(csv.DictReader(io.StringIO(changes_as_csv(pending_changes()).decode("utf-8-sig"))))
    assert (rows[5]["object_id"], rows[5]["note"]) == ("sub_2", "'=1+1")
    assert rows[0]["customer_name"] == "Anna"


@pytest.mark.parametrize("name", ["changes.csv", "changes.JSON"])
def test_what_was_handed_over_is_off_the_list(
    company: Any, new_id: NewId, tmp_path: Path, name: str
) -> None:
    company.bring_in(company.subscription(), company.subscription(id="sub_2"))
    cancel_subscription("sub_1", operation_id=new_id())
    operation_id = new_id()
    counts = [hand_over_changes(tmp_path / name, operation_id=operation_id) for _ in range(2)]
    assert counts == [1, 1]
    assert b"sub_1" in (tmp_path / name).read_bytes()
    assert pending_changes() == ()
    cancel_subscription("sub_2", operation_id=new_id())
    assert [each.object_id for each in pending_changes()] == ["sub_2"]
    (entry, *_) = activity.of_object("handover", operation_id)
    assert (entry.action, entry.after) == ("hand_over_changes", {"changes": 1, "file": name})


def test_a_cancellation_that_was_taken_back_in_time_is_no_change(
    company: Any, new_id: NewId, tmp_path: Path
) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id())
    undo_cancellation("sub_1", operation_id=new_id())
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    reinstate_subscription("sub_1", operation_id=new_id())
    assert pending_changes() == ()
    with pytest.raises(KnownError, match="nothing that the payment provider has not been told"):
        hand_over_changes(tmp_path / "x.csv", operation_id=new_id())
    assert not (tmp_path / "x.csv").exists()


def test_a_cancellation_taken_back_after_it_was_told_is_told_too(
    company: Any, new_id: NewId, tmp_path: Path
) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id(), at_period_end=True)
    hand_over_changes(tmp_path / "x.csv", operation_id=new_id())
    reinstate_subscription("sub_1", operation_id=new_id())
    assert sentences() == ["Reinstated; it is billed next on 1 February 2026 (subscription sub_1)."]


def test_a_file_that_can_not_be_written_hands_nothing_over(
    company: Any, new_id: NewId, tmp_path: Path
) -> None:
    company.bring_in(company.subscription())
    cancel_subscription("sub_1", operation_id=new_id())
    for path in (tmp_path / "x.txt", tmp_path / "missing" / "x.csv"):
        with pytest.raises(KnownError):
            hand_over_changes(path, operation_id=new_id())
    assert len(pending_changes()) == 1


def test_billing_that_only_met_the_providers_invoices_is_no_news(company: Any) -> None:
    company.bring_in(company.subscription(), company.invoice("2026-02-01", "2026-03-01"))
    company.now_is("2026-02-01")
    assert len(company.bill().already_billed) == 1
    assert pending_changes() == ()
