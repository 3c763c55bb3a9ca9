"""What the document says (Directive 2006/112/EC, article 226, and what people look for)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdf
import pytest

from calmony_desktop.billing.issued_invoice import IssuedLine, IssuedTax, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.invoice_pdf import missing_characters, render_invoice
from calmony_desktop.errors import KnownError

OPEN = {
    "status": InvoiceStatus.OPEN,
    "paid_on": None,
    "amount_paid": 0,
    "amount_due": 27277,
    "payment_method": "",
}


@pytest.mark.parametrize(
    "shown",
    [
        "Invoice KL-2026-0107",
        "Kontor Lindgren AB",
        "Storgatan 8 · 211 42 Malmö · Sweden",
        "VAT SE556677889901 · faktura@lindgren.example",
        "Boulangerie Martin & Fils",
        "Élise Martin",
        "3 rue des Lilas",
        "69003 Lyon, France",
        "VAT FR40303265045",
        "cus_9s6XKzkNRiz8i3",
        "15 Mar 2026",
        "1 Mar – 31 Mar 2026",
        "Team plan",
        "€59.00",
        "€177.00",
        "25%",
        "Subtotal €225.60",
        "VAT 25% on €177.00 €44.25",
        "VAT 6% on €48.60 €2.92",
        "Total €272.77",
        "Paid 4 Mar 2026, Mastercard ending 4444 −€272.77",
        "Amount due €0.00",
        "IBAN SE35 5000 0000 0549 1000 0003",
        "BIC ESSESESS",
        "Reference KL-2026-0107",
        "Net 14 days.",
        "Bolagsverket 556677-8899",
        "Page 1 of 1",
    ],
)
def test_a_paid_invoice_shows(shown, text_of):
    assert shown in text_of()


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({}, "Paid 4 Mar 2026"),
        (OPEN, "Open, due 15 Mar 2026"),
        (OPEN | {"due_on": None}, "Open"),
        (OPEN | {"status": InvoiceStatus.UNCOLLECTIBLE}, "Uncollectible"),
        (
            OPEN | {"status": InvoiceStatus.VOID, "voided_on": date(2026, 3, 9)},
            "Void 9 Mar 2026",
        ),
    ],
)
def test_the_status_stands_beside_the_number(changes, mark, text_of):
    assert re.search(rf"^Invoice KL-2026-0107 {mark}$", text_of(**changes), re.MULTILINE)


def test_a_void_invoice_is_marked_over_every_page_and_asks_for_nothing(invoice, text_of):
    text = text_of(**OPEN | {"status": InvoiceStatus.VOID, "lines": invoice.lines * 20})
    pages = int(re.search(r"Page 1 of (\d+)", text)[1])
    assert pages > 1
    assert text.count("VOID") == pages
    assert "Amount due €0.00" in text
    assert "VOID" not in text_of()


def test_a_draft_has_no_document(invoice):
    with pytest.raises(KnownError, match="draft"):
        render_invoice(replace(invoice, status=InvoiceStatus.DRAFT))


def test_a_preview_of_a_draft_says_on_every_page_that_it_is_one(invoice):
    draft = replace(invoice, status=InvoiceStatus.DRAFT, number="", lines=invoice.lines * 20)
    pages = pypdf.PdfReader(BytesIO(render_invoice(draft, is_preview=True))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 1
    assert all("DRAFT" in text for text in texts)
    assert re.search(r"^Invoice Draft$", texts[0], re.MULTILINE)
    assert invoice.id not in "".join(texts)


def test_a_preview_of_an_issued_invoice_is_the_invoice(invoice):
    assert render_invoice(invoice, is_preview=True) == render_invoice(invoice)


def test_the_page_says_that_it_carries_an_e_invoice(invoice):
    data = render_invoice(invoice, einvoice_xml=b"<invoice/>")
    (page,) = pypdf.PdfReader(BytesIO(data)).pages
    assert "KL-2026-0107 · Factur-X (EN 16931) data attached" in page.extract_text()


def test_the_reason_for_an_exemption_stands_below_its_tax(invoice, text_of):
    text = text_of(
        **OPEN
        | {
            "taxes": (IssuedTax("VAT", Decimal(0), 22560, 0, "Reverse charge"),),
            "tax_amount": 0,
            "total": 22560,
            "amount_due": 22560,
        }
    )
    assert "VAT 0% on €225.60 €0.00\nReverse charge\nTotal €225.60" in text


def test_a_discount_is_shown_on_its_line_and_in_the_totals(invoice, text_of):
    discounted = replace(invoice.lines[0], discount_amount=1770)
    text = text_of(lines=(discounted, invoice.lines[1]), discount_amount=1770, total=25507)
    assert "1 Mar – 31 Mar 2026\nDiscount −€17.70" in text
    assert "Subtotal €225.60\nDiscount −€17.70\nVAT" in text


def test_tax_that_the_prices_hold_already_is_explained_and_not_added(text_of):
    text = text_of(total=22560, amount_paid=22560)
    assert "Subtotal €225.60\nTotal €225.60\nIncludes VAT 25% on €177.00 €44.25" in text


def test_tax_without_rates_is_not_left_out(text_of):
    assert "Subtotal €225.60\nTax €47.17\nTotal €272.77" in text_of(taxes=())


def test_a_line_without_tax_has_a_dash_and_an_invoice_without_any_has_no_column(invoice, text_of):
    untaxed = tuple(replace(line, tax_rate=None) for line in invoice.lines)
    assert " – " not in text_of(period_start_on=None, lines=invoice.lines[1:])
    assert "Handbook 2 €24.30 – €48.60" in text_of(lines=(invoice.lines[0], untaxed[1]))
    assert "Unit price Tax Amount" in text_of()
    assert "Unit price Amount" in text_of(lines=untaxed)


def test_what_a_credit_balance_paid_has_a_row_of_its_own(text_of):
    text = text_of(amount_paid=20000, amount_due=5000)
    assert "−€200.00\nCredits and adjustments −€22.77\nAmount due €50.00" in text


def test_totals_that_the_parts_do_not_make_show_the_difference(text_of):
    assert "Adjustments €1.00\nTotal €273.77" in text_of(total=27377, amount_paid=27377)


def test_totals_that_add_up_show_no_difference(text_of):
    assert "djustments" not in text_of()
    assert "djustments" not in text_of(**OPEN)


def test_yen_have_no_decimals_and_dinars_three(text_of):
    assert "Total ¥27,277" in text_of(currency="JPY")
    assert "Total KWD 27.277" in text_of(currency="KWD")


def test_a_price_of_a_fraction_of_a_cent_is_exact(text_of):
    line = IssuedLine("API calls", Decimal("10000.5"), Decimal("0.25"), 2500)
    text = text_of(lines=(line,))
    assert "€0.0025" in text
    assert "10,000.5" in text


def test_memo_and_footer_are_shown(text_of):
    text = text_of(memo="Thank you.\n\nSee you soon.", footer="A member of Lindgren Group.")
    assert "Note\nThank you." in text
    assert "See you soon." in text
    assert "A member of Lindgren Group." in text
    assert "Note" not in text_of()


def test_markup_in_data_is_text(invoice, text_of):
    markup = '<b>Ben</b> & <img src="/etc/passwd"/> <a href="https://x.example">y</a> &lt;'
    buyer = replace(invoice.buyer, name=markup)
    line = replace(invoice.lines[0], description=markup)
    text = " ".join(text_of(buyer=buyer, lines=(line,), memo=markup).split())
    assert text.count(markup) == 3


def test_what_is_not_known_leaves_no_label_behind(text_of):
    text = text_of(
        seller=Party(),
        buyer=Party(),
        due_on=None,
        period_start_on=None,
        period_end_on=None,
    )
    for label in ("Due", "Service period", "How to pay", "Terms", "Registered", "VAT\n"):
        assert f"\n{label}" not in text
    assert "Billed to\ncus_9s6XKzkNRiz8i3" in text


def test_a_buyer_without_a_name_is_called_by_email(text_of):
    assert "Billed to\nelise@martin.example" in text_of(buyer=Party(email="elise@martin.example"))


def test_an_invoice_without_lines_still_has_its_totals(text_of):
    text = text_of(lines=())
    assert "Description" not in text
    assert "Total €272.77" in text


def test_characters_that_the_document_can_not_show_are_told(invoice):
    assert missing_characters(invoice) == ""
    changed = replace(
        invoice,
        buyer=replace(invoice.buyer, name="𓂀 Martin 𓂀 株式会社"),
        lines=(replace(invoice.lines[0], description="மேசை"),),
    )
    assert set(missing_characters(changed)) >= set("𓂀மச")
    assert missing_characters(changed).count("𓂀") == 1


def test_a_missing_character_is_visible(invoice, text_of):
    assert "□□ Martin" in text_of(buyer=replace(invoice.buyer, name="மச Martin"))
