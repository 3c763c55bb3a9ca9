"""Where things stand: many pages, long text, and nothing on top of anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import combinations
from typing import NamedTuple

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calmony_desktop.billing.issued_invoice import IssuedInvoice, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.invoice_pdf import A4, LETTER, PageSize, render_invoice
from calmony_desktop.documents.layout import lay_out
from calmony_desktop.documents.pages import PlacedRow
from calmony_desktop.documents.rows import Text
from calmony_desktop.documents.text import text_width
from calmony_desktop.documents.wording import wording, wording_for

ENGLISH = wording("en")


class Ink(NamedTuple):
    """The room that one text takes on its page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def ink_of(page: list[PlacedRow]) -> Iterator[Ink]:
    for placed in page:
        for item in placed.row.items:
            if isinstance(item, Text) and item.text:
                width = text_width(item.text, item.style)
                left = item.x - {"left": 0, "right": width, "centre": width / 2}[item.align]
                baseline = placed.top + item.y
                yield Ink(
                    item.text,
                    left,
                    left + width,
                    baseline - 0.73 * item.style.size,
                    baseline + 0.1 * item.style.size,
                )


def assert_clean(invoice: IssuedInvoice, size: PageSize = A4) -> None:
    """Nothing overlaps and nothing leaves the page's margins."""
    for page in lay_out(invoice, size, wording_for(invoice)):
        texts = list(ink_of(page))
        for text in texts:
            assert text.left >= size.left - 0.01, text
            assert text.right <= size.right + 0.01, text
            assert text.bottom <= size.height - 20, text
        for one, other in combinations(texts, 2):
            assert (
                one.right <= other.left
                or other.right <= one.left
                or one.bottom <= other.top
                or other.bottom <= one.top
            ), (one, other)


def page_texts(invoice: IssuedInvoice) -> list[str]:
    reader = pypdf.PdfReader(BytesIO(render_invoice(invoice)))
    return [page.extract_text() for page in reader.pages]


words = st.one_of(
    st.text(max_size=40),
    st.text("MW mw-.", max_size=500),
    st.integers(1, 500).map(lambda count: "W" * count),
)
parties = st.builds(
    Party,
    name=words,
    contact_name=words,
    line1=words,
    line2=words,
    city=words,
    region=words,
    postal_code=words,
    country=st.sampled_from(["", "DE", "US", "GB", "XX"]),
    email=words,
    vat_id=words,
    registration=words,
    iban=words,
    bic=words,
    payment_terms=words,
)
amounts = st.integers(-(10**15), 10**15)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nothing_overlaps_whatever_the_data_holds(data, invoice):
    draw = data.draw
    line = replace(
        invoice.lines[0],
        description=draw(words),
        quantity=Decimal(draw(amounts)).scaleb(draw(st.integers(-12, 0))),
        unit_amount=Decimal(draw(amounts)).scaleb(draw(st.integers(-12, 0))),
        amount=draw(amounts),
        discount_amount=abs(draw(amounts)),
    )
    assert_clean(
        replace(
            invoice,
            number=draw(words),
            customer_id=draw(words),
            status=draw(st.sampled_from([InvoiceStatus.OPEN, InvoiceStatus.PAID])),
            currency=draw(st.sampled_from(["EUR", "KWD", "JPY", "XAF"])),
            seller=draw(parties),
            buyer=draw(parties),
            lines=(line, *invoice.lines),
            taxes=(replace(invoice.taxes[0], label=draw(words), exemption_reason=draw(words)),),
            total=draw(amounts),
            amount_paid=draw(amounts),
            payment_method=draw(words),
            memo=draw(words),
            footer=draw(words),
        ),
        draw(st.sampled_from([A4, LETTER])),
    )


def test_the_longest_numbers_stay_in_their_columns(invoice):
    line = replace(
        invoice.lines[0],
        quantity=Decimal("-1234567890.123456789012"),
        unit_amount=Decimal("-123456789012345.123456789012"),
        amount=-(10**15),
        tax_rate=Decimal("19.123456"),
    )
    assert_clean(replace(invoice, currency="KWD", lines=(line,), total=-(10**15)))


def test_many_lines_go_on_over_pages_that_repeat_heading_and_count(invoice):
    lines = tuple(
        replace(invoice.lines[0], description=f"Position {number}.") for number in range(1, 101)
    )
    pages = page_texts(replace(invoice, lines=lines))
    assert len(pages) > 5
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert len(re.findall(r"Description Quantity Unit price Tax Amount", text)) == 1
        assert "Invoice KL-2026-0107" in text
    assert re.findall(r"Position (\d+)\.", "".join(pages)) == [str(n) for n in range(1, 101)]
    assert "Total €272.77" in pages[-1]
    assert_clean(replace(invoice, lines=lines))


@pytest.mark.parametrize("count", range(5, 16))
def test_totals_never_stand_without_a_line_on_their_page(count, invoice):
    last = page_texts(replace(invoice, lines=invoice.lines[:1] * count))[-1]
    assert last.index("Team plan") < last.index("Subtotal") < last.index("How to pay")


def test_a_description_longer_than_a_page_goes_on_and_loses_nothing(invoice):
    description = " ".join(f"word{number}" for number in range(3000))
    invoice = replace(invoice, lines=(replace(invoice.lines[0], description=description),))
    text = "".join(page_texts(invoice))
    assert re.findall(r"word(\d+)", text) == [str(number) for number in range(3000)]
    assert_clean(invoice)


def test_a_word_of_200_000_characters_is_printed_whole(invoice):
    line = replace(invoice.lines[0], description="x" * 200_000)
    pages = lay_out(replace(invoice, lines=(line,)), A4, ENGLISH)
    texts = [
        item.text
        for page in pages
        for _, row in page
        for item in row.items
        if isinstance(item, Text)
    ]
    assert sum(len(text) for text in texts if set(text) == {"x"}) == 200_000


def test_two_thousand_lines_are_printed(invoice):
    pages = lay_out(replace(invoice, lines=invoice.lines * 1000), A4, ENGLISH)
    texts = [
        item.text
        for page in pages
        for _, row in page
        for item in row.items
        if isinstance(item, Text)
    ]
    assert texts.count("Handbook") == 1000


def test_the_watermark_lies_below_the_text(invoice):
    data = render_invoice(replace(invoice, status=InvoiceStatus.VOID))
    text = pypdf.PdfReader(BytesIO(data)).pages[0].extract_text()
    assert text.index("VOID") < text.index("Invoice KL")


def test_no_naughty_string_keeps_an_invoice_from_being_printed(shared_data, invoice):
    strings = json.loads((shared_data / "naughty-strings.json").read_text(encoding="utf-8"))
    assert len(strings) > 500
    for text in strings:
        party = Party(name=text, line1=text, city=text, vat_id=text, payment_terms=text)
        line = replace(invoice.lines[0], description=text)
        naughty = replace(
            invoice, number=text, seller=party, buyer=party, lines=(line,), memo=text, footer=text
        )
        assert render_invoice(naughty).startswith(b"%PDF-")
        assert_clean(naughty)
