"""The man pages of both commands, written from the command lines themselves.

The commands of ``calmony`` are sections of its page, so that one search finds any option.
"""

from __future__ import annotations

import argparse
import re
from argparse import Action, ArgumentParser
from datetime import date

from calmony_desktop import __version__
from calmony_desktop.cli import arguments


def pages(today: date) -> dict[str, str]:
    """The text of each page by its file's name, such as ``calmony.1``."""
    return {
        f"{parser.prog}.1": _page(parser, today)
        for parser in (arguments.calmony_parser(), arguments.calmony_desktop_parser())
    }


def _page(parser: ArgumentParser, today: date) -> str:
    name = parser.prog
    other = {"calmony": "calmony-desktop", "calmony-desktop": "calmony"}[name]
    purpose, _, rest = (parser.description or "").partition("\n\n")
    lines = [
        f'.TH "{name.upper()}" 1 {today.isoformat()} "Calmony Desktop {__version__}"',
        ".nh",
        ".SH NAME",
        _text(f"{name} - {purpose[0].lower()}{purpose.rstrip('.')[1:]}"),
        ".SH SYNOPSIS",
        f".B {_text(name)}",
        _text(_usage(parser)),
        ".SH DESCRIPTION",
        _text(" ".join(f"{purpose} {rest}".split())),
        ".SH OPTIONS",
        *_options(parser),
    ]
    commands = _commands(parser)
    if commands:
        lines.append(".SH COMMANDS")
    for command, summary in commands:
        described = command.description or f"{summary[0].upper()}{summary[1:]}."
        lines += [
            f'.SS "{_text(command.prog)} {_text(_usage(command))}"',
            _text(" ".join(described.split())),
            *_options(command),
        ]
    lines += [".SH EXIT STATUS"]
    for code, meaning in re.findall(r"^  (\d+) +(.+)$", arguments.EXIT_CODES, re.M):
        lines += [".TP", f".B {code}", _text(meaning)]
    lines += [".SH SEE ALSO", f".BR {_text(other)} (1)"]
    return "\n".join(lines) + "\n"


def _commands(parser: ArgumentParser) -> list[tuple[ArgumentParser, str]]:
    """The commands of a command line, each with its line in the overview."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            summaries = {each.dest: each.help or "" for each in action._choices_actions}
            return [(made, summaries[name]) for name, made in action.choices.items()]
    return []


def _usage(parser: ArgumentParser) -> str:
    words = " ".join(parser.format_usage().split())
    return words.partition(parser.prog)[2].strip()


def _options(parser: ArgumentParser) -> list[str]:
    lines = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        if not action.option_strings and not action.help:
            # A file that a command reads or writes explains itself in the synopsis.
            continue
        value = _value(action)
        names = [f"\\fB{_text(name)}\\fR{value}" for name in action.option_strings]
        lines += [".TP", ", ".join(names) or value.strip(), _text(_help(parser, action))]
    return lines


def _value(action: Action) -> str:
    if action.nargs == 0:
        return ""
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest
    if action.metavar is None and action.choices:
        metavar = "|".join(map(str, action.choices))
    return f" \\fI{_text(metavar)}\\fR"


def _help(parser: ArgumentParser, action: Action) -> str:
    return parser._get_formatter()._expand_help(action) if action.help else ""


def _text(text: str) -> str:
    """``text`` as roff takes it: no character of it is a request or turned into another."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return f"\\&{text}" if text.startswith(".") else text
