from __future__ import annotations

import itertools

import pytest

from calmony_desktop.documents.pages import A4, Pages, PageSize
from calmony_desktop.documents.rows import Row
from calmony_desktop.documents.style import BOTTOM_MARGIN, TOP_MARGIN

HEAD = Row(20)
#: Room for 500 points of rows.
SIZE = PageSize(300, TOP_MARGIN + 500 + BOTTOM_MARGIN)


@pytest.fixture
def pages() -> Pages:
    return Pages(SIZE, [HEAD])


def heights(pages: Pages) -> list[list[float]]:
    return [[placed.row.height for placed in page] for page in pages.pages]


def test_a_group_of_rows_that_does_not_fit_goes_to_the_next_page_as_a_whole(pages):
    pages.add([Row(400)])
    pages.add([Row(60), Row(60)])
    assert heights(pages) == [[400], [20, 60, 60]]


def test_a_group_too_high_to_keep_together_is_split_where_the_page_ends(pages):
    pages.add([Row(400)])
    pages.add([Row(60)] * 10)
    assert heights(pages) == [[400, 60], [20] + [60] * 8, [20, 60]]


def test_rows_that_fill_a_page_exactly_stay_on_it(pages):
    for _ in range(5000):
        pages.add([Row(0.1)])
    assert len(pages.pages) == 1


def test_what_is_repeated_opens_each_further_page(pages):
    pages.repeated = [Row(17)]
    pages.add([Row(400)])
    pages.add([Row(150)])
    assert heights(pages) == [[400], [20, 17, 150]]


def test_rows_at_the_bottom_end_at_the_margin(pages):
    pages.add([Row(100)])
    pages.add_at_bottom([Row(50), Row(30)])
    last = pages.pages[0][-1]
    assert last.top + last.row.height == pytest.approx(SIZE.height - BOTTOM_MARGIN)


def test_rows_at_the_bottom_that_do_not_fit_go_to_the_bottom_of_the_next_page(pages):
    pages.add([Row(450)])
    pages.add_at_bottom([Row(80)])
    last = pages.pages[1][-1]
    assert last.top + last.row.height == pytest.approx(SIZE.height - BOTTOM_MARGIN)


def test_rows_at_the_bottom_that_need_several_pages_follow_at_once(pages):
    pages.add([Row(100)])
    pages.add_at_bottom([Row(60)] * 12)
    assert heights(pages) == [[100] + [60] * 6, [20] + [60] * 6]


def test_rows_on_a_page_never_overlap():
    pages = Pages(A4, [HEAD])
    for number in range(100):
        pages.add([Row(number * 7 % 50)] * (number % 4))
    for page in pages.pages:
        for above, below in itertools.pairwise(page):
            assert below.top == pytest.approx(above.top + above.row.height)
