"""What the ledger adds up to, from the command line: summaries, the economics of rules, ledgers of counties merged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from budgetreview import ledger
from budgetreview.ledger import Decision

from ..ledger.reports import finding, report, rule  # noqa: TID252 - the same reports as there
from .conftest import Run

Do = Callable[..., Result]
DAY = date(2026, 1, 1)


def make(path: Path, name: str, entity: str) -> None:
    """Three findings in January, one dismissed and one confirmed with a deadline; one more in May."""
    book = ledger.create(path, name=name, by="主任", on=DAY)

    def add(day: str, *names: str) -> None:
        found = [finding(f"{entity}-{n}", entity=entity, agency=None if n == "c" else "<b>101</b>",
                         amount=None if n == "b" else "12345.60") for n in names]  # fmt: skip
        rules = [rule(), rule("Z01")]
        book.add({**report(day, rules=rules), "periods": [[entity, 2026]], "findings": found}, by="主任", name=f"{day}.json")

    add("2026-01-10", "a", "b", "c")
    book.move(1, Decision("dismissed", reason="已核对"), by="主任", on=date(2026, 1, 12))
    book.move(2, Decision("confirmed"), by="主任", on=date(2026, 1, 12))
    book.move(2, Decision("assigned", department="101", due=date(2026, 3, 1)), by="主任", on=date(2026, 1, 12))
    add("2026-05-10", "a", "b", "c", "d")


@pytest.fixture
def do(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Do:
    make(tmp_path / "a.db", "示例县", "430702")
    monkeypatch.setenv("BUDGETREVIEW_LEDGER", str(tmp_path / "a.db"))
    monkeypatch.setenv("BUDGETREVIEW_BY", "主任")

    def call(*arguments: object) -> Result:
        dated = arguments[1] in {"summary", "economics"} and "--as-of" not in arguments
        return run(*arguments, *(("--as-of", "2026-12-31") if dated else ()))

    return call


def data(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_a_quarter_is_told_in_chinese_with_what_is_unknown_said(do: Do) -> None:
    said = do("ledger", "summary", "--period", "2026Q2", "--lang", "zh").stdout
    assert said.startswith("季度专项调研·2026年第二季度台账汇总")
    for sentence in ("新发现 1", "期末未办结 3  期初2件", "逾期 1", "未办结涉及金额（万元） 2.46912  1件金额未知，未计入",
                     "据公开资料的解读，非官方文本", "（未写明）", "不宜当作问题金额合计"):
        assert sentence in said, sentence


def test_the_same_for_programs_has_money_in_yuan_and_null_for_unknown(do: Do) -> None:
    found = data(do("ledger", "summary", "--period", "2026Q2", "--format", "json"))
    assert found["schema"] == "budgetreview-ledger-summary/1"
    assert found["cadence"]["key"] == "quarterly_study"
    assert (found["whole"]["open"], found["whole"]["amount"], found["whole"]["unpriced"]) == (3, "24691.20", 1)
    assert {a["agency"] for a in found["parts"]["agency"]} == {"<b>101</b>", None}
    assert [c["amount"] for c in found["overdue"]] == [None]
    first = do("ledger", "summary", "--period", "2026Q2", "--format", "json").stdout
    assert first == do("ledger", "summary", "--period", "2026Q2", "--format", "json").stdout


def test_without_a_period_the_last_one_that_is_over_is_told(do: Do) -> None:
    found = data(do("ledger", "summary", "--cadence", "half", "--as-of", "2026-12-30", "--format", "json"))
    assert found["period"]["from"] == "2026-01-01"
    assert found["whole_period"] is True
    by_key = data(do("ledger", "summary", "--cadence", "half_yearly_briefing", "--as-of", "2026-12-30", "--format", "json"))
    assert by_key == found


@pytest.mark.parametrize(("said", "named"), [
    (("--period", "2026Q5"), "no period 2026Q5"),
    (("--cadence", "quarter", "--period", "2026H1"), "2026Q1"),
    (("--cadence", "month"), "--cadence month"),
    ((), "--cadence"),
    (("--period", "2027Q1"), "begins on 2027-01-01"),
    (("--period", "2026Q1", "--profile", "nowhere"), "nowhere"),
    (("--period", "2026Q1", "--format", "xlsx"), "--output"),
    (("--period", "2026Q1", "--output", "x.doc"), "x.doc"),
])  # fmt: skip
def test_what_cannot_be_told_is_wrong_usage(do: Do, said: tuple[str, ...], named: str) -> None:
    refused = do("ledger", "summary", *said)
    assert refused.exit_code == 2
    assert named in refused.stderr


def test_a_period_without_reviews_says_that_nobody_looked(do: Do) -> None:
    assert "说明没有审查，不说明没有问题" in do("ledger", "summary", "--period", "2026Q3", "--lang", "zh").stdout
    assert "没有任何审查或办理的记录" in do("ledger", "summary", "--period", "2025Q3", "--lang", "zh").stdout
    unfinished = do("ledger", "summary", "--period", "2026Q4", "--lang", "zh", "--as-of", "2026-11-01").stdout
    assert "截至2026-11-01" in unfinished


def test_the_page_opens_offline_and_no_text_of_the_ledger_is_markup(do: Do, tmp_path: Path) -> None:
    page = tmp_path / "s.html"
    assert do("ledger", "summary", "--period", "2026H1", "--output", page).exit_code == 0
    said = page.read_text(encoding="utf-8")
    assert 'lang="zh-CN"' in said
    assert "<b>101</b>" not in said
    assert "&lt;b&gt;101&lt;/b&gt;" in said
    assert "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'" in said
    charts = json.loads(said.split('<script type="application/json" id="data">')[1].split("</script>")[0])["charts"]
    assert {k.split("-")[0] for k in charts} == {"over_time", "entity", "agency", "rule", "fiscal_year", "severity", "states"}
    assert charts["rule-1"]["series"][0]["data"] == [2.4691]
    assert charts["rule-1"]["series"][0]["text"] == ["2.46912"]


def test_the_workbook_has_a_sheet_a_table_and_numbers_as_numbers(do: Do, tmp_path: Path) -> None:
    file = tmp_path / "s.xlsx"
    assert do("ledger", "summary", "--period", "2026H1", "--output", file, "--lang", "zh").exit_code == 0
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[:4] == ["说明", "历期变化", "分地区", "分单位"]
    (row,) = list(book["分规则"].iter_rows(min_row=2, max_row=2, values_only=True))
    assert row[0].startswith("Z13")
    assert row[1:] == (0, 4, 0, 1, 3, 1, 2, pytest.approx(2.46912), 1)
    first = file.read_bytes()
    do("ledger", "summary", "--period", "2026H1", "--output", file, "--lang", "zh")
    assert file.read_bytes() == first


def test_the_csv_has_a_row_for_the_whole_and_every_part(do: Do) -> None:
    rows = list(csv.DictReader(io.StringIO(do("ledger", "summary", "--period", "2026H1", "--format", "csv").stdout)))
    assert rows[0] == {"dimension": "whole", "key": "", "start": "0", "new": "4", "reopened": "0", "settled": "1", "open": "3",
                       "overdue": "1", "undated": "2", "amount": "24691.20", "unpriced": "1"}  # fmt: skip
    assert ("agency", "430702/") in {(r["dimension"], r["key"]) for r in rows}


def test_markdown_is_a_document_with_tables(do: Do) -> None:
    said = do("ledger", "summary", "--period", "2026H1", "--format", "markdown", "--lang", "zh").stdout
    assert "# 半年分析通报·2026年上半年台账汇总" in said
    assert "\\<b\\>101" in said
    assert "## 口径" in said


def test_the_economics_name_the_rule_to_look_at_and_whose_measure_it_is(do: Do) -> None:
    said = do("ledger", "economics", "--at-least", "2", "--below", "60%", "--lang", "zh").stdout
    assert "可考虑停用或修订：Z13。" in said
    assert "本程序的约定" in said
    assert "耗时未知" in said
    found = data(do("ledger", "economics", "--format", "json"))
    assert found["hint"]["at_least"] == 10
    assert {r["rule"]: (r["found"], r["precision"], r["seconds"], r["hint"]) for r in found["rules"]} == {
        "Z01": (0, None, None, "few"), "Z13": (4, 0.5, None, "few")
    }  # fmt: skip


def test_a_year_or_days_bound_the_economics_and_what_is_to_come_is_refused(do: Do) -> None:
    assert data(do("ledger", "economics", "--year", "2026", "--format", "json"))["to"] == "2026-12-31"
    assert data(do("ledger", "economics", "--year", "2026", "--as-of", "2026-02-01", "--format", "json"))["to"] == "2026-02-01"
    none = data(do("ledger", "economics", "--year", "2025", "--format", "json"))
    assert none["rules"] == []
    for said in (("--year", "2027"), ("--year", "2026", "--from", "2026-01-01"), ("--below", "many"), ("--at-least", "0"),
                 ("--from", "2026-05-01", "--to", "2026-04-01")):  # fmt: skip
        assert do("ledger", "economics", *said).exit_code == 2, said


def test_seconds_come_from_a_file_that_somebody_measured(do: Do, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("code,seconds\nZ13,0.25\nZ13,0.5\n", encoding="utf-8")
    found = data(do("ledger", "economics", "--timings", file, "--rule", "Z13", "--format", "json"))
    assert found["rules"][0]["seconds"] == 0.75
    for bad in ("code,seconds\nZ13,fast\n", "code\nZ13\n", "code,seconds\nZ13,-1\n", "code,seconds\n,1\n"):
        file.write_text(bad, encoding="utf-8")
        refused = do("ledger", "economics", "--timings", file)
        assert refused.exit_code == 2
        assert "t.csv, record 2" in refused.stderr
    assert do("ledger", "economics", "--timings", tmp_path / "none.csv").exit_code == 2


def test_ledgers_of_counties_become_one_that_can_be_asked_and_verified(do: Do, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    make(tmp_path / "b" / "a.db", "邻县", "430722")
    city = tmp_path / "city.db"
    merged = do("ledger", "merge", tmp_path / "a.db", tmp_path / "b" / "a.db", "--output", city, "--name", "常德市",
                "--on", "2026-12-01")  # fmt: skip
    assert merged.exit_code == 0, merged.output
    parts = data(do("ledger", "parts", "--ledger", city, "--format", "json"))["parts"]
    assert [(p["name"], p["file"]) for p in parts] == [("示例县", "a.db"), ("邻县", "a.db#2")]
    assert do("ledger", "verify", "--ledger", city, "--head", parts[1]["head"]).exit_code == 0
    assert "not put together" in do("ledger", "parts").stderr
    assert data(do("ledger", "summary", "--period", "2026H1", "--ledger", city, "--format", "json"))["whole"]["new"] == 8
    refused = do("ledger", "move", "1", "confirmed", "--ledger", city, "--on", "2026-12-02")
    assert refused.exit_code == 2
    again = do("ledger", "merge", tmp_path / "a.db", tmp_path / "a.db", "--output", tmp_path / "c.db", "--name", "x", "--on", "2026-12-01")
    assert again.exit_code == 2
    assert "one ledger, or a copy" in again.stderr
    assert not (tmp_path / "c.db").exists()
