"""The icons are QtAwesome's, by the names that stand beside them."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from calmony_desktop.ui.style import icons

SOURCE = Path(icons.__file__).read_text(encoding="utf-8")
NAMED = re.findall(r'^([A-Z]+) = "\\U000(\w+)"  # ([\w-]+)$', SOURCE, re.MULTILINE)


@pytest.fixture(scope="module")
def charmap() -> dict[str, str]:
    """QtAwesome's own list of names and code points."""
    package = find_spec("qtawesome")
    assert package is not None
    assert package.origin is not None
    (file,) = Path(package.origin).parent.glob("fonts/materialdesignicons6-*charmap*.json")
    names: dict[str, str] = json.loads(file.read_text())
    return names


@pytest.mark.parametrize(("constant", "code_point", "name"), NAMED)
def test_an_icon_is_the_one_of_that_name(
    constant: str, code_point: str, name: str, charmap: dict[str, str], qapp: QApplication
) -> None:
    assert charmap[name].lower().removeprefix("0x") == code_point.lower()
    picture = icons.pixmap(getattr(icons, constant), QColor("#B42318"), 16, 1.0).toImage()
    inked = {picture.pixelColor(x, y).name() for x in range(16) for y in range(16)}
    assert "#b42318" in inked


def test_a_disabled_icon_keeps_its_colour(qapp: QApplication) -> None:
    icon = icons.icon(icons.SEARCH, QColor("#B42318"))
    size, off = QSize(16, 16), QIcon.State.Off
    normal, disabled = (
        icon.pixmap(size, 1.0, mode, off).toImage()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
    )
    assert normal == disabled


def test_every_icon_is_named() -> None:
    assert len(NAMED) == SOURCE.count("\\U000") >= 20
