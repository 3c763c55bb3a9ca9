"""Which way text runs: the Unicode Bidirectional Algorithm (UAX #9), by python-bidi."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import Any, Final, NamedTuple

from bidi import algorithm

#: Before a line, says that the paragraph it belongs to runs from right to left. Draws nothing.
RIGHT_TO_LEFT_MARK: Final = "\u200f"

#: The blocks of scripts that are written from right to left, and the mark above.
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


class DirectionRun(NamedTuple):
    """A piece of a line that runs one way; ``text`` is in the order in which it is read."""

    text: str
    is_right_to_left: bool


def has_right_to_left(text: str) -> bool:
    """True where not all of ``text`` runs from left to right."""
    return _RIGHT_TO_LEFT.search(text) is not None


def starts_right_to_left(text: str) -> bool:
    """True where ``text`` as a whole runs from right to left: its first letter does (rule P2)."""
    return has_right_to_left(text) and bool(algorithm.get_base_level(text))


@lru_cache(maxsize=4096)
def direction_runs(line: str) -> tuple[DirectionRun, ...]:
    """The runs of ``line`` as they stand on paper, from left to right."""
    if not has_right_to_left(line):
        return (DirectionRun(line, False),) if line else ()
    storage: dict[str, Any] = algorithm.get_empty_storage()
    level = algorithm.get_base_level(line)
    storage.update(base_level=level, base_dir="LR"[level])
    algorithm.get_embedding_levels(line, storage)
    for index, character in enumerate(storage["chars"]):
        character["index"] = index
    for step in (
        algorithm.explicit_embed_and_overrides,
        algorithm.resolve_weak_types,
        algorithm.resolve_neutral_types,
        algorithm.resolve_implicit_levels,
        algorithm.reorder_resolved_levels,
    ):
        step(storage, False)
    runs = []
    for _, run in groupby(storage["chars"], key=lambda character: character["level"]):
        characters = sorted(run, key=lambda character: character["index"])
        text = "".join(character["ch"] for character in characters)
        runs.append(DirectionRun(text, characters[0]["level"] % 2 == 1))
    return tuple(runs)
