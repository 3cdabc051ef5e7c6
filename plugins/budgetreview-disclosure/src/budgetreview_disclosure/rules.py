"""The D rules: each flags the checks of its name that do not hold; words and law are in ``rules.toml``.

What is compared is worked out by ``checks`` when a document is read and stands in the core's table ``statements``. So
the core's four answers, fingerprints, waivers and ledger hold for documents as for tables.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import budgetreview as br
from budgetreview_disclosure import PACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

book: Final = br.RuleBook.from_toml(files(__package__) / "rules.toml", pack=PACK)
_READS: Final = ("statements.check", "statements.subject")
_USES: Final = tuple(
    f"statements.{c}"
    for c in (
        "agency_name", "left_name", "left", "right_name", "right", "tolerance", "holds", "reason", "quote", "page",
        "box",
        "sheet", "cell",
    )
)  # fmt: skip
_LEAST: Final = "left + tolerance < right"


def names() -> Mapping[str, str]:
    """The code of each check by its name: ``column-total`` → ``D05``."""
    entries = tomllib.loads((files(__package__) / "rules.toml").read_text(encoding="utf-8"))
    return {entry["name"]: code for code, entry in entries.items() if code != "laws"}


def formulas() -> Mapping[str, str]:
    """The formula of each code."""
    entries = tomllib.loads((files(__package__) / "rules.toml").read_text(encoding="utf-8"))
    return {code: entry["formula"] for code, entry in entries.items() if code != "laws"}


def _flags(name: str, formula: str) -> Callable[[br.Table], br.Assessment]:
    def flag(statements: br.Table) -> br.Assessment:
        """A check of this name does not hold."""
        mine = statements.key("check").isin((name,))
        own = statements
        if len({p.entity for p in statements.periods}) <= 1:
            # of one place: nothing of a rule's scope differs between rows, so the other checks need not be counted
            own = statements.subset(~mine.no)
            mine = own.key("check").isin((name,))
        left, right, tolerance = own.money("left"), own.money("right"), own.money("tolerance")
        holds = own.mark("holds")
        amounts = "left" in formula
        condition = ~holds
        if amounts:
            condition = (left + tolerance < right) if formula == _LEAST else (abs(left - right) > tolerance)
        return br.Assessment.of(
            own, condition=condition, applies=mine, measure=abs(left - right) if amounts else None,
            values={
                "left": left, "right": right, "tolerance": tolerance, "holds": holds, "left_name": own.key("left_name"),
                "right_name": own.key("right_name"), "quote": own.key("quote"),
            },
            about="subject", amount=abs(left - right) if amounts else None,
        )  # fmt: skip

    return flag


for _name, _code in names().items():
    book.rule(_code, reads=_READS, uses=_USES, per="statement")(_flags(_name, formulas()[_code]))
