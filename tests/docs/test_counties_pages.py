"""The pages for counties and for those above them are played in both languages, on lines of two counties."""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.docs.player import DOCS, blocks, play

import budgetreview as br
from budgetreview import example, ledger, testing
from budgetreview.newpack import Answers, write

LANGUAGES = ("zh", "en")
COUNTIES = {"鼎城区": "430703", "汉寿县": "430722"}
AUDIT = "审计年度,被审计单位,单位代码,审计查出的主要问题,整改情况\n2024,示例局,101,资金拨付不及时,正在整改\n"
EVIDENCE = "财政区划代码,预算年度,监督类别,单位代码,问题\n430799,2025,审计,110001,资金拨付不及时\n"


def budget(entity: str) -> dict[str, list[object]]:
    """Two lines of a county, one of them at twice the standard price."""
    return {
        "line_id": ["A-1", "A-2"], "entity": [entity] * 2, "fiscal_year": [2026] * 2, "book": ["general"] * 2,
        "agency": ["101", "102"], "project": ["P1", "P2"], "project_name": ["道路养护", "校舍维修"],
        "proposed": [200_000, 50_000], "prior_approved": [200_000, 40_000],
        "quantity": [2, 1], "unit_price": [3_000, 1_000], "standard_value": [1_500, 1_500],
    }  # fmt: skip


def with_reports_and_ledgers(folder: Path) -> None:
    """Each county's report, and its ledger with that report in it."""
    rules = br.load_rules(require=("core",))
    for name, entity in COUNTIES.items():
        report = br.review(br.Submission(lines=budget(entity)), rules, stage="preliminary", as_of=date(2026, 1, 10))
        assert list(report.findings)
        br.write(report, folder / f"{name}.json")
        ledger.create(folder / f"{name}.db", name=name, by="主任", on=date(2026, 1, 1)).add(
            folder / f"{name}.json", by="主任"
        )


def with_a_dataset(folder: Path) -> None:
    """A folder of one parquet file for each county."""
    (folder / "全省明细").mkdir()
    for entity in COUNTIES.values():
        pl.DataFrame(budget(entity)).write_parquet(folder / "全省明细" / f"{entity}.parquet")


def with_an_audit(folder: Path) -> None:
    """The example county, what the audit found in two shapes, and a ledger with the review in it."""
    example.write(folder / "预算.xlsx")
    submission = br.read(folder / "预算.xlsx")
    report = br.review(submission, br.load_rules(require=("core",)), stage="preliminary", as_of=date(2026, 1, 10))
    br.write(report, folder / "初审.json")
    book = ledger.create(folder / "台账.db", name="示例县", by="主任", on=date(2026, 1, 1))
    book.enrol("小李", "reviewer", by="主任", on=date(2026, 1, 1))
    book.add(folder / "初审.json", by="小李")
    lists = {"审计清单.xlsx": (EVIDENCE, "外部监督事项"), "审计整改清单.xlsx": (AUDIT, "Sheet1")}
    for name, (text, sheet) in lists.items():
        pl.read_csv(text.encode(), infer_schema=False).write_excel(folder / name, sheet)


PREPARED: dict[str, Callable[[Path], None]] = {
    "cluster": with_a_dataset,
    "linkage": with_an_audit,
    "several-counties": with_reports_and_ledgers,
}
LEFT = {
    "cluster": {"结果/coverage.json", "结果/coverage.parquet", "结果/findings/part-00000.parquet"},
    "linkage": set[str](),
    "several-counties": {"全市.json", "全市.db", "全市半年通报.html"},
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PREPARED)
def test_the_page_runs_from_top_to_bottom(name: str, lang: str, tmp_path: Path) -> None:
    PREPARED[name](tmp_path)
    play(DOCS / lang / "how-to" / f"{name}.md", tmp_path)
    assert all((tmp_path / made).is_file() for made in LEFT[name])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_case_on_the_page_holds_and_is_told_as_shown_where_it_does_not(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new package's rule answers the page's case; with the ceiling raised it fails with the page's table."""
    write(Answers.of("qingshi", territory="430798", title="青石县"), tmp_path / "pack")
    shown = blocks((DOCS / lang / "how-to" / "county-package.md").read_text(encoding="utf-8"))
    _, case = (b.content for b in shown if b.kind == "toml")
    (told,) = (b.content for b in shown if b.kind == "text")
    monkeypatch.syspath_prepend(tmp_path / "pack" / "src")
    package = importlib.import_module("budgetreview_qingshi")
    try:
        (rule,) = (r for r in package.budgetreview_rules() if r.code == "QI01")
    finally:
        sys.modules.pop("budgetreview_qingshi")
    path = tmp_path / "QI01.toml"
    path.write_text(f'rule = "QI01"\n{case}', encoding="utf-8")
    testing.run_case(rule, testing.cases(path)[0])
    path.write_text(f'rule = "QI01"\n{case}settings = {{ ceiling = "6万元" }}\n', encoding="utf-8")
    with pytest.raises(AssertionError) as failed:
        testing.run_case(rule, testing.cases(path)[0])
    assert [line.split() for line in told.splitlines()] == [
        line.split() for line in str(failed.value).splitlines()[: len(told.splitlines())]
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_law_on_the_page_may_take_the_place_of_the_one_to_be_filled_in(lang: str, tmp_path: Path) -> None:
    """The page's ``[laws]`` has the keys that the new package's has, besides a number; its files are those of the table."""
    write(Answers.of("qingshi", territory="430798", title="青石县"), tmp_path)
    text = (DOCS / lang / "how-to" / "county-package.md").read_text(encoding="utf-8")
    law, _ = (tomllib.loads(b.content) for b in blocks(text) if b.kind == "toml")
    made = tomllib.loads((tmp_path / "src/budgetreview_qingshi/rules.toml").read_text(encoding="utf-8"))
    assert set(law["laws"]["OWN"]) == {*made["laws"]["OWN"], "number"}
    listed = [line.split("`")[1] for line in text.splitlines() if line.startswith(("| `src/", "| `tests/"))]
    assert len(listed) == 5
    assert all((tmp_path / name).is_file() for name in listed)
