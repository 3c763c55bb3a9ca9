"""Whatever stands in an invoice, its XML says the same, or there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax, Party
from calmony_desktop.billing.money import round_minor
from calmony_desktop.documents.einvoice import make_einvoice

Kinds = dict[str, IssuedInvoice]
Read = Callable[[IssuedInvoice], Any]

anything = st.text(st.characters(exclude_categories=()), max_size=40)
party = st.builds(Party, **{field.name: anything for field in fields(Party)})


@given(
    seller=party,
    buyer=party,
    keep_ids=st.booleans(),
    texts=st.fixed_dictionaries({name: anything for name in ("number", "memo", "footer")}),
    description=anything,
    reason=anything,
)
def test_no_text_makes_xml_that_is_not_valid(
    kinds: Kinds,
    seller: Party,
    buyer: Party,
    keep_ids: bool,
    texts: dict[str, str],
    description: str,
    reason: str,
) -> None:
    invoice = kinds["exempt"]
    if keep_ids:
        seller = replace(seller, country="SE", vat_id="SE556677889901", name=f"x{seller.name}")
        buyer = replace(buyer, country="FR", name=f"x{buyer.name}")
        description = f"x{description}"
    lines = (replace(invoice.lines[0], description=description),)
    taxes = (replace(invoice.taxes[0], exemption_reason=f"x{reason}"),)
    made = make_einvoice(
        replace(invoice, seller=seller, buyer=buyer, lines=lines, taxes=taxes, **texts)
    )
    # What is not valid by the schema raises.
    assert (made.xml is None) == bool(made.missing)
    assert made.xml is not None or not keep_ids


@st.composite
def invoice_lines(draw: st.DrawFn) -> IssuedLine:
    quantity = draw(st.decimals(Decimal("-50"), Decimal("5000"), places=3))
    unit_amount = draw(st.decimals(Decimal(0), Decimal(100_000), places=4))
    amount = round_minor(quantity * unit_amount)
    return IssuedLine(
        description="Team plan",
        quantity=quantity,
        unit_amount=draw(st.sampled_from((unit_amount, None))),
        amount=amount,
        discount_amount=draw(st.integers(0, max(amount, 0))),
        tax_rate=draw(st.sampled_from((Decimal(25), Decimal("5.5"), Decimal(0)))),
    )


@settings(max_examples=150)
@given(
    lines=st.lists(invoice_lines(), min_size=1, max_size=8),
    includes_tax=st.booleans(),
    discounted=st.integers(0, 100),
    says_taxable=st.booleans(),
)
def test_the_totals_follow_from_the_lines(
    kinds: Kinds,
    read: Read,
    lines: list[IssuedLine],
    includes_tax: bool,
    discounted: int,
    says_taxable: bool,
) -> None:
    by_rate: dict[Decimal, int] = defaultdict(int)
    for line in lines:
        by_rate[line.tax_rate or Decimal(0)] += line.amount - line.discount_amount
    discount = 0
    taxes = []
    for rate, amount in by_rate.items():
        off = max(amount, 0) * discounted // 100
        discount += off
        net = amount - off
        tax = round_minor(net * rate / (100 + rate) if includes_tax else net * rate / 100)
        taxable = net - tax if includes_tax else net
        is_stated = says_taxable or (discounted and len(by_rate) > 1)
        taxes.append(IssuedTax("VAT", rate, taxable if is_stated else None, tax))
    subtotal = sum(line.amount for line in lines)
    discount += sum(line.discount_amount for line in lines)
    tax_amount = sum(tax.amount for tax in taxes)
    total = subtotal - discount + (0 if includes_tax else tax_amount)
    invoice = replace(
        kinds["open"],
        lines=tuple(lines),
        taxes=tuple(taxes),
        subtotal=subtotal,
        discount_amount=discount,
        tax_amount=tax_amount,
        total=total,
        amount_due=total,
    )

    xml = read(invoice)
    header = xml.element("SpecifiedTradeSettlementHeaderMonetarySummation")
    sign = -1 if total < 0 else 1

    def cents(texts: list[str]) -> int:
        return sign * sum(int(Decimal(text) * 100) for text in texts)

    nets = "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"
    settlement = xml.element("ApplicableHeaderTradeSettlement")
    allowances = [
        each
        for each in xml.elements("SpecifiedTradeAllowanceCharge")
        if each.all("CategoryTradeTax")
    ]
    basis = cents(settlement.all("BasisAmount"))
    assert cents(header.all("GrandTotalAmount")) == total
    assert cents(header.all("TaxTotalAmount")) == tax_amount
    assert cents(header.all("DuePayableAmount")) == total
    # BR-CO-10, 11, 13 and 14.
    assert cents(header.all("LineTotalAmount")) == cents(xml.all(nets))
    off_invoice = sum(cents(each.all("ActualAmount")) for each in allowances)
    assert cents(header.all("AllowanceTotalAmount")) == off_invoice
    assert cents(header.all("TaxBasisTotalAmount")) == basis == cents(xml.all(nets)) - off_invoice
    assert cents(settlement.all("CalculatedAmount")) == tax_amount
    # BR-27.
    assert all(not price.startswith("-") for price in xml.all("ChargeAmount"))
