"""``check``: review inputs, say what could not be read, and end with a status that a program can rely on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import attrs
import click

from budgetreview import render
from budgetreview.cli import exits, language
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output.columns import table
from budgetreview.cli.output.destination import Destination
from budgetreview.cli.progress import Bar
from budgetreview.cli.review.manifest import Request
from budgetreview.cli.review.returning import Return
from budgetreview.engine import review
from budgetreview.errors import Notice, Problem
from budgetreview.mechanism import STAGES
from budgetreview.money import FEN
from budgetreview.render import summary, words
from budgetreview.report import Findings, Report
from budgetreview.rule import RuleSet, Severity
from budgetreview.submission import Submission
from budgetreview.waivers import Waivable, Waiver, applied, read_waivers

_MOST_NOTICES: Final = 30


@click.command()
@inputs.options
@click.option("--stage", type=click.Choice(STAGES), default="preliminary", show_default=True, help="阶段 / stage")
@click.option(
    "--set", "set_", multiple=True, metavar="CODE.param=value", help="规则参数的值 / value of a rule's parameter"
)
@click.option("--waivers", type=inputs.PATH, metavar="FILE", help="豁免清单（TOML）/ recorded waivers")
@click.option("--ledger", metavar="FILE|postgresql://…", help="闭环台账，供 C01、C02 / the ledger, for C01 and C02")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="并行线程 / threads")
@click.option("--fail-on", type=click.Choice([*(s.value for s in Severity), exits.NEVER]), default="red",
              show_default=True, help="达到此严重程度即退出 1 / severity from which the status is 1")  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(render.FORMATS), help="报告格式，优先于扩展名 / wins over the ending"
)
@click.option("--output", type=inputs.PATH, metavar="FILE", help="报告文件 / file of the report")
@click.option("--report-unit", type=click.Choice(tuple(FEN)), default="元", show_default=True,
              help="报告中的金额单位 / unit of money in reports for people")  # fmt: skip
@click.option("--annotate", type=inputs.PATH, metavar="FILE|DIR",
              help="返还加了颜色、批注和发现页的原工作簿 / the workbook back, with comments at its cells")  # fmt: skip
@click.option("--verbose", is_flag=True, help="列出全部发现、注意事项和用时 / all findings, notices and times")
@language.option
@click.pass_context
def check(ctx: click.Context, /, **said: Any) -> None:
    """审查一个或多个输入 / review inputs; several are one batch."""
    asked = inputs.Asked.of(said)
    if not asked.paths:
        raise click.UsageError(
            language.say_both("缺少要审查的文件或文件夹", "name the files or folders to review"), ctx
        )
    waivers_file: Path | None = said["waivers"]
    own = (*asked.files, *settings.file(ctx), *([waivers_file] if waivers_file else []))
    destination = Destination.of(said["format_"], said["output"], own, said["report_unit"])
    back = None if said["annotate"] is None else Return.of(
        said["annotate"], asked.paths, (*own, *(p for p in [said["output"]] if p is not None)), said["report_unit"]
    )  # fmt: skip
    if waivers_file:
        read_waivers(waivers_file)  # a mistake in it must not cost the reading of a large input
    rules = asked.rules()
    mechanism = inputs.profile(rules, asked.profile)
    everywhere, named = settings.levels(ctx, asked.level)
    how: dict[str, Any] = {
        "stage": said["stage"], "as_of": asked.as_of, "settings": settings.values(ctx, said["set_"]),
        "profile": mechanism,
    }  # fmt: skip
    # Tried on nothing first: a mistyped parameter must not cost the reading of a large input.
    review(Submission.of({}, ()), rules, **how)
    language.tell(f"审查基准日 {asked.as_of}", f"as of {asked.as_of}")
    request = Request(asked, said["stage"], how["settings"], everywhere, named, waivers_file, said["ledger"])
    with Bar() as bar:
        report = reviewed(request, rules, bar, said["jobs"])
    if destination.format in {"json", "jsonl"}:
        report = attrs.evolve(report, asked=request.record())
    speak(report, verbose=said["verbose"])
    for code in sorted(set(named) - {p.entity for p in report.periods}):
        language.tell(
            f"注意：--level {code}=…：输入中没有这个区划", f"notice: --level {code}=…: no input is of this entity"
        )
    if any(not i.problems and i.table for i in report.inputs) or said["format_"] or destination.path:
        destination.deliver(report, verbose=said["verbose"])
    if back is not None:
        back.deliver(report, rules.readers)
    ctx.exit(exits.status(report, said["fail_on"]))


def reviewed(request: Request, rules: RuleSet, bar: Bar, jobs: int) -> Report:
    """Read the inputs and review them: what ``check`` does, and ``replay`` once more.

    Args:
        request: What is asked for.
        rules: The rules chosen.
        bar: Shows how far it is.
        jobs: Threads.
    """
    asked = request.asked
    recorded = read_waivers(request.waivers) if request.waivers else ()
    submission = asked.submission(rules, bar, jobs)
    if request.ledger is not None:
        from budgetreview.cli.ledger.casebook import with_cases

        submission = with_cases(submission, request.ledger, asked.as_of)
    label = language.say_both("审查", "reviewing")
    report = review(
        submission, rules, stage=request.stage, as_of=asked.as_of, settings=request.values,
        profile=inputs.profile(rules, asked.profile), jobs=jobs,
        level=settings.level_for(request.level, request.levels, (p.entity for p in submission.periods)),
        progress=lambda done, total: bar.step(label, done, total),
    )  # fmt: skip
    return waived(report, rules, recorded)


def waived(report: Report, rules: RuleSet, waivers: tuple[Waiver, ...]) -> Report:
    """The report with its waivers applied, and a notice for every waiver without effect."""
    if not waivers:
        return report
    allowed = {r.code: r.waivable for r in rules}
    found = {
        fingerprint: Waivable(facts, r.rule.code, allowed[r.rule.code])
        for r in report.results
        for fingerprint, facts in zip(
            report.findings.prints(r.rule.code), report.findings.facts(r.rule.code), strict=True
        )
    }
    for code in sorted({w.scope.rule for w in waivers if w.scope is not None} & allowed.keys()):
        found |= {
            f.fingerprint: attrs.evolve(
                found[f.fingerprint], place=(f.entity, f.fiscal_year, f.agency, f.project)
            )
            for f in report.findings.of(code)
        }
    reasons, notices = applied(waivers, found, report.as_of)
    return attrs.evolve(
        report, findings=Findings(report.results, reasons), waived=reasons, notices=(*report.notices, *notices)
    )


def speak(report: Report, *, verbose: bool) -> None:
    """Say on the standard error what the reader must know whatever becomes of the report."""
    problems: list[Problem] = [p for i in report.inputs for p in i.problems]
    exits.listed(problems, ("问题", "problem"))
    notices: list[Notice] = [n for i in report.inputs for n in i.notices] + list(report.notices)
    shown = notices if verbose else notices[:_MOST_NOTICES]
    exits.listed(shown, ("注意", "notice"))
    if len(notices) > len(shown):
        more = len(notices) - len(shown)
        language.tell(f"另有{more}条注意事项，用 --verbose 查看", f"{more} more notices; see them with --verbose")
    for r in report.results:
        if r.outcome == "failed":
            language.tell(f"规则 {r.rule.code} 运行失败（不影响其他规则的结果）：{r.error}",
                          f"rule {r.rule.code} failed (the results of the others stand): {r.error}")  # fmt: skip
    if verbose:
        slow = sorted(report.results, key=lambda r: (-r.seconds, r.rule.code))
        header = (language.say_both("规则", "rule"), language.say_both("秒", "seconds"))
        click.echo(table(header, [(r.rule.code, f"{r.seconds:.3f}") for r in slow if r.outcome == "ran"]), err=True)
    lang = language.of_messages()
    counts = summary.by_severity(report)
    said = " · ".join(f"{words.say(words.SEVERITY, s.value, lang)} {counts[s]}" for s in Severity)
    waived = summary.waived(report)
    if waived:
        said += language.say_both(f" · 另有已豁免 {waived}", f" · waived besides {waived}")
    if not report.complete:
        said += language.say_both(" · 审查不完整", " · incomplete")
    click.echo(said, err=True)
