from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path, PureWindowsPath

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.download_invoice import download_invoice, suggested_file_name

INVOICE = IssuedInvoice(
    id="in_1",
    number="A-1",
    status=InvoiceStatus.OPEN,
    currency="EUR",
    customer_id="cus_1",
    issued_on=date(2026, 3, 1),
    due_on=None,
    period_start_on=None,
    period_end_on=None,
    paid_on=None,
    voided_on=None,
    seller=Party(name="Lindgren"),
    buyer=Party(name="Martin"),
    lines=(IssuedLine("Plan", Decimal(1), Decimal(1000), 1000),),
    taxes=(),
    subtotal=1000,
    discount_amount=0,
    tax_amount=0,
    total=1000,
    amount_paid=0,
    amount_due=1000,
)
#: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)", re.IGNORECASE)


def assert_safe(name: str) -> None:
    assert re.fullmatch(r"[\w. -]+\.pdf", name)
    assert len(name) <= 80
    assert len(name.encode()) <= 255
    assert name[0] not in ".- "
    assert Path(name).name == PureWindowsPath(name).name == name
    assert not DEVICES.fullmatch(name.split(".")[0].strip())
    assert ".." not in name


@pytest.mark.parametrize(
    ("number", "customer", "name"),
    [
        ("NW-2026-0042", "Talleres Salgado", "NW-2026-0042 Talleres Salgado.pdf"),
        ("NW-1", "Müller & Söhne", "NW-1 Müller Söhne.pdf"),
        ("NW-1", "株式会社ヤマダ", "NW-1 株式会社ヤマダ.pdf"),
        ("INV/2026/7", "O’Brien", "INV-2026-7 OBrien.pdf"),
        ("NW-1", "Salgado S.L.", "NW-1 Salgado S.L.pdf"),
        ("../../.bashrc", "", "bashrc.pdf"),
        (r"..\..\evil", "", "evil.pdf"),
        ("C:\\Windows", "", "C-Windows.pdf"),
        ("-rf", "", "rf.pdf"),
        ("CON", "", "Invoice CON.pdf"),
        ("aux.h", "", "Invoice aux.h.pdf"),
        ("COM¹", "", "Invoice COM1.pdf"),
        ("", "", "Invoice.pdf"),
        ("…", "\n", "Invoice.pdf"),
        ("A\nB\tC", "\u202eD", "A B C D.pdf"),
        ("n" * 300, "x", "n" * 76 + ".pdf"),
    ],
)
def test_a_name_is_suggested_from_number_and_customer(number, customer, name):
    assert suggested_file_name(number, customer) == name
    assert_safe(name)


names = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.text("./\\ -:~CONconul1\u202e\x00𐍈", max_size=120),
)


@given(names, names)
def test_a_suggested_name_is_safe_whatever_the_data_holds(number, customer):
    assert_safe(suggested_file_name(number, customer))


def test_naughty_strings_make_safe_names(shared_data):
    strings = json.loads((shared_data / "naughty-strings.json").read_text(encoding="utf-8"))
    for text in strings:
        assert_safe(suggested_file_name(text, text))


def test_the_pdf_is_written_to_the_file(tmp_path):
    target = tmp_path / suggested_file_name("A-1", "Martin")
    assert download_invoice(INVOICE, target) == target
    assert "Invoice A-1" in pypdf.PdfReader(target).pages[0].extract_text()


def test_a_draft_is_refused_and_no_file_is_touched(tmp_path):
    target = tmp_path / "A-1.pdf"
    target.write_bytes(b"before")
    with pytest.raises(KnownError, match="draft"):
        download_invoice(replace(INVOICE, status=InvoiceStatus.DRAFT), target)
    assert target.read_bytes() == b"before"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(KnownError, match="there is no folder"):
        download_invoice(INVOICE, tmp_path / "gone" / "A-1.pdf")
