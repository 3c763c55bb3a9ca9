"""Rows of a table as text on the clipboard."""

from __future__ import annotations

from array import array
from io import StringIO
from typing import Any, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QWidget

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Cancelled, Progress, unattended
from calmony_desktop.ui import background
from calmony_desktop.ui.tables.record_table_model import Form, RecordTableModel

#: So many rows are copied within a few milliseconds.
_AT_ONCE: Final = 500


def copy_rows(parent: QWidget, records: RecordTableModel[Any], numbers: array[int]) -> None:
    """Put these rows on the clipboard, columns parted by tabs.

    Very many are read in the background, with a dialog that shows the progress. Where they cannot
    be read, the model says so.
    """
    columns = [each for each in records.columns if each.form is not Form.ACTION]

    def lines(progress: Progress) -> str:
        text = StringIO()
        for done, row in enumerate(records.read(numbers)):
            progress(done, len(numbers))
            cells = "\t".join(" ".join(each.text(row).split()) for each in columns)
            text.write(f"\n{cells}" if done else cells)
        return text.getvalue()

    try:
        if len(numbers) <= _AT_ONCE:
            text = lines(unattended)
        else:
            text = background.run(
                parent, QCoreApplication.translate("copying", "Copying the rows…"), lines
            )
    except Cancelled:
        return
    except KnownError as error:
        records.failed.emit(error)
        return
    if text:
        QApplication.clipboard().setText(text)
