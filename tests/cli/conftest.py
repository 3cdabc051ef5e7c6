"""A small county as files, and the program run over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budgetreview.cli import program

LINES = """\
区划代码,年度,资金性质,单位代码,单位名称,项目名称,支出类型,设立依据,预算数（元）,上年预算数（元）,上年执行数（元）,单价（元）,支出标准（元）
430702,2026,一般公共预算,101,教育局,甲,项目支出,文件,1000.00,900.00,300.00,100.00,99.00
430702,2026,一般公共预算,101,教育局,乙,项目支出,,2000.00,2000.00,2000.00,50.00,50.00
430702,2026,一般公共预算,102,民政局,丙,项目支出,文件,3000.00,3000.00,,60.00,60.00
"""
TOTALS = """\
entity,fiscal_year,book,reserve,own_expenditure
430702,2026,一般公共预算,1.00,200.00
"""
"""The reserve is half a per cent, below the lawful one: red."""


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Three lines: one dearer than its standard, one without a basis, one without last year's outturn."""
    path = tmp_path / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A folder with those lines and a reserve that is too small."""
    folder = tmp_path / "county"
    folder.mkdir()
    (folder / "lines.csv").write_text(LINES, encoding="utf-8")
    (folder / "totals.csv").write_text(TOTALS, encoding="utf-8")
    return folder


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program with arguments, in an English locale, on a fixed day unless another is named."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def call(*arguments: object) -> Result:
        said = [str(a) for a in arguments]
        if said and said[0] in {"check", "mechanism"} and "--as-of" not in said and "--config" not in said:
            said += ["--as-of", "2026-01-10"]
        return CliRunner().invoke(program, said)

    return call
