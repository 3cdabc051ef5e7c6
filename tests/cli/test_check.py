"""``check`` reviews what can be read, says what cannot, and never loses or overwrites anything."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from budgetreview.cli.exits import status
from budgetreview.errors import OutputError
from budgetreview.rule import Severity

from .conftest import LINES, Run

SOME = ("--select", "Z01,Z13,L10")


def document(result: Result) -> dict[str, Any]:
    return dict(json.loads(result.stdout))


# Exit statuses, the first that applies


def test_no_finding_at_the_level_asked_for_ends_with_0(run: Run, lines: Path) -> None:
    assert run("check", lines, *SOME).exit_code == 0


def test_a_red_finding_ends_with_1(run: Run, county: Path) -> None:
    result = run("check", county, *SOME)
    assert result.exit_code == 1
    assert "red 1" in result.stderr


@pytest.mark.parametrize(("level", "expected"), [("red", 0), ("orange", 1), ("yellow", 1), ("blue", 1), ("never", 0)])
def test_fail_on_names_the_severity_from_which_the_status_is_1(
    run: Run, lines: Path, level: str, expected: int
) -> None:
    assert run("check", lines, *SOME, "--fail-on", level).exit_code == expected


@pytest.mark.parametrize(
    "wrong",
    [
        ("--stage", "summer"), ("--as-of", "10.1.2026"), ("--unit", "美元"), ("--fail-on", "green"), ("--jobs", "0"),
        ("--select", "QQ9"), ("--set", "Z13"), ("--set", "Z13.nope=1"), ("--set", "Z13.tolerance=much"),
        ("--level", "village"), ("--level", "430702=village"), ("--profile", "nowhere"), ("--layout", "nowhere"),
        ("--year", "20266"), ("--format", "parquet"), ("--format", "pdf"), ("--output", "report.unknown"),
        ("--waivers", "none.toml"), ("--config", "none.toml"), ("--nonsense",),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2_and_reviews_nothing(run: Run, lines: Path, wrong: tuple[str, ...]) -> None:
    result = run("check", lines, *wrong)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_no_path_is_wrong_usage(run: Run) -> None:
    assert run("check").exit_code == 2


def test_wrong_usage_comes_before_an_unreadable_input(run: Run, tmp_path: Path) -> None:
    assert run("check", tmp_path / "none.csv", "--set", "Z13.nope=1").exit_code == 2


def test_an_input_that_is_not_there_ends_with_3_and_is_named(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.xlsx")
    assert result.exit_code == 3
    assert "none.xlsx" in result.stderr


def test_a_table_of_codes_that_cannot_be_read_ends_with_3(run: Run, lines: Path, tmp_path: Path) -> None:
    assert run("check", lines, "--codes", tmp_path / "none.csv").exit_code == 3


def test_an_unreadable_input_comes_before_a_finding(run: Run, county: Path, tmp_path: Path) -> None:
    assert run("check", county, tmp_path / "none.csv", *SOME).exit_code == 3


def test_a_required_package_that_is_missing_ends_with_4_and_reviews_nothing(run: Run, lines: Path) -> None:
    result = run("check", lines, "--require", "changde")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "changde" in result.stderr


def test_a_review_in_which_no_rule_had_data_ends_with_4(run: Run, lines: Path) -> None:
    result = run("check", lines, "--select", "L10")
    assert result.exit_code == 4
    assert "incomplete" in result.stderr


def test_a_rule_that_fails_ends_with_4_even_beside_a_red_finding(
    run: Run, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from budgetreview.judging import Bench

    whole = Bench._tally

    def broken(bench: Bench, plan: Any, piece: Any) -> Any:
        if plan.rule.code == "Z13":
            msg = "a mistake of the rule"
            raise ZeroDivisionError(msg)
        return whole(bench, plan, piece)

    monkeypatch.setattr(Bench, "_tally", broken)
    result = run("check", county, *SOME, "--format", "json")
    assert result.exit_code == 4
    assert "rule Z13 failed" in result.stderr
    assert [f["rule"] for f in document(result)["findings"]] == ["L10", "Z01"]


def test_the_gravest_finding_decides_and_each_step_is_tried_in_order() -> None:
    class AReport:
        inputs = ()
        complete = True

        def gravest(self) -> Severity:
            return Severity.YELLOW

    assert [status(AReport(), f) for f in ("red", "orange", "yellow", "blue", "never")] == [0, 0, 1, 1, 0]  # type: ignore[arg-type]


# Batches


def test_in_a_batch_the_readable_inputs_are_reviewed_and_the_report_is_written(
    run: Run, lines: Path, tmp_path: Path
) -> None:
    target = tmp_path / "report.json"
    result = run("check", tmp_path / "none.xlsx", lines, *SOME, "--output", target)
    assert result.exit_code == 3
    report = json.loads(target.read_text(encoding="utf-8"))
    assert report["complete"] is False
    assert {f["rule"] for f in report["findings"]} == {"Z01", "Z13"}
    assert {i["name"]: bool(i["problems"]) for i in report["inputs"]} == {"lines.csv": False, "none.xlsx": True}


def test_one_unreadable_input_alone_still_gives_the_report_that_was_asked_for(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.xlsx", "--format", "json")
    assert result.exit_code == 3
    report = document(result)
    assert (report["complete"], report["findings"]) == (False, [])
    assert report["inputs"][0]["problems"]


# What is said


def test_the_day_of_the_review_is_printed_and_is_today_by_default(run: Run, lines: Path) -> None:
    assert "2026-01-10" in run("check", lines, *SOME).stderr
    before = datetime.now().astimezone().date()
    config = lines.with_name("empty.toml")
    config.write_text("", encoding="utf-8")
    said = run("check", lines, *SOME, "--config", config).stderr
    assert before.isoformat() in said or date.today().isoformat() in said  # noqa: DTZ011 - midnight may pass


def test_a_problem_names_file_and_cell_and_what_was_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(LINES.replace("3000.00,3000.00", "12.345.6,3000.00"), encoding="utf-8")
    said = run("check", path).stderr
    assert "lines.csv" in said
    assert "I4" in said
    assert "12.345.6" in said


def test_messages_follow_the_locale_and_reports_are_chinese(
    run: Run, lines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = run("check", lines, *SOME)
    assert "as of" in english.stderr
    assert "预算审查报告" in english.stdout
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "审查基准日" in run("check", lines, *SOME).stderr


def test_lang_decides_for_messages_and_reports(run: Run, lines: Path) -> None:
    english, chinese = (run("check", lines, *SOME, "--lang", lang) for lang in ("en", "zh"))
    assert "Budget review" in english.stdout
    assert "审查基准日" in chinese.stderr


def test_a_pipe_gets_the_report_and_nothing_else(run: Run, lines: Path) -> None:
    result = run("check", lines, *SOME, "--format", "json")
    assert document(result)["schema"] == "budgetreview/1"
    assert "\x1b" not in result.stdout + result.stderr


def test_control_characters_of_an_input_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(LINES.replace("1000.00,900.00", "1\x1b[2J0,900.00"), encoding="utf-8")
    result = run("check", path)
    assert result.exit_code == 3
    assert "\x1b" not in result.stderr


# Options


def test_a_value_set_on_the_command_line_is_used_and_named(run: Run, lines: Path) -> None:
    result = document(run("check", lines, *SOME, "--set", "Z13.tolerance=0.05", "--format", "json"))
    z13 = next(r for r in result["rules"] if r["code"] == "Z13")
    assert (z13["flagged"], z13["parameters"]) == (0, {"tolerance": 0.05})


def test_a_value_outside_the_limits_of_its_rule_is_refused(run: Run, lines: Path) -> None:
    assert run("check", lines, "--set", "Z13.tolerance=-1").exit_code == 2


def test_codes_and_prefixes_choose_the_rules(run: Run, county: Path) -> None:
    result = document(run("check", county, "--select", "Z,L10", "--ignore", "Z1", "--format", "json"))
    codes = {r["code"] for r in result["rules"]}
    assert {"Z01", "L10"} <= codes
    assert not any(c.startswith("Z1") for c in codes)
    assert "Z13" in result["off"]


@pytest.mark.parametrize(("said", "level"), [(("city",), "city"), (("430702=township",), "township"),
                                            (("city", "430702000=province"), "province")])  # fmt: skip
def test_the_level_is_set_for_all_or_for_one_place(run: Run, lines: Path, said: tuple[str, ...], level: str) -> None:
    options = [x for s in said for x in ("--level", s)]
    assert document(run("check", lines, *SOME, *options, "--format", "json"))["levels"] == {"430702": level}


def test_a_level_for_a_place_that_is_not_there_is_said(run: Run, lines: Path) -> None:
    assert "430799" in run("check", lines, *SOME, "--level", "430799=city").stderr


def test_the_number_of_threads_changes_no_byte(run: Run, county: Path) -> None:
    one, four = (run("check", county, "--format", "json", "--jobs", n).stdout for n in (1, 4))
    assert one == four


def test_a_mechanism_in_a_file_is_named_in_the_report(run: Run, lines: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('based_on = "changde-12345"\nkey = "own"\nstatus = "official"', encoding="utf-8")
    said = document(run("check", lines, *SOME, "--profile", own, "--format", "json"))["profile"]
    assert said == {"key": "own", "status": "official"}


# The configuration file


def config(folder: Path, text: str) -> Path:
    path = folder / "review.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_configuration_file_holds_any_option_and_values_of_parameters(run: Run, lines: Path) -> None:
    file = config(
        lines.parent,
        """
        as-of = 2026-01-10
        select = ["Z01", "Z13"]
        fail-on = "orange"
        format = "json"
        level = { 430702 = "city" }
        round = true
        [set]
        Z13.tolerance = 0.05
    """,
    )
    result = run("check", lines, "--config", file)
    report = document(result)
    assert result.exit_code == 1
    assert (report["as_of"], report["levels"]) == ("2026-01-10", {"430702": "city"})
    assert {r["code"]: r["flagged"] for r in report["rules"]} == {"Z01": 1, "Z13": 0}


def test_the_command_line_wins_over_the_configuration_file(run: Run, lines: Path) -> None:
    file = config(
        lines.parent, 'as_of = "2026-01-10"\nselect = "Z01"\nformat = "json"\n[set]\n"Z13.tolerance" = "0.05"'
    )
    report = document(run("check", lines, "--config", file, "--select", "Z13", "--set", "Z13.tolerance=0"))
    assert [(r["code"], r["flagged"]) for r in report["rules"]] == [("Z13", 1)]


def test_paths_in_a_configuration_file_are_beside_it(run: Run, lines: Path) -> None:
    file = config(lines.parent, 'as_of = "2026-01-10"\nselect = "Z01"\noutput = "out.json"')
    assert run("check", lines, "--config", file).exit_code == 0
    assert (lines.parent / "out.json").is_file()


@pytest.mark.parametrize(
    ("text", "named"),
    [("colour = 1", "colour"), ("paths = ['x']", "paths"), ("round = 1", "round"), ("jobs = true", "jobs"),
     ("set = 5", "set"), ("stage = ['pre']", "stage"), ("stage", "TOML"), ("stage = 'summer'", "summer")],
)  # fmt: skip
def test_a_configuration_file_with_a_mistake_is_wrong_usage_and_named(
    run: Run, lines: Path, text: str, named: str
) -> None:
    result = run("check", lines, "--config", config(lines.parent, text))
    assert result.exit_code == 2
    assert named in result.stderr or named == "TOML"


# Waivers


def test_a_waived_finding_stays_in_the_report_and_no_longer_decides(run: Run, county: Path, tmp_path: Path) -> None:
    plain = document(run("check", county, *SOME, "--format", "json"))
    red = next(f for f in plain["findings"] if f["severity"] == "red")
    waivers = tmp_path / "waivers.toml"
    entry = f'[[waiver]]\nfingerprint = "{red["fingerprint"]}"\nreason = "灾年"\nrequester = "甲"\napprover = "乙"\n'
    waivers.write_text(entry + "until = 2026-12-31", encoding="utf-8")
    result = run("check", county, *SOME, "--waivers", waivers, "--format", "json")
    assert result.exit_code == 0
    report = document(result)
    assert [f["fingerprint"] for f in report["findings"]] == [f["fingerprint"] for f in plain["findings"]]
    assert {r["code"]: r["waived"] for r in report["rules"]} == {"L10": 1, "Z01": 0, "Z13": 0}
    waivers.write_text(entry + "until = 2026-01-09", encoding="utf-8")
    late = run("check", county, *SOME, "--waivers", waivers)
    assert late.exit_code == 1
    assert "expired on 2026-01-09" in late.stderr


# Output


@pytest.mark.parametrize("ending", ["txt", "json", "jsonl", "csv", "parquet", "xlsx", "html"])
def test_every_format_is_written_by_its_ending(run: Run, lines: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"report.{ending}"
    result = run("check", lines, *SOME, "--output", target)
    assert result.exit_code == 0
    assert target.stat().st_size > 0
    assert result.stdout == ""
    assert str(target) in result.stderr


@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "csv", "html"])
def test_every_text_format_goes_into_a_pipe(run: Run, lines: Path, format_: str) -> None:
    assert len(run("check", lines, *SOME, "--format", format_).stdout_bytes) > 100


def test_format_wins_over_the_ending(run: Run, lines: Path, tmp_path: Path) -> None:
    run("check", lines, *SOME, "--format", "json", "--output", tmp_path / "report.html")
    assert json.loads((tmp_path / "report.html").read_text(encoding="utf-8"))["schema"] == "budgetreview/1"


@pytest.mark.parametrize("format_", ["parquet", "xlsx", "docx"])
def test_a_binary_format_needs_a_file(run: Run, lines: Path, format_: str) -> None:
    assert run("check", lines, "--format", format_).exit_code == 2


def test_an_input_is_never_written_over(run: Run, lines: Path, tmp_path: Path) -> None:
    other = tmp_path / "link.csv"
    other.symlink_to(lines)
    for target in (lines, other, lines.parent / "x" / ".." / "lines.csv"):
        assert run("check", lines, "--output", target).exit_code == 2
    assert lines.read_text(encoding="utf-8") == LINES


def test_a_report_never_overwrites_the_configuration_that_asked_for_it(run: Run, lines: Path, tmp_path: Path) -> None:
    config = tmp_path / "review.toml"
    config.write_text('stage = "pre"\nas-of = "2026-01-10"\n', "utf-8")
    result = run("check", lines, "--config", config, "--output", config, "--format", "json")
    assert result.exit_code == 2
    assert config.read_text("utf-8").startswith("stage")


def test_the_coverage_beside_a_report_does_not_overwrite_an_input_either(run: Run, tmp_path: Path) -> None:
    taken = tmp_path / "report.coverage.csv"
    taken.write_text(LINES, encoding="utf-8")
    assert run("check", taken, "--output", tmp_path / "report.csv").exit_code == 2
    assert taken.read_text(encoding="utf-8") == LINES


def test_a_report_does_not_land_among_the_tables_of_an_input_folder(run: Run, county: Path) -> None:
    assert run("check", county, *SOME, "--output", county / "report.csv").exit_code == 2
    assert run("check", county, *SOME, "--output", county / "report.html").exit_code == 1


def test_waivers_and_tables_of_codes_are_inputs_too(run: Run, lines: Path, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.csv"
    waivers.write_text("", encoding="utf-8")
    assert run("check", lines, "--waivers", waivers, "--output", waivers).exit_code == 2


def test_a_folder_that_is_not_there_is_told_before_anything_is_read(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.xlsx", "--output", tmp_path / "no" / "report.html")
    assert result.exit_code == 2
    assert "none.xlsx" not in result.stderr


def test_where_the_report_cannot_be_written_at_the_end_its_text_is_printed(
    run: Run, lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        msg = "no space left"
        raise OutputError(msg)

    target = tmp_path / "report.json"
    target.write_text("before", encoding="utf-8")
    monkeypatch.setattr("budgetreview.render.write", full)
    result = run("check", lines, *SOME, "--output", target)
    assert result.exit_code == 2
    assert "no space left" in result.stderr
    assert "Z13" in result.stdout
    assert target.read_text(encoding="utf-8") == "before"


def test_many_notices_are_cut_with_their_number_unless_all_are_asked_for(
    run: Run, lines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("budgetreview.cli.review.check._MOST_NOTICES", 0)
    text = LINES.replace("区划代码,", "区划代码,闲话,").replace("430702,2026", "430702,x,2026")
    lines.write_text(text, encoding="utf-8")
    assert "more notices" in run("check", lines, *SOME).stderr
    assert "闲话" in run("check", lines, *SOME, "--verbose").stderr
