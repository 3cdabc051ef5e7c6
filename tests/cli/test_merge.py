"""``merge``: reports of counties put together equal the review of all of them at once; the rest is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import LINES, Run


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def counties(tmp_path: Path) -> tuple[Path, Path]:
    """The lines of two counties; one price of the second is dearer."""
    a, b = tmp_path / "dingcheng.csv", tmp_path / "hanshou.csv"
    a.write_text(LINES, encoding="utf-8")
    b.write_text(LINES.replace("430702", "430722").replace("60.00,60.00", "61.00,60.00"), encoding="utf-8")
    return a, b


def test_the_parts_equal_the_whole(run: Run, counties: tuple[Path, Path], tmp_path: Path) -> None:
    """Findings, counts, coverage, levels, periods and inputs are those of one review over both counties."""
    parts = [tmp_path / "a.json", tmp_path / "b.json"]
    for county, part in zip(counties, parts, strict=True):
        run("check", county, "--output", part)
    run("check", *counties, "--output", tmp_path / "whole.json")
    result = run("merge", *parts, "--output", tmp_path / "city.json")
    assert result.exit_code == 0, result.output
    whole, city = _read(tmp_path / "whole.json"), _read(tmp_path / "city.json")
    assert whole["findings"]
    assert json.dumps(city["findings"]) == json.dumps(whole["findings"])
    for key in set(whole) - {"asked"}:
        assert city[key] == whole[key], key


def test_what_was_not_made_alike_is_refused(run: Run, counties: tuple[Path, Path], tmp_path: Path) -> None:
    """Another stage, another threshold or the same county twice is named, and nothing is written."""
    one, stage, limit, again = (tmp_path / n for n in ("one.json", "stage.json", "limit.json", "again.json"))
    run("check", counties[0], "--select", "Z13", "--output", one)
    run("check", counties[1], "--select", "Z13", "--stage", "plenary", "--output", stage)
    run("check", counties[1], "--select", "Z13", "--set", "Z13.tolerance=0.1", "--output", limit)
    run("check", counties[0], "--select", "Z13", "--output", again)
    for other, named in ((stage, "stage"), (limit, "Z13.parameters"), (again, "430702 2026")):
        result = run("merge", one, other, "--output", tmp_path / "city.json")
        assert result.exit_code == 2
        assert named in result.output
        assert not (tmp_path / "city.json").exists()


def test_a_table_that_one_county_lacks_is_said(
    run: Run, counties: tuple[Path, Path], county: Path, tmp_path: Path
) -> None:
    """Counts and findings still equal the whole; the rules without data in a part are named, its place stays grey."""
    parts = [tmp_path / "a.json", tmp_path / "b.json"]
    for given, part in zip((county, counties[1]), parts, strict=True):
        run("check", given, "--output", part)
    run("check", county, counties[1], "--output", tmp_path / "whole.json")
    assert run("merge", *parts, "--output", tmp_path / "city.json").exit_code == 0
    whole, city = _read(tmp_path / "whole.json"), _read(tmp_path / "city.json")
    assert city["findings"] == whole["findings"]
    assert city["no_data_in"]["L10"] == ["b.json"]
    for a, b in zip(city["rules"], whole["rules"], strict=True):
        same = ("code", "outcome", "flagged", "waived", "clear", "not_assessed", "not_applicable", "severity")
        assert [a[k] for k in same] == [b[k] for k in same]
        assert set(b["not_assessed_in"]) <= set(a["not_assessed_in"])
        assert a["missing"] == b["missing"] or a["code"] in city["missing_in"]  # and what each lacked is said
    assert city["missing_in"]["L10"] == {"a.json": [], "b.json": ["totals"]}


OWN = """\
区划代码,年度,资金性质,单位代码,单位名称,项目代码,项目名称,支出类型,设立依据,部门预算支出经济分类科目编码,支出标准编码,预算数（元）,上年预算数（元）,上年执行数（元）,单价（元）,支出标准（元）
{0},2026,一般公共预算,101,教育局,P1,甲,项目支出,文件,30215,A1,1000.00,900.00,300.00,100.00,99.00
{0},2026,一般公共预算,101,教育局,P2,乙,项目支出,,30215,A1,2000.00,2000.00,2000.00,50.00,50.00
{0},2026,一般公共预算,102,民政局,P3,丙,项目支出,文件,30215,A1,3000.00,3000.00,,60.00,60.00
"""
"""Lines that name a spending standard; what it is stands in the county's own table, if it hands one in."""
TARGETS = "区划代码,年度,项目代码,一级指标\n430702,2026,P1,产出指标\n"
STANDARDS = "code,name,dept_economic_code,value（元）\nA1,会议,30215,550\n"


def test_one_countys_targets_and_standards_tell_nothing_of_another(run: Run, tmp_path: Path) -> None:
    """What one county brought makes no finding in another; rules judged by each county's own standards are named."""
    rich, poor = tmp_path / "430702", tmp_path / "430722"
    for county in (rich, poor):
        county.mkdir()
        (county / "lines.csv").write_text(OWN.format(county.name), encoding="utf-8")
    (rich / "targets.csv").write_text(TARGETS, encoding="utf-8")
    (rich / "standards.csv").write_text(STANDARDS, encoding="utf-8")
    for county in (rich, poor):
        run("check", county, "--fail-on", "never", "--output", tmp_path / f"{county.name}.json")
    run("check", rich, poor, "--fail-on", "never", "--output", tmp_path / "whole.json")
    merged = run("merge", tmp_path / "430702.json", tmp_path / "430722.json", "--output", tmp_path / "city.json")
    assert merged.exit_code == 0, merged.output
    whole, city = _read(tmp_path / "whole.json"), _read(tmp_path / "city.json")

    assert {f["entity"] for f in whole["findings"] if f["rule"] == "Z14"} == {"430702"}
    assert city["no_data_in"]["Z14"] == ["430722.json"]
    assert "Z11" in city["own_standards"]
    assert "Z11" in merged.stderr
    counts = ("clear", "not_assessed", "not_applicable")
    for a, b in zip(city["rules"], whole["rules"], strict=True):
        if a["code"] in city["own_standards"]:
            continue
        assert (a["flagged"], a["outcome"]) == (b["flagged"], b["outcome"]), a["code"]
        if a["code"] not in city["no_data_in"]:
            assert [a[k] for k in counts] == [b[k] for k in counts], a["code"]


def test_rules_that_compare_entities_or_years_are_refused_by_name(
    run: Run, counties: tuple[Path, Path], tmp_path: Path
) -> None:
    parts = [tmp_path / "a.json", tmp_path / "b.json"]
    for county, part in zip(counties, parts, strict=True):
        run("check", county, "--select", "Z01,Z13", "--output", part)
    said = [_read(p) for p in parts]
    for report in said:
        report["rules"][1]["across"] = ["entities"]
    for part, report in zip(parts, said, strict=True):
        part.write_text(json.dumps(report), encoding="utf-8")
    refused = run("merge", *parts, "--output", tmp_path / "city.json")
    assert refused.exit_code == 2
    assert "Z13 compare entities" in refused.output
    assert "--ignore Z13" in refused.output

    for i, report in enumerate(said):
        report["rules"][1]["across"] = ["years"]
        report["periods"] = [["430702", 2026 + i]]
        report["findings"], report["levels"] = [], {"430702": "county"}
        parts[i].write_text(json.dumps(report), encoding="utf-8")
    refused = run("merge", *parts, "--output", tmp_path / "city.json")
    assert refused.exit_code == 2
    assert "430702" in refused.output
    assert "Z13 look over years" in refused.output


def test_the_rules_that_read_the_ledger_or_other_years_say_so_in_their_report(run: Run, lines: Path, tmp_path: Path) -> None:
    run("check", lines, "--select", "C02,Z11,Z13", "--output", tmp_path / "r.json")
    across = {r["code"]: r["across"] for r in _read(tmp_path / "r.json")["rules"]}
    assert across == {"C02": ["years"], "Z11": ["standards"], "Z13": []}
