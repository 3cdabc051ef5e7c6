"""What is said of an expression that is not understood."""

from __future__ import annotations

from budgetreview.errors import RuleError, Text


class ExpressionError(RuleError):
    """An expression is outside the language, or its parts do not fit together.

    Attributes:
        text: What was read, what was expected, what to do.
        parameter: The figure that is at fault where it is not the expression.
    """

    def __init__(self, text: Text, parameter: str | None = None) -> None:
        super().__init__(f"{text.zh} / {text.en}")
        self.text = text
        self.parameter = parameter
