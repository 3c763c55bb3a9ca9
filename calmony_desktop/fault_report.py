"""What a fault leaves for whoever repairs it: a file that holds nobody's data.

It cannot hold any: of an error only the type is written, never its message, and of the places it
went through only file, line and function, never a value. Folders of this machine (and so the
name in a home folder) are cut off.
"""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path, PurePath
from types import TracebackType
from typing import Final

from calmony_desktop import __version__, paths, private_files

#: Older reports make room.
_MOST_REPORTS: Final = 20
_FOREWORD: Final = """\
Calmony Desktop: report of a fault in the program
It holds no names, amounts, addresses or other data: only where in the program it happened.
"""
#: How faulthandler begins what ended the program. On Windows it also notes what did no harm.
_END: Final = r"(Fatal Python error: [\w ]+|Windows fatal exception: (?:access|stack).*)"
_FRAME: Final = r'  File "(.*)", line (\d+) in (.+)'


class FaultElsewhere(Exception):
    """A bug that showed itself in another process of this program; ``lines`` `describe` it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self.lines = lines


def folder() -> Path:
    """Where the reports lie."""
    return paths.data_folder() / "reports"


def save(error: BaseException, about: Mapping[str, str]) -> Path | None:
    """Write a report of ``error``; ``about`` adds versions. None where it can't be written."""
    return _save(type(error).__name__, describe(error), about)


def save_hard_crash(trace: str, about: Mapping[str, str]) -> Path | None:
    """Write a report of what faulthandler wrote when the program was ended; None as in `save`.

    None also where ``trace`` tells of nothing that ended it.
    """
    first = next((found for line in trace.splitlines() if (found := re.match(_END, line))), None)
    if first is None:
        return None
    frames = [found for line in trace.splitlines() if (found := re.match(_FRAME, line))]
    lines = [f"  {_place(found[1])}:{found[2]} {found[3]}" for found in frames]
    return _save("crash", [first[1], *lines], about)


def describe(error: BaseException) -> list[str]:
    """The types and places of ``error`` and of what it came from, a line each."""
    lines: list[str] = []
    for how, link in _chain(error):
        lines.append(f"{how}{_type_name(type(link))}")
        lines += [f"  {place}" for place in places(link.__traceback__)]
        if isinstance(link, FaultElsewhere):
            lines += [f"  {line}" for line in link.lines]
    return lines


def places(trace: TracebackType | None) -> list[str]:
    """Each ``file:line function`` of a traceback, outermost first."""
    return [
        f"{_place(frame.f_code.co_filename)}:{line} {frame.f_code.co_qualname}"
        for frame, line in traceback.walk_tb(trace)
    ]


def show(error: BaseException) -> None:
    """Print ``error`` on stderr: all of it in Python's development mode, else as in a report.

    A desktop keeps what programs print there in log files of its own.
    """
    lines = traceback.format_exception(error) if sys.flags.dev_mode else describe(error)
    if sys.stderr is not None:  # a bundle without a console has none
        with suppress(OSError):
            sys.stderr.write("\n".join(line.rstrip("\n") for line in lines) + "\n")


def _chain(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    """``error``, what it came from, and what a group of errors holds, each once."""
    seen: set[int] = set()
    left: list[tuple[str, BaseException]] = [("", error)]
    while left:
        how, link = left.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield how, link
        if isinstance(link, BaseExceptionGroup):
            left += [("one of them: ", each) for each in link.exceptions]
        if link.__cause__ is not None:
            left.append(("because of: ", link.__cause__))
        elif link.__context__ is not None and not link.__suppress_context__:
            left.append(("while handling: ", link.__context__))


def _type_name(kind: type[BaseException]) -> str:
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else (f"{kind.__module__}.{kind.__qualname__}")
    )


def _place(filename: str) -> str:
    """A source file without the folders that only this machine has."""
    if filename.startswith("<frozen "):
        return filename
    path = PurePath(filename)
    for name, root in _roots():
        if path.is_relative_to(root):
            return (PurePath(name) / path.relative_to(root)).as_posix()
    # In a bundle the names are relative to it already.
    is_ours = not path.is_absolute() and path.parts and path.parts[0] == __package__
    return path.as_posix() if is_ours else "(elsewhere)"


@cache
def _roots() -> list[tuple[str, Path]]:
    import sysconfig  # here and below: no start waits for what only a fault needs

    installed = sysconfig.get_paths()
    return [
        (paths.PACKAGE.name, paths.PACKAGE),
        ("database/migrations", paths.migrations_folder()),
        ("site-packages", Path(installed["purelib"])),
        ("site-packages", Path(installed["platlib"])),
        ("python", Path(installed["stdlib"])),
    ]


def _save(what: str, lines: list[str], about: Mapping[str, str]) -> Path | None:
    import platform

    now = time.gmtime()
    facts = {
        "Time": time.strftime("%Y-%m-%dT%H:%M:%SZ", now),
        "Version": __version__,
        "System": platform.platform(),
        "Python": platform.python_version(),
        **about,
    }
    text = "\n".join([_FOREWORD, *(f"{name}: {fact}" for name, fact in facts.items()), "", *lines])
    stem = f"{time.strftime('%Y-%m-%dT%H-%M-%SZ', now)}-{what}"
    try:
        private_files.make_folder(folder())
        kept = sorted(folder().glob("*.txt"))
        for old in kept[: len(kept) - _MOST_REPORTS + 1] if len(kept) >= _MOST_REPORTS else []:
            old.unlink(missing_ok=True)
        path = next(
            path
            for number in range(_MOST_REPORTS + 2)
            if not (path := folder() / f"{stem}{f'-{number}' if number else ''}.txt").exists()
        )
        with open(path, "x", encoding="utf-8", opener=private_files.open_file) as file:
            file.write(f"{text}\n")
    except OSError:
        # A full disk, perhaps: the program goes on, and so does what it tells about the fault.
        return None
    return path
