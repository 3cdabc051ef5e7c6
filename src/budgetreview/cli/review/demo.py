"""``demo``: the main job on the example that ships with the program, ending with a report one can open."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from budgetreview import render
from budgetreview.cli import language
from budgetreview.cli.output.destination import writable
from budgetreview.cli.progress import Bar
from budgetreview.cli.review.check import speak
from budgetreview.engine import review
from budgetreview.plugins import load_rules

_WORKBOOK: Final = Path("budgetreview-demo.xlsx")
_REPORT: Final = Path("budgetreview-demo.html")


@click.command()
@language.option
def demo() -> None:
    """示例：生成一个县的预算工作簿并审查 / review the example county and write a report to open."""
    from budgetreview import example
    from budgetreview.intake import read

    for file in (_WORKBOOK, _REPORT):
        writable(file)
    with Bar() as bar:
        bar.step(language.say_both("生成示例", "making the example"))
        example.write(_WORKBOOK)
        bar.step(language.say_both("审查", "reviewing"))
        report = review(read(_WORKBOOK), load_rules(), stage="preliminary", as_of=example.AS_OF)
    speak(report, verbose=False)
    lang = language.of_reports()
    render.write(report, _REPORT, lang=lang)
    click.echo(render.text(report, lang), nl=False)
    language.tell(
        f"审查基准日 {report.as_of}；已写入 {_WORKBOOK} 和 {_REPORT}，请用浏览器打开后者",
        f"as of {report.as_of}; written: {_WORKBOOK} and {_REPORT}; open the latter in a browser",
    )
