from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.import_records import import_paths


def _ids(rows):
    return sorted(row["id"] for row in rows("customers"))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one, two: [one, two],
        lambda one, two: {"object": "list", "data": [one, two], "has_more": False},
        lambda one, two: {"data": [one, two]},
        lambda one, two: {"resources": {"customer": one, "customer_2": two}},
        lambda one, two: [{"object": "list", "data": [one]}, [two]],
        lambda one, two: [
            {"object": "event", "created": 1, "type": "x", "data": {"object": one}},
            {"object": two, "previous_attributes": {}},
        ],
    ],
)
def test_objects_are_found_in_whatever_they_are_wrapped(provider, bring_in_file, rows, wrap):
    value = wrap(provider.customer("cus_1"), provider.customer("cus_2"))
    bring_in_file("file.json", value)
    assert _ids(rows) == ["cus_1", "cus_2"]


def test_one_object_is_a_file(provider, bring_in_file, rows):
    bring_in_file("file.json", json.dumps(provider.customer(), indent=2))
    assert _ids(rows) == ["cus_ada"]


@pytest.mark.parametrize("name", ["file.jsonl", "file.ndjson", "file.json", "noname"])
def test_json_lines_are_read_whatever_the_file_is_called(provider, bring_in_file, rows, name):
    lines = [json.dumps(provider.customer(f"cus_{n}")) for n in range(3)]
    bring_in_file(name, "\ufeff" + "\n\n".join(lines) + "\n")
    assert _ids(rows) == ["cus_0", "cus_1", "cus_2"]


@pytest.mark.parametrize("name", ["file.jsonl", "file.json"])
@pytest.mark.parametrize("bad_line", [0, 1])
def test_a_bad_line_is_refused_and_the_rest_goes_on(provider, bring_in_file, rows, name, bad_line):
    lines = [json.dumps(provider.customer("cus_1")), json.dumps(provider.customer("cus_2"))]
    lines.insert(bad_line, '{"id": "cus_broken", ')
    report = bring_in_file(name, "\n".join(lines))
    assert _ids(rows) == ["cus_1", "cus_2"]
    assert [line.position for line in report.lines] == [f"line {bad_line + 1}"]
    assert "not JSON" in report.lines[0].reason


def test_a_first_page_of_a_longer_list_is_reported(provider, bring_in_file):
    page = {"object": "list", "data": [provider.customer()], "has_more": True}
    report = bring_in_file("file.json", page)
    assert "first page" in report.lines[0].reason


def test_a_folder_is_read_with_its_folders_and_the_rest_left_alone(
    provider, database, tmp_path, rows
):
    folder = tmp_path / "exports"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.json").write_text(json.dumps(provider.payment_intent()))
    (folder / "deeper" / "b.json").write_text(json.dumps(provider.customer()))
    (folder / "notes.txt").write_text("hello")
    (folder / ".hidden.json").write_text("{")
    (folder / "empty.json").write_text("")
    report = import_paths([folder])
    assert _ids(rows) == ["cus_ada"]
    assert len(rows("payment_intents")) == 1
    said = {line.source: line.reason for line in report.lines}
    assert set(said) == {str(Path("exports/notes.txt")), str(Path("exports/empty.json"))}
    assert "left alone" in said[str(Path("exports/notes.txt"))]
    assert "empty" in said[str(Path("exports/empty.json"))]


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links and a named pipe")
def test_links_in_a_circle_and_pipes_stop_nothing(provider, database, tmp_path, rows):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(provider.customer()))
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "gone.json").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.json")
    report = import_paths([folder])
    assert _ids(rows) == ["cus_ada"]
    assert len(report.lines) == 2


def _zip(members, **options):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("name", ["export.zip", "export"])
def test_a_zip_is_read_without_unpacking_it_anywhere(provider, bring_in_file, rows, tmp_path, name):
    content = _zip(
        {
            "../../evil.json": json.dumps(provider.customer("cus_1")),
            "sheets/customers.csv": 'id,Email,Created (UTC)\ncus_2,"a@b.c",2026-03-01 10:00\n',
            "__MACOSX/._x.json": "junk",
            "inner.zip": _zip({"x.json": "{}"}),
            "broken.json": "{",
        }
    )
    report = bring_in_file(name, content)
    assert _ids(rows) == ["cus_1", "cus_2"]
    assert {line.source: line.reason.split(";")[0] for line in report.lines} == {
        f"{name}/inner.zip": "it is a zip inside a zip",
        f"{name}/broken.json": "it is not JSON: Expecting property name enclosed in double quotes "
        "at line 1, column 2",
    }
    assert not list(tmp_path.rglob("evil.json"))
    assert not (tmp_path.parent.parent / "evil.json").exists()


def test_a_zip_bomb_is_refused(bring_in_file):
    with pytest.raises(KnownError, match="far more than any export"):
        bring_in_file("bomb.zip", _zip({"a.json": b"[" + b" " * 20_000_000 + b"]"}))


def test_a_zip_of_too_many_files_is_refused(bring_in_file):
    with pytest.raises(KnownError, match="10,000 files"):
        bring_in_file("many.zip", _zip(dict.fromkeys(map(str, range(10_001)), "")))


def test_a_damaged_zip_is_refused(bring_in_file, provider):
    content = _zip({"a.json": json.dumps(provider.customer())})
    with pytest.raises(KnownError, match="damaged"):
        bring_in_file("cut.zip", content[: len(content) // 2])
    spoiled = bytearray(content)
    spoiled[60] ^= 0xFF
    with pytest.raises(KnownError, match="damaged"):
        bring_in_file("spoiled.zip", bytes(spoiled))


def test_a_path_that_does_not_exist_is_a_plain_error(database, tmp_path):
    with pytest.raises(KnownError, match=r"no file or folder .*missing\.json"):
        import_paths([tmp_path / "missing.json"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.json", ""),
        ("empty.csv", "\ufeff"),
        ("broken.json", '{"id": '),
        ("text.json", "hello"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_a_plain_error(bring_in_file, rows, name, content):
    with pytest.raises(KnownError, match="Nothing could be read"):
        bring_in_file(name, content)


def test_a_bad_file_among_good_ones_is_a_line(provider, database, tmp_path, rows):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(provider.customer()))
    bad.write_text("{")
    report = import_paths([bad, good])
    assert _ids(rows) == ["cus_ada"]
    assert [(line.source, line.outcome) for line in report.lines] == [("bad.json", "refused")]


def test_a_file_without_any_object_changes_nothing(bring_in_file):
    report = bring_in_file("file.json", [])
    assert not report.changed
    assert "no object" in report.as_text()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_line(provider, database, tmp_path):
    good, locked = tmp_path / "good.json", tmp_path / "locked.json"
    good.write_text(json.dumps(provider.customer()))
    locked.write_text("{}")
    locked.chmod(0)
    report = import_paths([good, locked])
    assert "Permission denied" in report.lines[0].reason
