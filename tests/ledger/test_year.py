"""A year of one county, played through with the program itself, until next year's review finds the same fault again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import openpyxl
import pytest
from click.testing import CliRunner

from budgetreview.cli import program
from budgetreview.ledger import workbook

HEAD = "区划代码,年度,资金性质,单位代码,单位名称,项目代码,项目名称,支出类型,设立依据,申报数（元）,预算数（元）,调整预算数（元）,执行数（元）,单价（元）,支出标准（元）"
TOTALS = "区划代码,年度,资金性质,预备费（元）,本级支出（元）\n430702,{},一般公共预算,1,200\n"
"""A reserve of half a per cent."""
RULES = "Z01,Z13,L10,E02,Q03,C01,C02"
State = tuple[str, bool]
"""The state of a case, and whether the last review that looked still finds it."""


def dear(proposed: object = "", current: object = "", executed: object = "") -> str:
    """The education bureau's project, whose unit price is 100 where the standard says 99."""
    return f"101,教育局,P1,甲,项目支出,文件,1000,{proposed},{current},{executed},100,99"


def bare(proposed: object = "", basis: str = "") -> str:
    """The civil affairs bureau's project, which rests on no document."""
    return f"102,民政局,P2,乙,项目支出,{basis},2000,{proposed},,,50,50"


def paid(current: object) -> str:
    """A project of the housing bureau on which 3500 were paid."""
    return f"103,住建局,P3,丙,项目支出,文件,3000,3000,{current},3500,60,60"


@attrs.define
class County:
    """A county with its ledger: what its people do, each of them one command of the program."""

    folder: Path
    address: str

    def do(self, *arguments: object) -> str:
        """One command; the test fails unless it ends well."""
        done = CliRunner().invoke(program, [str(a) for a in arguments])
        assert done.exit_code == 0, done.output
        return done.output

    def begin(self, by: str, on: str, role: str = "committee") -> None:
        """Make the ledger."""
        self.do("ledger", "init", "--name", "武陵区", "--by", by, "--role", role, "--on", on)

    def enrol(self, name: str, role: str, on: str, department: str | None = None) -> None:
        """The director enrols somebody."""
        unit = ["--department", department] if department is not None else []
        self.do("ledger", "people", "add", name, role, *unit, "--by", "主任", "--on", on)

    def review(self, day: str, stage: str, *lines: str, year: int = 2026, remembering: bool = False) -> dict[str, Any]:
        """Review the year's lines and let the report flow in; the findings by rule.

        A plenary review also sees the totals; one that is ``remembering`` is shown the ledger's cases.
        """
        given, out = self.folder / day, self.folder / f"{day}.json"
        given.mkdir()
        rows = [f"430702,{year},一般公共预算,{line}" for line in lines]
        (given / "lines.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
        if stage == "plenary":
            (given / "totals.csv").write_text(TOTALS.format(year), encoding="utf-8")
        self.check([given], day, out, stage, *(["--ledger", self.address] if remembering else []))
        self.do("ledger", "add", out, "--by", "小李")
        return {f["rule"]: f for f in self.findings(day)}

    def check(self, given: list[Path], day: str, out: Path, stage: str = "preliminary", *more: str) -> None:
        """Review files and write a report."""
        asked = ["--stage", stage, "--as-of", day, "--select", RULES, "--fail-on", "never", "--output", out]
        self.do("check", *given, *asked, *more)

    def findings(self, report: str) -> list[dict[str, Any]]:
        """The findings of a report."""
        found = json.loads((self.folder / f"{report}.json").read_text(encoding="utf-8"))["findings"]
        return list(found)

    def cases(self) -> list[dict[str, Any]]:
        """All cases."""
        return list(json.loads(self.do("ledger", "list", "--format", "json"))["cases"])

    def states(self) -> dict[str, State]:
        """Rule and year of every case to its state."""
        return {f"{c['rule']} {c['fiscal_year']}": (c["state"], c["present"]) for c in self.cases()}

    def move(self, rule: str, state: str, on: str, by: str = "主任", **said: str) -> str:
        """Decide the case of a rule."""
        number = next(c["no"] for c in self.cases() if c["rule"] == rule)
        more = [x for name, value in said.items() for x in (f"--{name}", value)]
        return self.do("ledger", "move", number, state, *more, "--by", by, "--on", on)

    def decide_in_a_workbook(self, decision: str, by: str, on: str) -> None:
        """Take all open cases out in a workbook, decide each alike, and bring it back."""
        sheet = self.folder / f"{on}.xlsx"
        self.do("ledger", "export", "--output", sheet)
        opened = openpyxl.load_workbook(sheet)
        column = list(workbook.COLUMNS).index("to") + 1
        for row in range(2, opened.worksheets[0].max_row + 1):
            opened.worksheets[0].cell(row, column).value = decision
        opened.save(sheet)
        self.do("ledger", "import", sheet, "--by", by, "--on", on)


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> County:
    """A county whose program speaks Chinese, without a ledger yet."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("BUDGETREVIEW_LEDGER", address)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return County(tmp_path, address)


def test_a_year_from_the_draft_to_next_years_review(county: County) -> None:
    """What is found is confirmed, handed over, mended, closed, and known again when it comes back."""
    county.begin("主任", "2025-11-01")
    county.enrol("小李", "reviewer", "2025-11-01")
    county.enrol("老王", "department", "2025-11-01", department="101")
    county.enrol("审计", "auditor", "2025-11-01")

    # 预审: a unit price above the standard, a project without a basis
    assert sorted(county.review("2025-11-20", "pre", dear(), bare())) == ["Z01", "Z13"]

    # 初审: both are still there; the office confirms them in a workbook
    county.review("2026-01-05", "preliminary", dear(1000), bare(2000))
    assert county.states() == {"Z01 2026": ("found", True), "Z13 2026": ("found", True)}
    county.decide_in_a_workbook("认定", "小李", "2026-01-06")

    # The draft is amended: the basis is added, the price is not changed, and the draft is looked at again
    county.review("2026-01-20", "preliminary", dear(1000), bare(2000, basis="文件"))
    assert county.states() == {"Z01 2026": ("confirmed", False), "Z13 2026": ("confirmed", True)}
    county.move("Z01", "已核验", "2026-01-21", reason="草案已补列依据", document="第3次审查报告")
    county.move("Z01", "销号", "2026-01-21")

    # 大会: the reserve is too small; the committee sees why and leaves it. The price is handed to the department
    county.review("2026-01-25", "plenary", dear(1000))
    assert county.states()["L10 2026"] == ("found", True)
    assert county.states()["Z13 2026"] == ("confirmed", True)  # a question of the preliminary review, not judged here
    county.move("L10", "认定正常", "2026-01-26", reason="预备费另列于政府预备金")
    handed = county.move("Z13", "交办", "2026-01-26", department="101")
    assert "2026-05-20" in handed  # six months after it was found in the pre-review

    # 执行: more is paid than the budget has; 调整: the budget is raised; the next look at execution finds nothing more
    county.review("2026-07-20", "execution", dear(1000, 1000, 400), paid(3000))
    assert county.states()["E02 2026"] == ("found", True)
    county.review("2026-10-15", "adjustment", dear(1000, 1000, 800), paid(3600))
    assert county.states()["E02 2026"] == ("found", True)
    county.review("2026-10-20", "execution", dear(1000, 1000, 800), paid(3600))
    assert county.states()["E02 2026"] == ("closed", False)

    # 整改: the price was due in May; in October the department reports, and the committee checks and closes
    assert "1件" in county.do("ledger", "list", "--overdue", "--as-of", "2026-10-15")
    county.move("Z13", "已报告", "2026-10-20", by="老王", document="教育局整改报告")
    county.move("Z13", "已核验", "2026-10-25", reason="采购合同已按标准变更")
    county.move("Z13", "销号", "2026-10-26")

    # 次年初审: the same unit asks for a price above the standard again, and a review that remembers says so
    county.review("2027-01-05", "preliminary", dear(1000), year=2027)
    again = county.review("2027-01-06", "preliminary", dear(1000), year=2027, remembering=True)
    assert again["C02"]["values"] == {"agency": "101", "rule": "Z13", "years_found": 2}
    assert county.states()["Z13 2026"] == ("closed", True)  # no later review of 2026 looked at the draft
    assert county.states()["Z01 2026"] == ("closed", False)

    # 决算: the same overspending in the accounts of 2026 is the old case again; 审计: six months from the audit report
    county.review("2027-06-20", "final", paid(3000))
    assert county.states()["E02 2026"] == ("reopened", True)
    county.do("ledger", "date", "430702", 2026, "audit_report", "2027-08-31", "--by", "审计", "--on", "2027-08-31")
    county.move("E02", "认定", "2027-09-01", by="小李")
    assert "2028-02-29" in county.move("E02", "交办", "2027-09-02", department="103")

    # 次年整改: on 1 March it is overdue, and C01 says so; and next year's price, which nobody took up
    county.review("2028-03-01", "rectify", paid(3000), remembering=True)
    late = {f["values"]["deadline"]: f["values"]["state"] for f in county.findings("2028-03-01") if f["rule"] == "C01"}
    assert late == {"2028-02-29": "assigned", "2027-07-05": "found"}
    assert county.states()["C01 2026"] == ("found", True)

    county.do("ledger", "verify", "--head", county.do("ledger", "head").strip())


def test_a_review_that_only_remembers_a_year_resolves_nothing_of_it(county: County) -> None:
    """With --ledger a report also names earlier years; nothing was judged there."""
    county.begin("小李", "2026-01-01", role="reviewer")
    county.review("2026-01-05", "preliminary", dear(1000))
    county.review("2027-01-05", "preliminary", dear(1000), year=2027, remembering=True)
    assert county.states() == {"Z13 2026": ("found", True), "Z13 2027": ("found", True)}


def test_the_table_of_cases_can_be_handed_to_a_review_as_a_file(county: County, tmp_path: Path) -> None:
    """What ``ledger cases`` writes beside this year's lines does what ``--ledger`` does."""
    county.begin("小李", "2026-01-01", role="reviewer")
    county.review("2026-01-05", "preliminary", dear(1000))
    county.review("2027-01-05", "preliminary", dear(1000), year=2027)
    county.do("ledger", "cases", "--output", tmp_path / "cases.csv")
    county.check([tmp_path / "2027-01-05", tmp_path / "cases.csv"], "2027-01-06", tmp_path / "again.json")
    assert "C02" in {f["rule"] for f in county.findings("again")}
