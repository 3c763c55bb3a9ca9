"""What the two command lines take.

Each imports what runs it, and its choices, when its parser is made: the window, whose start a
person waits for, without what only the commands need.
"""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from calmony_desktop import __version__
from calmony_desktop.cli.opening import OpenLinkOrFile

EXIT_CODES: Final = """\
exit codes:
  0    done
  1    it could not be done, or none of it; one line on stderr says why
  2    the command was not understood
  70   a fault in this program; the line on stderr names the report of it
  130  interrupted with Ctrl+C
"""

_WHERE_RECORDS_LIE: Final = """\
The records lie in the file that --database names, else in the one of the environment variable
CALMONY_DATABASE, else in the user's data folder.
"""

#: Smaller than this the window cannot be drawn, and larger pictures use up the memory.
_SMALLEST_SIDE, _LARGEST_SIDE = 100, 10_000


def calmony_desktop_parser() -> ArgumentParser:
    """The command line of the window."""
    from calmony_desktop.cli.window import open_window

    parser = _parser("calmony-desktop", "Open the Calmony Desktop window.")
    parser.add_argument(
        "--customer",
        metavar="ID",
        type=_text,
        help="open this customer: an id, or a pasted …/dashboard/customers/cus_… address",
    )
    parser.add_argument(
        "opened",
        metavar="LINK|FILE",
        nargs="?",
        action=OpenLinkOrFile,
        default=SUPPRESS,
        type=_text,
        help="a link, calmony://customers/cus_…, or the file that holds the records",
    )
    parser.set_defaults(run=open_window)
    return parser


def calmony_parser() -> ArgumentParser:
    """The command line for work without a window."""
    from calmony_desktop.cli import commands
    from calmony_desktop.cli.self_test import SelfTest

    parser = _parser("calmony", "Work with the records of Calmony Desktop without its window.")
    parser.add_argument(
        "--self-test", action=SelfTest, help="try whether this installation works, and exit"
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    command = partial(
        subparsers.add_parser, epilog=EXIT_CODES, formatter_class=RawDescriptionHelpFormatter
    )

    bring_in = command("import", help="bring in records from JSON, CSV, folders and zips")
    bring_in.description = (
        "Bring in records: JSON of the provider's API, CSV of its dashboard, folders and zips of "
        "these. All of it or nothing; the same files again change nothing."
    )
    bring_in.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    bring_in.add_argument("--dry-run", action="store_true", help="say what would come in, only")
    bring_in.add_argument("--report", metavar="FILE", type=Path, help="also save the report here")
    bring_in.set_defaults(run=commands.import_records)

    export = command("export", help="write all records as JSON Lines that import reads again")
    export.add_argument("folder", metavar="DIR", type=Path)
    export.set_defaults(run=commands.export_records)

    search = command("search", help="find customers, best match first")
    search.add_argument(
        "text", metavar="TEXT", type=_text, help="name, email, or the id or number of anything"
    )
    search.add_argument("--limit", metavar="N", type=_positive, help="print the first N only")
    search.add_argument("--json", action="store_true", help="print a JSON list")
    search.set_defaults(run=commands.search)

    show = command("show", help="print what the window shows of a customer")
    show.add_argument(
        "customer", metavar="CUSTOMER", type=_text, help="an id, or a pasted address of one"
    )
    show.add_argument("--json", action="store_true", help="print JSON; amounts in minor units")
    show.set_defaults(run=commands.show)

    invoice = command("invoice", help="save an invoice as a PDF")
    invoice.add_argument("invoice", metavar="ID", type=_text, help="the invoice's id or number")
    invoice.add_argument("-o", "--output", metavar="FILE", type=Path, required=True)
    invoice.set_defaults(run=commands.save_invoice)

    bulk = command("invoices", help="save many invoices as PDFs, with an index")
    bulk.description = (
        "Save the PDFs of all invoices, or of those of a period or a customer, with index.csv. "
        "No file in a folder is replaced; drafts are left out."
    )
    bulk.add_argument("--from", dest="start", metavar="DATE", type=_date, help="issued on or after")
    bulk.add_argument("--to", dest="end", metavar="DATE", type=_date, help="issued on or before")
    bulk.add_argument(
        "--customer", metavar="ID", type=_text, help="an id, or a pasted address of one"
    )
    bulk.add_argument(
        "target", metavar="DIR|FILE.zip", type=Path, help="a folder, or a zip file to make"
    )
    bulk.set_defaults(run=commands.save_invoices)

    _add_billing(command)
    _add_backups(command)

    demo = command("demo", help="fill an empty database with a demo company")
    demo.add_argument("--customers", metavar="N", type=_positive, default=250)
    demo.add_argument("--seed", metavar="N", type=int, default=1, help="another one, another firm")
    demo.set_defaults(run=commands.fill_demo)

    screenshot = command("screenshot", help="render the window to a PNG picture")
    screenshot.add_argument("target", metavar="FILE", type=Path)
    screenshot.add_argument("--customer", metavar="ID", type=_text, required=True)
    screenshot.add_argument("--theme", choices=("light", "dark"), help="else the system's")
    screenshot.add_argument("--size", metavar="WxH", type=_size, default=(1320, 860))
    screenshot.set_defaults(run=commands.take_screenshot)

    for subparser in subparsers.choices.values():
        _add_version(subparser)
    return parser


def _add_billing(command: Callable[..., ArgumentParser]) -> None:
    """The commands about billing."""
    from calmony_desktop.billing.cancelling import CancellationReason
    from calmony_desktop.cli import billing_commands

    bill = command("bill", help="issue the invoices that are due")
    bill.description = (
        "Issue an invoice for each period that is due and not billed yet. The same period is never "
        "billed twice, and nothing that is canceled, paused or incomplete is billed at all."
    )
    bill.add_argument(
        "--through", metavar="DATE", type=_date, help="bill through this day, else through today"
    )
    bill.add_argument("--dry-run", action="store_true", help="say what would be issued, only")
    bill.set_defaults(run=billing_commands.bill)

    cancel = command("cancel", help="cancel a subscription")
    cancel.description = (
        "Cancel a subscription, at once or at the end of its period. Without --yes it says what "
        "would happen and changes nothing."
    )
    cancel.add_argument("subscription", metavar="ID", type=_text)
    cancel.add_argument(
        "--reason",
        required=True,
        choices=[each.value for each in CancellationReason],
        metavar="REASON",
        help=", ".join(CancellationReason),
    )
    cancel.add_argument("--at-period-end", action="store_true", help="else at once")
    cancel.add_argument("--note", metavar="TEXT", type=_text, help="what the customer said")
    cancel.add_argument("--yes", action="store_true", help="do it")
    cancel.set_defaults(run=billing_commands.cancel)

    check = command("check", help="check the database, with a line for each thing that is wrong")
    check.set_defaults(run=billing_commands.check)

    pending = command("pending", help="list what the payment provider has not been told")
    pending.add_argument("--json", action="store_true", help="print a JSON list")
    pending.add_argument(
        "--export",
        metavar="FILE",
        type=Path,
        help="save them as .csv or .json, and mark them as handed over",
    )
    pending.set_defaults(run=billing_commands.pending)


def _add_backups(command: Callable[..., ArgumentParser]) -> None:
    """The commands about backups."""
    from calmony_desktop.cli import backup_commands

    backup = command("backup", help="back up the database, and check the copy")
    backup.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="to this file, else beside the others"
    )
    backup.set_defaults(run=backup_commands.backup)

    backups = command("backups", help="list the backups, newest first")
    backups.add_argument("--json", action="store_true", help="print a JSON list")
    backups.set_defaults(run=backup_commands.backups)

    restore = command("restore", help="put a backup in the place of the database")
    restore.description = (
        "Make the database what a backup holds; what is there is backed up first. Without --yes it "
        "says what would happen and changes nothing."
    )
    restore.add_argument(
        "backup", metavar="BACKUP", type=Path, help="its name in `calmony backups`, or any file"
    )
    restore.add_argument("--yes", action="store_true", help="do it")
    restore.set_defaults(run=backup_commands.restore)


def _parser(program: str, description: str) -> ArgumentParser:
    """A parser with what both command lines take."""
    parser = ArgumentParser(
        prog=program,
        description=f"{description}\n\n{_WHERE_RECORDS_LIE}",
        epilog=EXIT_CODES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--database", metavar="FILE", type=_not_empty, help="the file that holds the records"
    )
    _add_version(parser)
    return parser


def _add_version(parser: ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"Calmony Desktop {__version__}")


def _not_empty(text: str) -> str:
    # As from `--database "$UNSET"`, which must not reach the user's own records instead.
    if not text:
        raise ArgumentTypeError("the name of a file is missing")
    return text


def _text(text: str) -> str:
    # Bytes that are no UTF-8 arrive as lone surrogates, which no database takes.
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ArgumentTypeError("this is not text in UTF-8")
    return text


def _date(text: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31")


def _positive(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,5})[x×]([0-9]{1,5})", text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(_SMALLEST_SIDE <= side <= _LARGEST_SIDE for side in size):
        raise ArgumentTypeError(f"{text!r} is not a size such as 1320x860")
    return size
