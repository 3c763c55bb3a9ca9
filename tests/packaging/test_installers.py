"""What the installers are made from, without making one: `make test-deb` does that."""

from __future__ import annotations

import argparse
import os
import re
import runpy
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from argparse import ArgumentParser
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from calmony_desktop import __version__
from calmony_desktop.cli.arguments import calmony_desktop_parser, calmony_parser
from calmony_desktop.store.file_states import APPLICATION_ID

CHECKOUT = Path(__file__).resolve().parents[2]
INSTALLERS = CHECKOUT / "resources" / "installers"
LINUX = INSTALLERS / "linux"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The scripts of the installers can be imported; the suite's other tests do not see them."""
    known = set(sys.modules)
    for folder in (INSTALLERS, LINUX):
        monkeypatch.syspath_prepend(str(folder))
    yield
    for name in {"bundle_contents", "draw_icon", "man_pages", "properties"} - known:
        sys.modules.pop(name, None)


@pytest.fixture
def properties(scripts: None) -> ModuleType:
    return import_module("properties")


@pytest.fixture
def contents(scripts: None) -> ModuleType:
    return import_module("bundle_contents")


@pytest.fixture
def desktop_entry() -> dict[str, str]:
    parser = ConfigParser(interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(LINUX / "com.calmony.Desktop.desktop", encoding="utf-8")
    return dict(parser["Desktop Entry"])


def checked_by(tool: str, *arguments: str | Path) -> str:
    """What an outside tool says; it must have no complaint."""
    if not shutil.which(tool):
        pytest.skip(f"needs {tool}, which `make deb` installs")
    done = subprocess.run([tool, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_freedesktop_accepts_the_menu_entry() -> None:
    assert checked_by("desktop-file-validate", LINUX / "com.calmony.Desktop.desktop") == ""


def test_appstream_accepts_the_description() -> None:
    checked_by("appstreamcli", "validate", "--no-net", LINUX / "com.calmony.Desktop.metainfo.xml")


def test_all_systems_are_told_of_the_same_links_and_files(
    properties: ModuleType, desktop_entry: dict[str, str]
) -> None:
    opened = {f"x-scheme-handler/{properties.SCHEME}", properties.MIME_TYPE}
    assert set(desktop_entry["MimeType"].strip(";").split(";")) == opened
    metainfo = ElementTree.parse(LINUX / "com.calmony.Desktop.metainfo.xml")
    assert {each.text for each in metainfo.iter("mediatype")} == opened
    assert metainfo.findtext("id") == properties.IDENTIFIER == "com.calmony.Desktop"
    setup = (INSTALLERS / "windows" / "calmony.iss").read_text("ascii")
    assert rf"Software\Classes\{properties.SCHEME}\shell\open\command" in setup
    assert rf"Software\Classes\.{properties.EXTENSION}\OpenWithProgids" in setup
    assert properties.MIME_TYPE in setup


def test_the_description_names_the_latest_version() -> None:
    releases = ElementTree.parse(LINUX / "com.calmony.Desktop.metainfo.xml").iter("release")
    assert next(releases).get("version") == __version__


def test_a_database_is_known_by_the_mark_that_the_program_leaves_in_it() -> None:
    mime = ElementTree.parse(LINUX / "com.calmony.Desktop.mime.xml")
    (inner,) = mime.findall(f".//{MIME}match/{MIME}match")
    assert inner.get("offset") == "68"
    assert str(inner.get("value")).encode() == APPLICATION_ID.to_bytes(4, "big")


def every_parser(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


@pytest.mark.parametrize("parser", [calmony_parser(), calmony_desktop_parser()])
def test_the_manual_names_every_command_and_option(parser: ArgumentParser, scripts: None) -> None:
    page = import_module("man_pages").pages(date(2026, 1, 31))[f"{parser.prog}.1"]
    sections = re.split(r"^\.S[SH] ", page, flags=re.M)
    for each in every_parser(parser):
        # The options of the command itself have a section; those of a subcommand stand in its own.
        title = "OPTIONS" if each is parser else each.prog
        (section,) = [s for s in sections if s.replace('"', "").startswith(title)][:1]
        for option in (name for action in each._actions for name in action.option_strings):
            escaped = option.replace("-", "\\-")
            assert f"\\fB{escaped}\\fR" in section, (each.prog, option)


@pytest.mark.parametrize("command", ["calmony", "calmony-desktop"])
def test_the_manual_is_set_without_a_warning(command: str, scripts: None, tmp_path: Path) -> None:
    page = tmp_path / f"{command}.1"
    page.write_text(
        import_module("man_pages").pages(date(2026, 1, 31))[page.name], encoding="utf-8"
    )
    set_page = checked_by("groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", page)
    assert set_page == ""


@pytest.mark.parametrize(
    "target",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6\\plugins\\imageformats\\qsvg.dll",
        "PySide6/Qt/lib/libQt6Widgets.so.6",
        "PySide6/Qt/lib/libQt6Svg.so.6",
        "babel/locale-data/de_CH.dat",
        "babel/locale-data/root.dat",
        "stdnum/iban.dat",
    ],
)
def test_the_bundle_holds_what_is_used(contents: ModuleType, target: str) -> None:
    assert contents.is_wanted(target, f"/venv/site-packages/{target}")


@pytest.mark.parametrize(
    "target",
    [
        "PySide6/Qt/plugins/qmltooling/libqmldbg_local.so",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/Qt/lib/libQt6OpenGL.so.6",
        "PySide6/Qt/translations/qtbase_de.qm",
        "babel/locale-data/sw.dat",
        "stdnum/oui.dat",
    ],
)
def test_the_bundle_leaves_out_what_is_not(contents: ModuleType, target: str) -> None:
    assert not contents.is_wanted(target, f"/venv/site-packages/{target}")


@pytest.mark.skipif(sys.platform != "linux", reason="about the libraries of a Linux system")
def test_only_what_a_desktop_may_lack_is_brought_of_a_linux_system(contents: ModuleType) -> None:
    def brought(name: str) -> bool:
        return bool(contents.is_wanted(name, f"/usr/lib/x86_64-linux-gnu/{name}"))

    assert brought("libxcb-cursor.so.0")
    assert brought("libssl.so.3")
    assert not brought("libstdc++.so.6")
    assert not brought("libGL.so.1")


def test_the_bundle_has_every_module_that_a_migration_imports(contents: ModuleType) -> None:
    imported = contents.imported_by_migrations()
    assert {"peewee", "playhouse.migrations"} <= set(imported)
    for module in imported:
        import_module(module)


def test_the_licences_lie_in_the_bundle(contents: ModuleType) -> None:
    folders = {Path(file).name for file, _ in contents.data_files()}
    assert {"licences", "fonts", "icons", "styles"} <= folders
    assert not folders & {"installers", "screenshots"}


def test_the_icon_is_drawn_in_every_size(scripts: None, tmp_path: Path) -> None:
    """In a process of its own: an application for pictures is none for windows."""
    child = "import sys, pathlib, draw_icon; draw_icon.draw(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", child, tmp_path], check=True, cwd=INSTALLERS)
    from PIL import Image

    for size in import_module("draw_icon").SIZES:
        with Image.open(tmp_path / f"calmony-{size}.png") as image:
            assert image.size == (size, size)
            # See-through in the corner, a face in the middle.
            assert image.getpixel((0, 0))[3] < 255
            assert len(image.convert("RGB").getcolors(size * size) or []) > 3
    with Image.open(tmp_path / "calmony.ico") as image:
        assert {(16, 16), (32, 32), (48, 48), (256, 256)} <= image.info["sizes"]


@pytest.mark.parametrize("script", ["linux/start.sh", "macos/build_dmg.sh"])
def test_a_script_can_be_run(script: str) -> None:
    checked_by("sh", "-n", INSTALLERS / script)
    assert (INSTALLERS / script).stat().st_mode & 0o111


def test_the_windows_installer_takes_what_pyinstaller_left() -> None:
    """PyInstaller works in a folder named after the spec: `workpath` is build/calmony there."""
    spec = (INSTALLERS / "calmony.spec").read_text("utf-8")
    (folder,) = re.findall(r'draw_icon\.draw\(Path\(workpath\) / "(\w+)"\)', spec)
    (name,) = re.findall(r'^ {4}name="(.+)",$', spec.partition("bundle = COLLECT(")[2], re.M)
    setup = (INSTALLERS / "windows" / "calmony.iss").read_text("ascii")
    assert rf"SetupIconFile={{#Root}}\build\calmony\{folder}\calmony.ico" in setup.splitlines()
    assert rf'Source: "{{#Root}}\dist\{name}\*"' in setup


def test_the_windows_installer_leaves_no_empty_key(properties: ModuleType) -> None:
    setup = (INSTALLERS / "windows" / "calmony.iss").read_text("ascii")
    keys = re.findall(r'^Root: HKA; Subkey: "(.+?)"; (.+)$', setup, re.M)
    removed = {key for key, said in keys if re.search(r"\bFlags: uninsdeletekey", said)}
    assert rf"Software\Classes\.{properties.EXTENSION}" in removed
    for key, _ in keys:
        assert any(key == each or key.startswith(f"{each}\\") for each in removed), key


def test_inno_setup_is_new_enough_for_the_script() -> None:
    workflow = (CHECKOUT / ".github/workflows/release.yml").read_text("utf-8")
    ((major, minor),) = re.findall(r"choco install innosetup --version (\d+)\.(\d+)\.", workflow)
    assert (int(major), int(minor)) >= (6, 3)


def test_the_mac_app_has_a_menu_bar_although_a_command_lies_in_it(properties: ModuleType) -> None:
    """PyInstaller takes an app with a console program in it for one without a window."""
    assert properties.INFO_PLIST["LSBackgroundOnly"] is False


@pytest.mark.parametrize(
    ("started_as", "begun"),
    [
        ("calmony", "calmony"),
        ("/usr/bin/calmony", "calmony"),
        ("CALMONY.EXE", "calmony"),
        ("calmony-desktop", "calmony_desktop"),
        ("Calmony-Desktop.exe", "calmony_desktop"),
    ],
)
def test_a_command_is_known_by_its_name_in_any_case(
    started_as: str, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [started_as])
    for command in ("calmony", "calmony_desktop"):
        monkeypatch.setattr(f"calmony_desktop.cli.{command}", lambda command=command: command)
    assert runpy.run_path(str(INSTALLERS / "start.py"))["main"]() == begun


def test_other_programs_are_left_their_own_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    start = runpy.run_path(str(INSTALLERS / "start.py"))
    leave = start["leave_other_programs_their_libraries"]
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/calmony/_internal:/opt/own")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/own")
    monkeypatch.delenv("PYINSTALLER_RESET_ENVIRONMENT", raising=False)
    monkeypatch.setenv("QT_PLUGIN_PATH", "/opt/calmony/_internal/PySide6/Qt/plugins")
    leave()
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/own"
    assert not {"LD_LIBRARY_PATH_ORIG", "QT_PLUGIN_PATH"} & set(os.environ)
    # Documented: the bootloader of a process that inherits it begins as if nothing had begun yet.
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
    leave()
    assert "LD_LIBRARY_PATH" not in os.environ


def command_of(entry: Path) -> list[str]:
    """The command of a menu entry, as the Desktop Entry Specification says to read it."""
    (value,) = re.findall(r"^Exec=(.*)$", entry.read_text("utf-8"), re.M)
    value = value.replace("\\\\", "\\")  # of any string in an entry
    quoted, rest = re.fullmatch(r'"((?:[^"\\`$]|\\["\\`$])*)"(.*)', value).groups()
    return [re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%"), *rest.split()]


@pytest.mark.skipif(sys.platform != "linux", reason="about the menu of a Linux desktop")
@pytest.mark.parametrize(
    "name",
    ["calmony-desktop-0.1.0", "R&D 100%", "a|b", 'say "no"', "$HOME `x`", "back\\slash", "Büro"],
)
def test_the_menu_finds_the_program_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    folder, data, tools = tmp_path / name, tmp_path / "my data", tmp_path / "tools"
    applications = folder / "share" / "applications"
    applications.mkdir(parents=True)
    shutil.copy(LINUX / "start.sh", folder)
    shutil.copy(LINUX / "com.calmony.Desktop.desktop", applications)
    tools.mkdir()
    for tool in ("update-desktop-database", "update-mime-database"):
        (tools / tool).write_text(f'#!/bin/sh\necho {tool} "$#" "$1" >> "{tmp_path}/refreshed"\n')
        (tools / tool).chmod(0o755)
    environment = {"PATH": f"{tools}:/usr/bin:/bin", "HOME": "/", "XDG_DATA_HOME": str(data)}
    subprocess.run([folder / "start.sh", "--add-to-menu"], check=True, env=environment)
    entry = data / "applications" / "com.calmony.Desktop.desktop"
    assert command_of(entry) == [str(folder / "start.sh"), "%u"]
    checked_by("desktop-file-validate", entry)
    assert (tmp_path / "refreshed").read_text().splitlines() == [
        f"update-desktop-database 1 {data}/applications",
        f"update-mime-database 1 {data}/mime",
    ]
    subprocess.run([folder / "start.sh", "--remove-from-menu"], check=True, env=environment)
    assert not entry.exists()


def test_every_system_tests_itself_before_it_is_released() -> None:
    workflow = (CHECKOUT / ".github/workflows/release.yml").read_text("utf-8")
    jobs = re.split(r"^  (\w+):$", workflow.partition("\njobs:\n")[2], flags=re.M)
    by_name = dict(zip(jobs[1::2], jobs[2::2], strict=True))
    assert "make test-deb" in by_name["linux"]
    assert "--self-test" in by_name["windows"]
    assert "--self-test" in by_name["macos"]
    assert "needs: [linux, windows, macos]" in by_name["release"]
