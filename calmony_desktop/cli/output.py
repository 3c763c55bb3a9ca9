"""Text for a terminal, a pipe or a file, whatever the records hold and the terminal can show.

Names and descriptions come from elsewhere: a control character in one could move the cursor,
rename the window or forge a line, and a bidi override could turn an amount round. They are shown
escaped. So is what the encoding of stdout or stderr cannot hold.
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any

from calmony_desktop.errors import KnownError

#: Control characters but for the line feed, separators of lines, bidi overrides, surrogates.
_HARMFUL = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
#: Names and descriptions are cut here in a table; ids never are.
_WIDEST_CELL = 48


def prepare() -> None:
    """Let nothing that is printed fail because of the encoding of a terminal or a pipe."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def printable(text: str) -> str:
    """``text`` with whatever could do harm on a terminal escaped; line feeds stay."""
    return re.sub(_HARMFUL, lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def write(text: str) -> None:
    """Print ``text`` on stdout."""
    with _explained():
        print(printable(text), flush=True)


def write_json(value: Any) -> None:
    """Print ``value`` as JSON, in UTF-8 or, where stdout cannot hold that, in ASCII."""
    in_unicode = (getattr(sys.stdout, "encoding", None) or "").lower() in ("utf-8", "utf8")
    text = json.dumps(value, ensure_ascii=not in_unicode, indent=2)
    with _explained():
        print(re.sub(_HARMFUL, lambda found: f"\\u{ord(found[0]):04x}", text), flush=True)


def flush() -> None:
    """Bring out what argparse printed."""
    with _explained():
        print(end="", flush=True)


@contextmanager
def _explained() -> Iterator[None]:
    """Raise BrokenPipeError where nobody reads stdout any more, else KnownError."""
    try:
        yield
    except OSError as error:
        # Else Python tries again when it ends, and complains in its own words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        reason = error.strerror or error
        raise KnownError(f"The output could not be written: {reason}.") from error


def complain(program: str, sentence: str) -> None:
    """Print what went wrong on stderr, in one line."""
    with suppress(OSError):
        print(printable(f"{program}: {' '.join(sentence.split())}"), file=sys.stderr, flush=True)


def one_line(text: str | None) -> str:
    """``text`` without what would break a table, on one line."""
    return printable(" ".join((text or "").split()))


def cell(text: str | None) -> str:
    """``text`` on one line, cut where it is too long for a column."""
    line = one_line(text)
    if _width(line) <= _WIDEST_CELL:
        return line
    line = line[: _WIDEST_CELL - 1]
    while _width(line) >= _WIDEST_CELL:
        line = line[:-1]
    return line + "…"


def aligned(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """A line for each row, its cells in columns; those numbered in ``right`` right-aligned."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for number, (text, width) in enumerate(zip(row, widths, strict=True)):
            padding = " " * (width - _width(text))
            cells.append(padding + text if number in right else text + padding)
        lines.append("  ".join(cells).rstrip())
    return lines


def _width(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
