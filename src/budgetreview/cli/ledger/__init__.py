"""``ledger``: the closed loop from the command line; every finding followed until it is closed."""

from __future__ import annotations

import click

from budgetreview.cli.ledger import cases, keeping, sheets
from budgetreview.cli.ledger.calendar import calendar
from budgetreview.cli.ledger.economics import economics
from budgetreview.cli.ledger.evidence import evidence
from budgetreview.cli.ledger.joining import merge, parts
from budgetreview.cli.ledger.people import people
from budgetreview.cli.ledger.summary import summary
from budgetreview.cli.ledger.waiving import waiver


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    commands=[
        keeping.init, keeping.add, keeping.date_, keeping.verify, keeping.head, keeping.loop_, keeping.upgrade,
        cases.list_, cases.show, cases.move, sheets.export, sheets.import_, sheets.cases,
        people, waiver, evidence, economics, summary, merge, parts, calendar,
    ],
)  # fmt: skip
def ledger() -> None:
    """闭环台账：发现—认定—交办—整改—核验—销号 / the closed loop, kept in a ledger."""
