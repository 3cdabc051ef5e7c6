"""What belongs together: entities and years, keys, ids, last year, indicators, batches."""

from __future__ import annotations

import pytest

from budgetreview.errors import IntakeError, UsageError
from budgetreview.intake import read, read_batch


def folder(path, **tables):
    """A folder of csv files, one a table."""
    path.mkdir()
    for name, text in tables.items():
        (path / f"{name}.csv").write_text(text, "utf-8")
    return path


def test_rows_that_name_no_entity_belong_to_the_one_that_their_path_names(tmp_path):
    path = folder(
        tmp_path / "c",
        lines="line_id,proposed\nA,5\n",
        totals="entity,fiscal_year,book,own_revenue\n430702,2026,general,9\n",
    )
    made = read(path)
    assert [(p.entity, p.fiscal_year) for p in made.periods] == [("430702", 2026)]
    assert made.table("lines").period.tolist() == [0]


def test_a_path_that_names_nothing_is_one_anonymous_entity_with_a_notice(tmp_path):
    made = read(folder(tmp_path / "c", lines="line_id,proposed\nA,5\n"))
    (period,) = made.periods
    assert (period.entity, period.fiscal_year) == (None, None)
    assert "no-entity-or-year" in {n.kind for n in made.notices}


def test_two_anonymous_paths_stay_apart(tmp_path):
    paths = [folder(tmp_path / n, lines="line_id,proposed\nA,5\n") for n in ("a", "b")]
    made = read_batch(paths)
    assert len(made.periods) == 2
    assert made.table("lines").period.tolist() == [0, 1]
    assert made.table("lines").key("line_id").words == ("A",)


def test_options_name_the_entity_and_year_that_the_file_does_not(tmp_path):
    made = read(folder(tmp_path / "c", lines="line_id,proposed\nA,5\n"), entity="430702000", year=2026)
    assert [(p.entity, p.fiscal_year) for p in made.periods] == [("430702", 2026)]
    assert made.table("lines").has("entity")


def test_an_option_that_cannot_be_is_wrong_usage(tmp_path):
    path = folder(tmp_path / "c", lines="line_id,proposed\nA,5\n")
    for options in ({"unit": "美元"}, {"year": 20266}, {"layout": "no-such"}):
        with pytest.raises(UsageError):
            read(path, **options)


def test_periods_are_sorted_and_shared_by_all_tables(tmp_path):
    made = read(folder(tmp_path / "c", lines="entity,fiscal_year,proposed\n430703,2026,5\n430702,2026,6\n430702,2025,7\n",
                       totals="entity,fiscal_year,book,own_revenue\n430702,2026,general,9\n"))  # fmt: skip
    assert [(p.entity, p.fiscal_year) for p in made.periods] == [("430702", 2025), ("430702", 2026), ("430703", 2026)]
    assert made.table("lines").period.tolist() == [2, 1, 0]
    assert made.table("totals").period.tolist() == [1]


def test_a_key_given_twice_is_a_problem_naming_both_cells(tmp_path):
    path = folder(tmp_path / "c", lines="entity,fiscal_year,proposed\n430702,2026,1\n",
                  totals="entity,fiscal_year,book,own_revenue\n430702,2026,general,1\n430702,2026,一般公共预算,2\n")  # fmt: skip
    with pytest.raises(IntakeError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.kind == "key-twice"
    assert "C2" in problem.text.zh
    assert "C3" in problem.text.zh


def test_one_entity_and_year_in_two_paths_is_a_problem_unless_the_tables_differ(tmp_path):
    lines = "entity,fiscal_year,proposed\n430702,2026,1\n"
    one, two = folder(tmp_path / "a", lines=lines), folder(tmp_path / "b", lines=lines)
    three = folder(tmp_path / "c", totals="entity,fiscal_year,book,own_revenue\n430702,2026,general,1\n")
    with pytest.raises(IntakeError) as caught:
        read(one, two)
    assert [p.kind for p in caught.value.problems] == ["entity-year-twice"]
    assert len(read(one, three).periods) == 1


def test_a_bad_input_of_a_batch_does_not_stop_the_others(tmp_path):
    good = folder(tmp_path / "good", lines="entity,fiscal_year,proposed\n430702,2026,1\n")
    bad = folder(tmp_path / "bad", lines="entity,fiscal_year,proposed\n430703,2026,x\n430703,2026,1\n",
                 totals="entity,fiscal_year,book,own_revenue\n430703,2026,general,1\n")  # fmt: skip
    made = read_batch([bad, good, tmp_path / "missing.csv"])
    assert [p.entity for p in made.periods] == ["430702"]
    assert made.table("lines").n == 1
    assert made.table("totals").n == 0
    assert [bool(i.problems) for i in made.inputs] == [True, False, False, True]


def test_a_line_without_id_gets_one_by_its_place_and_a_repeated_id_is_numbered_with_a_notice(tmp_path):
    made = read(folder(tmp_path / "c", lines="line_id,proposed\nA,5\n,6\nA,7\nA,8\n"))
    lines = made.table("lines")
    assert [lines.key("line_id").text(i) for i in range(4)] == ["A", "L000002", "A#2", "A#3"]
    assert [lines.key("given_id").text(i) for i in range(4)] == ["A", None, "A", "A"]
    (notice,) = [n for n in made.notices if n.kind == "repeated-id"]
    assert notice.cell == "A4"


def test_a_repeated_id_never_takes_an_id_that_the_file_gave_to_another_line(tmp_path):
    lines = read(folder(tmp_path / "c", lines="line_id,proposed\nA,5\nA,6\nA,7\nA#2,8\n")).table("lines")
    assert [lines.key("line_id").text(i) for i in range(4)] == ["A", "A#3", "A#4", "A#2"]


def test_the_same_id_in_two_entities_is_no_repeat(tmp_path):
    made = read(folder(tmp_path / "c", lines="entity,fiscal_year,line_id,proposed\n430702,2026,A,5\n430703,2026,A,6\n"))
    assert made.table("lines").key("line_id").words == ("A",)


def test_a_line_is_expenditure_where_no_column_says_its_side_and_unknown_where_the_cell_is_blank(tmp_path):
    without = read(folder(tmp_path / "a", lines="line_id,proposed\nA,5\n")).table("lines")
    assert without.key("side").text(0) == "expenditure"
    blank = read(folder(tmp_path / "b", lines="line_id,side,proposed\nA,,5\nB,收,6\n")).table("lines")
    assert [blank.key("side").text(i) for i in range(2)] == [None, "revenue"]


LINES = """line_id,agency,project,function_code,dept_economic_code,proposed,prior_approved
A,101,P1,2010101,30201,5,
B,101,P2,2010101,30201,5,
C,102,P9,2010101,30201,5,
D,103,P8,2010101,30201,5,
E,101,,2010101,30101,5,
F,101,P3,2010101,30201,5,4.00
"""
PRIOR = """agency,project,function_code,dept_economic_code,approved
101,P1,2010101,30201,1
101,P1,2010102,30201,2
101,,2010101,30101,7
101,P3,2010101,30201,3
102,P0,2010101,30201,9
"""


def test_last_years_lines_are_joined_by_project_else_by_agency_function_and_economic_code(tmp_path):
    made = read(folder(tmp_path / "c", lines=LINES, prior=PRIOR), entity="430702", year=2026)
    lines = made.table("lines")
    before = lines.money("prior_approved")
    told = {lines.key("line_id").text(i): int(before.values[i]) if before.known[i] else None for i in range(6)}
    assert told == {"A": 300, "B": None, "C": None, "D": None, "E": 700, "F": 400}


def test_a_line_without_partner_is_new_only_where_last_years_table_covers_its_agency(tmp_path):
    lines = read(folder(tmp_path / "c", lines=LINES, prior=PRIOR), entity="430702", year=2026).table("lines")
    new = lines.mark("without_prior")
    assert new.yes.tolist() == [False, True, True, False, False, False]
    assert new.no.tolist() == [True, False, False, False, True, True]


def test_what_found_no_partner_and_what_differs_is_reported_with_its_count(tmp_path):
    made = read(folder(tmp_path / "c", lines=LINES, prior=PRIOR), entity="430702", year=2026)
    said = {n.kind: n.text.en for n in made.notices}
    assert said["without-prior"].startswith("2 ")
    assert said["prior-unused"].startswith("1 ")
    assert said["prior-differs"].startswith("1 ")


def test_several_lines_of_a_project_are_told_apart_by_their_codes_or_not_at_all(tmp_path):
    lines = "line_id,agency,project,function_code,dept_economic_code,proposed\nA,1,P,2010101,30201,5\nB,1,P,2010101,30202,5\nC,1,Q,2010101,30201,5\nD,1,Q,2010101,30201,5\n"
    prior = "agency,project,function_code,dept_economic_code,approved\n1,P,2010101,30201,1\n1,P,2010101,30202,2\n1,Q,2010101,30201,3\n"
    made = read(folder(tmp_path / "c", lines=lines, prior=prior), entity="430702", year=2026)
    before = made.table("lines").money("prior_approved")
    assert before.values[:2].tolist() == [100, 200]
    assert before.known.tolist() == [True, True, False, False]
    assert made.table("lines").mark("without_prior").no.all()
    assert "prior-ambiguous" in {n.kind for n in made.notices}


def test_economic_codes_are_compared_as_of_both_years(tmp_path):
    # 30311 of 2017 (住房公积金) stands under 30113 from 2018 on
    lines = (
        "entity,fiscal_year,line_id,agency,function_code,dept_economic_code,proposed\n430702,2018,A,1,2210201,30113,5\n"
    )
    prior = "entity,fiscal_year,agency,function_code,dept_economic_code,approved\n430702,2017,1,2210201,30311,4\n"
    made = read(folder(tmp_path / "c", lines=lines, prior=prior))
    assert made.table("lines").money("prior_approved").values.tolist() == [400]


def test_last_years_file_may_come_apart_and_brings_no_year_of_its_own(tmp_path):
    now = folder(tmp_path / "now", lines="entity,fiscal_year,line_id,agency,project,proposed\n430702,2026,A,1,P,5\n")
    before = tmp_path / "last.csv"
    before.write_text("entity,fiscal_year,agency,project,approved\n430702,2025,1,P,4\n", "utf-8")
    made = read(now, prior=before)
    assert [(p.entity, p.fiscal_year) for p in made.periods] == [("430702", 2026)]
    assert made.table("lines").money("prior_approved").values.tolist() == [400]
    assert made.table("prior").n == 1


def test_without_last_years_table_nothing_is_known_to_be_new(tmp_path):
    lines = read(folder(tmp_path / "c", lines=LINES), entity="430702", year=2026).table("lines")
    assert lines.mark("without_prior").open.all()


def test_indicators_are_counted_from_the_table_of_targets(tmp_path):
    lines = "line_id,project,proposed,targets\nA,P1,5,99\nB,P2,5,\nC,,5,3\n"
    targets = ("project,level1,level2,level3,value\nP1,产出指标,数量指标,人数,≥500人\nP1,效益指标,社会效益,影响,显著\n"
               "P1,满意度指标,满意度,满意度,≥95%\nP1,效益指标,满意度指标,群众满意,高\n")  # fmt: skip
    table = read(folder(tmp_path / "c", lines=lines, targets=targets), entity="430702", year=2026).table("lines")
    counts = {
        name: table.whole(name)
        for name in ("targets", "targets_output", "targets_benefit", "targets_satisfaction", "targets_numeric")
    }
    assert {n: int(c.values[0]) for n, c in counts.items()} == {
        "targets": 4, "targets_output": 1, "targets_benefit": 1, "targets_satisfaction": 2, "targets_numeric": 2,
    }  # fmt: skip
    assert counts["targets"].values[1] == 0
    assert counts["targets"].known[1]
    # a line without project keeps its own count
    assert counts["targets"].values[2] == 3
