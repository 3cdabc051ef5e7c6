"""Layouts: other systems' exports read as tables; and the template that needs none."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from budgetreview.errors import OutputError, UsageError
from budgetreview.intake import read, write_template
from budgetreview.intake.headers import dictionary, look_up
from budgetreview.layout import parse_layout, shipped_layouts
from budgetreview.tables import TABLES

HEAD = 'key = "x"\ntitle = { zh = "甲", en = "x" }\n'


def layout(text):
    return parse_layout(HEAD + "[[tables]]\n" + text)


def test_the_shipped_layouts_parse_and_have_their_own_keys():
    keys = [one.key for one in shipped_layouts()]
    assert {"template", "platform"} <= set(keys)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("text", "said"),
    [('table = "nope"', "nope"), ('table = "lines"\nunit = "美元"', "美元"), ('table = "lines"\ncolour = 1', "colour"),
     ('table = "lines"\ncolumns = { a = "nope" }', "nope"), ('table = "lines"\nblank = { is_it = "zero" }', "no"),
     ('table = "lines"\nyear_from = "FY.."', "year_from"), ("table = ", "TOML")],
)  # fmt: skip
def test_a_layout_that_names_what_does_not_exist_is_wrong_usage_that_names_it(text, said):
    with pytest.raises(UsageError, match=said):
        layout(text)


def test_a_decimal_comma_a_delimiter_and_an_encoding_belong_to_the_layout(tmp_path):
    path = tmp_path / "gastos_2020.csv"
    path.write_bytes("Centro;Sección;Crédito\n001;Ñ;1.234,56\n001;O;-0,5\n".encode("latin-1"))
    made = read(path, layout=parse_layout(
        HEAD + 'encoding = "latin-1"\ndelimiter = ";"\n[[tables]]\ntable = "lines"\nunit = "元"\ndecimal = ","\n'
        'year_from = "_(\\\\d{4})"\ncolumns = { Centro = "agency", "Sección" = "project_name", "Crédito" = "proposed" }'))  # fmt: skip
    lines = made.table("lines")
    assert lines.money("proposed").values.tolist() == [123456, -50]
    assert lines.key("project_name").words == ("O", "Ñ")
    assert made.periods[0].fiscal_year == 2020


def test_rows_are_chosen_columns_joined_and_signs_turned_as_the_layout_says(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("kind,a,b,c,amount,cut\n初,201,1,01,5,2\n補,201,1,01,7,3\n初,202,01,,9,-4\n", "utf-8")
    made = read(path, layout=layout(
        'table = "lines"\nunit = "元"\nwhere = { kind = "初" }\ncolumns = { amount = "proposed" }\n'
        'constants = { side = "revenue", entity = "430702", fiscal_year = 2026 }\n'
        'derived = [{ column = "function_code", join = ["a", "b", "c"], as_code = true }, { column = "current", negate = "cut" }]'))  # fmt: skip
    lines = made.table("lines")
    assert [lines.key("function_code").text(i) for i in range(2)] == ["2010101", "20201"]
    assert lines.money("current").values.tolist() == [-200, 400]
    assert lines.key("side").words == ("revenue",)
    assert lines.record.tolist() == [2, 4]
    assert "rows-left-out" in {n.kind for n in made.notices}
    assert [(p.entity, p.fiscal_year) for p in made.periods] == [("430702", 2026)]


def test_blanks_mean_zero_or_no_only_where_the_layout_says_so_and_the_report_names_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("line_id,proposed,approved,is_it\nA,,,\n", "utf-8")
    made = read(path, layout=layout('table = "lines"\nblank = { proposed = "zero", is_it = "no" }'))
    lines = made.table("lines")
    assert lines.money("proposed").known[0]
    assert not lines.money("approved").known[0]
    assert lines.mark("is_it").no[0]
    assert [n.kind for n in made.notices].count("blank-filled") == 2


def test_items_in_rows_become_columns(tmp_path):
    path = tmp_path / "balance.csv"
    path.write_text(
        "province,year,item,yi\n湖南省,2014,一、税收收入,5.5\n湖南省,2014,  增值税,1\n湖南省,2014,收入总计,9\n北京市,2014,一、税收收入,7\n",
        "utf-8",
    )
    made = read(path, layout=layout(
        'table = "totals"\nunit = "亿元"\ncolumns = { province = "entity", year = "fiscal_year" }\n'
        'words = { entity = { "湖南省" = "430000", "北京市" = "110000" } }\nconstants = { book = "general" }\n'
        'pivot = { item = "item", value = "yi", keep = ["province", "year"], columns = { "税收收入" = "tax", "收入总计" = "total_in" } }'))  # fmt: skip
    totals = made.table("totals")
    assert totals.money("tax").values.tolist() == [55 * 10**9, 70 * 10**9]
    assert totals.money("total_in").known.tolist() == [True, False]
    assert [p.entity for p in made.periods] == ["110000", "430000"]
    assert "items-left-out" in {n.kind for n in made.notices}


def test_a_twin_table_is_two_halves_of_one_sheet(tmp_path):
    path = tmp_path / "twin.csv"
    path.write_text("单位：元,,,\n项目名称,预算数,项目名称,预算数\n税收,5,教育,4\n非税,2,,\n", "utf-8")
    made = read(path, layout=layout(
        'table = "lines"\npanels = [{ columns = ["A", "B"], constants = { side = "revenue" } }, '
        '{ columns = ["C", "D"], constants = { side = "expenditure" } }]'))  # fmt: skip
    lines = made.table("lines")
    assert [(lines.key("project_name").text(i), lines.key("side").text(i)) for i in range(3)] == [
        ("税收", "revenue"), ("非税", "revenue"), ("教育", "expenditure"),
    ]  # fmt: skip
    assert [s.columns["proposed"] for s in lines.sources] == ["B", "D"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_template_reads_back_without_a_problem_or_an_unknown_column(tmp_path, lang):
    path = tmp_path / "t.xlsx"
    write_template(path, lang=lang)
    book = openpyxl.load_workbook(path)
    samples = {
        "text": "甲",
        "code": "2010101",
        "year": 2026,
        "date": "2026-01-10",
        "money": 5,
        "share": "5.0%",
        "number": 5,
        "count": 5,
        "mark": "是",
    }
    for table, sheet in zip(TABLES.values(), book.worksheets, strict=False):
        for i, column in enumerate(table.columns.values(), 1):
            value = samples.get(column.kind)
            sheet.cell(2, i, value if value is not None else next(iter(column.words)))
        if "entity" in table.columns:
            sheet.cell(2, list(table.columns).index("entity") + 1, "430702")
    book.save(path)
    made = read(path)
    assert {i.table for i in made.inputs if i.table} == set(TABLES)
    for name, table in TABLES.items():
        if name != "prior":
            assert {c for c in table.columns if not made.table(name).known(c).all()} == set()
    assert {n.kind for n in made.notices} <= {
        "sheet-not-recognised",
        "prior-elsewhere",
        "prior-differs",
        "prior-unused",
    }


def test_a_template_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(OutputError):
        write_template(tmp_path / "no" / "t.xlsx")


@pytest.mark.parametrize("table", list(TABLES))
def test_every_column_is_understood_under_its_name_and_under_the_header_printed(table):
    if table == "prior":
        pytest.skip("the headers of lines, with 预算数 read as last year's approved amount")
    for column in TABLES[table].columns.values():
        for text in (column.name, *column.zh[:1]):
            assert column.name in look_up(table, text).columns, text
        for text in (*column.zh, *column.platform):
            assert look_up(table, text).columns, text
    assert len(dictionary(table)) >= len(TABLES[table].columns)


def test_a_packages_automatic_layout_replaces_the_shipped_one_of_its_key(tmp_path):
    """What a county package says of a system wins over what ships, whatever else both of them know."""
    shipped = next(one for one in shipped_layouts() if one.automatic)
    own = parse_layout(
        f'key = "{shipped.key}"\ntitle = {{ zh = "甲", en = "x" }}\nautomatic = true\n[[tables]]\ntable = "lines"\n'
        'unit = "元"\nrequires = ["本县金额"]\ncolumns = { "本县金额" = "proposed" }'
    )
    path = tmp_path / "lines.csv"
    path.write_text("line_id,本县金额\nA,5\n", "utf-8")
    made = read(path, layouts=[*shipped_layouts(), own])
    assert made.table("lines").money("proposed").values.tolist() == [500]


def test_the_same_template_has_the_same_bytes_whatever_the_time(tmp_path, monkeypatch):
    def written(name):
        write_template(tmp_path / name)
        return (tmp_path / name).read_bytes()

    first = written("a.xlsx")
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2096, 10, 2, 7, 6, 40, 1, 276, 0))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert b"2026-01-01T00:00:00Z" in book.read("docProps/core.xml")
    assert written("b.xlsx") == first
