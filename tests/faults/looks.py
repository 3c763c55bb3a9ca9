"""What a person does with a file that may be damaged: open, read, search, check, export."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable
from pathlib import Path

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.store import customers
from calmony_desktop.store.database import close_database, open_database
from calmony_desktop.store.search import CustomerSearch, SearchResult

#: What each look ended with that was no answer.
KNOWN, BUG = "known error: ", "a bug: "


def look(folder: Path, ids: dict[str, str]) -> dict[str, str]:
    """The answer to each question, or the sentence of the error; the digest of the file then."""
    database = folder / "calmony.db"
    answers = {"open": _answer(lambda: open_database(database, must_exist=True))}
    if answers["open"] == repr(None):
        customer = ids["customer"]
        answers["customer"] = _answer(lambda: customers.detail(customer))
        answers["search"] = _answer(lambda: _found(ids["search"]))
        answers["check"] = _answer(lambda: [each.area for each in check_database().findings])
        answers["export"] = _answer(lambda: list(export_records(folder / "out").files.values()))
        answers["close"] = _answer(close_database)
    answers["digest"] = hashlib.sha256(database.read_bytes()).hexdigest()
    return answers


def _found(text: str) -> object:
    result = SearchResult(CustomerSearch(text))
    return result.count(), result.page(0, 20)


def _answer(ask: Callable[[], object]) -> str:
    try:
        return repr(ask())
    except KnownError as error:
        return f"{KNOWN}{error}"
    except Exception:
        return BUG + traceback.format_exc()
