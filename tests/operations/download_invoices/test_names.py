from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.operations.download_invoices.names import FileNames


def given_to(*wanted: str, taken: tuple[str, ...] = ()) -> list[str]:
    names = FileNames(taken.__contains__)
    return [names.own(each) for each in wanted]


def test_a_name_is_kept_the_first_time_and_numbered_from_then_on() -> None:
    assert given_to("A.pdf", "A.pdf", "B.pdf", "A.pdf") == [
        "A.pdf",
        "A (2).pdf",
        "B.pdf",
        "A (3).pdf",
    ]


def test_names_that_differ_in_case_only_are_told_apart() -> None:
    assert given_to("Straße.pdf", "STRASSE.pdf") == ["Straße.pdf", "STRASSE (2).pdf"]


def test_what_is_there_already_is_stepped_over() -> None:
    assert given_to("A.pdf", "A.pdf", taken=("A.pdf", "A (3).pdf")) == ["A (2).pdf", "A (4).pdf"]


def test_a_number_in_a_name_of_its_own_is_no_trap() -> None:
    assert given_to("A (2).pdf", "A.pdf", "A.pdf", "A (2).pdf") == [
        "A (2).pdf",
        "A.pdf",
        "A (3).pdf",
        "A (2) (2).pdf",
    ]


few_names = st.sampled_from(["A.pdf", "a.pdf", "A (2).pdf", "A (2) (2).pdf", "B.pdf", "Ａ.pdf"])


@given(st.lists(few_names), st.sets(few_names))
def test_no_name_is_given_twice_or_taken_from_another(wanted: list[str], taken: set[str]) -> None:
    got = given_to(*wanted, taken=tuple(taken))
    assert len({name.casefold() for name in got}) == len(wanted)
    assert not taken & set(got)


def test_ten_thousand_of_the_same_name_are_numbered_without_searching() -> None:
    asked: list[str] = []
    names = FileNames(lambda name: bool(asked.append(name)))
    for _ in range(10_000):
        names.own("A.pdf")
    assert len(asked) == 10_000
