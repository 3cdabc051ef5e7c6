"""What the commands of the ledger call things: how a review met a case, a state as typed, a number of cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from budgetreview.errors import Text, UsageError
from budgetreview.loop import Loop

OUTCOMES: Final[Mapping[str, Text]] = {
    "new": Text("新发现", "new"),
    "persisting": Text("仍存在", "persisting"),
    "changed": Text("数值有变", "changed"),
    "reopened": Text("重新打开", "reopened"),
    "resolved": Text("已消除", "resolved"),
    "not_judged": Text("本次未能判断", "not judged this time"),
}


def state_of(loop: Loop, said: str | None) -> str | None:
    """The state that was typed by its key or title.

    Raises:
        UsageError: There is none of that name.
    """
    if said is None:
        return None
    found = loop.state_named(said)
    if found is None:
        raise UsageError(Text(f"没有状态 {said}；可用：{'、'.join(f'{s.title.zh}({s.key})' for s in loop.steps)}",
                              f"no state {said}; known: {', '.join(s.key for s in loop.steps)}"))  # fmt: skip
    return found


def count_of(n: int) -> str:
    """A number of cases in English."""
    return "1 case" if n == 1 else f"{n} cases"
