"""An import for a process of its own: what goes in and comes out are paths and words.

So the window's own process, which would stand still meanwhile, brings nothing of it into Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calmony_desktop.operations.progress import Progress, unattended


def import_and_report(paths: Sequence[Path], *, progress: Progress = unattended) -> str:
    """Import these files, folders and zips; the report in words. Raises as `import_paths` does."""
    from calmony_desktop.operations.import_records import import_paths

    return import_paths(paths, progress=progress).as_text()
