from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.store import business, invoices
from calmony_desktop.store.business import BusinessDetails


def _issued():
    invoice = invoices.issued_invoice("in_march")
    assert invoice is not None
    return invoice


def test_an_invoice_is_kept_as_it_was_issued(provider, bring_in):
    bring_in(provider.customer(), provider.invoice())
    invoice = _issued()
    assert (invoice.number, invoice.status, invoice.currency) == ("CAL-0001", "open", "EUR")
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 3, 1), date(2026, 3, 15))
    assert (invoice.subtotal, invoice.tax_amount, invoice.total) == (3800, 722, 4522)
    assert (invoice.amount_paid, invoice.amount_due) == (0, 4522)
    assert invoice.seller == Party(name="Calmony GmbH", country="DE")
    assert (invoice.buyer.name, invoice.buyer.line1) == ("Ada Lovelace", "Hauptstr. 1")
    assert invoice.buyer.vat_id == "DE123456789"
    (line,) = invoice.lines
    assert (line.quantity, line.unit_amount, line.amount) == (Decimal(2), Decimal(1900), 3800)
    assert line.tax_rate == Decimal(19)
    # The provider's end is when the next period starts.
    assert (line.period_start_on, line.period_end_on) == (date(2026, 3, 1), date(2026, 3, 31))
    (tax,) = invoice.taxes
    assert (tax.label, tax.rate, tax.taxable_amount, tax.amount) == ("VAT", Decimal(19), 3800, 722)


def test_an_invoice_of_the_oldest_api_has_flags_instead_of_a_status(provider, bring_in, rows):
    old = {
        "id": "in_old",
        "object": "invoice",
        "amount_due": 2380,
        "billing": "charge_automatically",
        "closed": True,
        "currency": "eur",
        "customer": "cus_ada",
        "date": provider.march,
        "discount": {"object": "discount", "coupon": {"id": "HALF"}},
        "forgiven": False,
        "lines": {
            "object": "list",
            "data": [
                {
                    "id": "sub_old",
                    "object": "line_item",
                    "amount": 4000,
                    "description": None,
                    "period": {"start": provider.march, "end": provider.march + 2_592_000},
                    "plan": {"id": "gold", "object": "plan", "amount": 4000, "name": "Gold"},
                    "quantity": 1,
                }
            ],
        },
        "paid": True,
        "subscription": "sub_old",
        "subtotal": 4000,
        "tax": 380,
        "tax_percent": 19.0,
        "total": 2380,
    }
    bring_in(
        provider.customer(),
        old,
        old | {"id": "in_forgiven", "paid": False, "forgiven": True},
        old | {"id": "in_unpaid", "paid": False},
    )
    kept = {row["id"]: row for row in rows("invoices")}
    assert {key: row["status"] for key, row in kept.items()} == {
        "in_old": "paid",
        "in_forgiven": "uncollectible",
        "in_unpaid": "open",
    }
    paid = kept["in_old"]
    assert paid["issued_on"] == "2026-03-01"
    assert paid["subscription_id"] == "sub_old"
    assert (paid["amount_paid"], paid["amount_remaining"]) == (2380, 0)
    assert (paid["discount_amount"], paid["tax_amount"]) == (2000, 380)
    assert (kept["in_unpaid"]["amount_paid"], kept["in_unpaid"]["amount_remaining"]) == (0, 2380)
    issued = invoices.issued_invoice("in_old")
    assert issued is not None
    assert issued.lines[0].description == "Gold"
    assert issued.taxes[0].rate == issued.lines[0].tax_rate == Decimal(19)
    assert issued.buyer.name == "Ada Lovelace"  # from the customer, as the invoice does not say


def test_the_middle_generation_has_total_tax_amounts(provider, bring_in):
    middle = provider.invoice(
        discount=None,
        payment_intent="pi_march",
        paid=False,
        subscription="sub_team",
        tax=722,
        total_tax_amounts=[
            {
                "amount": 722,
                "inclusive": False,
                "tax_rate": {"id": "txr_1", "display_name": "MwSt.", "percentage": 19},
                "taxable_amount": 3800,
            }
        ],
        lines={
            "object": "list",
            "data": [
                provider.line(
                    price=provider.price(),
                    tax_amounts=[{"amount": 722, "tax_rate": "txr_1"}],
                )
            ],
        },
    )
    for key in ("total_taxes", "parent", "default_tax_rates"):
        del middle[key]
    del middle["lines"]["data"][0]["pricing"], middle["lines"]["data"][0]["taxes"]
    bring_in(provider.customer(), middle)
    invoice = _issued()
    assert [(tax.label, tax.rate) for tax in invoice.taxes] == [("MwSt.", Decimal(19))]
    assert invoice.lines[0].tax_rate == Decimal(19)
    assert invoice.lines[0].unit_amount == Decimal(1900)


def test_reverse_charge_is_said(provider, bring_in):
    taxes = [{"amount": 0, "taxability_reason": "reverse_charge", "taxable_amount": 3800}]
    bring_in(provider.customer(), provider.invoice(total_taxes=taxes, total=3800))
    (tax,) = _issued().taxes
    assert (tax.exemption_reason, tax.taxable_amount, tax.amount) == ("Reverse charge", 3800, 0)
    bring_in(
        provider.invoice(
            "in_flag", number="F", total_taxes=[], customer_tax_exempt="reverse", total=3800
        )
    )
    flagged = invoices.issued_invoice("in_flag")
    assert flagged is not None
    assert flagged.taxes[0].exemption_reason == "Reverse charge"


def test_discounts_are_kept_on_invoice_and_line(provider, bring_in):
    line = provider.line(discount_amounts=[{"amount": 300}, {"amount": 80}])
    bring_in(
        provider.customer(),
        provider.invoice(
            lines=provider.items(line), total_discount_amounts=[{"amount": 380}], total=4142
        ),
    )
    assert _issued().discount_amount == 380
    assert _issued().lines[0].discount_amount == 380


@pytest.mark.parametrize(
    ("line", "unit_amount"),
    [
        ({"quantity": 24_104_515, "amount": 9184, "unit": "0.000381"}, Decimal("0.000381")),
        ({"quantity": 2, "amount": 1234, "unit": "1900"}, Decimal(617)),  # a proration
        ({"quantity": 3, "amount": 1000, "unit": "1900"}, None),
        ({"quantity_decimal": "2.5", "quantity": 2, "amount": 4750, "unit": "1900"}, Decimal(1900)),
        ({"quantity": 0, "amount": 0, "unit": "1900"}, Decimal(1900)),
    ],
)
def test_a_unit_price_leads_to_the_amount_or_is_left_out(provider, bring_in, line, unit_amount):
    pricing = {"unit_amount_decimal": line.pop("unit"), "price_details": {"price": "price_team"}}
    bring_in(
        provider.customer(),
        provider.invoice(lines=provider.items(provider.line(**line, pricing=pricing))),
    )
    (kept,) = _issued().lines
    assert kept.unit_amount == unit_amount
    assert kept.amount == line["amount"]


def test_a_one_off_line_has_no_period(provider, bring_in):
    at = provider.march
    line = provider.line(period={"start": at, "end": at})
    bring_in(provider.customer(), provider.invoice(lines=provider.items(line)))
    assert _issued().lines[0].period_start_on is None
    assert _issued().period_end_on is None


def test_lines_that_are_not_in_the_file_are_reported(provider, bring_in):
    lines = provider.items(provider.line()) | {"has_more": True}
    report = bring_in(provider.customer(), provider.invoice(lines=lines))
    assert any("only the first 1 of its lines" in line.reason for line in report.lines)


def test_an_upcoming_invoice_is_refused_with_the_reason(provider, bring_in, rows):
    upcoming = provider.invoice()
    del upcoming["id"]
    report = bring_in(provider.customer(), upcoming)
    assert rows("invoices") == []
    assert "upcoming" in report.lines[0].reason


def test_an_issued_invoice_keeps_its_seller_and_buyer(provider, bring_in):
    business.save(
        BusinessDetails(
            seller=Party(name="Old Name", city="Berlin", vat_id="DE999"), time_zone="UTC"
        )
    )
    bring_in(provider.customer(preferred_locales=["de"]), provider.invoice())
    issued = _issued()
    look = {"language": "en", "page_size": "A4"}
    assert issued.seller == Party(
        name="Calmony GmbH", city="Berlin", country="DE", vat_id="DE999", **look
    )
    assert issued.buyer.language == "de"

    business.save(BusinessDetails(seller=Party(name="New Name"), time_zone="UTC"))
    report = bring_in(
        provider.customer(name="Ada King", preferred_locales=["en"]),
        provider.invoice(
            account_name="Renamed",
            customer_name="Ada King",
            status="paid",
            amount_paid=4522,
            amount_remaining=0,
            status_transitions={"paid_at": provider.march + 50},
        ),
    )
    assert report.counts["invoice"].updated == 1
    later = _issued()
    assert (later.seller, later.buyer) == (issued.seller, issued.buyer)
    assert later.status == "paid"


def test_a_drafts_parties_follow_until_it_is_issued(provider, bring_in):
    bring_in(provider.customer(), provider.invoice(status="draft", customer_name="Draft"))
    bring_in(provider.invoice(customer_name="Issued"))
    assert _issued().buyer.name == "Issued"
    bring_in(provider.invoice(customer_name="Later"))
    assert _issued().buyer.name == "Issued"


def test_a_paid_invoice_is_not_opened_again(provider, bring_in, rows):
    paid = provider.invoice(status="paid", amount_paid=4522, amount_remaining=0)
    bring_in(provider.customer(), paid)
    assert not bring_in(provider.invoice()).changed
    assert rows("invoices")[0]["status"] == "paid"


def test_an_older_shape_of_the_same_age_does_not_undo(provider, bring_in, rows):
    bring_in(provider.customer(), provider.invoice(number="NEW"))
    old = provider.invoice(number="OLD", payment_intent="pi_march")
    bring_in(old)
    assert rows("invoices")[0]["number"] == "NEW"


def test_totals_stay_as_the_provider_states_them(provider, bring_in, rows):
    bring_in(provider.customer(), provider.invoice(subtotal=1, total=-5, amount_remaining=-5))
    (kept,) = rows("invoices")
    assert (kept["subtotal"], kept["total"], kept["amount_remaining"]) == (1, -5, -5)


def _without(value, *keys):
    return {key: each for key, each in value.items() if key not in keys}


def test_an_invoice_without_a_subtotal_has_its_total(provider, bring_in, rows):
    report = bring_in(provider.customer(), _without(provider.invoice(), "subtotal"))
    assert report.total.refused == 0
    (invoice,) = rows("invoices")
    assert (invoice["subtotal"], invoice["total"], invoice["discount_amount"]) == (4522, 4522, 0)


def test_a_subtotal_that_is_here_is_not_lost_to_a_file_without_it(provider, bring_in, rows):
    bring_in(provider.customer(), provider.invoice())
    report = bring_in(_without(provider.invoice(), "subtotal"))
    assert not report.changed
    assert [row["subtotal"] for row in rows("invoices")] == [3800]


def test_an_invoice_with_nothing_but_its_amount_due_takes_it_as_its_total(provider, bring_in, rows):
    only_due = _without(provider.invoice(), "subtotal", "total", "amount_paid", "amount_remaining")
    report = bring_in(provider.customer(), only_due)
    (line,) = report.lines
    assert (line.id, line.outcome) == ("in_march", "new")
    assert "no total" in line.reason
    (invoice,) = rows("invoices")
    assert (invoice["subtotal"], invoice["total"]) == (4522, 4522)
    assert (invoice["amount_paid"], invoice["amount_remaining"]) == (0, 4522)


def test_an_invoice_with_nothing_but_its_total_is_owed_whole(provider, bring_in, rows):
    only_total = _without(
        provider.invoice(), "subtotal", "amount_due", "amount_paid", "amount_remaining"
    )
    bring_in(provider.customer(), only_total)
    (invoice,) = rows("invoices")
    assert (invoice["amount_paid"], invoice["amount_remaining"]) == (0, 4522)


def test_an_invoice_without_any_sum_is_refused(provider, bring_in, rows):
    report = bring_in(
        provider.customer(), _without(provider.invoice(), "subtotal", "total", "amount_due")
    )
    assert [line.reason for line in report.lines] == ["it has no “total”"]
    assert rows("invoices") == []
