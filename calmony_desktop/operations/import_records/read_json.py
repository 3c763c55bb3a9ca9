"""Reading JSON strictly: what the format does not allow, or leaves open, is refused, not guessed.

``NaN`` and duplicate keys spoil the one object that they are in, not the whole file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any, BinaryIO, Final

from calmony_desktop.operations.import_records.records import Refused

_MIB: Final = 1024 * 1024
#: A document is parsed in memory, where it takes several times its size.
LARGEST_DOCUMENT: Final = 512 * _MIB
_LONGEST_LINE: Final = 32 * _MIB
_BOM: Final = b"\xef\xbb\xbf"


class _Damage:
    """Stands where a value was that JSON does not have, or as a key beside a duplicate one."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class _Parser:
    def __init__(self) -> None:
        self._found_damage = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=Decimal, parse_constant=self._constant
        )

    def parse(self, text: str) -> tuple[Any, bool]:
        """The value, and whether there is damage somewhere in it. Raises Refused."""
        self._found_damage = False
        try:
            return self._decoder.decode(text), self._found_damage
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise Refused(f"it is not JSON: {error.msg} at {place}") from None
        except RecursionError:
            raise Refused("it is nested too deeply") from None
        except ValueError:
            raise Refused("it has a number with thousands of digits") from None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
        values: dict[Any, Any] = dict(pairs)
        if len(values) != len(pairs):
            self._found_damage = True
            keys = [key for key, _ in pairs]
            double = next(key for key in keys if keys.count(key) > 1)
            damage = _Damage(f"it has “{double[:40]}” twice")
            values[damage] = damage
        return values

    def _constant(self, name: str) -> _Damage:
        self._found_damage = True
        return _Damage(f"it has the value {name}, which is no JSON")


@cache
def _parser() -> _Parser:
    """One for all lines of a process: it refers to itself, and would be left as garbage."""
    return _Parser()


def damage_in(value: object) -> str | None:
    """What is wrong with a parsed value, None where nothing is."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, _Damage):
            return each.reason
        if isinstance(each, dict):
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
    return None


def raw_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines of JSON Lines that are not empty, with their numbers. Raises Refused."""
    return ((number, raw) for number, raw in enumerate(_lines(stream), start=1) if raw.strip())


def read_lines(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, Any, str | None]]:
    """The values of `raw_lines`: line number, value, and a reason where it can't be used."""
    parser = _parser()
    for number, raw in lines:
        try:
            value, is_damaged = parser.parse(_decoded(raw))
        except Refused as refused:
            yield number, None, str(refused)
        else:
            yield number, value, damage_in(value) if is_damaged else None


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    first = True
    while raw := stream.readline(_LONGEST_LINE):
        if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
            raise Refused(f"it has a line of more than {_LONGEST_LINE // _MIB} MB")
        yield raw.removeprefix(_BOM) if first else raw
        first = False


def read_document(stream: BinaryIO) -> tuple[Any, bool]:
    """One JSON document: its value, and whether `damage_in` finds something. Raises Refused."""
    raw = stream.read(LARGEST_DOCUMENT + 1)
    if len(raw) > LARGEST_DOCUMENT:
        raise Refused(
            f"it is one JSON document of more than {LARGEST_DOCUMENT // _MIB} MB; export it as "
            "JSON Lines or in parts"
        )
    return _Parser().parse(_decoded(raw.removeprefix(_BOM)))


def are_lines(stream: BinaryIO) -> bool:
    """Whether the first of several lines is a whole object: one that a document has no room for."""
    lines = _lines(stream)
    try:
        value, _ = _Parser().parse(_decoded(next(lines, b"")))
        return isinstance(value, dict) and any(line.strip() for line in lines)
    except Refused:
        return False


def have_lines(stream: BinaryIO) -> bool:
    """Whether one of the first lines of a file that is no document is a whole object."""
    return any(isinstance(value, dict) for _, value, _ in islice(read_lines(raw_lines(stream)), 5))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Refused(f"line {line} is not UTF-8 text; save the file as UTF-8") from None
