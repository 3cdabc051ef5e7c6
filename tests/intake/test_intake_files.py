"""Files are found in a fixed order under relative names, and what cannot be read says why."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import polars as pl
import pytest

from budgetreview.errors import IntakeError
from budgetreview.intake.files import find, grids, table_of


def kinds(path: Path) -> list[tuple[str, list[str]]]:
    return [(f.name, [p.kind for p in f.problems]) for f in find([path])]


def text(path: Path, content: str = "a,b\n1,2\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_a_folder_gives_its_tables_by_name_and_passes_over_the_rest(tmp_path: Path) -> None:
    for name in ("乙.csv", "lines.csv", "b/收支总表.tsv", "README.md", ".hidden.csv", "~$lock.xlsx", "b/notes.txt"):
        text(tmp_path / "f" / name)
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "f" / "funds.parquet")
    found = find([tmp_path / "f"])
    assert [(f.name, f.kind, f.table) for f in found] == [
        ("b/收支总表.tsv", "delimited", "totals"),
        ("funds.parquet", "parquet", "funds"),
        ("lines.csv", "delimited", "lines"),
        ("乙.csv", "delimited", None),
    ]
    assert all(not f.problems for f in found)
    assert found[2].sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()


def test_equal_names_are_told_apart(tmp_path: Path) -> None:
    paths = [text(tmp_path / d / "a.csv") for d in "xyz"]
    assert [f.name for f in find(paths)] == ["a.csv", "a.csv#2", "a.csv#3"]


def test_a_name_states_its_table_in_either_language() -> None:
    assert table_of("预算明细") == table_of("01_预算明细") == table_of("Lines") == table_of("2026年预算明细") == "lines"
    assert table_of("附件") is None


def test_what_cannot_be_found_or_understood_says_so(tmp_path: Path) -> None:
    assert kinds(tmp_path / "none.csv") == [("none.csv", ["not-found"])]
    assert kinds(text(tmp_path / "a.doc")) == [("a.doc", ["unknown-ending"])]
    assert kinds(text(tmp_path / "a.csv", "")) == [("a.csv", ["empty-file"])]
    assert kinds(text(tmp_path / "a.parquet", "PAR2")) == [("a.parquet", ["not-parquet"])]
    (tmp_path / "e").mkdir()
    assert kinds(tmp_path / "e") == [("e", ["nothing-readable"])]
    assert kinds(Path("\0.csv")) == [("\0.csv", ["not-found"])]
    text(tmp_path / "e" / "表.et")
    assert kinds(tmp_path / "e") == [("表.et", ["unknown-ending"])]
    for found in find([tmp_path / "none.csv", tmp_path / "a.doc"]):
        assert str(tmp_path) not in found.problems[0].line("zh") + found.problems[0].line("en")
        with pytest.raises(IntakeError):
            grids(found)


def test_a_file_over_its_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    for name in ("a.csv", "a.xlsx"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(3 * 1024**3)
        assert kinds(tmp_path / name) == [(name, ["too-large"])]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX links and pipes")
def test_links_that_loop_and_pipes_are_problems(tmp_path: Path) -> None:
    text(tmp_path / "f" / "a.csv")
    (tmp_path / "f" / "again").symlink_to(tmp_path / "f", target_is_directory=True)
    (tmp_path / "f" / "self.csv").symlink_to(tmp_path / "f" / "self.csv")
    (tmp_path / "f" / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    os.mkfifo(tmp_path / "f" / "pipe.csv")
    assert dict(kinds(tmp_path / "f")) == {
        "a.csv": [],
        "again": ["folder-loop"],
        "gone.csv": ["not-found"],
        "pipe.csv": ["not-a-file"],
        "self.csv": ["folder-loop"],
    }


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX rights")
def test_what_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked, file = tmp_path / "f" / "locked", text(tmp_path / "f" / "a.csv")
    locked.mkdir()
    if os.geteuid() == 0:  # nothing is locked for root, so the system's answer is given for it
        scan, opened = os.scandir, Path.open

        def refuse_scan(path: Path) -> object:
            if Path(path) == locked:
                raise PermissionError(13, "Permission denied")
            return scan(path)

        def refuse_open(path: Path, *args: object, **options: object) -> object:
            if path == file:
                raise PermissionError(13, "Permission denied")
            return opened(path, *args, **options)  # type: ignore[call-overload]

        monkeypatch.setattr(os, "scandir", refuse_scan)
        monkeypatch.setattr(Path, "open", refuse_open)
    else:
        locked.chmod(0)
        file.chmod(0)
    try:
        assert kinds(tmp_path / "f") == [("a.csv", ["no-permission"]), ("locked", ["no-permission"])]
    finally:
        locked.chmod(0o700)


# ---- data packages


def package(folder: Path, *resources: object) -> Path:
    text(folder / "datapackage.json", json.dumps({"name": "p", "resources": list(resources)}))
    return folder


def test_a_data_package_names_tables_encodings_and_delimiters(tmp_path: Path) -> None:
    package(
        tmp_path,
        {"name": "lines", "path": "data/x.csv", "encoding": "gb18030", "dialect": {"delimiter": "|"}},
        {"name": "收支总表", "path": ["y.csv"]},
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").write_bytes("代码|金额\n1|2\n".encode("gb18030"))
    text(tmp_path / "y.csv")
    text(tmp_path / "not-listed.csv")
    for start in (tmp_path, tmp_path / "datapackage.json"):
        first, second = find([start])
        assert (first.name, first.table, dict(first.options)) == (
            "data/x.csv", "lines", {"encoding": "gb18030", "delimiter": "|"},
        )  # fmt: skip
        assert grids(first)[0].cells.rows() == [("代码", "金额"), ("1", "2")]
        assert (second.name, second.table) == ("y.csv", "totals")


@pytest.mark.parametrize(
    "path", ["../out.csv", "/etc/hosts.csv", "a/../../out.csv", "http://example.org/a.csv", "C:\\a.csv", "link/out.csv"]
)
def test_no_path_leads_out_of_a_data_package(tmp_path: Path, path: str) -> None:
    text(tmp_path / "out.csv")
    package(tmp_path / "p", {"name": "lines", "path": path})
    if os.name != "nt":
        (tmp_path / "p" / "link").symlink_to(tmp_path, target_is_directory=True)
    (found,) = find([tmp_path / "p"])
    assert [p.kind for p in found.problems] == ["unsafe-path"]


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"resources": []}', '{"resources": [1]}', '{"resources": [{"name": "x", "data": []}]}', "[" * 100_000,
     '{"resources": [{"path": "a.csv", "encoding": "klingon"}]}',
     '{"resources": [{"path": "a.csv", "dialect": {"delimiter": "::"}}]}'],
)  # fmt: skip
def test_a_broken_data_package_is_a_problem(tmp_path: Path, content: str) -> None:
    text(tmp_path / "a.csv")
    text(tmp_path / "datapackage.json", content)
    assert {p.kind for f in find([tmp_path]) for p in f.problems} == {"bad-datapackage"}


def test_a_listed_file_that_is_missing_is_named(tmp_path: Path) -> None:
    package(tmp_path, {"name": "lines", "path": "gone.csv"})
    assert kinds(tmp_path) == [("gone.csv", ["not-found"])]
