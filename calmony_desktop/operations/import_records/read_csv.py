"""Reading a dashboard's CSV export: which one it is, and each of its rows, strictly."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from calmony_desktop.operations.import_records.records import Refused
from calmony_desktop.operations.import_records.spreadsheet import column_name

_LONGEST_CELL: Final = 1_000_000
_CHUNK: Final = 1024 * 1024

#: The columns that tell an export, in the order in which to ask.
_EXPORTS: Final = (
    ("subscription", ({"id", "customerid", "status", "currentperiodend"},)),
    ("subscription", ({"id", "customerid", "status", "plan"},)),
    ("subscription", ({"id", "customerid", "status", "product"},)),
    (
        "invoice",
        ({"id", "customerid", "total", "amountdue"}, {"id", "customerid", "total", "number"}),
    ),
    ("payment", ({"id", "amount", "status", "created"},)),
    ("customer", ({"id", "email", "created"}, {"id", "name", "created"})),
)


def read_rows(
    open_file: Callable[[], BinaryIO],
) -> tuple[str, Iterator[tuple[int, dict[str, str], str | None]]]:
    """The kind of export and its rows: line number, cells by column, and a reason where it is bad.

    Raises Refused where the file is not UTF-8 or no export that is known.
    """
    _check_encoding(open_file)
    with open_file() as stream:
        header_line = next(_text_lines(stream), "")
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    rows = _rows(open_file, delimiter)
    line, headers, problem = next(rows, (1, [], None))
    if problem is not None:
        raise Refused(f"line {line}: {problem}")
    names = [column_name(header) for header in headers]
    double = next((name for name in names if name and names.count(name) > 1), None)
    if double is not None:
        raise Refused(f"two of its columns are called “{headers[names.index(double)][:40]}”")
    kind = _kind(set(names))
    return kind, _by_column(rows, names)


def _kind(names: set[str]) -> str:
    for kind, wanted in _EXPORTS:
        if any(columns <= names for columns in wanted):
            return kind
    raise Refused(
        "its first line names the columns of no export of payments, customers, subscriptions or "
        "invoices"
    )


def _by_column(
    rows: Iterator[tuple[int, list[str], str | None]], names: list[str]
) -> Iterator[tuple[int, dict[str, str], str | None]]:
    for line, cells, problem in rows:
        if problem is None and not cells:
            continue
        if problem is None and len(cells) != len(names):
            problem = f"it has {len(cells)} cells where there are {len(names)} columns"
        yield line, dict(zip(names, cells, strict=False)), problem


def _rows(
    open_file: Callable[[], BinaryIO], delimiter: str
) -> Iterator[tuple[int, list[str], str | None]]:
    csv.field_size_limit(_LONGEST_CELL)
    with open_file() as stream:
        reader = csv.reader(_text_lines(stream), strict=True, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                yield line, next(reader), None
            except StopIteration:
                return
            except csv.Error as error:
                reason = str(error)
                if "unexpected end" in reason or "field larger" in reason:
                    reason = "a quote that opens here is never closed, so the rest is lost"
                yield line, [], reason


def _text_lines(stream: BinaryIO) -> Iterator[str]:
    """The lines as text, their ends as they are; a monstrous one in parts."""
    first = True
    while raw := stream.readline(_LONGEST_CELL):
        yield raw.decode("utf-8-sig" if first else "utf-8", "replace")
        first = False


def _check_encoding(open_file: Callable[[], BinaryIO]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with open_file() as stream:
        while chunk := stream.read(_CHUNK):
            try:
                line_breaks = decoder.decode(chunk).count("\n")
            except UnicodeDecodeError as error:
                line += chunk.count(b"\n", 0, error.start)
                raise Refused(f"line {line} is not UTF-8 text; save the file as UTF-8") from None
            line += line_breaks
