"""The limit of a rule: one figure with its unit, as people write it, to a parameter."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from budgetreview.errors import ParameterError, Text
from budgetreview.expressions import Typed
from budgetreview.parameters import DatedValue, Parameter, Unit, Value, read_value
from budgetreview.rulefile.form import Form

LIMIT: Final = "limit"
_ENDINGS: Final[tuple[tuple[str, Unit], ...]] = (
    ("个工作日", "days"),
    ("天", "days"),
    ("日", "days"),
    ("个月", "months"),
    ("月", "months"),
    ("年", "years"),
    ("个", "count"),
    ("人", "count"),
    ("次", "count"),
    ("项", "count"),
    ("条", "count"),
    ("辆", "count"),
)


def limits(form: Form) -> list[tuple[Unit, Value]]:
    """What the limit may be, the likeliest first."""
    text = form.entry.get("limit").replace("％", "%").replace(" ", "")
    if not text:
        return []
    tries = _readings(text)
    found: list[tuple[Unit, Value]] = []
    for unit, said in tries:
        try:
            value = read_value(said, unit)
        except ParameterError:
            continue
        large = unit == "share" and "%" not in said and abs(Fraction(value)) > 1  # type: ignore[arg-type]
        if "/" not in said and not large:
            found.append((unit, value))
    if not found and tries[0][0] == "money" and re.fullmatch(r"[\d,]*\.\d+\D{1,3}", text):
        form.wrong(
            LIMIT,
            "bad-limit",
            f"读到“{text}”；金额须写到分为止，如 0.01元、50万元",
            f"{text!r} was read; money goes down to the 分, as 0.01元 or 50万元",
        )
    elif not found:
        form.wrong(
            LIMIT,
            "bad-limit",
            f"读到“{text}”；应带单位，如 50万元、20%、30天、3个",
            f"{text!r} was read; expected a figure with its unit: 50万元, 20%, 30天, 3个",
        )
    return found


def _readings(text: str) -> list[tuple[Unit, str]]:
    """What a figure may be by how it ends, and the figure without an ending that only people need."""
    if text.endswith("元"):
        return [("money", text)]
    if text.endswith(("万", "亿")):
        return [("money", text + "元")]
    if text.endswith("%"):
        return [("share", text)]
    for ending, unit in _ENDINGS:
        if text.endswith(ending):
            return [(unit, text.removesuffix(ending))]
    return [("count", text), ("share", text), ("score", text)]


def _bound(form: Form, key: str, unit: Unit) -> Value | None:
    """The least or the most that a limit may be."""
    text = form.entry.get(key)
    if not text:
        return None
    ending = next((e for e, u in _ENDINGS if u == unit and text.endswith(e)), "")
    try:
        return read_value(text.removesuffix(ending), unit)
    except ParameterError:
        form.wrong(
            key,
            "bad-limit",
            f"读到“{text}”；应与限额单位相同",
            f"{text!r} was read; expected the unit of the limit",
        )
        return None


def limited(form: Form, condition: Typed, unit: Unit, value: Value) -> Parameter | None:
    """The limit as a parameter that others may change; None where the condition does not use it."""
    if LIMIT not in condition.parameters:
        form.wrong(
            LIMIT,
            "limit-unused",
            "条件里没有用到；请在条件里写 限额",
            "the condition does not use it; write limit there",
        )
        return None
    found = Parameter(
        LIMIT,
        unit,
        Text("本规则的限额", "the limit of this rule"),
        (DatedValue(value, origin=form.pack),),
        _bound(form, "least", unit),
        _bound(form, "most", unit),
    )
    try:
        found.checked(value, LIMIT)
    except ParameterError as error:
        form.wrong(LIMIT, "bad-limit", error.text.zh, error.text.en)
    return found
