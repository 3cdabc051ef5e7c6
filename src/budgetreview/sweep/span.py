"""Which values of a parameter to try: those named, or steps of the same width around the value in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Final

from budgetreview.errors import Text, UsageError
from budgetreview.parameters import Parameter, Value, read_value
from budgetreview.sweep.curve import Number

STEPS: Final = 21
"""Points unless another number is asked for."""
_MOST_STEPS: Final = 1000
_COARSE: Final = 10_000
"""Denominator up to which points between are made."""


def values_to_try(
    parameter: Parameter,
    place: str,
    current: Number | None,
    values: Iterable[str] | None,
    start: str | None,
    end: str | None,
    steps: int,
    as_of: date,
) -> list[Number]:
    """The values to try, in order, each once, all within the limits of the parameter."""
    if values is not None:
        chosen = [_number(read_value(v, parameter.unit)) for v in values]
    else:
        if not 2 <= steps <= _MOST_STEPS:  # noqa: PLR2004 - two points make a line
            raise UsageError(Text(f"--steps 应为 2 至 {_MOST_STEPS}", f"--steps must be 2 to {_MOST_STEPS}"))
        low, high = _ends(parameter, place, current, start, end, as_of)
        chosen = [_between(low, high, k, steps - 1, parameter) for k in range(steps)]
    for value in chosen:
        parameter.checked(value, place)
    return sorted({*chosen, *(() if current is None else (current,))})


def _ends(
    parameter: Parameter, place: str, current: Number | None, start: str | None, end: str | None, as_of: date
) -> tuple[Fraction, Fraction]:
    """From half to one and a half times the value in force, within the limits, where no ends are named."""
    limit = parameter.within(as_of, None)
    least = None if limit.least is None else Fraction(_number(limit.least))
    most = None if limit.most is None else Fraction(_number(limit.most))
    if current is None and (start is None or end is None):
        raise UsageError(
            Text(
                f"{place} 没有现行值，请用 --from 和 --to 给出范围",
                f"{place} has no value in force; name a range with --from and --to",
            )
        )
    about = Fraction(current or 0)
    span = abs(about) / 2 or (Fraction(1, 10) if parameter.unit == "share" else Fraction(10))
    low, high = about - span, about + span
    low = low if least is None else max(low, least)
    high = high if most is None else min(high, most)
    low = Fraction(_number(read_value(start, parameter.unit))) if start is not None else low
    high = Fraction(_number(read_value(end, parameter.unit))) if end is not None else high
    if low >= high:
        raise UsageError(Text("--from 应小于 --to", "--from must be less than --to"))
    return low, high


def _between(low: Fraction, high: Fraction, k: int, n: int, parameter: Parameter) -> Number:
    value = low + (high - low) * k / n
    if parameter.unit in {"share", "score"}:
        return value if k in {0, n} else value.limit_denominator(_COARSE)
    return round(value)


def _number(value: Value) -> Number:
    return 0 if isinstance(value, tuple) else value
