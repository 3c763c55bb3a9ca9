"""How long an invoice takes, beside the same page made in other ways in the same run.

WeasyPrint is compared with where it is installed: ``pip install weasyprint``, and Pango of the
system.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import escape
from io import BytesIO
from itertools import cycle, islice

import pytest

# Before ReportLab, whose settings it shuts out.
from calmony_desktop.documents.invoice_pdf import A4, render_invoice

# isort: split
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, IssuedTax, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.einvoice import make_einvoice
from calmony_desktop.documents.fonts import Font
from calmony_desktop.documents.layout import lay_out
from calmony_desktop.documents.rows import Rule, Text
from calmony_desktop.documents.wording import wording_for
from calmony_desktop.paths import resource

pytestmark = pytest.mark.usefixtures("only_when_asked_for")

PRODUCTS = (
    ("Workshop Pro", 5900),
    ("Parts catalogue add-on", 8416),
    ("Printed service handbook, 2026 edition", 2430),
    ("Onboarding, half a day on site", 42000),
    ("Extra storage, 100 GB", 990),
)


def invoice_of(lines: int) -> IssuedInvoice:
    """An invoice with so many lines, each of them different from the others."""
    issued = tuple(
        IssuedLine(
            f"{name} {number}",
            Decimal(number % 7 + 1),
            Decimal(price),
            price * (number % 7 + 1),
            tax_rate=Decimal(19),
            period_start_on=date(2026, 11, 1) if number % 4 == 1 else None,
            period_end_on=date(2026, 11, 30) if number % 4 == 1 else None,
        )
        for number, (name, price) in enumerate(islice(cycle(PRODUCTS), lines), start=1)
    )
    subtotal = sum(line.amount for line in issued)
    tax = round(subtotal * Decimal("0.19"))
    return IssuedInvoice(
        id="in_1",
        number="NW-2026-0042",
        status=InvoiceStatus.OPEN,
        currency="EUR",
        customer_id="cus_NffrFeUfNV2Hib",
        issued_on=date(2026, 11, 1),
        due_on=date(2026, 11, 15),
        period_start_on=date(2026, 11, 1),
        period_end_on=date(2026, 11, 30),
        paid_on=None,
        voided_on=None,
        seller=Party(
            name="Nordlicht Werkstatt GmbH",
            line1="Speicherstadt 14",
            city="Hamburg",
            postal_code="20457",
            country="DE",
            email="billing@nordlicht.example",
            vat_id="DE136695976",
            registration="Amtsgericht Hamburg HRB 123456",
            iban="DE02120300000000202051",
            bic="BYLADEM1001",
            payment_terms="Payable within 14 days without deduction.",
        ),
        buyer=Party(
            name="Łódź Auto Serwis Sp. z o.o.",
            contact_name="Zoë Wójcik",
            line1="ulica Piotrkowska 112",
            city="Łódź",
            postal_code="90-006",
            country="PL",
        ),
        lines=issued,
        taxes=(IssuedTax("VAT", Decimal(19), subtotal, tax),),
        subtotal=subtotal,
        discount_amount=0,
        tax_amount=tax,
        total=subtotal + tax,
        amount_paid=0,
        amount_due=subtotal + tax,
    )


def fastest(times: int, *makers: Callable[[], object]) -> list[float]:
    """Milliseconds: the shortest of ``times`` runs of each, taken in turns, after one to warm up.

    In turns, so that what else the machine does slows all of them down.
    """
    shortest = [float("inf")] * len(makers)
    for make in makers:
        make()
    for _ in range(times):
        for index, make in enumerate(makers):
            start = time.perf_counter()
            make()
            shortest[index] = min(shortest[index], time.perf_counter() - start)
    return [seconds * 1000 for seconds in shortest]


def drawn_by_hand(invoice: IssuedInvoice) -> Callable[[], bytes]:
    """The same pages on a ReportLab canvas, every place known beforehand, nothing shaped."""
    for font in Font:
        registerFont(TTFont(font.value, str(resource("fonts", f"{font}.ttf"))))
    pages = lay_out(invoice, A4, wording_for(invoice))
    draws = {"left": "drawString", "right": "drawRightString", "centre": "drawCentredString"}

    def draw() -> bytes:
        canvas = Canvas(BytesIO(), A4, initialFontName=Font.REGULAR.value, pageCompression=1)
        for page in pages:
            for top, row in page:
                for item in row.items:
                    y = A4.height - top - item.y
                    if isinstance(item, Text):
                        canvas.setFont(item.style.font.value, item.style.size)
                        canvas.setFillColor(HexColor(item.style.colour))
                        getattr(canvas, draws[item.align])(item.x, y, item.text)
                    elif isinstance(item, Rule):
                        canvas.setStrokeColor(HexColor(item.colour))
                        canvas.setLineWidth(item.thickness)
                        canvas.line(item.x, y, item.end, y)
                    else:
                        canvas.setFillColor(HexColor(item.colour))
                        bottom = y - item.height
                        canvas.roundRect(item.x, bottom, item.width, item.height, 7, 0, 1)
            canvas.showPage()
        data: bytes = canvas.getpdfdata()
        return data

    return draw


def by_weasyprint(invoice: IssuedInvoice) -> Callable[[], bytes]:
    """The same page out of HTML by WeasyPrint; every text at its place. Skips without it."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
    except (ImportError, OSError) as error:
        pytest.skip(f"WeasyPrint is not here: {str(error).splitlines()[0]}")
    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: Inter; font-weight: {weight};"
        f" src: url('{resource('fonts', f'{font}.ttf').as_uri()}') }}"
        for weight, font in ((400, Font.REGULAR), (600, Font.SEMI_BOLD))
    )
    page_style = "@page { size: A4; margin: 0 } body { font-family: Inter }"
    style = CSS(string=faces + page_style, font_config=fonts)
    (page,) = lay_out(invoice, A4, wording_for(invoice))
    texts = "".join(
        f'<div style="position:absolute; top:{top + item.y - item.style.size:.1f}pt;'
        f" left:{item.x:.1f}pt; font-size:{item.style.size}pt; color:{item.style.colour};"
        f' font-weight:{400 if item.style.font is Font.REGULAR else 600}">{escape(item.text)}</div>'
        for top, row in page
        for item in row.items
        if isinstance(item, Text)
    )

    def make() -> bytes:
        html = HTML(string=f"<body>{texts}")
        data: bytes = html.write_pdf(stylesheets=[style], font_config=fonts)
        return data

    return make


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints a line whatever pytest captures."""

    def report(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", end="")

    return report


def test_ten_lines_take_no_longer_than_drawing_the_page_by_hand(report):
    ten = invoice_of(10)
    xml = make_einvoice(ten).xml
    assert xml is not None
    ours, with_xml, by_hand = fastest(
        100,
        lambda: render_invoice(ten, einvoice_xml=xml),
        lambda: render_invoice(ten, einvoice_xml=make_einvoice(ten).xml),
        drawn_by_hand(ten),
    )
    report(
        f"Ten lines as an archive file with its e-invoice: {ours:.1f} ms, {with_xml:.1f} ms with "
        f"the making of the XML; a ReportLab canvas by hand, without either: {by_hand:.1f} ms. "
        f"{ours / by_hand:.2f} and {with_xml / by_hand:.2f} times as long (wanted: at most 1.50)"
    )


# What WeasyPrint is warned of is its own affair.
@pytest.mark.filterwarnings("default")
def test_ten_lines_take_a_fraction_of_what_weasyprint_takes(report):
    ten = invoice_of(10)
    theirs, ours = fastest(10, by_weasyprint(ten), lambda: render_invoice(ten))
    report(
        f"Ten lines: {ours:.1f} ms; the same page by WeasyPrint: {theirs:.0f} ms. "
        f"1/{theirs / ours:.0f} of its time (wanted: at most 1/20)"
    )


def test_many_lines_take_at_most_as_much_longer_as_they_are_more(report):
    counts = (10, 100, 500, 2000)
    invoices = [invoice_of(count) for count in counts]
    makers = [lambda invoice=invoice: render_invoice(invoice) for invoice in invoices]
    times = fastest(5, *makers)
    for count, taken in zip(counts, times, strict=True):
        share = taken / times[0] / (count / counts[0])
        report(
            f"{count:,} lines: {taken:.1f} ms, {taken / times[0]:.1f} times as long as ten lines: "
            f"{share:.2f} of linear (wanted: at most 1.00)"
        )
