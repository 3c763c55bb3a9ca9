"""Both command lines: ``calmony-desktop`` opens the window, ``calmony`` does the rest without one.

What both promise: results on stdout, anything that went wrong in one line on stderr, and the exit
codes of `arguments.EXIT_CODES`. A fault in the program leaves a report (see `fault_report`).
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from calmony_desktop import fault_report, log, paths, private_files
from calmony_desktop.cli import arguments, output
from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Cancelled
from calmony_desktop.settings import Settings

#: The sysexits.h code of an internal fault.
_FAULT = 70


def calmony(argv: Sequence[str] | None = None) -> int:
    """Run ``calmony``; returns its exit code."""
    return _run(arguments.calmony_parser(), argv)


def calmony_desktop(argv: Sequence[str] | None = None) -> int:
    """Run ``calmony-desktop``; returns its exit code once the window is closed."""
    return _run(arguments.calmony_desktop_parser(), argv)


def _run(parser: ArgumentParser, argv: Sequence[str] | None) -> int:
    if getattr(sys, "frozen", False):
        # In an installed bundle the processes that draw invoices start here, too, and stay here.
        from multiprocessing import freeze_support

        freeze_support()
    output.prepare()
    code = _exit_code(parser, argv)
    log.stop(code)
    return code


def _exit_code(parser: ArgumentParser, argv: Sequence[str] | None) -> int:
    try:
        # --help, --version and wrong usage leave through SystemExit with argparse's own codes.
        try:
            parsed = parser.parse_args(argv)
            private_files.tighten(paths.data_folder())
            log.start(parsed.run)
            code: int = parsed.run(parsed, Settings.choose(parsed.database))
        finally:
            output.flush()
    except KnownError as error:
        output.complain(parser.prog, str(error))
        return 1
    except Cancelled:
        output.complain(parser.prog, "Interrupted; nothing was changed.")
        return 130
    except KeyboardInterrupt:
        output.complain(parser.prog, "Interrupted.")
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough, as in `calmony search a | head`.
        return 0
    except Exception as error:
        _report(parser.prog, error)
        return _FAULT
    return code


def _report(program: str, error: Exception) -> None:
    """Say that this is a bug, and leave a report of it."""
    from calmony_desktop.store.database import sqlite_version

    log.fault(error)
    fault_report.show(error)
    saved = fault_report.save(error, {"SQLite": sqlite_version()})
    where = f" A report without personal data is in {saved}." if saved else ""
    output.complain(
        program,
        "This is a fault in the program, not in what you did. What was saved before is safe; try "
        f"it again.{where}",
    )
