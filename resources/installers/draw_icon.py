"""Draws the application's icon in every size and form that a system asks for, from its SVG."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE: Final = Path(__file__).resolve().parents[1] / "icons" / "calmony.svg"
SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def draw(folder: Path) -> dict[str, Path]:
    """Draw into ``folder``; the files by form, ``ico`` and ``icns``, or by size, such as ``48``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    drawn = {str(size): folder / f"calmony-{size}.png" for size in SIZES}
    drawn |= {form: folder / f"calmony.{form}" for form in ("ico", "icns")}
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        _draw_png(drawn[str(size)], size)
    images = [Image.open(drawn[str(size)]) for size in SIZES]
    # Each picture as it was drawn for its size, none scaled from another.
    images[-1].save(drawn["icns"], append_images=images)
    images[-2].save(
        drawn["ico"], append_images=images[:-1], sizes=[image.size for image in images[:-1]]
    )
    return drawn


def _draw_png(target: Path, size: int) -> None:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(SOURCE.read_bytes())).render(painter)
    painter.end()
    assert image.save(str(target)), f"cannot write {target}"
