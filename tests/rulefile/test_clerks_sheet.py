"""From the template to a finding: a sheet that somebody filled in is a working rule."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import budgetreview as br
from budgetreview import rules_from_file
from budgetreview.recompute import recheck
from budgetreview.render import writers
from budgetreview.rulefile.template import write_rules_template

from .sheets import book, template

AS_OF = date(2026, 1, 10)
LINES: tuple[tuple[object, ...], ...] = (
    ("单位代码", "单位名称", "项目名称", "部门预算经济分类", "预算数（万元）", "设立依据"),
    ("101", "教育局", "接待", "30217", 3, ""),
    ("101", "教育局", "接待二", "30217", 2.0001, ""),
    ("102", "民政局", "接待", "30217", 5, ""),
    ("102", "民政局", "骨干培训", "30216", 20.0001, ""),
    ("103", "水利局", "骨干培训", "30216", 30, "县委文件"),
    ("103", "水利局", "培训二", "30216", None, ""),
)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return book(tmp_path / "county.xlsx", {"预算明细": LINES})


def reviewed(county: Path, *files: Path, **options: object) -> br.Report:
    submission = br.read(county, entity="430702", year=2026)
    rules = br.load_rules(files=files, select=("SL",))
    return br.review(submission, rules, as_of=AS_OF, **options)  # type: ignore[arg-type]


def as_json(report: br.Report) -> str:
    out = io.BytesIO()
    writers("json")[""](report, out)
    return out.getvalue().decode("utf-8")


def test_the_template_is_a_rule_book_that_works_as_it_is(tmp_path: Path) -> None:
    for lang in ("zh", "en"):
        write_rules_template(tmp_path / f"{lang}.xlsx", lang)
        read = rules_from_file(tmp_path / f"{lang}.xlsx")
        assert [r.code for r in read.rules] == ["SL1", "SL2"]
        assert all(o.met for o in read.outcomes)
        assert len(read.outcomes) == 6
        assert read.notices == ()


def test_the_template_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    write_rules_template(tmp_path / "a.xlsx")
    write_rules_template(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_clerks_rules_find_the_lines_and_agencies_and_point_at_their_cells(tmp_path: Path, county: Path) -> None:
    report = reviewed(county, template(tmp_path / "rules.xlsx"))
    found = {f.rule: f for f in report.findings}
    assert len(list(report.findings)) == 2
    line, agency = found["SL1"], found["SL2"]
    assert (line.row, line.source.sheet, line.source.cell) == (4, "预算明细", "F5")
    assert {n: v.json() for n, v in line.values.items()} == {"proposed": "200001.00", "basis": None}
    assert line.message.zh == "该项培训费20.0001万元，超过20.00万元，未写设立依据"
    assert agency.subject == {"agency": "101"}
    assert agency.amount == 5_000_100
    assert {n: v.json() for n, v in agency.values.items()} == {"接待费": "50001.00"}
    assert agency.message.zh == "该单位公务接待费合计5.0001万元，超过5.00万元"
    assert agency.lines_total == 2
    results = {r.rule.code: r for r in report.results}
    assert (results["SL1"].flagged, results["SL1"].clear, results["SL1"].not_assessed) == (1, 1, 1)
    assert (results["SL2"].flagged, results["SL2"].clear) == (1, 2)


def test_every_finding_of_a_clerks_rule_is_recomputed_by_the_separate_program(tmp_path: Path, county: Path) -> None:
    report = json.loads(as_json(reviewed(county, template(tmp_path / "rules.xlsx"))))
    assert len(report["findings"]) == 2
    assert recheck(report) == []


def test_the_file_is_named_with_a_hash_of_its_content(tmp_path: Path, county: Path) -> None:
    path = template(tmp_path / "某县规则.xlsx")
    report = reviewed(county, path)
    assert report.packs["某县规则"] == rules_from_file(path).version
    assert len(report.packs["某县规则"]) == 12


def test_the_limit_is_a_parameter_that_the_user_may_set(tmp_path: Path, county: Path) -> None:
    path = template(tmp_path / "rules.xlsx")
    report = reviewed(county, path, settings={"SL2.limit": "5.1万元"})
    assert [f.rule for f in report.findings] == ["SL1"]


def test_a_message_about_an_agency_may_name_it(tmp_path: Path, county: Path) -> None:
    path = template(tmp_path / "rules.xlsx", {(3, "提示语"): "｛单位名称｝接待费{接待费}，限额{限额}", (3, "英文提示语"): None})
    (found,) = (f for f in reviewed(county, path).findings if f.rule == "SL2")
    assert found.message.zh == "教育局接待费5.0001万元，限额5.00万元"


def test_a_change_sheet_sets_values_severities_and_retirements_of_other_rules(tmp_path: Path) -> None:
    path = template(tmp_path / "changes.xlsx")
    made = openpyxl.load_workbook(path)
    sheet = made["调整"]
    at = {str(c.value).rstrip("*"): c.column for c in sheet[1]}
    for r, row in enumerate((
        {"编号": "Z17", "参数": "threshold", "取值": "300万元", "依据文件": "某县预算编制通知", "条款": "7", "施行日期": "2026-01-01"},
        {"编号": "Z13", "严重程度": "红", "依据文件": "某县预算编制通知"},
        {"编号": "Z05", "停用理由": "本县另有规定"},
    ), 2):  # fmt: skip
        for header, value in row.items():
            sheet.cell(r, at[header]).value = value
    made.save(path)
    rules = {r.code: r for r in br.load_rules(files=[path])}
    top = rules["Z17"].parameters["threshold"].at(AS_OF, "430702", "county")
    assert top is not None
    assert (top.value, top.origin, top.authority[0].cite("zh")) == (300_000_000, "changes", "《某县预算编制通知》第7条")
    assert rules["Z13"].severity.value == "red"
    assert rules["Z05"].speaks_of("430702", AS_OF) is False


def test_toml_says_the_same_and_gives_the_same_findings(tmp_path: Path, county: Path) -> None:
    sheet = template(tmp_path / "rules.xlsx")
    (tmp_path / "twin").mkdir()
    twin = tmp_path / "twin" / "rules.toml"
    twin.write_text(TWIN, encoding="utf-8")
    one, other = (json.loads(as_json(reviewed(county, path))) for path in (sheet, twin))
    assert one["findings"] == other["findings"]
    assert [(r["code"], r["flagged"], r["clear"]) for r in one["rules"]] == [
        (r["code"], r["flagged"], r["clear"]) for r in other["rules"]
    ]


TWIN = """\
[[rule]]
code = "SL1"
title = { zh = "（示例）培训费较大而未写依据", en = "(Example) A large training line without a basis" }
scope = "dept_economic_code like '30216%'"
condition = "proposed > limit and basis is null"
limit = "20万元"
severity = "yellow"
about = "basis"
message = { zh = "该项培训费{proposed}，超过{limit}，未写设立依据", en = "Training of {proposed}, above {limit}, states no basis" }
question = { zh = "请问该项培训依据哪份文件安排？", en = "Under which document is this training planned?" }

[[rule.example]]
expected = "flagged"
dept_economic_code = "30216"
proposed = "20.0001万元"
basis = ""

[[rule.example]]
expected = "clear"
dept_economic_code = "30216"
proposed = "20万元"
basis = ""

[[rule]]
code = "SL2"
title = { zh = "（示例）单位公务接待费合计超过限额", en = "(Example) An agency's receptions above the limit" }
per = "agency"
sums = ["接待费 = proposed where dept_economic_code like '30217%'"]
condition = "接待费 > limit"
limit = "5万元"
severity = "orange"
message = { zh = "该单位公务接待费合计{接待费}，超过{限额}", en = "Receptions of this agency add up to {接待费}, above {limit}" }
question = { zh = "请问公务接待费超过限额的理由是什么？", en = "Why are receptions above the limit?" }

[[rule.example]]
expected = "flagged"
rows = [
  { agency = "101", dept_economic_code = "30217", proposed = "3万元" },
  { agency = "101", dept_economic_code = "30217", proposed = "20000.01" },
]

[[rule.example]]
expected = "clear"
rows = [{ agency = "101", dept_economic_code = "30217", proposed = "5万元" }]
"""


def test_where_english_is_missing_the_chinese_stands_with_a_mark(tmp_path: Path) -> None:
    cells = {(2, "英文名称"): None, (2, "英文提示语"): None, (2, "英文询问语"): None}
    path = template(tmp_path / "rules.xlsx", cells)
    rule = rules_from_file(path).rules[0]
    assert rule.title.en == "[Chinese only] （示例）培训费较大而未写依据"
    assert rule.message.en == "[Chinese only] 该项培训费{proposed}，超过{limit}，未写设立依据"


def test_what_a_clerk_leaves_blank_is_written_from_the_condition(tmp_path: Path) -> None:
    cells = {(2, h): None for h in ("提示语", "询问语", "英文名称", "英文提示语", "英文询问语", "性质")}
    rule = rules_from_file(template(tmp_path / "rules.xlsx", cells)).rules[0]
    assert rule.message.zh == "（示例）培训费较大而未写依据：预算数{proposed}，设立依据{basis}，限额{limit}"
    assert rule.question.zh == "请问“（示例）培训费较大而未写依据”的原因是什么？请提供依据文件。"
    assert rule.page["flags"].zh == (
        "一条预算明细满足条件“预算数 > 限额 且 设立依据 为空”（适用于：部门预算经济分类 形如 '30216%'）。"
    )
    assert rule.status == "heuristic"


def test_the_budget_beside_the_outturn_is_the_column_that_the_condition_names(tmp_path: Path) -> None:
    rows = {"规则": (("编号", "名称", "条件", "等级", "阶段"), ("CD1", "执行率偏低", "占比(执行数, 预算数) < 50%", "黄", "执行")),
            "样例": (("编号", "应有结果", "预算数（万元）", "执行数（万元）"), ("CD1", "应提示", "2", "0.9"), ("CD1", "不应提示", "2", "1"))}  # fmt: skip
    assert all(o.met for o in rules_from_file(book(tmp_path / "r.xlsx", rows)).outcomes)


def test_old_and_open_workbooks_are_read_like_new_ones(tmp_path: Path) -> None:
    rows = {"规则": (("编号", "名称", "条件", "等级"), ("CD1", "金额为负", "预算数 < 0", "黄")),
            "样例": (("编号", "应有结果", "预算数"), ("CD1", "应提示", "-1"), ("CD1", "不应提示", "0"))}  # fmt: skip
    for path in (xls(tmp_path / "old.xls", rows), ods(tmp_path / "open.ods", rows), book(tmp_path / "new.xlsx", rows)):
        assert [r.formula for r in rules_from_file(path).rules] == ["proposed < 0"], path.name


def xls(path: Path, sheets: dict[str, tuple[tuple[str, ...], ...]]) -> Path:
    import xlwt

    made = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = made.add_sheet(name)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                sheet.write(r, c, text)
    made.save(str(path))
    return path


def ods(path: Path, sheets: dict[str, tuple[tuple[str, ...], ...]]) -> Path:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    made = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        sheet = Table(name=name)
        for row in rows:
            line = TableRow()
            for text in row:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=text))
                line.addElement(cell)
            sheet.addElement(line)
        made.spreadsheet.addElement(sheet)
    made.save(str(path))
    return path
