"""Invoices of every kind that EN 16931 tells apart, and a reader of their XML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.einvoice import make_einvoice

SELLER = Party(
    name="Kontor Lindgren AB",
    line1="Storgatan 8",
    line2="Box 12",
    city="Malmö",
    postal_code="211 42",
    country="SE",
    email="faktura@lindgren.example",
    phone="+46 40 555 01 00",
    vat_id="SE 5566 7788 9901",
    registration="Bolagsverket 556677-8899\nManaging director: A. Lindgren",
    iban="SE35 5000 0000 0549 1000 0003",
    bic="ESSESESS",
    payment_terms="Net 14 days.",
)
BUYER = Party(
    name="Boulangerie Martin & Fils",
    contact_name="Élise Martin",
    line1="3 rue des Lilas",
    city="Lyon",
    region="Rhône",
    postal_code="69003",
    country="FR",
    email="elise@martin.example",
    vat_id="FR40303265045",
)


def line(amount: int, rate: int | None = None, **changes: Any) -> IssuedLine:
    """One piece for ``amount``."""
    given: dict[str, Any] = {
        "description": "Team plan",
        "quantity": Decimal(1),
        "unit_amount": Decimal(amount),
        "amount": amount,
        "tax_rate": None if rate is None else Decimal(rate),
    }
    return IssuedLine(**{**given, **changes})


def tax(amount: int, rate: int | None, taxable: int | None = None, reason: str = "") -> IssuedTax:
    return IssuedTax("VAT", None if rate is None else Decimal(rate), taxable, amount, reason)


def issued(*parts: IssuedLine | IssuedTax, **changes: Any) -> IssuedInvoice:
    """An open invoice of these lines and taxes, whose totals follow from them."""
    lines = tuple(part for part in parts if isinstance(part, IssuedLine))
    taxes = tuple(part for part in parts if isinstance(part, IssuedTax))
    subtotal = sum(each.amount for each in lines)
    discount = changes.get("discount_amount", sum(each.discount_amount for each in lines))
    tax_amount = sum(each.amount for each in taxes)
    total = changes.get("total", subtotal - discount + tax_amount)
    paid = changes.get("amount_paid", 0)
    given: dict[str, Any] = {
        "id": "in_1Nabc",
        "number": "KL-2026-0107",
        "status": InvoiceStatus.OPEN,
        "currency": "EUR",
        "customer_id": "cus_9s6XKzkNRiz8i3",
        "issued_on": date(2026, 3, 1),
        "due_on": date(2026, 3, 15),
        "period_start_on": date(2026, 3, 1),
        "period_end_on": date(2026, 3, 31),
        "paid_on": None,
        "voided_on": None,
        "seller": SELLER,
        "buyer": BUYER,
        "lines": lines,
        "taxes": taxes,
        "subtotal": subtotal,
        "discount_amount": discount,
        "tax_amount": tax_amount,
        "total": total,
        "amount_paid": paid,
        "amount_due": total - paid,
    }
    return IssuedInvoice(**{**given, **changes})


ELSEWHERE = replace(BUYER, country="US", vat_id="12-3456789", region="OR")
NOT_REGISTERED = replace(SELLER, vat_id="")
MARCH = {"period_start_on": date(2026, 3, 1), "period_end_on": date(2026, 3, 31)}
SCRIPTS = (
    "Ångström Ελλάδα Болгарія עברית العربية हिन्दी ไทย 中文 日本語 한국어 👩🏽‍🔧 <b>&amp;</b> ]]> "
    "\x00\x0b\x1f\x7f\x85\ud800\ufffe\u202e end"
)

KINDS: dict[str, IssuedInvoice] = {
    "open": issued(line(17700, 25), tax(4425, 25, 17700)),
    "paid, two rates": issued(
        line(17700, 25, quantity=Decimal(3), unit_amount=Decimal(5900), **MARCH),
        line(4860, 6, quantity=Decimal(2), unit_amount=Decimal(2430)),
        tax(4425, 25, 17700),
        tax(292, 6, 4860),
        status=InvoiceStatus.PAID,
        amount_paid=27277,
    ),
    "partly paid": issued(line(10000, 25), tax(2500, 25, 10000), amount_paid=4000),
    "one rate in two taxes": issued(
        line(10000, 25), line(5000, 25), tax(2500, 25, 10000), tax(1250, 25, 5000)
    ),
    "taxable amount not stated": issued(line(10000, 20), tax(2000, 20)),
    "rate of lines not stated": issued(line(10000), line(700), tax(2140, 20, 10700)),
    "rate with decimals": issued(
        line(10000, tax_rate=Decimal("5.50")), IssuedTax("TVA", Decimal("5.5"), 10000, 550)
    ),
    "rounded by the provider": issued(*[line(333, 19) for _ in range(30)], tax(30 * 63, 19, 9990)),
    "discount on lines": issued(
        line(10000, 25, discount_amount=1000), line(500, 25), tax(2375, 25, 9500)
    ),
    "discount on the invoice": issued(
        line(10000, 25), line(500, 25), tax(2375, 25, 9500), discount_amount=1000
    ),
    "discount on an invoice of two rates": issued(
        line(10000, 25), line(500, 6), tax(2250, 25, 9000), tax(27, 6, 450), discount_amount=1050
    ),
    "discounts on both": issued(
        line(10000, 25, discount_amount=1000),
        line(500, 6),
        tax(2125, 25, 8500),
        tax(30, 6, 500),
        discount_amount=1500,
    ),
    "everything discounted": issued(line(10000, 25, discount_amount=10000), tax(0, 25, 0)),
    "reverse charge": issued(line(10000, 0), tax(0, 0, 10000, "Reverse charge")),
    "reverse charge at a rate": issued(
        line(10000, 25, discount_amount=500), tax(0, 25, 0, "Reverse charge")
    ),
    "reverse charge of an old version": issued(
        line(10000), tax(0, None, None, "Reverse charge"), discount_amount=100
    ),
    "not subject to tax": issued(
        line(10000, 0), tax(0, 0, 10000, "Not subject to tax"), buyer=ELSEWHERE
    ),
    "not subject to tax, discounted": issued(
        line(10000, 0),
        tax(0, 0, 9000, "Not subject to tax"),
        buyer=ELSEWHERE,
        discount_amount=1000,
    ),
    "zero rated": issued(line(10000, 0), line(500, 25), tax(0, 0, 10000), tax(125, 25, 500)),
    "zero rated with a reason": issued(line(10000, 0), tax(0, 0, 10000, "Zero rated")),
    "export": issued(line(10000, 0), tax(0, 0, 10000, "Zero rated"), buyer=ELSEWHERE),
    "exempt": issued(line(10000, 0), tax(0, 0, 10000, "Exempt"), buyer=replace(BUYER, vat_id="")),
    "exempt for two reasons": issued(
        line(10000, 0),
        line(500, 0),
        tax(0, 0, 10000, "Exempt"),
        tax(0, 0, 500, "Customer exempt from tax"),
        discount_amount=0,
    ),
    "no tax": issued(line(10000), seller=NOT_REGISTERED),
    "credit note": issued(
        line(-10000, 25, unit_amount=None), line(500, 25), tax(-2375, 25, -9500), amount_due=0
    ),
    "credit note to be paid out": issued(
        line(-10000, 25, discount_amount=100), tax(-2525, 25, -10100)
    ),
    "credit note under reverse charge": issued(
        line(-10000, 0), tax(0, 0, -10000, "Reverse charge"), amount_due=0
    ),
    "line that gives back": issued(
        line(-1967, 25, quantity=Decimal(3), unit_amount=None, description="Unused time"),
        line(17700, 25),
        tax(3933, 25, 15733),
    ),
    "yen": issued(line(12345, 10), tax(1234, 10, 12345), currency="JPY"),
    "yen, tax included": issued(
        line(1000, 10, quantity=Decimal(3)), tax(91, 10, 909), currency="JPY", total=1000
    ),
    "dinar": issued(line(12340, 5), tax(620, 5, 12340), currency="KWD"),
    "krona without decimals": issued(line(1500000, 24), tax(360000, 24, 1500000), currency="ISK"),
    "fraction of a piece": issued(
        line(369, 25, quantity=Decimal("0.125"), unit_amount=Decimal(2950)), tax(92, 25, 369)
    ),
    "fraction of a cent": issued(
        line(4200, 25, quantity=Decimal(120000), unit_amount=Decimal("0.035")),
        tax(1050, 25, 4200),
    ),
    "unit price not stated": issued(
        line(1000, 25, quantity=Decimal(3), unit_amount=None),
        line(99999, 25, quantity=Decimal(700001), unit_amount=None),
        tax(25250, 25, 100999),
    ),
    "quantity of zero": issued(
        line(0, 25, quantity=Decimal(0), unit_amount=Decimal(100)),
        line(700, 25, quantity=Decimal(0), unit_amount=None),
        tax(175, 25, 700),
    ),
    "nothing to pay": issued(line(0, 25), tax(0, 25, 0)),
    "tax included": issued(line(11900, 19), tax(1900, 19, 10000), total=11900),
    "tax included, two rates, discounts": issued(
        line(10000, 19, quantity=Decimal(3), unit_amount=None, discount_amount=333),
        line(777, 19),
        line(1234, 7),
        tax(1588, 19, 8356),
        tax(74, 7, 1060),
        discount_amount=333 + 600,
        total=11078,
    ),
    "tax included, many lines": issued(
        *[line(99, 19) for _ in range(60)], tax(948, 19, 4992), total=5940
    ),
    "account without an IBAN": issued(
        line(100, 25), tax(25, 25, 100), seller=replace(SELLER, iban="0532013000", bic="")
    ),
    "no account": issued(line(100, 25), tax(25, 25, 100), seller=replace(SELLER, iban="")),
    "in dollars": issued(line(100, 25), tax(25, 25, 100), currency="USD"),
    "no due date": issued(line(100, 25), tax(25, 25, 100), due_on=None),
    "no terms": issued(line(100, 25), tax(25, 25, 100), seller=replace(SELLER, payment_terms="")),
    "buyer in Greece": issued(
        line(100, 0),
        tax(0, 0, 100, "Reverse charge"),
        buyer=replace(BUYER, country="gr", vat_id="EL094259216"),
    ),
    "buyer with a tax number": issued(
        line(100, 25), tax(25, 25, 100), buyer=replace(BUYER, vat_id="303 265 045")
    ),
    "half a period": issued(
        line(100, 25, period_start_on=date(2026, 3, 1)), tax(25, 25, 100), period_end_on=None
    ),
    "period that ends before it starts": issued(
        line(100, 25), tax(25, 25, 100), period_end_on=date(2025, 3, 1)
    ),
    "every script": issued(
        line(100, 25, description=f"{SCRIPTS}\n\n{SCRIPTS * 40}"),
        tax(25, 25, 100),
        seller=replace(SELLER, name=SCRIPTS, registration=SCRIPTS, payment_terms=SCRIPTS),
        buyer=replace(BUYER, name=SCRIPTS, line1=SCRIPTS, city=SCRIPTS),
        memo=SCRIPTS,
        footer=f"{SCRIPTS}\r\n{SCRIPTS}",
    ),
    "many lines": issued(*[line(100, 25) for _ in range(300)], tax(7500, 25, 30000)),
}


class Reader:
    """Reads XML by paths of local names, such as ``SellerTradeParty/Name``."""

    def __init__(self, element: Any) -> None:
        self._element = element

    def elements(self, path: str) -> list[Reader]:
        """What is at ``path``, anywhere below."""
        steps = "/".join(name if name == "*" else f"{{*}}{name}" for name in path.split("/"))
        return [Reader(element) for element in self._element.iterfind(f".//{steps}")]

    def element(self, path: str) -> Reader:
        (element,) = self.elements(path)
        return element

    def all(self, path: str) -> list[str]:
        """The texts at ``path``."""
        return [each._element.text or "" for each in self.elements(path)]

    def one(self, path: str) -> str:
        (text,) = self.all(path)
        return text


@pytest.fixture(scope="session")
def kinds() -> dict[str, IssuedInvoice]:
    """An invoice of each kind, all of which can be e-invoices."""
    return KINDS


@pytest.fixture(scope="session")
def read() -> Callable[[IssuedInvoice], Reader]:
    """Reads the e-invoice of an invoice, which must have one."""

    def read(invoice: IssuedInvoice) -> Reader:
        made = make_einvoice(invoice)
        assert made.missing == ()
        assert made.xml is not None
        return Reader(etree.fromstring(made.xml))

    return read
