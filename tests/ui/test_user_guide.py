"""The user guide opens where one is, finds what one types, and reads nothing but its own files."""

from __future__ import annotations

import gc
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from calmony_desktop import paths
from calmony_desktop.ui import user_guide
from calmony_desktop.ui.main_window import MainWindow
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.user_guide import UserGuide, read_chapters

from .conftest import BEATRIZ

IMAGE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


@pytest.fixture
def guide(parent: QWidget, qtbot: QtBot) -> UserGuide:
    guide = UserGuide(parent)
    with qtbot.waitExposed(guide):
        guide.show()
    return guide


def listed(guide: UserGuide) -> list[str]:
    return [guide.list.item(row).text() for row in range(guide.list.count())]


def highlighted(guide: UserGuide) -> set[str]:
    return {each.cursor.selectedText().casefold() for each in guide.page.extraSelections()}


def test_every_link_and_picture_of_the_guide_is_there_in_both_themes(qapp: QApplication) -> None:
    chapters = read_chapters()
    names = {chapter.name for chapter in chapters}
    links = {link for each in chapters for link in re.findall(r'href="([^"]*)"', each.html)}
    pictures = {name for each in chapters for name in re.findall(r'src="([^"]*)"', each.html)}
    assert links <= names
    used = {f"{Path(name).stem}-{kind}.png" for name in pictures for kind in ("light", "dark")}
    folder = paths.resource("guide", "pictures")
    assert used == {file.name for file in folder.iterdir()}
    assert not [name for name in used if QImage(str(folder / name)).width() > 560]
    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_000_000


def test_every_chapter_that_the_window_leads_to_is_there(qapp: QApplication) -> None:
    from calmony_desktop.ui import help_actions

    names = {chapter.name for chapter in read_chapters()}
    assert set(help_actions._CHAPTERS.values()) | {"beginning"} <= names


def test_the_guide_names_menu_entries_and_shortcuts_as_the_menus_do(window: MainWindow) -> None:
    entries = {
        action.text().replace("&", "").rstrip("…")
        for action in window.findChildren(QAction)
        if action.text()
    }
    shortcuts = {
        action.shortcut().toString() for action in window.findChildren(QAction) if action.text()
    }
    shortcuts |= {"Ctrl+C", "Tab", "Enter", "Space", "Esc", "Down", "⌘", "Ctrl"}
    html = "".join(chapter.html for chapter in read_chapters())
    named = re.findall(r"<i>(?:File|Edit|View|Tools|Help) › ([^<]*)</i>", html)
    assert named
    assert [name for name in named if name.rstrip("…") not in entries] == []
    assert [key for key in re.findall("<kbd>(.*?)</kbd>", html) if key not in shortcuts] == []


def test_words_are_found_wherever_they_stand(guide: UserGuide, qtbot: QtBot) -> None:
    qtbot.keyClicks(guide.search, "VOID paid")
    assert [words.split("\n")[0] for words in listed(guide)] == ["Payments and void invoices"]
    assert guide.chapter.name == "payments"
    assert highlighted(guide) == {"void", "paid"}


def test_a_result_scrolls_to_its_paragraph(guide: UserGuide, qtbot: QtBot) -> None:
    guide.resize(guide.width(), guide.minimumHeight())
    qtbot.keyClicks(guide.search, "self-test")
    assert guide.chapter.name == "trouble"
    assert guide.page.verticalScrollBar().value() > 0
    assert "self-test" in guide.page.textCursor().block().text()


def test_nothing_found_is_said(guide: UserGuide, qtbot: QtBot) -> None:
    qtbot.keyClicks(guide.search, "xylophone")
    assert listed(guide) == []
    assert guide.nothing.isVisible()
    qtbot.keyClick(guide.search, Qt.Key.Key_Escape)
    assert guide.isVisible()
    assert len(listed(guide)) == len(guide.chapters)
    assert not guide.nothing.isVisible()
    assert highlighted(guide) == set()


def test_down_and_up_go_through_the_results(guide: UserGuide, qtbot: QtBot) -> None:
    guide.search.setFocus()
    qtbot.keyClick(guide.search, Qt.Key.Key_Down)
    assert guide.chapter is guide.chapters[1]
    qtbot.keyClick(guide.search, Qt.Key.Key_Up)
    qtbot.keyClick(guide.search, Qt.Key.Key_Up)
    assert guide.chapter is guide.chapters[0]


def test_a_link_leads_to_its_chapter_and_nowhere_else(guide: UserGuide) -> None:
    guide.page.anchorClicked.emit(QUrl("backups"))
    assert guide.chapter.name == "backups"
    guide.page.anchorClicked.emit(QUrl("https://example.com"))
    assert guide.chapter is guide.chapters[0]


@pytest.mark.parametrize(
    "name",
    [
        "https://example.com/picture.png",
        "file:///etc/passwd",
        "pictures/../../licences/licences.txt",
        "/dev/zero",
        "pictures/window.png?x",
    ],
)
def test_nothing_but_its_own_pictures_is_loaded(guide: UserGuide, name: str) -> None:
    assert guide.page.loadResource(IMAGE, QUrl(name)) is None
    assert guide.page.loadResource(IMAGE, QUrl("pictures/window.png")).width() > 0


def test_another_theme_shows_other_pictures_and_colours(guide: UserGuide, qtbot: QtBot) -> None:
    def shown() -> tuple[str, int]:
        picture = guide.page.loadResource(IMAGE, QUrl("pictures/window.png"))
        return guide.page.toHtml(), picture.pixelColor(1, 1).lightness()

    # Windows of earlier tests must not be collected while Qt goes through all widgets.
    gc.collect()
    try:
        theme.pin(Qt.ColorScheme.Light)
        qtbot.waitUntil(lambda: theme.LIGHT.accent.name() in guide.page.toHtml())
        html, ground = shown()
        assert ground > 200
        theme.pin(Qt.ColorScheme.Dark)
        qtbot.waitUntil(lambda: theme.DARK.accent.name() in guide.page.toHtml())
        html, ground = shown()
        assert theme.LIGHT.accent.name() not in html
        assert ground < 60
    finally:
        theme.pin(Qt.ColorScheme.Unknown)


@pytest.mark.parametrize(
    ("where", "chapter"),
    [
        ("searchField", "find"),
        ("paymentTable", "customer"),
        ("subscriptionTable", "cancel"),
        ("invoiceTable", "invoice"),
    ],
)
def test_f1_opens_the_chapter_of_where_one_is(
    window: MainWindow, qtbot: QtBot, where: str, chapter: str
) -> None:
    window.open_customer(BEATRIZ)
    part = window.findChild(QWidget, where)
    part.setFocus()
    qtbot.keyClick(part, Qt.Key.Key_F1)
    guide = window.help_actions.guide
    assert guide is not None
    assert guide.isVisible()
    assert guide.chapter.name == chapter
    window.help_actions.show_guide("import")
    assert window.help_actions.guide is guide
    assert guide.chapter.name == "import"
    assert QApplication.activeModalWidget() is None


def test_the_guide_is_read_no_sooner_than_it_is_wanted(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(user_guide, "read_chapters", lambda: read.append("guide"))
    window.refresh()
    assert read == []
    assert window.help_actions.guide is None
