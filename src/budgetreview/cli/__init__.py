"""The command line: parse, call, render, exit status. No rule, no figure and no reading of law lives here."""

from __future__ import annotations

import sys

import click

from budgetreview.cli.exits import Commands

__all__ = ["main", "program"]


def _version(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        from budgetreview.report import ENGINE

        click.echo(f"budgetreview {ENGINE}")
        context.exit()


@click.group(name="budgetreview", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="版本 / show the version"
)
def program() -> None:
    """Review public budgets: rules with their law, exact money, and plain words on what could not be judged.

    审查政府预算草案：规则、依据、精确金额，以及“无法判断”的如实说明。

    \b
    退出状态 / exit status:
      0  无达到 --fail-on 的发现 / no finding at or above --fail-on
      1  有 / there is one
      2  用法有误 / wrong usage
      3  有输入无法读取 / an input could not be read
      4  审查不完整，或规则包缺失、损坏 / incomplete, or a package is missing or broken
    """  # noqa: D301 - click wants the control character itself


program.homes = {
    "check": "budgetreview.cli.review.check",
    "batch": "budgetreview.cli.review.batch",
    "rules": "budgetreview.cli.rulebook.rules",
    "explain": "budgetreview.cli.rulebook.rules",
    "mechanism": "budgetreview.cli.review.mechanism",
    "packs": "budgetreview.cli.rulebook.packs",
    "layers": "budgetreview.cli.rulebook.layers",
    "lock": "budgetreview.cli.rulebook.lock",
    "impact": "budgetreview.cli.compare.impact",
    "replay": "budgetreview.cli.review.replay",
    "new-pack": "budgetreview.cli.rulebook.newpack",
    "layouts": "budgetreview.cli.forms",
    "template": "budgetreview.cli.forms",
    "demo": "budgetreview.cli.review.demo",
    "sweep": "budgetreview.cli.compare.sweep",
    "diff": "budgetreview.cli.compare.diff",
    "merge": "budgetreview.cli.compare.merge",
    "ledger": "budgetreview.cli.ledger",
}


def main() -> None:
    """The entry point: a terminal that cannot show a character gets a question mark, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    program()
