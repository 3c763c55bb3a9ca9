from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.operations.import_records.text import LONGEST_DESCRIPTION, clean
from calmony_desktop.store.customers import detail
from calmony_desktop.store.search import CustomerSearch, SearchResult


@pytest.mark.parametrize(
    ("text", "kept", "is_noted"),
    [
        ("Ada Lovelace", "Ada Lovelace", False),
        ("Ada\nLovelace", "Ada Lovelace", True),
        ("Ada\r\nLovelace", "Ada Lovelace", True),
        ("Ada\x00Lovelace", "AdaLovelace", True),
        ("gnp\u202eexe", "gnpexe", True),
        ("half \ud83d a pair", "half  a pair", True),
        ("אדה \u200f!", "אדה \u200f!", False),
        ("👩‍💻 Zoë", "👩‍💻 Zoë", False),
        ("   ", None, False),
        ("", None, False),
        ("\x00", None, True),
    ],
)
def test_a_name_is_made_fit_to_show(text, kept, is_noted):
    notes = []
    assert clean(text, "name", notes) == kept
    assert bool(notes) is is_noted


def test_a_description_keeps_its_lines():
    assert (
        clean("one\r\ntwo\x0bthree", "memo", [], longest=LONGEST_DESCRIPTION) == "one\ntwo\nthree"
    )


@given(st.text(st.characters(codec=None), max_size=700))
def test_no_text_gets_past_the_rules(text):
    notes = []
    kept = clean(text, "name", notes)
    if kept is None:
        return
    assert len(kept) <= 500
    kept.encode("utf-8")
    assert not any(unicodedata.category(c) == "Cc" for c in kept)
    assert not set(kept) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert kept == text or notes
    assert clean(kept, "name", []) == kept


def test_naughty_strings_survive_import_search_and_detail(
    shared_data, provider, bring_in, bring_in_file, rows
):
    strings = json.loads((shared_data / "naughty-strings.json").read_text())
    assert len(strings) == 515
    objects = []
    for number, text in enumerate(strings):
        customer_id = f"cus_{number:04}"
        objects.append(provider.customer(customer_id, name=text, email=text, description=text))
        objects.append(
            provider.payment_intent(
                f"pi_{number}", customer=customer_id, latest_charge=None, description=text
            )
        )
        objects.append(
            provider.invoice(
                f"in_{number}",
                customer=customer_id,
                customer_name=text,
                number=f"N-{number}",
                lines=provider.items(provider.line(description=text)),
            )
        )
    report = bring_in_file("naughty.jsonl", "\n".join(map(json.dumps, objects)))
    assert report.total.refused == 0
    assert report.counts["customer"].new == 515
    assert not bring_in(*objects).changed
    names = {row["id"]: row["name"] for row in rows("customers")}
    for number, text in enumerate(strings):
        customer_id = f"cus_{number:04}"
        shown = detail(customer_id)
        assert shown is not None
        assert shown.customer.name == names[customer_id] == clean(text, "name", [])
        assert len(shown.payments) == len(shown.invoices) == 1
        SearchResult(CustomerSearch(text)).page(0, 5)


def test_naughty_strings_survive_a_spreadsheet(shared_data, bring_in_file, rows):
    strings = json.loads((shared_data / "naughty-strings.json").read_text())
    cells = ['"' + text.replace('"', '""') + '"' for text in strings]
    lines = ["id,Name,Email,Description,Created (UTC)"]
    lines += [
        f"cus_{number:04},{cell},{cell},{cell},2026-03-01 10:00"
        for number, cell in enumerate(cells)
    ]
    report = bring_in_file("customers.csv", "\n".join(lines) + "\n")
    assert report.total.refused == 0
    names = {row["id"]: row["name"] for row in rows("customers")}
    assert len(names) == 515
    for number, text in enumerate(strings):
        assert names[f"cus_{number:04}"] == clean(text, "name", [])
