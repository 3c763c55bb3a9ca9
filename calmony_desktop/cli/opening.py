"""What a file manager, a browser or a mail program hands to the window: a link or a file."""

from __future__ import annotations

import re
from argparse import Action, ArgumentError, ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from calmony_desktop.single_window import LEADS_NOWHERE

# Text, not compiled: most starts ask neither.
# A link comes from anywhere: nothing but the id of a customer is taken from it.
_LINK = r"(?i:calmony://customers)/(?P<id>cus_[A-Za-z0-9_]{1,250})/?"
_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]+:"


def customer_of_link(link: str) -> str:
    """The id in ``calmony://customers/cus_…``; empty where the link says anything else."""
    match = re.fullmatch(_LINK, link)
    return "" if match is None else match["id"]


def path_of(file: str) -> Path:
    """The path of a file, given as such or as a ``file:`` address; ValueError for any other."""
    if not file:
        raise ValueError("no name of a file")
    if not re.match(_ADDRESS, file):
        return Path(file)
    from urllib.request import url2pathname  # brings an HTTP client, which no start waits for

    address = urlsplit(file)
    if address.scheme != "file" or address.netloc not in ("", "localhost"):
        raise ValueError("neither a file of this computer nor a link to a customer")
    path = url2pathname(address.path)
    if "\0" in path:
        raise ValueError("no name of a file")
    return Path(path)


class OpenLinkOrFile(Action):
    """Takes a link as ``--customer`` takes its id, and a file as ``--database`` takes it."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Called by argparse with what was given."""
        given = str(values)
        try:
            if given.lower().startswith("calmony:"):
                # Whoever followed a link has nobody who would read what a program prints.
                namespace.customer = customer_of_link(given) or LEADS_NOWHERE
            else:
                namespace.database = str(path_of(given))
        except ValueError as error:
            raise ArgumentError(self, f"this is {error}") from error
