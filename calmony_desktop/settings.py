"""What is set from outside when the program starts, before anything is opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from calmony_desktop import paths


@dataclass(frozen=True, slots=True)
class Settings:
    """The program's settings. ``database`` is the file that holds every record."""

    database: Path

    @classmethod
    def choose(cls, database: str | None = None) -> Settings:
        """The settings of this start; ``database`` is what the command line says, if anything.

        Else ``CALMONY_DATABASE`` names the file, else it lies in the user's data folder.
        """
        named = database or os.environ.get("CALMONY_DATABASE")
        if named:
            return cls(database=Path(named))
        return cls(database=paths.data_folder() / "calmony.db")
