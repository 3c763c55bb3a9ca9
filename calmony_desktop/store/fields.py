"""Column types that SQLite's STRICT tables and PostgreSQL both take."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, Final

from peewee import BigIntegerField, TextField

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class InstantField(BigIntegerField):
    """A UTC instant: whole seconds since 1970-01-01T00:00:00Z."""


class MinorUnitsField(BigIntegerField):
    """An amount of money in the minor units of the row's currency."""


class CalendarDateField(TextField):
    """A calendar date, kept as ``YYYY-MM-DD`` so that no time zone can shift it."""

    def db_value(self, value: date | None) -> str | None:  # noqa: D102
        return None if value is None else value.isoformat()

    def python_value(self, value: str | None) -> date | None:  # noqa: D102
        return None if value is None else date.fromisoformat(value)


class ExactDecimalField(TextField):
    """A decimal kept as its text: quantities, rates and unit prices with fractions of a cent."""

    def db_value(self, value: Decimal | None) -> str | None:  # noqa: D102
        return None if value is None else f"{value:f}"

    def python_value(self, value: str | None) -> Decimal | None:  # noqa: D102
        return None if value is None else Decimal(value)


class JsonTextField(TextField):
    """A JSON value, written the same way each time so that equal values are equal text."""

    def db_value(self, value: Any) -> str | None:  # noqa: D102
        if value is None:
            return None
        return _ENCODER.encode(value)

    def python_value(self, value: str | None) -> Any:  # noqa: D102
        return None if value is None else json.loads(value)
