"""The parts of files that are read together, perhaps in another process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calmony_desktop.operations.import_records.normalize import Normalizer
from calmony_desktop.operations.import_records.objects import Envelope, name_of
from calmony_desktop.operations.import_records.read_json import read_lines
from calmony_desktop.operations.import_records.records import Origin


def objects_into(
    label: str,
    objects: list[tuple[Any, str, Envelope]],
    find_damage: Callable[[object], str | None] | None,
    normalizer: Normalizer,
) -> None:
    """Objects of a JSON document. ``find_damage`` says what is wrong with one."""
    for value, position, envelope in objects:
        damage = find_damage(value) if find_damage else None
        normalizer.add_value(value, Origin(label, position), envelope, damage)


def lines_into(label: str, lines: list[tuple[int, bytes]], normalizer: Normalizer) -> None:
    """Lines of JSON Lines, with their numbers."""
    for line, value, problem in read_lines(lines):
        origin = Origin(label, f"line {line}")
        if problem is not None:
            normalizer.found.refuse(origin, *name_of(value), problem)
        else:
            normalizer.add_line(value, origin)


def rows_into(
    label: str,
    kind: str,
    rows: list[tuple[int, dict[str, str], str | None]],
    normalizer: Normalizer,
) -> None:
    """Rows of a CSV export of this kind, with their lines and why one is bad."""
    for line, cells, problem in rows:
        origin = Origin(label, f"line {line}")
        if problem is not None:
            normalizer.found.refuse(origin, kind, cells.get("id", ""), problem)
        else:
            normalizer.add_row(kind, cells, origin)
