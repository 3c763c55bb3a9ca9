"""What an invoice lacks for its e-invoice is named, and there is no XML then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedTax, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.einvoice import EInvoice, make_einvoice

Kinds = dict[str, IssuedInvoice]
VAT_25 = IssuedTax("VAT", Decimal(25), 17700, 4425)
VAT_6 = IssuedTax("VAT", Decimal(6), 4860, 292)


def seller(**changes: str) -> Callable[[IssuedInvoice], dict[str, Any]]:
    return lambda invoice: {"seller": replace(invoice.seller, **changes)}


def buyer(**changes: str) -> Callable[[IssuedInvoice], dict[str, Any]]:
    return lambda invoice: {"buyer": replace(invoice.buyer, **changes)}


def first_line(**changes: Any) -> Callable[[IssuedInvoice], dict[str, Any]]:
    return lambda invoice: {"lines": (replace(invoice.lines[0], **changes), *invoice.lines[1:])}


def first_tax(**changes: Any) -> Callable[[IssuedInvoice], dict[str, Any]]:
    return lambda invoice: {"taxes": (replace(invoice.taxes[0], **changes), *invoice.taxes[1:])}


def with_(**changes: Any) -> Callable[[IssuedInvoice], dict[str, Any]]:
    return lambda invoice: changes


ADD_UP = "lines and discounts that add up to the taxable amount of each rate of VAT"


@pytest.mark.parametrize(
    ("kind", "change", "missing"),
    [
        ("open", seller(name=""), "the seller's name"),
        ("open", seller(name="\x00 \u2028"), "the seller's name"),
        ("open", seller(country=""), "the seller's country"),
        ("open", seller(country="Sweden"), "the seller's country"),
        ("open", seller(country="XK"), "the seller's country"),
        ("open", buyer(name="", contact_name=""), "the buyer's name"),
        ("open", buyer(country=""), "the buyer's country"),
        ("open", seller(vat_id=""), "the seller's VAT id"),
        ("open", seller(vat_id="EU372000041"), "the seller's VAT id"),
        ("open", seller(vat_id="51 824 753 556"), "the seller's VAT id"),
        ("reverse charge", buyer(vat_id=""), "the buyer's VAT id"),
        ("not subject to tax", seller(registration=""), "the seller's registration number"),
        ("not subject to tax", seller(registration="Owner: A. L."), "the seller's registration"),
        ("open", first_line(description="\x0b"), "the description of line 1"),
        (
            "open",
            lambda invoice: {"due_on": None, "seller": replace(invoice.seller, payment_terms="")},
            "a due date or payment terms",
        ),
        ("open", with_(status=InvoiceStatus.DRAFT), "an invoice in force (this one is draft)"),
        ("open", with_(status=InvoiceStatus.VOID), "an invoice in force (this one is void)"),
        ("open", with_(currency="HRK"), "a currency that ISO 4217 still lists"),
        ("open", with_(lines=()), "its lines"),
        ("open", with_(subtotal=17701), "lines that add up to its subtotal"),
        ("open", with_(tax_amount=4426), "amounts of VAT that add up to its tax"),
        ("open", with_(total=22126, amount_due=22126), "a total that follows from its lines"),
        # A balance that was carried over.
        ("open", with_(amount_due=22000), "an amount due that is its total less what was paid"),
        ("credit note", with_(amount_due=100), "an amount due that is its total less what"),
        ("open", with_(taxes=()), "the rate of its VAT"),
        ("open", first_tax(rate=None), "the rate of its VAT"),
        ("no tax", seller(vat_id="SE556677889901"), "the reason why no VAT is due"),
        ("open", first_line(tax_rate=Decimal(12)), "the one rate of VAT of line 1"),
        ("paid, two rates", first_line(tax_rate=None), "the one rate of VAT of line 1"),
        ("paid, two rates", first_line(tax_rate=Decimal(6)), ADD_UP),
        ("open", first_tax(taxable_amount=17600), ADD_UP),
        ("open", first_tax(taxable_amount=17800), ADD_UP),
        ("paid, two rates", with_(taxes=(VAT_25, replace(VAT_6, amount=292 + 4425))), "amounts"),
        ("open", with_(discount_amount=100), ADD_UP),
        ("discount on lines", with_(discount_amount=900), ADD_UP),
        (
            "discount on an invoice of two rates",
            lambda invoice: {
                "taxes": tuple(replace(tax, taxable_amount=None) for tax in invoice.taxes)
            },
            "how its discount is divided among the rates of VAT",
        ),
        (
            "open",
            with_(
                taxes=(replace(VAT_25, amount=4525),),
                tax_amount=4525,
                total=22225,
                amount_due=22225,
            ),
            "an amount of VAT that follows from its rate of 25%",
        ),
        ("dinar", with_(currency="BHD", amount_paid=5, amount_due=12955), "amounts of two decimal"),
        (
            "zero rated",
            first_tax(exemption_reason="Not subject to tax"),
            "an invoice of its own for what is not subject to VAT",
        ),
    ],
)
def test_what_is_missing_is_named(
    kinds: Kinds, kind: str, change: Callable[[IssuedInvoice], dict[str, Any]], missing: str
) -> None:
    invoice = kinds[kind]
    made = make_einvoice(replace(invoice, **change(invoice)))
    assert made.xml is None
    assert len(made.missing) == 1
    assert made.missing[0].startswith(missing)


def test_everything_that_is_missing_is_named_at_once(kinds: Kinds) -> None:
    invoice = replace(kinds["reverse charge"], seller=Party(), buyer=Party(), due_on=None)
    assert make_einvoice(invoice) == EInvoice(
        None,
        (
            "the seller's name",
            "the seller's country",
            "the buyer's name",
            "the buyer's country",
            "a due date or payment terms",
            "the seller's VAT id",
            "the buyer's VAT id",
        ),
    )


def test_a_tax_rounded_by_less_than_one_unit_is_kept(kinds: Kinds) -> None:
    invoice = kinds["open"]
    tax = replace(VAT_25, amount=4425 + 99)
    total = 17700 + tax.amount
    rounded = replace(invoice, taxes=(tax,), tax_amount=tax.amount, total=total, amount_due=total)
    assert make_einvoice(rounded).missing == ()
