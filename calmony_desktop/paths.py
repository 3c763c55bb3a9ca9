"""Where the program's own files lie: in a checkout, an installed wheel or a bundle.

The only file that knows. A wheel carries ``resources`` and ``database`` under
``calmony_desktop/_bundled``; a bundle keeps the wheel's layout.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
_BUNDLED = PACKAGE / "_bundled"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else PACKAGE.parent


def migrations_folder() -> Path:
    """The folder of numbered migration scripts."""
    return _ROOT / "database" / "migrations"


def resource(*parts: str) -> Path:
    """A file or folder of ``resources``, such as ``resource("fonts", "Inter-Regular.ttf")``."""
    return _ROOT.joinpath("resources", *parts)


def data_folder() -> Path:
    """The user's own folder of this program: records, logs, fault reports. Maybe not made yet."""
    # On Windows an author would double the folder's name.
    return platformdirs.user_data_path("Calmony Desktop", appauthor=False)
