from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path, PureWindowsPath

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.download_invoice import download_invoice, suggested_file_name
from calmony_desktop.store.models import Customer, Invoice

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


@pytest.fixture
def invoice(database: Path) -> None:
    """Invoice in_1, number A-1, and a draft."""
    keys = {"sort_key": "martin", "email_key": "", "search_key": "martin"}
    Customer.create(id="cus_1", name="Martin", created_at=1_700_000_000, **keys)
    for invoice_id, number, status in (("in_1", "A-1", "open"), ("in_draft", None, "draft")):
        Invoice.create(
            id=invoice_id,
            number=number,
            customer="cus_1",
            status=status,
            raw_status=status,
            currency="EUR",
            subtotal=1000,
            total=1000,
            created_at=1_772_323_200,
            issued_on=date(2026, 3, 1),
            seller={"name": "Lindgren"},
            buyer={"name": "Martin"},
        )


def test_the_pdf_is_written_to_the_file(invoice, tmp_path):
    target = tmp_path / suggested_file_name("A-1", "Martin")
    for name in ("in_1", "A-1"):
        download_invoice(name, target)
        assert "A-1" in pypdf.PdfReader(target).pages[0].extract_text()
        target.unlink()


def test_what_was_left_out_of_it_is_said(invoice, tmp_path):
    Invoice.update(buyer={"name": "Martin \U000f0000"}).where(Invoice.id == "in_1").execute()
    left_out = download_invoice("in_1", tmp_path / "A-1.pdf")
    assert left_out[0].startswith("The e-invoice data was left out; what it lacks: ")
    assert left_out[1] == "No font has these characters: \U000f0000"


def test_a_draft_is_refused_and_no_file_is_touched(invoice, tmp_path):
    target = tmp_path / "A-1.pdf"
    target.write_bytes(b"before")
    with pytest.raises(KnownError, match="draft"):
        download_invoice("in_draft", target)
    assert target.read_bytes() == b"before"


def test_an_invoice_that_is_not_there_is_told(invoice, tmp_path):
    with pytest.raises(KnownError, match="no invoice in_unknown"):
        download_invoice("in_unknown", tmp_path / "A-1.pdf")
    assert not (tmp_path / "A-1.pdf").exists()


def test_a_folder_that_is_not_there_is_told(invoice, tmp_path):
    with pytest.raises(KnownError, match="there is no folder"):
        download_invoice("in_1", tmp_path / "gone" / "A-1.pdf")
