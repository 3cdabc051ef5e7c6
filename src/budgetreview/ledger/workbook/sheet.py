"""What the sheet of cases is: its columns, what stands in a row when it goes out, and runs of case numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from budgetreview.errors import Text
from budgetreview.ledger.fold import Row
from budgetreview.loop import Loop
from budgetreview.money import yuan

SHEET: Final = Text("处置", "cases")
ABOUT: Final = Text("说明", "about")
IDENTITY: Final = ("no", "fingerprint", "facts", "version")
"""What says which case a row is, and as of when."""
FILLED: Final = ("to", "person", "reason", "document", "due_new", "department_new")
"""What the office fills in."""
COLUMNS: Final[Mapping[str, Text]] = {
    "no": Text("案件", "case"),
    "rule": Text("规则", "rule"),
    "severity": Text("严重程度", "severity"),
    "entity": Text("区划", "entity"),
    "fiscal_year": Text("年度", "year"),
    "agency": Text("单位", "agency"),
    "project": Text("项目", "project"),
    "amount": Text("金额（元）", "amount (yuan)"),
    "message": Text("内容", "finding"),
    "question": Text("问题", "question"),
    "state": Text("状态", "state"),
    "due": Text("期限", "due"),
    "department": Text("责任单位", "department"),
    "to": Text("决定", "decision"),
    "person": Text("办理人", "person"),
    "reason": Text("理由", "reason"),
    "document": Text("文件", "document"),
    "due_new": Text("新期限", "new deadline"),
    "department_new": Text("交办单位", "assign to"),
    "fingerprint": Text("指纹", "fingerprint"),
    "facts": Text("数值校验", "facts"),
    "version": Text("版本", "version"),
}
_SEVERITY: Final[Mapping[str, Text]] = {
    "red": Text("红", "red"),
    "orange": Text("橙", "orange"),
    "yellow": Text("黄", "yellow"),
    "blue": Text("蓝", "blue"),
}
EXACT: Final = 10**15
"""Below so many 分 a number cell shows every digit."""
MOST_ROWS: Final = 1_000_000


def cells_of(case: Row, finding: Mapping[str, Any], loop: Loop, lang: str) -> dict[str, str | int | None]:
    """What stands in the row of a case."""
    said: dict[str, Any] = {n: case.get(n) for n in COLUMNS}
    said["amount"] = None if case["amount"] is None else yuan(case["amount"])
    said["severity"] = _SEVERITY[case["severity"]][lang]
    said["state"] = loop.step(case["state"]).title[lang]
    for name in ("message", "question"):
        said[name] = (finding.get(name) or {}).get(lang)
    return said


def runs(numbers: Sequence[int]) -> str:
    """``1-24,27`` for the numbers 1 to 24 and 27."""
    out: list[list[int]] = []
    for n in sorted(numbers):
        if out and n == out[-1][1] + 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in out)


def numbers(said: str) -> set[int]:
    """The numbers that :func:`runs` wrote; none where somebody edited them."""
    out: set[int] = set()
    for part in filter(None, said.split(",")):
        a, _, b = part.partition("-")
        if not a.isdecimal() or not (b or a).isdecimal() or int(b or a) - int(a) > MOST_ROWS:
            return set()
        out |= set(range(int(a), int(b or a) + 1))
    return out
