"""Ask each rule about the rows in its scope, and bring its answers down to counts and flagged units at once.

The four answers are decided here, once for all rules: what lies outside a rule's scope is not applicable, what lacks an
input is not assessed, and only the rest is flagged or clear.

A rule's way: :mod:`~budgetreview.judging.plan` settles what it speaks of and what is lacking,
:mod:`~budgetreview.judging.pieces` cuts the tables into whole places, :class:`Bench` hands them to the rule's function,
:mod:`~budgetreview.judging.answers` makes one answer a unit of what it returns, and
:mod:`~budgetreview.judging.tally` adds the answers up. :mod:`~budgetreview.judging.again` does so for the places that
differ from an earlier review only.
"""

from __future__ import annotations

from budgetreview.judging.again import Earlier, judged_again
from budgetreview.judging.answers import Judged
from budgetreview.judging.bench import Bench
from budgetreview.judging.pieces import PIECE

__all__ = ["PIECE", "Bench", "Earlier", "Judged", "judged_again"]
