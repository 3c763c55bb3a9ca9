"""Calmony Desktop: find a customer, see everything about them in one window.

The rooms, from top to bottom; imports run downwards only (checked by import-linter):
``app``/``cli`` -> ``ui`` -> ``operations`` -> ``documents``, ``store`` -> ``billing``.
"""

__version__ = "0.1.0"
