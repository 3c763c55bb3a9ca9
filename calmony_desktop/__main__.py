"""``python -m calmony_desktop`` opens the window."""

from __future__ import annotations

import sys

from calmony_desktop.cli import calmony_desktop

sys.exit(calmony_desktop())
