"""A year of one county, played through with the program itself, until next year's review finds the same fault again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from budgetreview.cli import program
from budgetreview.ledger import workbook

HEAD = "区划代码,年度,资金性质,单位代码,单位名称,项目代码,项目名称,支出类型,设立依据,申报数（元）,预算数（元）,调整预算数（元）,执行数（元）,单价（元）,支出标准（元）"
TOTALS = "区划代码,年度,资金性质,预备费（元）,本级支出（元）\n430702,{},一般公共预算,1,200\n"
"""A reserve of half a per cent."""
RULES = "Z01,Z13,L10,E02,Q03,C01,C02"
Do = Callable[..., str]


@pytest.fixture
def do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> Do:
    """The program in Chinese, on this ledger; fails the test unless it ends well."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("BUDGETREVIEW_LEDGER", address)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object, fails: int = 0) -> str:
        done = CliRunner().invoke(program, [str(a) for a in arguments])
        assert done.exit_code == fails, done.output
        return done.output

    return run


def review(
    do: Do, folder: Path, day: str, stage: str, year: int, *rows: str, ledger: str | None = None
) -> dict[str, Any]:
    """Write the year's lines, review them, and let the report flow in; the findings by rule."""
    given, out = folder / day, folder / f"{day}.json"
    given.mkdir()
    if stage == "plenary":
        (given / "totals.csv").write_text(TOTALS.format(year), encoding="utf-8")
    (given / "lines.csv").write_text(
        "\n".join([HEAD, *(f"430702,{year},一般公共预算,{r}" for r in rows)]) + "\n", encoding="utf-8"
    )
    more = ["--ledger", ledger] if ledger is not None else []
    do(
        "check",
        given,
        "--stage",
        stage,
        "--as-of",
        day,
        "--select",
        RULES,
        "--fail-on",
        "never",
        "--output",
        out,
        *more,
    )
    do("ledger", "add", out, "--by", "小李")
    return {f["rule"]: f for f in json.loads(out.read_text(encoding="utf-8"))["findings"]}


def states(do: Do) -> dict[str, tuple[str, bool]]:
    """Rule and year of every case to its state, and whether it is still found."""
    cases = json.loads(do("ledger", "list", "--format", "json"))["cases"]
    return {f"{c['rule']} {c['fiscal_year']}": (c["state"], c["present"]) for c in cases}


def test_a_year_from_the_draft_to_next_years_review(  # noqa: PLR0915 - a year is long
    do: Do, tmp_path: Path, address: str
) -> None:
    who = ["--by", "主任"]
    do("ledger", "init", "--name", "武陵区", *who, "--on", "2025-11-01")
    for name, role, unit in (("小李", "reviewer", ""), ("老王", "department", "101"), ("审计", "auditor", "")):
        do("ledger", "people", "add", name, role, *(["--department", unit] if unit else []), *who, "--on", "2025-11-01")

    # 预审: a unit price above the standard, a project without a basis
    dear, bare = "101,教育局,P1,甲,项目支出,文件,1000,{},{},{},100,99", "102,民政局,P2,乙,项目支出,,2000,{},{},{},50,50"
    found = review(do, tmp_path, "2025-11-20", "pre", 2026, dear.format("", "", ""), bare.format("", "", ""))
    assert sorted(found) == ["Z01", "Z13"]

    # 初审: both are still there; the office confirms them in a workbook
    review(do, tmp_path, "2026-01-05", "preliminary", 2026, dear.format(1000, "", ""), bare.format(2000, "", ""))
    assert states(do) == {"Z01 2026": ("found", True), "Z13 2026": ("found", True)}
    sheet = tmp_path / "处置.xlsx"
    do("ledger", "export", "--output", sheet)
    opened = openpyxl.load_workbook(sheet)
    for row in (2, 3):
        opened.worksheets[0].cell(row, list(workbook.COLUMNS).index("to") + 1).value = "认定"
    opened.save(sheet)
    do("ledger", "import", sheet, "--by", "小李", "--on", "2026-01-06")

    # The draft is amended: the basis is added, the price is not changed, and the draft is looked at again
    review(do, tmp_path, "2026-01-20", "preliminary", 2026, dear.format(1000, "", ""),
           bare.replace("项目支出,,", "项目支出,文件,").format(2000, "", ""))  # fmt: skip
    assert states(do) == {"Z01 2026": ("confirmed", False), "Z13 2026": ("confirmed", True)}

    cases = {c["rule"]: c["no"] for c in json.loads(do("ledger", "list", "--format", "json"))["cases"]}
    do(
        "ledger",
        "move",
        cases["Z01"],
        "已核验",
        "--reason",
        "草案已补列依据",
        "--document",
        "第3次审查报告",
        *who,
        "--on",
        "2026-01-21",
    )
    do("ledger", "move", cases["Z01"], "销号", *who, "--on", "2026-01-21")

    # 大会: the reserve is too small; the committee sees why and leaves it. The price is handed to the department
    review(do, tmp_path, "2026-01-25", "plenary", 2026, dear.format(1000, "", ""))
    assert states(do)["L10 2026"] == ("found", True)
    assert states(do)["Z13 2026"] == ("confirmed", True)  # a question of the preliminary review, not judged here
    cases = {c["rule"]: c["no"] for c in json.loads(do("ledger", "list", "--format", "json"))["cases"]}
    do("ledger", "move", cases["L10"], "认定正常", "--reason", "预备费另列于政府预备金", *who, "--on", "2026-01-26")
    out = do("ledger", "move", cases["Z13"], "交办", "--department", "101", *who, "--on", "2026-01-26")
    assert "2026-05-20" in out  # six months after it was found in the pre-review

    # 执行: more is paid than the budget has; 调整: the budget is raised; the next look at execution finds nothing more
    paid = "103,住建局,P3,丙,项目支出,文件,3000,3000,{},3500,60,60"
    review(do, tmp_path, "2026-07-20", "execution", 2026, dear.format(1000, 1000, 400), paid.format(3000))
    assert states(do)["E02 2026"] == ("found", True)
    review(do, tmp_path, "2026-10-15", "adjustment", 2026, dear.format(1000, 1000, 800), paid.format(3600))
    assert states(do)["E02 2026"] == ("found", True)
    review(do, tmp_path, "2026-10-20", "execution", 2026, dear.format(1000, 1000, 800), paid.format(3600))
    assert states(do)["E02 2026"] == ("closed", False)
    assert "1件" in do("ledger", "list", "--overdue", "--as-of", "2026-10-15")
    do("ledger", "move", cases["Z13"], "已报告", "--document", "教育局整改报告", "--by", "老王", "--on", "2026-10-20")
    do("ledger", "move", cases["Z13"], "已核验", "--reason", "采购合同已按标准变更", *who, "--on", "2026-10-25")
    do("ledger", "move", cases["Z13"], "销号", *who, "--on", "2026-10-26")

    # 次年初审: the same unit asks for a price above the standard again
    review(do, tmp_path, "2027-01-05", "preliminary", 2027, dear.format(1000, "", ""))
    again = review(do, tmp_path, "2027-01-06", "preliminary", 2027, dear.format(1000, "", ""), ledger=address)
    assert again["C02"]["values"] == {"agency": "101", "rule": "Z13", "years_found": 2}
    assert states(do)["Z13 2026"] == ("closed", True)  # no later review of 2026 looked at the draft
    assert states(do)["Z01 2026"] == ("closed", False)

    # 决算: the same overspending in the accounts of 2026 is the old case again; 审计: six months from the audit report
    review(do, tmp_path, "2027-06-20", "final", 2026, paid.format(3000))
    assert states(do)["E02 2026"] == ("reopened", True)
    number = next(c["no"] for c in json.loads(do("ledger", "list", "--format", "json"))["cases"] if c["rule"] == "E02")
    do("ledger", "date", "430702", "2026", "audit_report", "2027-08-31", "--by", "审计", "--on", "2027-08-31")
    do("ledger", "move", number, "认定", "--by", "小李", "--on", "2027-09-01")
    assert "2028-02-29" in do("ledger", "move", number, "交办", "--department", "103", *who, "--on", "2027-09-02")

    # 整改: on 1 March it is overdue, and C01 says so
    review(do, tmp_path, "2028-03-01", "rectify", 2026, paid.format(3000), ledger=address)
    listed = json.loads((tmp_path / "2028-03-01.json").read_text(encoding="utf-8"))["findings"]
    late = {f["values"]["deadline"]: f["values"]["state"] for f in listed if f["rule"] == "C01"}
    assert late == {"2028-02-29": "assigned", "2027-07-05": "found"}  # and next year's, which nobody took up
    assert states(do)["C01 2026"] == ("found", True)

    head = do("ledger", "head").strip()
    do("ledger", "verify", "--head", head)


def test_a_review_that_only_remembers_a_year_resolves_nothing_of_it(do: Do, tmp_path: Path, address: str) -> None:
    """With --ledger a report also names earlier years; nothing was judged there."""
    do("ledger", "init", "--name", "武陵区", "--by", "小李", "--role", "reviewer", "--on", "2026-01-01")
    dear = "101,教育局,P1,甲,项目支出,文件,1000,1000,,,100,99"
    review(do, tmp_path, "2026-01-05", "preliminary", 2026, dear)
    review(do, tmp_path, "2027-01-05", "preliminary", 2027, dear, ledger=address)
    assert states(do) == {"Z13 2026": ("found", True), "Z13 2027": ("found", True)}


def test_the_table_of_cases_can_be_handed_to_a_review_as_a_file(do: Do, tmp_path: Path) -> None:
    do("ledger", "init", "--name", "武陵区", "--by", "小李", "--role", "reviewer", "--on", "2026-01-01")
    dear = "101,教育局,P1,甲,项目支出,文件,1000,1000,,,100,99"
    for year in (2026, 2027):
        review(do, tmp_path, f"{year}-01-05", "preliminary", year, dear)
    do("ledger", "cases", "--output", tmp_path / "cases.csv")
    out = tmp_path / "again.json"
    do("check", tmp_path / "2027-01-05", tmp_path / "cases.csv", "--as-of", "2027-01-06", "--select", RULES, "--output", out,
       "--fail-on", "never")  # fmt: skip
    assert "C02" in {f["rule"] for f in json.loads(out.read_text(encoding="utf-8"))["findings"]}
