"""What may be handed to the window from outside: a link to a customer, or a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from calmony_desktop.cli import window
from calmony_desktop.cli.arguments import calmony_desktop_parser
from calmony_desktop.single_window import LEADS_NOWHERE


def opened(*arguments: str) -> tuple[str | None, str | None]:
    """The customer and the database of this command line."""
    parsed = vars(calmony_desktop_parser().parse_args(arguments))
    return parsed["customer"], parsed["database"]


@pytest.mark.parametrize(
    "link",
    [
        "calmony://customers/cus_NffrFeUfNV2Hib",
        "calmony://customers/cus_NffrFeUfNV2Hib/",
        "CALMONY://Customers/cus_NffrFeUfNV2Hib",
    ],
)
def test_a_link_opens_its_customer_in_the_usual_database(link: str) -> None:
    assert opened(link) == ("cus_NffrFeUfNV2Hib", None)


def test_a_link_opens_its_customer_in_a_named_database() -> None:
    assert opened("--database", "a.db", "calmony://customers/cus_1") == ("cus_1", "a.db")


def test_without_either_nothing_is_chosen() -> None:
    assert opened() == (None, None)


@pytest.mark.parametrize(
    "link",
    [
        "calmony:",
        "calmony://customers",
        "calmony://customers/",
        "calmony:customers/cus_1",
        "calmony://invoices/in_1",
        "calmony://customers/cus_1/cancel",
        "calmony://customers/cus_1?database=/etc/passwd",
        "calmony://customers/cus_1#x",
        "calmony://customers/--database",
        "calmony://customers/cus_%41",
        "calmony://customers/cus_1\n",
        "calmony://customers/cus_é",
        "calmony://customers/cus_" + "1" * 300,
        "calmony://user@customers/cus_1",
    ],
)
def test_any_other_link_opens_the_window_which_says_so(link: str) -> None:
    """Who followed it in a browser sees nothing of what a program prints."""
    assert opened(link) == (LEADS_NOWHERE, None)
    assert window._customer_id(LEADS_NOWHERE) == LEADS_NOWHERE


@pytest.mark.skipif(sys.platform == "win32", reason="paths of another form")
@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("ours.calmony", "ours.calmony"),
        ("/a/b c.db", "/a/b c.db"),
        ("file:///a/b%20%C3%A9.db", "/a/b é.db"),
        ("file://localhost/a.db", "/a.db"),
    ],
)
def test_a_file_is_the_database(given: str, path: str) -> None:
    assert opened(given) == (None, str(Path(path)))


@pytest.mark.parametrize(
    "given", ["", "https://a/b.db", "file://server/a.db", "file:///a%00b", "javascript:alert(1)"]
)
def test_what_is_no_file_of_this_computer_is_not_understood(given: str) -> None:
    with pytest.raises(SystemExit) as left:
        opened(given)
    assert left.value.code == 2
