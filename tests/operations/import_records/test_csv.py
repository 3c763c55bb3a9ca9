from __future__ import annotations

import csv
import io
import json

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.import_records import import_paths

PAYMENT = {
    "id": "ch_sheet",
    "Created date (UTC)": "2026-03-01 12:00:30",
    "Amount": "1,234.50",
    "Amount Refunded": "34.50",
    "Currency": "eur",
    "Status": "Refunded",
    "Customer ID": "cus_ada",
    "Description": "Order; with, both",
    "Captured": "TRUE",
    "Invoice ID": "in_march",
}


def sheet(*rows, delimiter=",", line_end="\r\n"):
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiter_bom_and_line_ends_do_not_matter(
    provider, bring_in, bring_in_file, rows, delimiter, bom, line_end
):
    bring_in(provider.customer())
    bring_in_file("payments.csv", bom + sheet(PAYMENT, delimiter=delimiter, line_end=line_end))
    (payment,) = rows("payment_intents")
    assert (payment["amount"], payment["amount_refunded"]) == (123450, 3450)
    assert (payment["status"], payment["raw_status"]) == ("succeeded", "Refunded")
    assert payment["description"] == "Order; with, both"
    assert payment["created_at"] == provider.march + 30
    assert payment["invoice_id"] == "in_march"


def test_columns_are_found_by_name_in_any_order_and_case(provider, bring_in, bring_in_file, rows):
    bring_in(provider.customer())
    shuffled = {f" {key.upper()} ": value for key, value in reversed(PAYMENT.items())}
    bring_in_file("payments.csv", sheet(shuffled))
    assert rows("payment_intents")[0]["amount"] == 123450


def test_an_export_of_a_few_columns_is_enough(provider, bring_in, bring_in_file, rows):
    bring_in(provider.customer())
    few = ("id", "Created date (UTC)", "Amount", "Currency", "Status", "Customer ID")
    bring_in_file("payments.csv", sheet({key: PAYMENT[key] for key in few}))
    assert rows("payment_intents")[0]["amount_refunded"] == 0
    bring_in_file(
        "invoices.csv",
        sheet(
            {
                "id": "in_few",
                "Number": "F-1",
                "Customer": "cus_ada",
                "Date (UTC)": "2026-03-01",
                "Currency": "eur",
                "Total": "19.00",
                "Paid": "FALSE",
            }
        ),
    )
    (invoice,) = rows("invoices")
    assert (invoice["subtotal"], invoice["total"], invoice["amount_remaining"]) == (1900,) * 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, "its id is empty"),
        ({"Amount": ""}, "amount is empty"),
        ({"Amount": "12.3456"}, "decimals"),
        ({"Amount": "=1+1"}, "not an amount"),
        ({"Amount": "-5.00"}, "negative"),
        ({"Currency": ""}, "names no currency"),
        ({"Currency": "bitcoin"}, "ISO 4217"),
        ({"Status": "Lost"}, "not a status"),
        ({"Customer ID": ""}, "names no customer"),
        ({"Created date (UTC)": "01/03/2026"}, "no time like"),
        ({"Created date (UTC)": "2026-02-30 10:00"}, "no time like"),
        ({"Created date (UTC)": ""}, "time is empty"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_goes_on(
    provider, bring_in, bring_in_file, rows, changes, reason
):
    bring_in(provider.customer())
    amounts = {"Amount Refunded": ""}
    bad = PAYMENT | amounts | {"id": "ch_bad"} | changes
    report = bring_in_file("payments.csv", sheet(bad, PAYMENT))
    assert [row["id"] for row in rows("payment_intents")] == ["ch_sheet"]
    (line,) = report.lines
    assert (line.source, line.position, line.outcome) == ("payments.csv", "line 2", "refused")
    assert reason in line.reason


def test_rows_of_a_wrong_width_are_refused(provider, bring_in, bring_in_file, rows):
    bring_in(provider.customer())
    text = sheet(PAYMENT, line_end="\n")
    short = ",".join(["ch_short"] * 3)
    report = bring_in_file("payments.csv", f"{text}{short}\n{short},,,,,,,,,,,,\n")
    assert [
        (line.position, "cells where there are 10" in line.reason) for line in report.lines
    ] == [
        ("line 3", True),
        ("line 4", True),
    ]
    assert len(rows("payment_intents")) == 1


def test_a_quote_that_never_closes_loses_no_row_in_silence(provider, bring_in, bring_in_file, rows):
    bring_in(provider.customer())
    text = sheet(PAYMENT, line_end="\n") + '"ch_open,2026-03-01 10:00,1.00\nch_x,,,\nch_y,,,\n'
    report = bring_in_file("payments.csv", text)
    (line,) = report.lines
    assert (line.position, line.outcome) == ("line 3", "refused")
    assert "never closed" in line.reason
    assert len(rows("payment_intents")) == 1


def test_text_after_a_quote_is_refused(provider, bring_in, bring_in_file, rows):
    bring_in(provider.customer())
    text = sheet(PAYMENT, line_end="\n") + '"ch_bad"x,,,,,,,,,\n' + sheet(PAYMENT).splitlines()[1]
    report = bring_in_file("payments.csv", text)
    assert [line.position for line in report.lines if line.outcome == "refused"] == ["line 3"]


def test_a_line_break_inside_quotes_counts_in_the_line_numbers(
    provider, bring_in, bring_in_file, rows
):
    bring_in(provider.customer())
    two_lines = PAYMENT | {"Description": "first\nsecond"}
    report = bring_in_file("payments.csv", sheet(two_lines, PAYMENT | {"id": ""}, line_end="\n"))
    assert rows("payment_intents")[0]["description"] == "first\nsecond"
    assert report.lines[-1].position == "line 4"


def test_columns_with_one_name_are_refused(bring_in_file):
    with pytest.raises(KnownError, match="two of its columns are called"):
        bring_in_file("payments.csv", "id,Amount,amount,Status,Created\nch_1,1,1,Paid,\n")


def test_columns_of_no_known_export_are_refused(bring_in_file):
    with pytest.raises(KnownError, match="no export"):
        bring_in_file("contacts.csv", "First name,Last name\nAda,Lovelace\n")


def test_text_that_is_not_utf_8_is_refused_with_its_line(bring_in_file):
    text = sheet(PAYMENT, PAYMENT | {"Description": "Müller"}, line_end="\n")
    with pytest.raises(KnownError, match="line 3 is not UTF-8"):
        bring_in_file("payments.csv", text.encode("latin-1"))


def test_excels_unicode_text_is_refused_in_plain_words(bring_in_file):
    with pytest.raises(KnownError, match="not UTF-8"):
        bring_in_file("payments.csv", sheet(PAYMENT).encode("utf-16"))


def test_a_csv_leaves_alone_what_it_does_not_speak_of(provider, bring_in, bring_in_file, rows):
    address = {"line1": "Hauptstr. 1", "city": "Berlin", "country": "DE"}
    bring_in(provider.customer(phone="+49", address=address, preferred_locales=["de"]))
    before = rows("customers")[0]
    customers = {
        "id": "cus_ada",
        "Description": "",
        "Email": "new@example.org",
        "Name": "Ada King",
        "Created (UTC)": "2026-03-01 12:00",
        "Card Address City": "Paris",
        "Business Vat ID": "GB1",
    }
    report = bring_in_file("customers.csv", sheet(customers))
    assert report.counts["customer"].updated == 1
    after = rows("customers")[0]
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"name", "email", "tax_id", "sort_key", "email_key", "search_key"}
    assert (after["name"], after["city"], after["tax_id"]) == ("Ada King", "Berlin", "GB1")
    assert not bring_in_file("customers.csv", sheet(customers)).changed


def test_a_json_fills_what_a_newer_csv_never_said(provider, bring_in, bring_in_file, rows):
    bring_in(provider.customer())
    refunded = PAYMENT | {"id": "ch_march", "Refunded date (UTC)": "2026-03-09 10:00:00"}
    bring_in_file("payments.csv", sheet(refunded))
    bring_in(provider.charge(payment_intent=None, amount=123450))
    (payment,) = rows("payment_intents")
    assert payment["amount_refunded"] == 3450
    assert payment["payment_method"] == "Visa ending 4242"


def test_an_invoices_sheet_has_flags_and_major_units(provider, bring_in, bring_in_file, rows):
    invoice = {
        "id": "in_sheet",
        "Amount Due": "22.61",
        "Billing": "charge_automatically",
        "Closed": "TRUE",
        "Currency": "eur",
        "Customer": "cus_ada",
        "Date (UTC)": "2026-03-01 23:30",
        "Due Date (UTC)": "2026-03-15 00:00",
        "Number": "CAL-7",
        "Paid": "true",
        "Subscription": "sub_team",
        "Subtotal": "19.00",
        "Total Discount Amount": "0.00",
        "Tax": "3.61",
        "Tax Percent": "19.0",
        "Total": "22.61",
    }
    bring_in(provider.customer())
    report = bring_in_file(
        "invoices.csv",
        sheet(
            invoice,
            invoice | {"id": "in_open", "Paid": "FALSE", "Closed": ""},
            invoice | {"id": "in_odd", "Paid": "maybe"},
        ),
    )
    kept = {row["id"]: row for row in rows("invoices")}
    paid = kept["in_sheet"]
    assert (paid["status"], paid["total"], paid["amount_remaining"]) == ("paid", 2261, 0)
    assert (paid["issued_on"], paid["due_on"]) == ("2026-03-01", "2026-03-15")
    assert json.loads(paid["buyer"])["name"] == "Ada Lovelace"
    assert (kept["in_open"]["status"], kept["in_open"]["amount_remaining"]) == ("open", 2261)
    assert [tax["rate"] for tax in rows("invoice_taxes")] == ["19.0", "19.0"]
    assert "neither true nor false" in report.lines[0].reason


def test_an_invoices_sheet_keeps_the_lines_of_the_json(provider, bring_in, bring_in_file, rows):
    bring_in(provider.customer(), provider.invoice())
    lines, taxes = rows("invoice_lines"), rows("invoice_taxes")
    bring_in_file(
        "invoices.csv",
        sheet(
            {
                "id": "in_march",
                "Amount Due": "45.22",
                "Currency": "eur",
                "Customer": "cus_ada",
                "Date (UTC)": "2026-03-01 12:00",
                "Number": "CAL-0001",
                "Paid": "TRUE",
                "Subtotal": "38.00",
                "Tax": "7.22",
                "Total": "45.22",
                "Status": "paid",
                "Paid At (UTC)": "2026-03-05 08:00:00",
            }
        ),
    )
    (kept,) = rows("invoices")
    assert kept["status"] == "paid"
    assert kept["amount_remaining"] == 0
    assert (rows("invoice_lines"), rows("invoice_taxes")) == (lines, taxes)
    assert json.loads(kept["buyer"])["vat_id"] == "DE123456789"


SUBSCRIPTION = {
    "id": "sub_sheet",
    "Customer ID": "cus_ada",
    "Plan": "price_team",
    "Product": "prod_team",
    "Quantity": "2",
    "Currency": "eur",
    "Interval": "month",
    "Amount": "19.00",
    "Status": "active",
    "Created (UTC)": "2026-03-01 12:00",
    "Current Period Start (UTC)": "2026-03-01 12:00",
    "Current Period End (UTC)": "2026-04-01 12:00",
    "Trial End (UTC)": "",
    "Canceled At (UTC)": "",
    "Ended At (UTC)": "",
    "team (metadata)": "",
}


def test_a_subscriptions_sheet_is_read(provider, bring_in, bring_in_file, rows):
    bring_in(provider.customer(), provider.product())
    report = bring_in_file(
        "subscriptions.csv",
        sheet(
            SUBSCRIPTION,
            SUBSCRIPTION | {"id": "sub_named", "Plan": "gold", "Product": "Gold plan"},
            SUBSCRIPTION | {"id": "sub_odd", "Interval": "fortnight"},
            SUBSCRIPTION | {"id": "sub_years", "Interval": "2 years", "Status": "canceled"},
        ),
    )
    kept = {row["id"]: row for row in rows("subscriptions")}
    sheet_one = kept["sub_sheet"]
    assert (sheet_one["plan"], sheet_one["amount"]) == ("Team", 3800)
    assert sheet_one["next_billing_date"] == "2026-04-01"
    assert kept["sub_named"]["plan"] == "Gold plan"
    assert kept["sub_odd"]["interval"] is None
    assert (kept["sub_years"]["interval"], kept["sub_years"]["interval_count"]) == ("year", 2)
    assert kept["sub_years"]["next_billing_date"] is None
    assert any("fortnight" in line.reason for line in report.lines)
    assert not bring_in_file("subscriptions.csv", sheet(SUBSCRIPTION)).changed


def test_a_subscriptions_sheet_does_not_lose_what_the_json_knows(
    provider, bring_in, bring_in_file, rows
):
    items = provider.items(provider.item(), provider.item(id="si_2", price=provider.price("p_2")))
    bring_in(
        provider.customer(),
        provider.subscription("sub_sheet", items=items, cancel_at_period_end=True),
    )
    before, kept_items = rows("subscriptions"), rows("subscription_items")
    bring_in_file("subscriptions.csv", sheet(SUBSCRIPTION | {"Status": "past_due"}))
    (after,) = rows("subscriptions")
    assert rows("subscription_items") == kept_items
    assert {key for key in after if after[key] != before[0][key]} == {"status", "raw_status"}
    assert rows("prices")[1]["as_of"] == provider.march


def _filled(headers):
    """A row for any export: each cell what that column usually holds."""
    values = {
        "id": "x_1",
        "amount": "1,000.00",
        "amount refunded": "0,25",
        "amount due": "19.00",
        "total": "19.00",
        "subtotal": "19.00",
        "currency": "eur",
        "customer id": "cus_ada",
        "customer": "cus_ada",
        "plan": "price_team",
        "paid": "TRUE",
        "closed": "true",
        "captured": "true",
        "quantity": "1",
        "interval": "month",
        "email": "ada@example.org",
        "name": "Ada",
    }
    cells = {}
    for header in headers:
        key = header.lower().removesuffix(" (utc)").removesuffix(" date")
        is_time = header.endswith("(UTC)") or key == "created"
        cells[header] = "2026-03-01 12:00" if is_time else values.get(key, "")
    return cells


def test_every_header_that_was_ever_exported_is_read(
    shared_data, provider, bring_in, tmp_path, rows
):
    headers = json.loads((shared_data / "csv/export-headers.json").read_text())
    tables = {
        "payments": ("payment_intents", "Paid"),
        "customers": ("customers", ""),
        "invoices": ("invoices", "paid"),
        "subscriptions": ("subscriptions", "active"),
    }
    bring_in(provider.customer(), provider.product())
    for name, columns in headers.items():
        if name == "invoices_extra_columns_order_unknown":
            columns = headers["invoices_default_2023"] + columns
        table, status = tables[name.partition("_")[0]]
        row = _filled(columns) | {"id": name, "Status": status}
        path = tmp_path / f"{name}.csv"
        path.write_text(sheet({key: row.get(key, "") for key in columns}), encoding="utf-8")
        report = import_paths([path])
        assert report.lines == (), name
        kept = {each["id"]: each for each in rows(table)}
        assert name in kept
        if table == "payment_intents":
            assert (kept[name]["amount"], kept[name]["amount_refunded"]) == (100_000, 25)
            assert kept[name]["created_at"] == provider.march
        assert not import_paths([path]).changed


def test_the_sample_of_2014_is_read(shared_data, bring_in, provider, rows):
    path = shared_data / "csv/payments-2014-sample.csv"
    assert import_paths_in(bring_in, provider, path).total.new == 2
    assert [(row["amount"], row["currency"]) for row in rows("payment_intents")] == [
        (24900, "USD"),
        (1900, "USD"),
    ]
    assert {row["payment_method"] for row in rows("payment_intents")} == {
        "Visa ending 1111",
        "Visa ending 2222",
    }


def import_paths_in(bring_in, provider, path):
    bring_in(provider.customer("cus_29a92b191"), provider.customer("cus_292ab3c2b"))
    return import_paths([path])
