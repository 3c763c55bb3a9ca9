"""The user guide: chapters, a search over all of them, and nothing from the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop import paths
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import theme

_SIZE: Final = QSize(960, 660)
#: So that the pictures fit.
_SMALLEST: Final = QSize(900, 480)
_LIST_WIDTH: Final = 236
_MARGIN: Final = 24
#: A chapter is named by its file, without the number that puts it in its place.
_CHAPTER: Final = re.compile(r"\d\d-([a-z]+)\.html")
_PICTURE: Final = re.compile(r"pictures/([a-z]+)\.png")
_LONGEST_SNIPPET: Final = 90

_STYLE: Final = """
h1 { font-weight: 600; margin-bottom: 10px; }
h2 { font-weight: 600; margin-top: 18px; margin-bottom: 4px; }
p { margin-top: 6px; margin-bottom: 8px; line-height: 130%; }
.picture { line-height: 100%; margin-top: 10px; margin-bottom: 12px; }
li { margin-bottom: 4px; line-height: 130%; }
td { padding: 4px 16px 4px 0; }
a { color: @accent; }
kbd { background-color: @kbd; font-weight: 500; }
code { background-color: @kbd; }
"""


@dataclass(frozen=True, slots=True)
class Chapter:
    """``name`` is what links and F1 call it; ``paragraphs`` is its text without markup."""

    name: str
    title: str
    html: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph of a chapter that has every word of a search."""

    chapter: Chapter
    paragraph: int


def read_chapters() -> tuple[Chapter, ...]:
    """The guide, in order. Needs a running application, as all of Qt's rich text does."""
    chapters = []
    for file in sorted(paths.resource("guide").iterdir()):
        if match := _CHAPTER.fullmatch(file.name):
            html = file.read_text(encoding="utf-8")
            document = QTextDocument()
            document.setHtml(re.sub("<img[^>]*>", "", html))
            title, *others = document.toPlainText().split("\n")
            chapters.append(Chapter(match[1], title, html, (title, *others)))
    return tuple(chapters)


def search(chapters: tuple[Chapter, ...], text: str) -> list[Hit]:
    """Where all words of ``text`` stand in one paragraph; chapters named so come first."""
    words = text.casefold().split()
    hits = [
        Hit(chapter, number)
        for chapter in chapters
        for number, paragraph in enumerate(chapter.paragraphs)
        if words and all(word in paragraph.casefold() for word in words)
    ]
    return sorted(hits, key=lambda hit: hit.paragraph > 0)


class UserGuide(QDialog):
    """Chapters on the left, one of them on the right; typing lists where the words stand."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("userGuide")
        self.setWindowTitle(self.tr("User guide"))
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE.boundedTo(parent.window().screen().availableSize() - QSize(24, 56)))
        self.chapters = read_chapters()
        self.chapter = self.chapters[0]
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the guide"))
        self.search.setAccessibleName(self.tr("Search the guide"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.list = QListWidget()
        self.list.setObjectName("guideList")
        self.list.setAccessibleName(self.tr("Chapters"))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._show_item)
        self.nothing = plain_text.label(tone="muted")
        self.nothing.setWordWrap(True)
        self.page = _Page()
        self.page.setAccessibleName(self.tr("User guide"))
        self.page.anchorClicked.connect(lambda link: self.open_chapter(link.toString()))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._focus_search)
        self._lay_out()
        self._search("")

    def open_chapter(self, name: str) -> None:
        """Show the chapter of this name; the first where there is none."""
        self.search.clear()
        names = [chapter.name for chapter in self.chapters]
        self.list.setCurrentRow(names.index(name) if name in names else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the search field, Down and Up choose a result, and Escape clears it first."""
        if self.search.hasFocus() and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
            self.list.setCurrentRow(row)
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another theme: other colours and other pictures."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            # Not while Qt goes through all widgets to tell them.
            QTimer.singleShot(0, self, lambda: self._show(self.chapter))

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _search(self, text: str) -> None:
        hits = search(self.chapters, text)
        self.list.blockSignals(True)
        self.list.clear()
        if text.strip():
            for hit in hits:
                snippet = _snippet(hit, text) if hit.paragraph else ""
                self._add(hit, f"{hit.chapter.title}\n{snippet}".rstrip())
        else:
            for chapter in self.chapters:
                self._add(Hit(chapter, 0), chapter.title)
        self.list.blockSignals(False)
        self.nothing.setText(
            self.tr("Nothing in the guide has all of these words. Try fewer, or others.")
        )
        self.nothing.setVisible(not self.list.count())
        self.list.setVisible(bool(self.list.count()))
        if text.strip():
            self.list.setCurrentRow(0)
        else:
            self.list.setCurrentRow(self.chapters.index(self.chapter))
            self._show(self.chapter)

    def _add(self, hit: Hit, words: str) -> None:
        item = QListWidgetItem(words)
        item.setData(Qt.ItemDataRole.UserRole, hit)
        self.list.addItem(item)

    def _show_item(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        hit: Hit = item.data(Qt.ItemDataRole.UserRole)
        self._show(hit.chapter)
        self.page.go_to(hit.chapter.paragraphs[hit.paragraph])

    def _show(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self.page.show_html(chapter.html)
        self.page.mark(self.search.text().split())

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.search)
        left.addWidget(self.nothing)
        left.addWidget(self.list, 1)
        left.addStretch()
        side = QWidget()
        side.setFixedWidth(_LIST_WIDTH)
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addWidget(side)
        layout.addWidget(self.page, 1)


class _Page(QTextBrowser):
    """Shows what lies in the guide's own folder, and opens nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("guidePage")
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.document().setDocumentMargin(_MARGIN)

    def show_html(self, html: str) -> None:
        """Show a chapter, in the theme's colours."""
        colors = theme.current()
        style = _STYLE
        for name, color in (
            ("@accent", colors.accent),
            ("@kbd", colors.grey.ground),
        ):
            style = style.replace(name, color.name())
        # What the last theme left is not asked for again otherwise.
        self.document().clear()
        self.document().setDefaultStyleSheet(style)
        self.setHtml(html)

    def mark(self, words: list[str]) -> None:
        """Highlight these words wherever they stand."""
        found = QTextCharFormat()
        found.setBackground(theme.current().amber.ground)
        found.setForeground(theme.current().amber.text)
        selections = []
        for word in words:
            cursor = self.document().find(word)
            while not cursor.isNull():
                selection = QTextEdit.ExtraSelection()
                selection.cursor, selection.format = cursor, found
                selections.append(selection)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(selections)

    def go_to(self, paragraph: str) -> None:
        """Scroll to this paragraph."""
        block = self.document().begin()
        while block.isValid() and block.text() != paragraph:
            block = block.next()
        cursor = QTextCursor(block if block.isValid() else self.document().begin())
        # From below, so that it comes to stand at the top with some room above it.
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.setTextCursor(cursor)
        bar = self.verticalScrollBar()
        top = self.document().documentLayout().blockBoundingRect(cursor.block()).top()
        bar.setValue(max(int(top) - 2 * _MARGIN, 0))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A picture of the guide, as it looks in this theme; nothing else, from nowhere else."""
        match = _PICTURE.fullmatch(QUrl(name).toString())
        if kind != QTextDocument.ResourceType.ImageResource.value or match is None:
            return None
        variant = "dark" if theme.current().is_dark else "light"
        return QImage(str(paths.resource("guide", "pictures", f"{match[1]}-{variant}.png")))


def _snippet(hit: Hit, text: str) -> str:
    """The part of the paragraph around the first word."""
    paragraph = hit.chapter.paragraphs[hit.paragraph]
    at = paragraph.casefold().find(text.casefold().split()[0])
    begin = max(at - _LONGEST_SNIPPET // 3, 0)
    begin = paragraph.rfind(" ", 0, begin) + 1 if begin else 0
    part = paragraph[begin : begin + _LONGEST_SNIPPET]
    return f"{'…' if begin else ''}{part}{'…' if begin + len(part) < len(paragraph) else ''}"
