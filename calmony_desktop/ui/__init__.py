"""The window: everything of Qt, and the only package that imports it (with `app`)."""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  # puts up the hook that is taken down here


def _import_plainly() -> None:
    """Take PySide's hook out of ``import``.

    To find ``from __feature__ import snake_case``, which this program does not use, it reads the
    source of every module that is imported and keeps it: a tenth of the start, and 6 MiB.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


_import_plainly()
