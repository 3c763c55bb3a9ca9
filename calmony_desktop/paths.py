"""Where the program's own files lie: in a checkout, an installed wheel or a bundle.

The only file that knows. A wheel carries ``resources`` and ``database`` under
``calmony_desktop/_bundled``; a bundle keeps the wheel's layout.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent


def migrations_folder() -> Path:
    """The folder of numbered migration scripts."""
    return _ROOT / "database" / "migrations"


def resource(*parts: str) -> Path:
    """A file or folder of ``resources``, such as ``resource("fonts", "Inter-Regular.ttf")``."""
    return _ROOT.joinpath("resources", *parts)
