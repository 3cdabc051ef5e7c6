"""A text file is read by the records that stand in it, and each wrong record is named."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.errors import IntakeError
from budgetreview.intake import delimited, limits
from budgetreview.intake.delimited import read_delimited, sniff
from budgetreview.intake.grid import Grid


def read(tmp_path: Path, data: bytes | str, name: str = "a.csv", **options: str) -> Grid:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_delimited(path, name, **options)  # type: ignore[arg-type]


def refusal(tmp_path: Path, data: bytes | str, **options: str) -> tuple[str, str | None, str]:
    with pytest.raises(IntakeError) as raised:
        read(tmp_path, data, **options)
    (problem,) = raised.value.problems
    return problem.kind, problem.cell, problem.text.en


CHINESE = "项目代码,项目名称,预算数\n001,城市道路维护,12.50\n002,义务教育,3.00\n"
ROWS = [("项目代码", "项目名称", "预算数"), ("001", "城市道路维护", "12.50"), ("002", "义务教育", "3.00")]


@pytest.mark.parametrize(
    "data",
    [CHINESE.encode(), CHINESE.encode("utf-8-sig"), CHINESE.encode("gb18030"), CHINESE.replace("\n", "\r\n").encode(),
     CHINESE.replace("\n", "\r").encode(), CHINESE.rstrip("\n").encode(), CHINESE.replace(",", ";").encode(),
     CHINESE.replace(",", "\t").encode()],
    ids=["utf-8", "bom", "gb18030", "crlf", "cr", "no end", "semicolon", "tab"],
)  # fmt: skip
def test_every_usual_way_of_writing_a_file_gives_the_same_cells(tmp_path: Path, data: bytes) -> None:
    grid = read(tmp_path, data)
    assert grid.cells.rows() == ROWS
    assert grid.problems == ()


def test_another_encoding_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    data = "Sección;Título\nñandú;año\n".encode("latin-1")
    assert refusal(tmp_path, data)[0] == "encoding"
    assert read(tmp_path, data, encoding="latin-1").cells.rows() == [("Sección", "Título"), ("ñandú", "año")]


def test_a_byte_of_no_encoding_is_named_by_its_position(tmp_path: Path) -> None:
    kind, _, text = refusal(tmp_path, "a,项目\n1,".encode() + b"\xff\xff\n")
    assert kind == "encoding"
    assert "byte 12, line 2" in text


def test_the_position_of_a_bad_byte_is_right_across_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_PIECE", 7)
    data = "a,b\n" + "项,目\n" * 20
    assert read(tmp_path, data).cells.height == 21
    assert read(tmp_path, data.encode("gb18030")).cells.row(20) == ("项", "目")
    assert f"byte {len(data.encode()) + 1}, line 22" in refusal(tmp_path, data.encode() + b"\xff,1\n")[2]


def test_a_wrongly_named_encoding_and_utf16_are_problems(tmp_path: Path) -> None:
    assert refusal(tmp_path, CHINESE.encode("gb18030"), encoding="utf-8")[0] == "encoding"
    assert refusal(tmp_path, CHINESE.encode("utf-16"))[0] == "encoding"
    assert read(tmp_path, CHINESE.encode("utf-16"), encoding="utf-16").cells.rows() == ROWS


def test_nul_bytes_are_refused_with_the_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"a,b\n1,2\n\0,\0\n")[:2] == ("nul-byte", "3")


@pytest.mark.parametrize("data", [b" \n\n", b"\xef\xbb\xbf", b",,,\n,,\n"])
def test_a_file_without_text_is_empty(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, data)[0] == "empty-file"


def test_quoted_fields_hold_delimiters_line_ends_and_quotation_marks(tmp_path: Path) -> None:
    grid = read(tmp_path, 'a,b,c\n"x,1","two\r\nlines","say ""yes"""\n"",  ,z\n')
    assert grid.cells.rows() == [("a", "b", "c"), ("x,1", "two\r\nlines", 'say "yes"'), (None, None, "z")]
    assert grid.problems == ()


def test_a_quotation_mark_inside_an_unquoted_field_is_itself(tmp_path: Path) -> None:
    grid = read(tmp_path, 'a,b\n5" 管,1\n="001",2\n\n3,4\n')
    assert grid.cells.rows() == [("a", "b"), ('5" 管', "1"), ('="001"', "2"), (None, None), ("3", "4")]


def test_an_unclosed_quotation_mark_is_named_by_the_record_where_it_opens(tmp_path: Path) -> None:
    assert refusal(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n7,8\n')[:2] == ("bad-quote", "3")
    assert refusal(tmp_path, 'a,b\n1,"2"x\n')[:2] == ("bad-quote", "2")


def test_short_and_long_records_are_named_and_blank_ones_keep_their_place(tmp_path: Path) -> None:
    grid = read(tmp_path, "a,b,c\n1,2,3\n\n1,2\n1,2,3,4\n1,2,3,,\n,,\n9,8,7\n")
    assert [(p.kind, p.cell) for p in grid.problems] == [("field-count", "4"), ("field-count", "5")]
    assert grid.cells.height == 8
    assert grid.cells.row(7) == ("9", "8", "7")


def test_titles_above_the_header_may_have_fewer_fields(tmp_path: Path) -> None:
    grid = read(tmp_path, "某县2026年预算\n,单位：万元\n\n代码,名称,金额,说明\n1,甲,2,\n3,乙,4,丙\n")
    assert grid.problems == ()
    assert grid.cells.row(3) == ("代码", "名称", "金额", "说明")
    assert grid.cells.row(5) == ("3", "乙", "4", "丙")


def test_a_header_with_one_name_too_few_does_not_pass_for_a_title(tmp_path: Path) -> None:
    grid = read(tmp_path, "代码,名称,金额\n" + "1,甲,2,3\n" * 200)
    assert [p.cell for p in grid.problems][:2] == ["2", "3"]
    assert len(grid.problems) == limits.NAMED + 1
    assert str(200 - limits.NAMED) in grid.problems[-1].text.en


def test_empty_fields_to_the_right_of_every_record_are_dropped(tmp_path: Path) -> None:
    assert read(tmp_path, "a;b;;;\n1;2;;;\n3;4;;\n").cells.rows() == [("a", "b"), ("1", "2"), ("3", "4")]


def test_the_delimiter_is_the_one_that_cuts_records_alike() -> None:
    assert sniff(b"a\tb\tc\n1\tx, y, z, u, v, w\t2\n3\tk\t4\n") == "\t"
    assert sniff(b"a;b;c\n1,5;2,5;3,5\n4,5;5;6,5\n7;8,5;9\n") == ";"
    assert sniff(b"one column\n1\n") == ","


def test_a_file_over_the_limit_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(3 * 1024**3)
    with pytest.raises(IntakeError) as raised:
        read_delimited(path, "a.csv")
    assert raised.value.problems[0].kind == "too-large"
    assert "3.0 GB" in raised.value.problems[0].text.en


def test_more_fields_than_a_sheet_has_columns_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, ",".join(["x"] * 20_000) + "\n")[0] == "too-wide"


FIELD = st.text(alphabet=st.sampled_from('ab1 ,;"\r\n\t项文'), max_size=6)


@given(st.lists(st.lists(FIELD, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]),
       st.sampled_from(["\n", "\r\n"]))  # fmt: skip
def test_what_a_csv_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, end: str
) -> None:
    table = [["甲", "乙", "丙"], *rows]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(out.getvalue().encode())
    grid = read_delimited(path, "a.csv", delimiter=delimiter)
    assert grid.problems == ()
    assert grid.cells.rows() == [tuple(f if f.strip() else None for f in r) for r in table]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    path.write_bytes(data)
    with contextlib.suppress(IntakeError):
        assert read_delimited(path, "a.csv").cells.width > 0


def test_the_published_samples_with_faults_are_told_apart(shared_data: Path) -> None:
    folder = shared_data / "us_data_act_samples"
    with pytest.raises(IntakeError, match="NUL"):
        read_delimited(folder / "appropNullBytes.csv", "n")
    cells = [p.cell for p in read_delimited(folder / "appropReadError.csv", "r").problems]
    assert cells[:2] == ["2", "3"]
    assert read_delimited(folder / "appropValid.csv", "v").problems == ()


def test_the_published_budgets_have_no_wrong_record(shared_data: Path) -> None:
    for part in ("tw_central_budget", "tw_taipei_2016", "jp_mof_budget_items", "cn_jiangsu_dept_budgets"):
        for path in sorted((shared_data / part).rglob("*.csv")):
            assert read_delimited(path, path.name).problems == (), path.name
    for path in sorted((shared_data / "es_madrid_execution").glob("*_inversiones.csv")):
        grid = read_delimited(path, path.name, encoding="latin-1")
        assert (grid.problems, grid.cells.width) == ((), 31)
