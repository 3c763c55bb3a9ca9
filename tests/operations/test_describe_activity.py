"""An entry is put in a sentence, whatever version of the program wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from calmony_desktop.operations.describe_activity import _SENTENCES, describe_activity
from calmony_desktop.store.activity import ActivityEntry


def entry(action: str, **said: Any) -> ActivityEntry:
    return ActivityEntry("1", 1_700_000_000, "anna", action, "subscription", "sub_1", **said)


@pytest.mark.parametrize("after", [None, {}, [], {"invoices": 1, "payment": {}, "ended_on": "?"}])
@pytest.mark.parametrize("action", [*_SENTENCES, "frob_subscription"])
def test_an_entry_of_another_shape_still_has_a_sentence(action: str, after: Any) -> None:
    said = describe_activity(entry(action, after=after, note="agreed"))
    assert said.endswith(" Note: agreed")


def test_an_entry_that_can_not_be_put_in_words_names_what_was_done() -> None:
    assert describe_activity(entry("bill_subscription")) == "Bill subscription"


def test_what_matters_comes_before_the_id() -> None:
    said = describe_activity(
        entry("cancel_subscription", before={"next_billing_date": "2026-03-01"}, after={})
    )
    assert said == (
        "Cancelled at once; it is not billed on 1 March 2026 any more (subscription sub_1)."
    )
