"""The language of conditions: what a rule without Python says of a line, or of the sums over a group of lines.

A text becomes tokens (``spelling``), tokens a tree of an allowed list of nodes (``parsing``), the tree an expression of
known kinds (``compiling``, from ``leaves`` up; ``meeting`` says what may stand beside what, ``functions`` what may be
called) that works on whole columns with three values and exact numbers (``typed``, ``exact``, ``texts``).
Nothing is ever evaluated as Python or SQL.
"""

from __future__ import annotations

from budgetreview.expressions.compiling import compile_condition, compile_value
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.expressions.spelling import LONGEST, MOST_NODES
from budgetreview.expressions.typed import Environment, Scope, Typed

__all__ = [
    "LONGEST", "MOST_NODES", "Environment", "ExpressionError", "Scope", "Typed", "compile_condition", "compile_value",
]  # fmt: skip
