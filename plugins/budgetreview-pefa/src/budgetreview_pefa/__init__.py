"""The PEFA 2016 scorecard of a budget for PI-1, PI-2 and PI-3 over three completed years.

    import budgetreview as br
    from budgetreview_pefa import scorecard, as_text

    card = scorecard(br.read("county-2023-2025.xlsx"))
    print(as_text(card))
    card["PI-2.1"].score            # "B", or None where it cannot be scored: card["PI-2.1"].why

Formulas and bands carry a mark each: S read at pefa.org, K known but not re-read. Which codes count is our reading
(:class:`Reading`). What cannot be scored is not scored; it is never a D.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

import budgetreview as br
from budgetreview_pefa.figures import Figure, Head, Pair, Reading
from budgetreview_pefa.rendering import Lang, as_json, as_markdown, as_text
from budgetreview_pefa.rules import PACK, book
from budgetreview_pefa.scorecard import Indicator, Scorecard, Scored, scorecard

__all__ = [
    "FORMATS",
    "PACK",
    "Figure",
    "Head",
    "Indicator",
    "Pair",
    "Reading",
    "Scorecard",
    "Scored",
    "as_json",
    "as_markdown",
    "as_text",
    "scorecard",
]

FORMATS: Final[Mapping[str, Callable[[Scorecard, Lang], str]]] = MappingProxyType(
    {"text": as_text, "markdown": as_markdown, "json": lambda card, _: as_json(card)}
)
"""How a scorecard is written, by name."""


@br.hookimpl
def budgetreview_about() -> br.About:
    """An international yardstick, of no place."""
    return br.About(
        title=br.Text("PEFA 2016 评分卡", "PEFA 2016 scorecard"),
        layer="national",
        engine=">=0.1",
        summary=br.Text(
            "按 PEFA 2016 的公式，对三个已完成年度的支出、收入执行评分；D 档另有六条默认不运行的规则。",
            "Scores outturn against budget over three years by PEFA 2016; six rules, off by default, report a D.",
        ),
    )


@br.hookimpl
def budgetreview_rules() -> Iterable[br.Rule]:
    """A D as a finding, one rule a dimension."""
    return book.rules
