"""The mechanism is data that a place can replace, says of itself how certain it is, and shows where no rule looks."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from budgetreview.errors import UsageError
from budgetreview.matrix import for_submission, matrix
from budgetreview.mechanism import LEVELS, Profile
from budgetreview.plugins import CORE, Pack, load_rules
from budgetreview.rules import core

PROFILE = Profile.shipped("changde-12345")
RULES = load_rules(select=("all",), packs=(Pack(CORE, "0.1.0", core),))


@attrs.frozen
class ARule:
    code: str
    stages: tuple[str, ...] = ("preliminary",)
    books: tuple[str, ...] = ("general", "government_fund")
    sides: tuple[str, ...] = ("expenditure",)
    focus: tuple[str, ...] = ("departmental",)
    tables: tuple[str, ...] = ("lines",)


@attrs.frozen
class AResult:
    rule: ARule
    outcome: str = "ran"
    missing: tuple[str, ...] = ()
    looked_at: int = 1


@attrs.frozen
class AReport:
    stage: str
    results: tuple[AResult, ...]


def seen(*results: AResult, rows: dict[str, Any], book: str = "general", stage: str = "preliminary") -> Any:
    """What the matrix says of one book's departmental expenditure in the preliminary review."""
    cells = matrix(PROFILE, [r.rule for r in results])
    found = for_submission(cells, [AReport(stage, results)], {k: frozenset(v) for k, v in rows.items()})
    return next(
        e for e in found
        if (e.cell.stage, e.cell.book, e.cell.focus, e.cell.side) == ("preliminary", book, "departmental", "expenditure")
    )  # fmt: skip


# The shipped reading


def test_the_shipped_mechanism_is_one_loop_two_sides_three_reviews_four_books_five_focuses() -> None:
    assert PROFILE.loop
    assert PROFILE.sides == ("revenue", "expenditure")
    assert [r.stage for r in PROFILE.reviews] == ["pre", "preliminary", "plenary"]
    assert PROFILE.books == ("general", "government_fund", "state_capital", "social_insurance")
    assert PROFILE.focuses == ("totals", "key", "departmental", "transfers", "debt")


def test_it_says_that_it_is_a_reading_in_both_languages() -> None:
    assert PROFILE.status == "reading"
    assert "解读" in PROFILE.title.zh
    assert "reading" in PROFILE.title.en
    assert any("官方" in n.zh and "official" in n.en for n in PROFILE.notes)
    assert [p.digit for p in PROFILE.parts] == [1, 2, 3, 4, 5]


def test_every_level_has_a_body_and_a_deadline_or_is_told_that_there_is_none() -> None:
    for review in PROFILE.reviews:
        told = {level for d in review.deadlines for level in d.levels}
        assert told == set(LEVELS), review.stage
        assert review.documents, review.stage
        levels = {level for b in review.bodies for level in b.levels}
        assert levels >= {"province", "city", "county"}, review.stage


def test_the_preliminary_draft_is_due_thirty_days_before_except_in_townships() -> None:
    review = PROFILE.review("preliminary")
    assert review is not None
    days = {level: d.days for d in review.deadlines for level in d.levels}
    assert days == {"province": 30, "city": 30, "county": 30, "township": None}


def test_the_budget_law_names_no_body_for_a_pre_review_and_the_profile_says_so() -> None:
    review = PROFILE.review("pre")
    assert review is not None
    assert any(a.mark == "I" for b in review.bodies for a in b.authority)
    assert not any(a.document == "预算法" for b in review.bodies for a in b.authority)


def test_each_review_looks_at_the_amount_of_its_stage() -> None:
    assert {r.stage: r.amount for r in PROFILE.reviews} == {
        "pre": "requested", "preliminary": "proposed", "plenary": "proposed",
    }  # fmt: skip


# Other readings


def test_spending_and_policy_instead_of_two_sides() -> None:
    other = PROFILE.evolved('sides = ["expenditure"]\nstatus = "official"')
    assert (other.sides, other.status) == (("expenditure",), "official")
    assert other.reviews == PROFILE.reviews


def test_budget_adjustment_and_accounts_instead_of_three_steps_of_one_budget() -> None:
    other = PROFILE.evolved("""
        stages = ["preliminary", "adjustment", "final"]
        [reviews.adjustment]
        title = { zh = "预算调整", en = "adjustment" }
        amount = "current"
        [reviews.final]
        title = { zh = "决算", en = "final accounts" }
        amount = "executed"
    """)
    assert [r.stage for r in other.reviews] == ["preliminary", "adjustment", "final"]
    assert other.reviews[0] == PROFILE.reviews[1]


def test_revenue_as_a_sixth_focus() -> None:
    other = PROFILE.evolved('focuses = ["totals", "key", "departmental", "transfers", "revenue", "debt"]')
    assert len(matrix(other, RULES)) == 3 * 4 * 6 * 2


def test_a_single_field_of_a_single_review_is_replaced_and_the_rest_stays() -> None:
    other = PROFILE.evolved('[reviews.pre]\namount = "reviewed"')
    assert other.reviews[0] == attrs.evolve(PROFILE.reviews[0], amount="reviewed")
    assert other.reviews[1:] == PROFILE.reviews[1:]


def test_a_city_adds_what_comes_round_in_the_year_what_it_is_joined_with_and_where_to_read_of_it() -> None:
    other = PROFILE.evolved("""
[[cadence]]
key = "study"
period = "quarter"
title = { zh = "季度调研", en = "quarterly study" }
authority = [{ document = "办法", mark = "K" }]

[[links]]
key = "audit"
title = { zh = "审计监督", en = "audit" }

[[pages]]
address = "https://example.org/"
title = { zh = "说明", en = "explanation" }
mark = "S"
""")
    assert [(c.key, c.period, c.authority[0].mark) for c in other.cadence] == [("study", "quarter", "K")]
    assert [x.key for x in other.links] == ["audit"]
    assert [x.address for x in other.pages] == ["https://example.org/"]
    assert (PROFILE.links, PROFILE.pages) == ((), ()), "the shipped reading claims none"


def test_the_shipped_rhythm_of_the_year_is_changdes_and_is_marked_as_not_read_in_any_published_text() -> None:
    assert [c.title.zh for c in PROFILE.cadence] == ["季度专项调研", "半年分析通报", "年度综合评价"]
    assert {(a.mark, a.territory) for c in PROFILE.cadence for a in c.authority} == {("K", "4307")}
    assert {c.days for c in PROFILE.cadence} == {None}, "no document sets a day"
    assert PROFILE.evolved("cadence = []").cadence == ()


@pytest.mark.parametrize(
    "text",
    [
        '[[cadence]]\nkey = "x"\nperiod = "week"\ntitle = { zh = "周", en = "w" }',
        '[[cadence]]\nkey = "x"\nperiod = "year"\ndays = "ten"\ntitle = { zh = "年", en = "y" }',
        '[[pages]]\naddress = "https://example.org/"\ntitle = { zh = "说明", en = "e" }\nmark = "X"',
    ],
)
def test_a_period_days_or_a_mark_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"period|mark|days"):
        PROFILE.evolved(text)


def test_a_file_names_the_mechanism_it_changes() -> None:
    other = Profile.from_toml('based_on = "changde-12345"\nkey = "county"\ntitle = { zh = "县", en = "county" }')
    assert (other.key, other.books) == ("county", PROFILE.books)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('key = "x"', "sides"),
        ("key = ", "TOML"),
        ('based_on = "nowhere"', "nowhere"),
        ('based_on = "changde-12345"\nbooks = ["pocket"]', "pocket"),
        ('based_on = "changde-12345"\nbooks = []', "books"),
        ('based_on = "changde-12345"\nfocus = ["debt"]', "focus"),
        ('based_on = "changde-12345"\nstatus = "certain"', "certain"),
        ('based_on = "changde-12345"\nstages = ["final"]', "final"),
        ('based_on = "changde-12345"\n[reviews.pre]\namount = "basis"', "basis"),
        ('based_on = "changde-12345"\n[reviews.pre]\nbudget = 1', "budget"),
        (
            'based_on = "changde-12345"\n[[reviews.pre.deadlines]]\nlevels = ["village"]\ntitle = {zh="a", en="b"}',
            "village",
        ),
        ('based_on = "changde-12345"\n[[reviews.pre.bodies]]\nlevels = ["city"]', "title"),
    ],
)
def test_a_mechanism_that_names_what_does_not_exist_is_refused_with_the_word(text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        Profile.from_toml(text)


# The matrix


def test_the_matrix_has_three_times_four_times_five_times_two_cells() -> None:
    cells = matrix(PROFILE, RULES)
    assert len(cells) == 120
    assert len({(c.stage, c.book, c.focus, c.side) for c in cells}) == 120


def test_a_rule_stands_in_exactly_the_cells_it_serves() -> None:
    cells = {(c.stage, c.book, c.focus, c.side) for c in matrix(PROFILE, [ARule("A1")]) if c.rules == ("A1",)}
    assert cells == {
        ("preliminary", "general", "departmental", "expenditure"),
        ("preliminary", "government_fund", "departmental", "expenditure"),
    }


def test_the_reserve_rule_of_the_core_stands_with_the_totals_of_the_general_book() -> None:
    cells = [c for c in matrix(PROFILE, RULES) if "L10" in c.rules]
    assert cells
    assert {(c.book, c.focus) for c in cells} == {("general", "totals")}


def test_a_cell_without_rules_is_never_said_to_be_reviewed() -> None:
    found = for_submission(matrix(PROFILE, []), [AReport("preliminary", ())], {})
    assert {e.state for e in found} == {"no_rule"}


def test_a_cell_whose_rule_ran_over_its_rows_was_reviewed() -> None:
    e = seen(AResult(ARule("A1")), rows={"lines": {("general", "expenditure")}})
    assert (e.state, e.ran) == ("ran", ("A1",))


def test_a_rule_that_ran_over_another_book_has_seen_nothing_of_this_one() -> None:
    e = seen(AResult(ARule("A1")), rows={"lines": {("general", "expenditure")}}, book="government_fund")
    assert (e.state, e.ran, e.missing) == ("lacks_data", (), ("lines[government_fund]",))


def test_rows_that_name_no_book_may_be_of_any() -> None:
    assert seen(AResult(ARule("A1")), rows={"lines": {(None, None)}}).state == "ran"


def test_a_rule_about_the_calendar_needs_no_rows_of_a_book() -> None:
    assert seen(AResult(ARule("A1", tables=("calendar",))), rows={"lines": frozenset()}).state == "ran"


def test_a_cell_whose_rules_lack_their_inputs_lacks_data_and_names_them() -> None:
    e = seen(AResult(ARule("A1"), "no_data", ("basis",)), rows={"lines": {("general", "expenditure")}})
    assert (e.state, e.lacking, e.missing) == ("lacks_data", ("A1",), ("basis",))


def test_a_rule_that_failed_is_named_and_is_not_counted_as_a_review() -> None:
    e = seen(AResult(ARule("A1"), "failed"), rows={"lines": {("general", "expenditure")}})
    assert (e.state, e.failed) == ("lacks_data", ("A1",))


def test_a_review_that_was_not_run_is_not_reviewed() -> None:
    e = seen(AResult(ARule("A1")), rows={"lines": {("general", "expenditure")}}, stage="pre")
    assert e.state == "not_reviewed"


def test_a_rule_not_in_force_on_the_day_reviews_nothing() -> None:
    e = seen(AResult(ARule("A1"), "not_in_force"), rows={"lines": {("general", "expenditure")}})
    assert e.state == "not_reviewed"


def test_a_rule_that_applied_to_nothing_has_reviewed_nothing() -> None:
    found = seen(AResult(ARule("X1"), looked_at=0), rows={"lines": {("general", "expenditure")}})
    assert found.state == "lacks_data"


DUTY = 'stage = "final"\nevent = "accounts_filed"\ntitle = { zh = "备案", en = "filed" }\nrule = "T14"\n'


def test_a_place_changes_one_duty_of_the_calendar_or_adds_one_and_the_rest_stays() -> None:
    other = PROFILE.evolved(f'[duties.draft]\nrule = "X01"\n[duties.ours]\n{DUTY}after = "accounts_meeting"\ndays = "filed"')
    assert [d.key for d in other.duties] == [*(d.key for d in PROFILE.duties), "ours"]
    assert other.duties[0] == attrs.evolve(PROFILE.duties[0], rule="X01")
    assert other.duties[1:-1] == PROFILE.duties[1:]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"[duties.ours]\n{DUTY}", "expected before"),
        (f'[duties.ours]\n{DUTY}after = "accounts_meeting"', "expected before"),
        (f'[duties.ours]\n{DUTY}before = "someday"', "someday"),
        (f'[duties.ours]\n{DUTY}before = "accounts_meeting"\ndays = 30', "wrong kind"),
        (f'[duties.ours]\n{DUTY}before = "accounts_meeting"\nday = "x"', "no keys day"),
        ('[duties.ours]\nstage = "final"\nbefore = "accounts_meeting"', "missing"),
        ('[duties.draft]\nstage = "autumn"', "autumn"),
        ('[duties]\ndraft = "x"', "a table is expected"),
    ],
)
def test_a_duty_that_says_too_little_too_much_or_a_figure_of_its_own_is_refused(text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        PROFILE.evolved(text)
