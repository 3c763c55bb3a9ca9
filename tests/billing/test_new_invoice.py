"""What an invoice issued here holds: exact amounts, rounded half up, and the customer's tax."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.billing.due_periods import Period
from calmony_desktop.billing.new_invoice import Item, days_to_pay, draw_up
from calmony_desktop.billing.taxes import Exemption, TaxRule, tax_rule

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 1))
HALF = Period(date(2026, 4, 1), date(2026, 4, 16), date(2026, 5, 1))
VAT = TaxRule("VAT", Decimal(19))


def item(unit_amount: str, quantity: str = "1") -> Item:
    return Item("Team", Decimal(quantity), Decimal(unit_amount), "price_1")


@pytest.mark.parametrize(
    ("unit_amount", "quantity", "amount"),
    [
        ("4900", "1", 4900),
        ("0.5", "1", 1),
        ("0.5", "3", 2),
        ("33.333", "3", 100),
        ("100.5", "3", 302),
        ("0.4999999999999999999999999999999999", "1", 0),
        ("1900", "0", 0),
        ("0.07", "12345.5", 864),
    ],
)
def test_an_amount_is_exact_and_rounded_half_up(
    unit_amount: str, quantity: str, amount: int
) -> None:
    new = draw_up([item(unit_amount, quantity)], MARCH, None)
    assert (new.lines[0].amount, new.subtotal, new.total) == (amount, amount, amount)


def test_a_line_names_plan_quantity_and_period() -> None:
    (line,) = draw_up([item("4900", "2")], MARCH, VAT).lines
    assert (line.description, line.quantity, line.unit_amount) == ("Team", 2, 4900)
    assert (line.period_start_on, line.period_end_on) == (date(2026, 3, 1), date(2026, 3, 31))
    assert line.tax_rate == 19


def test_a_period_that_is_cut_short_is_billed_by_the_day() -> None:
    (line,) = draw_up([item("3000", "2")], HALF, None).lines
    assert (line.description, line.amount, line.unit_amount) == ("Team (15/30 days)", 3000, None)
    assert line.period_end_on == date(2026, 4, 15)


def test_the_tax_is_rounded_once_for_all_lines() -> None:
    new = draw_up([item("13"), item("13"), item("13")], MARCH, VAT)
    assert (new.subtotal, new.tax_amount, new.total) == (39, 7, 46)
    (tax,) = new.taxes
    assert (tax.label, tax.rate, tax.taxable_amount, tax.amount) == ("VAT", 19, 39, 7)


def test_a_tax_that_prices_include_adds_nothing() -> None:
    new = draw_up([item("11900")], MARCH, TaxRule("VAT", Decimal(19), is_included=True))
    assert (new.subtotal, new.tax_amount, new.total) == (11900, 1900, 11900)
    assert new.taxes[0].taxable_amount == 10000


@given(
    amounts=st.lists(st.integers(0, 10**9), min_size=1, max_size=5),
    rate=st.decimals(0, 99, places=4),
    is_included=st.booleans(),
)
def test_what_an_invoice_says_always_adds_up(
    amounts: list[int], rate: Decimal, is_included: bool
) -> None:
    tax = TaxRule("VAT", rate, is_included=is_included)
    new = draw_up([item(str(each)) for each in amounts], MARCH, tax)
    assert sum(line.amount for line in new.lines) == new.subtotal
    assert sum(each.amount for each in new.taxes) == new.tax_amount
    assert new.total == new.subtotal + (0 if is_included else new.tax_amount)
    assert new.taxes[0].taxable_amount == new.total - new.tax_amount


def test_who_is_exempt_or_owes_the_tax_is_charged_none() -> None:
    for exemption, reason in (
        (Exemption.EXEMPT, "Customer exempt from tax"),
        (Exemption.REVERSE, "Reverse charge"),
    ):
        rule = tax_rule(exemption, Decimal(19), [VAT])
        assert rule is not None
        assert (rule.rate, rule.exemption_reason) == (0, reason)
        assert draw_up([item("4900")], MARCH, rule).total == 4900


def test_the_rate_of_the_customer_counts_before_that_of_the_newest_invoice() -> None:
    reduced = TaxRule("VAT", Decimal(7))
    assert tax_rule(Exemption.NONE, None, [reduced, VAT]) == reduced
    assert tax_rule(Exemption.NONE, Decimal("19.00"), [reduced, VAT]) == VAT
    assert tax_rule(Exemption.NONE, Decimal(21), [VAT]) == TaxRule("Tax", Decimal(21))
    assert tax_rule(Exemption.NONE, None, []) is None


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        ("Payable within 30 days without deduction.", 30),
        ("2% discount within 10 days, 30 days net", 30),
        ("Zahlbar innerhalb von 21 Tagen.", 21),
        ("Due on receipt.", 14),
        ("", 14),
    ],
)
def test_the_due_date_is_what_the_sellers_terms_say(terms: str, days: int) -> None:
    assert days_to_pay(terms) == days
