"""The scorecard against worked examples, and what it does where something is missing."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import attrs
import pytest
from budgetreview_pefa import Reading, Scorecard, as_json, as_markdown, as_text, scorecard
from budgetreview_pefa.__main__ import main
from budgetreview_pefa.bands import DIMENSIONS, averaged, weakest

import budgetreview as br
from budgetreview import testing

# One county, by hand. 2023: heads 600→660 and 300→270 stand for all but the reserve and interest.
# Σb = 900, Σa = 930, b′ = 620 and 310, v = (40 + 40) / 930 = 8/93.
YEAR = """
e  2050201  30101  600.00  660.00
e  2100201  30201  300.00  270.00
e  227      -       30.00   10.00
e  2320301  30701  100.00  100.00
e  2310301  -      400.00  900.00
e  2300301  -      400.00  100.00
r  1010101  -      500.00  520.00
r  1030201  -      500.00  480.00
r  1100201  -      500.00  999.00
"""
HEADER = "entity  fiscal_year  line  side  function_code  dept_economic_code  approved  executed"
SIDE = {"e": "expenditure", "r": "revenue"}


def county(years: dict[int, str]) -> br.Submission:
    rows = [HEADER]
    for year, text in years.items():
        for i, row in enumerate(text.strip().splitlines()):
            side, *rest = row.split()
            rows.append("  ".join(("430721", str(year), f"{year}-{i}", SIDE[side], *rest)))
    return testing.submission({"lines": "\n".join(rows)})


def three(text: str = YEAR, **more: object) -> Scorecard:
    return scorecard(county(dict.fromkeys((2023, 2024, 2025), text)), **more)  # type: ignore[arg-type]


def test_the_worked_example_comes_out_as_by_hand() -> None:
    card = three()
    assert card.years == (2023, 2024, 2025)
    values = {code: card[code].years[0].value for code in DIMENSIONS}
    # PI-1: 660+270+10+100 of 600+300+30+100. PI-2.2: heads 301 600→660, 302 300→270, 307 100→100; Σ 1000→1030,
    # b′ 618, 309, 103: 42+39+3 = 84 of 1030. PI-3.2: two heads 500→520 and 500→480.
    assert values == {
        "PI-1": Fraction(1040, 1030), "PI-2.1": Fraction(8, 93), "PI-2.2": Fraction(84, 1030),
        "PI-2.3": Fraction(10, 1030), "PI-3.1": Fraction(1), "PI-3.2": Fraction(40, 1000),
    }  # fmt: skip
    assert {d.code: d.score for i in card.indicators for d in i.dimensions} == {
        "PI-1": "A", "PI-2.1": "B", "PI-2.2": "B", "PI-2.3": "A", "PI-3.1": "A", "PI-3.2": "A",
    }  # fmt: skip
    assert {i.code: i.score for i in card.indicators} == {"PI-1": "A", "PI-2": "B+", "PI-3": "A"}


def test_each_head_shows_what_its_deviation_was_made_of() -> None:
    heads = three()["PI-2.1"].years[0].heads
    assert [(h.key, h.budget, h.adjusted, h.actual, h.deviation) for h in heads] == [
        ("205", 60000, 62000, 66000, 4000), ("210", 30000, 31000, 27000, 4000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "percents", "letters"),
    [
        ("PI-1", ["95", "105", "94.99", "105.01", "90", "110.01", "85", "115", "115.01"], "AABBBCCCD"),
        ("PI-2.1", ["4.99", "5", "9.99", "10", "14.99", "15"], "ABBCCD"),
        ("PI-2.2", ["0", "15"], "AD"),
        ("PI-2.3", ["2.99", "3", "6", "10"], "ABCD"),
        ("PI-3.1", ["97", "106", "106.01", "94", "112", "92", "116", "91.99"], "AABBBCCD"),
        ("PI-3.2", ["4.99", "5", "15"], "ABD"),
    ],
)
def test_the_bands_and_their_edges(code: str, percents: list[str], letters: str) -> None:
    assert "".join(DIMENSIONS[code].letter(Fraction(p) / 100) for p in percents) == letters


def test_two_years_of_three_make_the_letter_and_the_contingency_is_averaged() -> None:
    at = [Fraction(p, 100) for p in (100, 100, 150)]
    assert DIMENSIONS["PI-1"].score(at) == "A"
    assert DIMENSIONS["PI-1"].score([at[0], at[2], at[2]]) == "D"
    assert DIMENSIONS["PI-1"].score([Fraction(100, 100), Fraction(108, 100), Fraction(150, 100)]) == "B"
    assert DIMENSIONS["PI-2.3"].score([Fraction(p, 100) for p in (0, 0, 9)]) == "B", "the mean is 3 %"
    assert DIMENSIONS["PI-2.3"].score([Fraction(0), Fraction(0), Fraction(899, 10000)]) == "A"


def test_the_weakest_dimension_makes_pi_2_and_the_average_pi_3() -> None:
    assert [weakest(x) for x in (["A", "A", "A"], ["A", "B", "A"], ["D", "D", "A"], ["C", "C", "C"])] == [
        "A", "B+", "D+", "C",
    ]  # fmt: skip
    assert [averaged(a, b) for a, b in ("AA", "AB", "AC", "AD", "BB", "CB", "BD", "CC", "CD", "DD")] == [  # type: ignore[arg-type]
        "A", "B+", "B", "C+", "B", "C+", "C", "C", "D+", "D",
    ]  # fmt: skip


def test_two_years_are_shown_and_not_scored() -> None:
    card = scorecard(county({2024: YEAR, 2025: YEAR}))
    assert card["PI-1"].years[0].value == Fraction(1040, 1030)
    assert {i.score for i in card.indicators} == {None}
    assert "现有2个" in card["PI-1"].why[0].zh


def test_a_year_that_is_asked_for_and_absent_is_not_a_d() -> None:
    card = scorecard(county({2023: YEAR, 2025: YEAR}), years=(2023, 2024, 2025))
    assert card["PI-1"].score is None
    assert card["PI-1"].years[1].missing[0].zh == "输入里没有这一年"


@pytest.mark.parametrize(
    ("row", "grey", "still"),
    [
        ("e  2050201  30101  -       660.00", {"PI-1", "PI-2.1", "PI-2.2", "PI-2.3"}, {"PI-3.1", "PI-3.2"}),
        ("e  -        30101  600.00  660.00", {"PI-2.1"}, {"PI-1", "PI-2.2"}),
        ("e  2050201  -      600.00  660.00", {"PI-2.2"}, {"PI-1", "PI-2.1"}),
        ("e  20       30101  600.00  660.00", {"PI-2.1"}, {"PI-1", "PI-2.2"}),
    ],
)
def test_one_blank_leaves_the_year_open_and_is_counted(row: str, grey: set[str], still: set[str]) -> None:
    text = YEAR.replace("e  2050201  30101  600.00  660.00", row)
    card = scorecard(county({2023: YEAR, 2024: text, 2025: YEAR}))
    assert {c for c in DIMENSIONS if card[c].score is None} == grey
    assert all(card[c].score for c in still)
    assert all("1行没有" in card[c].years[1].missing[0].zh for c in grey if c != "PI-2.3")


def test_without_a_reserve_nothing_is_said_of_it_unless_the_budget_has_none() -> None:
    text = YEAR.replace("e  227      -       30.00   10.00\n", "")
    assert three(text)["PI-2.3"].score is None
    card = three(text, reading=Reading(no_contingency=True))
    assert (card["PI-2.3"].score, card["PI-2.3"].mean) == ("A", 0)


def test_unallocated_suspense_above_a_tenth_makes_the_composition_a_d() -> None:
    text = YEAR + "e  2299901  39901  115.00  115.55\n"
    suspense = Reading(suspense=("2299901",))
    assert three(text, reading=suspense)["PI-2.1"].score == "B", "exactly a tenth of 1155.50 is not above it"
    more = YEAR + "e  2299901  39901  115.00  115.56\n"
    card = three(more, reading=suspense)
    assert (card["PI-2.1"].score, card["PI-2.2"].score, card["PI-1"].score) == ("D", "D", "A")


def test_beyond_twenty_heads_that_make_three_quarters_the_rest_is_one_line() -> None:
    def heads(n: int, top: str) -> str:
        return "\n".join(f"e  {201 + i}0101  30101  {top if i < 20 else '100.00'}  {100 + i % 3}.00" for i in range(n))

    few = three(heads(20, "100.00"))["PI-2.1"].years[0].heads
    assert (len(few), few[-1].key) == (20, "220")
    many = three(heads(25, "1000.00"))["PI-2.1"].years[0].heads
    assert (len(many), many[-1].key, many[-1].budget) == (21, "*", 50000)
    flat = three(heads(28, "100.00"))["PI-2.1"].years[0].heads
    assert (len(flat), flat[-1].key) == (22, "*"), "20 of 28 equal heads make 71 %, 21 make 75 %"


def test_the_table_totals_stands_in_where_there_are_no_lines_of_a_side() -> None:
    totals = "entity  fiscal_year  book  own_revenue  budget_own_revenue\n" + "\n".join(
        f"430721  {y}  general  98.00  100.00" for y in (2023, 2024, 2025)
    )
    rows = [r for r in YEAR.strip().splitlines() if r.startswith("e")]
    lines = county(dict.fromkeys((2023, 2024, 2025), "\n".join(rows)))
    both = br.Submission.of(
        {**lines.tables, "totals": testing.submission({"totals": totals}).table("totals")}, lines.periods, lines.inputs
    )
    card = scorecard(both)
    assert (card["PI-3.1"].score, card["PI-3.1"].years[0].value) == ("A", Fraction(98, 100))
    assert "最近一次批准数" in card["PI-3.1"].years[0].missing[0].zh
    assert card["PI-3.2"].score is None


def test_row_order_means_nothing_and_the_same_card_gives_the_same_bytes() -> None:
    rows = YEAR.strip().splitlines()
    mixed = rows[::-1]
    assert as_json(three("\n".join(mixed))) == as_json(three()) == as_json(three())


def test_large_sums_stay_exact() -> None:
    text = "e  2050201  30101  90000000000000.01  90000000000000.02\ne  227  -  0.00  0.00"
    assert three(text)["PI-1"].years[0].value == Fraction(9000000000000002, 9000000000000001)


def test_several_entities_must_be_named() -> None:
    header = "entity  fiscal_year  line  function_code  approved  executed"
    rows = ["430721  2025  A  2050201  1.00  1.00", "430722  2025  B  2050201  1.00  1.00"]
    both = testing.submission({"lines": "\n".join([header, *rows])})
    with pytest.raises(br.UsageError, match="430721、430722"):
        scorecard(both)
    assert scorecard(both, entity="430722").entity == "430722"
    with pytest.raises(br.UsageError, match="430799"):
        scorecard(both, entity="430799")


def test_it_is_written_in_both_languages_with_what_is_missing_and_how_certain_it_is() -> None:
    card = scorecard(county({2024: YEAR, 2025: YEAR.replace("e  227      -       30.00   10.00\n", "")}))
    for lang, words in (("zh", ("未评分", "没有预备费一行", "万元")), ("en", ("not scored", "contingency reserve"))):
        text, page = as_text(card, lang), as_markdown(card, lang)  # type: ignore[arg-type]
        assert all(w in text and w in page for w in words)
    assert "https://www.pefa.org/node/4765" in as_markdown(card)
    said = json.loads(as_json(card))
    assert said["indicators"][0]["score"] is None
    assert said["indicators"][0]["dimensions"][0]["years"][0]["total"] == {"budget": "1030.00", "actual": "1040.00"}


def test_the_command_writes_the_card_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["区划代码,年度,收支方向,功能分类科目编码,部门预算经济分类编码,年初批复数（元）,执行数（元）"]
    for year in (2023, 2024, 2025):
        for row in YEAR.strip().splitlines():
            side, function, kind, budget, actual = row.split()
            side = {"e": "支出", "r": "收入"}[side]
            rows.append(f"430721,{year},{side},{function},{kind.strip('-')},{budget},{actual}")
    (tmp_path / "明细.csv").write_text("\n".join(rows), encoding="utf-8")
    assert main([str(tmp_path / "明细.csv"), "--format", "json"]) == 0
    assert capsys.readouterr().out == as_json(three())
    assert main([str(tmp_path / "没有.csv")]) == 3
    assert main([str(tmp_path / "明细.csv"), "--output", str(tmp_path / "卡.md"), "--format", "markdown"]) == 0
    assert (tmp_path / "卡.md").read_text(encoding="utf-8").startswith("# PEFA 2016 评分卡 430721")


MADRID = Reading(
    head="department", head_digits=0, economic="Capitulo", economic_digits=1, contingency=("5",), interest=("3",),
    outside=("8", "9"),
)  # fmt: skip


def test_madrids_two_published_years_agree_with_a_slow_sum_and_are_not_scored(shared_data: Path) -> None:
    """Budget and outturn of 14,995 real rows, by section and by chapter, against fractions summed row by row."""
    folder = shared_data / "es_madrid_execution"
    paths = [folder / f"{y}_ejecucion_gastos.csv" for y in (2020, 2021)]
    card = scorecard(br.read(*paths, layout="madrid-lines", entity="madrid"), reading=MADRID)
    assert card["PI-1"].score is None, "two years are not three"
    for path, one, two in zip(paths, card["PI-2.1"].years, card["PI-2.2"].years, strict=True):
        assert one.value == slow(path, "Seccion", "35")
        assert two.value == slow(path, "Capitulo", "5")


def slow(path: Path, column: str, left_out: str) -> Fraction:
    header, *rows = path.read_text(encoding="latin-1").splitlines()
    names = [n.strip().strip('"') for n in header.split(";")]
    sums: dict[str, list[Fraction]] = {}
    for row in rows:
        cells = dict(zip(names, (c.strip().strip('"') for c in row.split(";")), strict=False))
        if cells["Capitulo"][0] in f"89{left_out}":
            continue
        pair = sums.setdefault(cells[column], [Fraction(0), Fraction(0)])
        for i, name in enumerate(("CRED_INICIAL", "OBL_RECONOC")):
            pair[i] += Fraction(cells[name].replace(".", "").replace(",", ".") or 0)
    budget, actual = (sum((p[i] for p in sums.values()), Fraction(0)) for i in (0, 1))
    ordered = sorted(sums.items(), key=lambda s: (-s[1][0], s[0]))
    made, kept = Fraction(0), 0
    while kept < len(ordered) and (kept < 20 or made < budget * 3 / 4):
        made += ordered[kept][1][0]
        kept += 1
    lines = [p for _, p in ordered[:kept]]
    if ordered[kept:]:
        lines.append([sum((p[i] for _, p in ordered[kept:]), Fraction(0)) for i in (0, 1)])
    return sum((abs(a - b * actual / budget) for b, a in lines), Fraction(0)) / actual


def test_provinces_that_publish_outturns_only_are_not_scored_for_want_of_a_budget(shared_data: Path) -> None:
    """Three real years without an original budget: the reason is named, no letter is given."""
    path = shared_data / "cn_province_fiscal_2014_2017" / "balance_long_2014_2016.csv"
    submission = br.read(path, layout="province-balance")
    who = min(p.entity for p in submission.periods if p.entity)
    card = scorecard(submission, entity=who, years=(2014, 2015, 2016))
    assert {i.score for i in card.indicators} == {None}
    assert all(f.missing for d in (card["PI-1"], card["PI-3.1"]) for f in d.years)


def test_reading_is_a_value_that_can_be_changed() -> None:
    assert attrs.evolve(Reading(), heads=5).heads == 5
