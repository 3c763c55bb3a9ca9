"""Reading one row of a dashboard's CSV export: columns by name, case and spaces forgiven."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from calmony_desktop.billing.money import normalize_currency, parse_major
from calmony_desktop.operations.import_records.fields import latest
from calmony_desktop.operations.import_records.records import Origin, Record, Refused
from calmony_desktop.operations.import_records.text import LONGEST_TEXT, checked_id, clean

#: Other names that exports of some years give a column.
_SAME_COLUMN: Final = {
    "createddate": "created",
    "date": "created",
    "customer": "customerid",
    "paymentintent": "paymentintentid",
    "cardtype": "cardbrand",
}
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?Z?)?", re.ASCII)
_LONGEST_NUMBER: Final = 30
_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0", ""})


def column_name(header: str) -> str:
    """The name by which a column is found: ``Created date (UTC)`` is ``created``."""
    if header.casefold().endswith("(metadata)"):
        return f"{header} "
    name = re.sub(r"\(utc\)", "", header.casefold())
    name = re.sub(r"[\W_]+", "", name)
    return _SAME_COLUMN.get(name, name)


class SheetRow:
    """One row. Readers return None for an empty cell and a missing column alike."""

    __slots__ = ("_cells", "notes", "origin", "time_zone")

    def __init__(self, cells: dict[str, str], origin: Origin, time_zone: str) -> None:
        self._cells = cells
        self.origin = origin
        self.time_zone = time_zone
        self.notes: list[str] = []

    def __contains__(self, column: str) -> bool:
        return column in self._cells

    def cell(self, column: str) -> str:
        """The cell without the spaces around it; empty where there is none."""
        return self._cells.get(column, "").strip()

    def text(self, column: str, longest: int = LONGEST_TEXT) -> str | None:
        """A text, cleaned; see `text.clean`."""
        cell = self._cells.get(column)
        return clean(cell, column, self.notes, longest=longest) if cell else None

    def reference(self, column: str) -> str | None:
        """The id of another object."""
        cell = self.cell(column)
        return checked_id(cell, column) if cell else None

    def required_id(self, column: str) -> str:
        """An id that must be there: none is ever made up."""
        return checked_id(self.cell(column), column)

    def currency(self) -> str:
        """The row's currency. Raises KnownError where it is missing or none."""
        cell = self.cell("currency")
        if not cell:
            raise Refused("it names no currency")
        return normalize_currency(cell)

    def amount(self, column: str, currency: str) -> int | None:
        """An amount in major units, as minor units of ``currency``. Raises KnownError."""
        cell = self.cell(column)
        return parse_major(cell, currency) if cell else None

    def required_amount(self, column: str, currency: str) -> int:
        """An amount that must be there."""
        amount = self.amount(column, currency)
        if amount is None:
            raise Refused(f"its {column} is empty")
        return amount

    def instant(self, column: str) -> int | None:
        """A time in UTC, with or without seconds, as an instant."""
        cell = self.cell(column)
        return _instant(cell) if cell else None

    def required_instant(self, column: str) -> int:
        """A time that must be there."""
        instant = self.instant(column)
        if instant is None:
            raise Refused(f"its {column} time is empty")
        return instant

    def flag(self, column: str) -> bool:
        """``TRUE``, ``true`` and the like; an empty cell is false."""
        cell = self.cell(column).lower()
        if cell not in _TRUE and cell not in _FALSE:
            raise Refused(f"its {column} is “{cell[:40]}”, which is neither true nor false")
        return cell in _TRUE

    def decimal(self, column: str) -> Decimal | None:
        """A plain number, such as a quantity or a percentage."""
        cell = self.cell(column).removesuffix("%")
        if not cell:
            return None
        try:
            if len(cell) > _LONGEST_NUMBER or "e" in cell.lower():
                raise InvalidOperation
            number = Decimal(cell.replace(",", "."))
        except InvalidOperation:
            raise Refused(f"its {column} is “{cell[:40]}”, which is no number") from None
        if not number.is_finite():
            raise Refused(f"its {column} is “{cell[:40]}”, which is no number")
        return number

    def absent(self, **columns: str) -> list[str]:
        """Those fields (keywords) whose column the export does not have."""
        return [field for field, column in columns.items() if column not in self._cells]


@lru_cache(maxsize=4096)
def _instant(cell: str) -> int:
    try:
        if _TIME.fullmatch(cell) is None:
            raise ValueError
        instant = int(datetime.fromisoformat(cell[:19]).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Refused(f"“{cell[:40]}” is no time like 2026-01-31 13:45") from None
    if instant < 0:
        raise Refused(f"“{cell[:40]}” is before 1970")
    return instant


def normalized_row(
    kind: str,
    row: SheetRow,
    values: dict[str, Any],
    *,
    attested: Iterable[int | None],
    absent: Iterable[str] = (),
    links: tuple[str, ...] = (),
) -> Record:
    """A record of a row; see `source.normalized`. A CSV names no API version."""
    carries = frozenset(values).difference(absent)
    return Record(
        kind=kind,
        id=values["id"],
        origin=row.origin,
        values={
            key: value for key, value in values.items() if value is not None and key in carries
        },
        carries=carries,
        as_of=latest(attested),
        links=links,
        notes=tuple(row.notes),
    )
