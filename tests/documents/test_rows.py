from __future__ import annotations

from calmony_desktop.documents import style
from calmony_desktop.documents.rows import (
    Row,
    height_of,
    rule_row,
    side_by_side,
    text_row,
    text_rows,
)

TEXT = text_row("a", 0, style.BODY)
RULE = rule_row(0, 10, thickness=1, colour=style.INK)


def test_columns_side_by_side_are_as_high_as_the_highest():
    assert height_of(side_by_side([Row(10), Row(5)], [Row(12)], [])) == 15
    assert height_of(side_by_side([Row(100)] * 5, [Row(120)])) == 500


def test_items_come_column_by_column_and_stay_where_they_were():
    (row,) = side_by_side([TEXT, Row(10), TEXT], [Row(5), RULE])
    first, second, rule = row.items
    assert (first, second.y) == (TEXT.items[0], TEXT.items[0].y + TEXT.height + 10)
    assert rule.y == 5


def test_high_columns_are_cut_wherever_a_row_begins():
    rows = side_by_side([Row(200), TEXT], [Row(150), TEXT])
    assert [row.height for row in rows] == [150, 50, TEXT.height]
    assert [row.items for row in rows] == [(), TEXT.items, TEXT.items]


def test_a_rule_without_height_at_a_high_column_s_end_is_kept():
    rows = side_by_side([Row(300), RULE], [TEXT])
    assert [item for row in rows for item in row.items] == [*TEXT.items, *RULE.items]


def test_lines_from_right_to_left_begin_below_each_other():
    text = "שלום רב תודה על ההזמנה שלכם\nACME 2026"
    first, second, last = (row.items[0] for row in text_rows(text, 50, 80, style.BODY))
    assert (first.align, second.align, last.align) == ("right", "right", "left")
    assert first.x == second.x <= 50 + 80
    assert last.x == 50


def test_no_columns_take_no_height():
    assert height_of(side_by_side()) == 0
