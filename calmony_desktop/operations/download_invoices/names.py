"""File names that overwrite nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath


class FileNames:
    """Gives each file of one run a name of its own, also where case does not tell names apart.

    The first file keeps its name; ``A-1.pdf`` becomes ``A-1 (2).pdf`` where there is one already,
    from this run or, as ``is_taken`` says, from before.
    """

    def __init__(self, is_taken: Callable[[str], bool]) -> None:
        self._is_taken = is_taken
        #: The names given, folded, with the last number that was put behind each.
        self._numbers: dict[str, int] = {}

    def own(self, wanted: str) -> str:
        """``wanted``, or the same with the first number that is free."""
        path = PurePath(wanted)
        number = self._numbers.get(wanted.casefold(), 0)
        while True:
            number += 1
            name = wanted if number == 1 else f"{path.stem} ({number}){path.suffix}"
            if name.casefold() not in self._numbers and not self._is_taken(name):
                break
        self._numbers[wanted.casefold()] = number
        self._numbers.setdefault(name.casefold(), 1)
        return name
