"""The tables of codes answer by year, and say when they cannot tell (issue 3, point 5; READINGS, Q02)."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetreview.codes import (
    SYSTEMS,
    CodeTable,
    Entry,
    level,
    load_tables,
    merged,
    parent,
    system_of,
    tables_from_file,
)
from budgetreview.errors import IntakeError

FUNCTION = load_tables()["function"]
REVENUE = load_tables()["revenue"]
DEPARTMENT = load_tables()["department_economic"]
GOVERNMENT = load_tables()["government_economic"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_code_shipped_has_its_shape_and_its_parent(system: str) -> None:
    """A code belongs to its classification by the first digit, and the code above it is in the table too."""
    table = load_tables()[system]  # type: ignore[index]
    codes = {e.code for e in table.entries}
    assert codes
    for code in codes:
        assert level(code)
        assert system_of(code) == system
        assert not parent(code) or parent(code) in codes


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_name_shipped_says_how_sure_it_is(system: str) -> None:
    """Each row carries a mark, a short source, a name, and years in order."""
    for e in load_tables()[system].entries:  # type: ignore[index]
        assert e.mark in ("S", "K", "K?")
        assert e.note
        assert e.name
        assert e.valid_from is None or e.valid_to is None or e.valid_from <= e.valid_to


@pytest.mark.parametrize(
    ("code", "name_2018", "name_2019"),
    [
        ("207", "文化体育与传媒支出", "文化旅游体育与传媒支出"),
        ("210", "医疗卫生与计划生育支出", "卫生健康支出"),
        ("220", "国土海洋气象等支出", "自然资源海洋气象等支出"),
    ],
)
def test_classes_renamed_in_2019_have_both_names(code: str, name_2018: str, name_2019: str) -> None:
    """The name follows the fiscal year, the code stays, and neither name contradicts it."""
    assert (FUNCTION.name(code, 2018), FUNCTION.name(code, 2019)) == (name_2018, name_2019)
    assert {name_2018, name_2019} <= set(FUNCTION.names(code))
    assert FUNCTION.name_conflict(code, name_2018) is False
    assert FUNCTION.name_conflict(code, name_2019) is False


@pytest.mark.parametrize("code", ["20139", "20140"])
def test_codes_new_in_2024_do_not_exist_before(code: str) -> None:
    """社会工作 and 信访 became 款 of their own in 2024."""
    assert FUNCTION.exists(code, 2023) is False
    assert FUNCTION.exists(code, 2024) is True


def test_a_class_that_does_not_exist_is_told() -> None:
    """The list of classes is complete, so an unknown class is an error whatever stands below it."""
    assert FUNCTION.exists_class("299", 2026) is False
    assert FUNCTION.exists("2990101", 2026) is False
    assert FUNCTION.exists("2990101", 2012) is False
    assert DEPARTMENT.exists("35001", 2026) is False
    assert GOVERNMENT.exists("520", 2026) is False
    assert REVENUE.exists("1090101", 2026) is False


def test_a_class_of_another_year_is_told_only_where_the_list_is_complete() -> None:
    """224 began in 2019 and 218 ended long ago; before 2019 the list of classes cannot tell."""
    assert FUNCTION.exists_class("224", 2019) is True
    assert FUNCTION.exists_class("224", 2015) is None
    assert FUNCTION.exists_class("218", 2015) is True
    assert FUNCTION.exists_class("218", 2024) is False
    assert DEPARTMENT.exists_class("304", 2017) is True
    assert DEPARTMENT.exists_class("304", 2018) is False


@pytest.mark.parametrize("code", ["2019999", "20198", "2240101", "2130199"])
def test_a_missing_item_of_an_incomplete_table_proves_nothing(code: str) -> None:
    """A 款 or 项 that the table lacks is unknown, not wrong."""
    assert FUNCTION.exists(code, 2026) is not False


@pytest.mark.parametrize("code", ["", "20", "2010", "20101010101", "A01", "30101"])
def test_what_has_not_the_shape_of_a_function_code_does_not_exist(code: str) -> None:
    """Wrong length, letters, or a code of another classification."""
    assert FUNCTION.exists(code, 2026) is False


def test_economic_codes_changed_in_2018() -> None:
    """30104 and the old 30311 ended in 2017; 30113 began in 2018; 30311 then got another meaning."""
    assert DEPARTMENT.exists("30104", 2017) is True
    assert DEPARTMENT.exists("30104", 2018) is False
    assert DEPARTMENT.exists("30113", 2017) is False
    assert DEPARTMENT.exists("30113", 2018) is True
    assert DEPARTMENT.name("30311", 2017) == "住房公积金"
    assert DEPARTMENT.name("30311", 2018) == "代缴社会保险费"
    assert GOVERNMENT.exists("50101", 2017) is False


def test_a_name_of_another_code_contradicts() -> None:
    """What is called 教育支出 is not 2010101; a name of any year and in any spelling is fine."""
    assert FUNCTION.name_conflict("2010101", "教育支出") is True
    assert FUNCTION.name_conflict("2010107", "代表培训") is False
    assert FUNCTION.name_conflict("2010107", "人大代表履职能力提升") is False
    assert DEPARTMENT.name_conflict("30217", "招待费") is False
    assert DEPARTMENT.name_conflict("30217", "会议费") is True


def test_a_weak_name_alone_does_not_accuse() -> None:
    """Where only the list of about 2009 knows a code, its meaning may have changed since."""
    assert FUNCTION.mark("2050202", 2026) == "K?"
    assert FUNCTION.name_conflict("2050202", "小学教育") is False
    assert FUNCTION.name_conflict("2050202", "一个新名称") is None
    assert FUNCTION.name_conflict("2050202", "法院") is True
    assert FUNCTION.name_conflict("2050202", "初中教育") is None
    assert FUNCTION.name_conflict("2050202", "事业运行") is None


def test_unknown_codes_and_blank_names_cannot_conflict() -> None:
    """Nothing known, or nothing said: no answer."""
    assert FUNCTION.name_conflict("2019998", "行政运行") is None
    assert FUNCTION.name_conflict("2010101", " ") is None


def test_codes_seen_in_real_disclosures_exist_under_their_names(shared_data: Path) -> None:
    """Every code and name read in disclosures of 2017 to 2025 is known, in the years in which it was read."""
    path = shared_data / "classification" / "function_codes_observed_2017_2025.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(",")
    checked = 0
    for line in lines[1:]:
        row = dict(zip(header, line.split(","), strict=False))
        assert FUNCTION.name_conflict(row["code"], row["name"]) is False
        assert FUNCTION.exists(row["code"], 2025) is True
        checked += 1
    assert checked > 100


def _write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


TABLE = (
    "system,code,name,valid_from,valid_to\nfunction,201,一般公共服务支出,2026,\nfunction,２０１01.0,人大事务,2026,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_of_the_user_decides_for_its_years(tmp_path: Path, encoding: str) -> None:
    """With --codes, what the complete table lacks does not exist in its years; other years ask the shipped table."""
    user = tables_from_file(_write(tmp_path / "codes.csv", TABLE, encoding))
    both = merged(load_tables(), user)
    assert both["function"].exists("20101", 2026) is True
    assert both["function"].exists("20102", 2026) is False
    assert both["function"].exists("205", 2026) is False
    assert both["function"].exists("20102", 2025) is True
    assert both["function"].exists("299", 2025) is False
    assert both["function"].names("205") == FUNCTION.names("205")
    assert both["revenue"] is load_tables()["revenue"]


def test_a_start_year_of_a_complete_table_is_not_the_birth_of_a_code(tmp_path: Path) -> None:
    """A table made for 2026 says nothing about which of its codes are new."""
    text = TABLE + "function,2010188,试验项目,2026,\n"
    both = merged(load_tables(), tables_from_file(_write(tmp_path / "codes.csv", text)))
    assert both["function"].exists("2010188", 2026) is True
    assert both["function"].exists("2010188", 2025) is None


def test_a_table_without_years_holds_in_all(tmp_path: Path) -> None:
    """A blank start or end leaves that end open, for the code and for the table."""
    text = "system,code,name\n,10101,增值税\n,101,税收收入\n"
    both = merged(load_tables(), tables_from_file(_write(tmp_path / "codes.csv", text)))
    assert both["revenue"].exists("10101", 2001) is True
    assert both["revenue"].exists("10104", 2026) is False


def test_an_incomplete_table_adds_and_takes_nothing_away(tmp_path: Path) -> None:
    """A TOML file that says complete = false brings codes and names, but proves no absence."""
    text = 'complete = false\n[[code]]\nsystem = "function"\ncode = "2010188"\nname = "试验项目"\nvalid_from = 2025\n'
    both = merged(load_tables(), tables_from_file(_write(tmp_path / "codes.toml", text)))
    assert both["function"].name("2010188", 2026) == "试验项目"
    assert both["function"].exists("2010188", 2024) is False
    assert both["function"].exists("20102", 2026) is True
    assert both["function"].exists("2010187", 2026) is None


def test_several_tables_stand_before_each_other() -> None:
    """The last one merged is asked first, the shipped one last."""
    first = {"function": CodeTable("function", (Entry("2010188", "甲"),))}
    second = {"function": CodeTable("function", (Entry("2010188", "乙"),))}
    both = merged(merged(load_tables(), first), second)  # type: ignore[arg-type]
    assert both["function"].names("2010188") == ("乙", "甲")
    assert both["function"].name("20101", 2026) == "人大事务"


def test_all_problems_of_a_table_are_listed_at_once(tmp_path: Path) -> None:
    """A wrong code, an unknown system, a missing name and a bad year are four problems with their rows."""
    rows = ["function,20,甲,", "other,20101,乙,", "function,20102,,", "function,20103,丙,26", "function,30101,丁,"]
    text = "\n".join(["system,code,name,valid_from", *rows])
    with pytest.raises(IntakeError) as caught:
        tables_from_file(_write(tmp_path / "codes.csv", text))
    assert [p.cell for p in caught.value.problems] == ["row 2", "row 3", "row 4", "row 5", "row 6"]
    assert {p.name for p in caught.value.problems} == {"codes.csv"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "code,title\n201,x\n"),
        ("a.csv", ""),
        ("a.csv", "code,name\n"),
        ("a.toml", "code = ["),
        ("a.toml", "x = 1"),
    ],
)
def test_a_file_that_is_no_code_table_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """Missing columns, no rows, or broken TOML: an error with the name of the file, never an empty table."""
    with pytest.raises(IntakeError, match=name):
        tables_from_file(_write(tmp_path / name, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The error names the file and not the folders of the machine."""
    with pytest.raises(IntakeError) as caught:
        tables_from_file(tmp_path / "none.csv")
    assert str(tmp_path) not in str(caught.value)
