"""Faults in targets and in the figures themselves, for the rules of ``rules/quality.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, Row, money
from budgetreview.example.planting import Fault, Hand, growing, of_agency, plain, resize, set_prior

_NEAREST: Final = 5
_UNCOMPARED: Final = ("30101", "30102", "30107", "30206", "30228")
"""Codes of basic expenditure under each agency's own function, where there are too few peers to compare with."""


def _q01(hand: Hand) -> str:
    parent, child = hand.lines(lambda r: r.get("agency") == "110001" and r.get("basic") is False)[:2]
    child["parent_id"] = parent["line_id"]
    hand.used |= {parent["line_id"], child["line_id"]}
    return str(parent["line_id"])


def _q02(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["unit_kind"] == "行政")
    row["gov_economic_code"] = "50502"
    return str(row["line_id"])


def _q03(hand: Hand) -> str:
    row = hand.project(growing)
    before = row["prior_approved"]
    resize(row, max(100, money(row["proposed"] / Fraction(9000))))
    set_prior(row, before)
    row["prior_executed"] = money(before * Fraction(96, 100))
    return str(row["line_id"])


def _q04(hand: Hand) -> str:
    row = hand.project(plain)
    again = dict(row, line_id="S9004")
    hand.rows["lines"].insert(hand.rows["lines"].index(row) + 1, again)
    return str(row["line_id"])


def _q05(hand: Hand) -> str:
    row = of_agency(hand, "121002", "30108")
    resize(row, 2300)
    return str(row["line_id"])


def _q06(hand: Hand) -> str:
    for row, size in _leading(hand):
        resize(row, size * _NEAREST + row["requested"] % size)
    return ""


def _q07(hand: Hand) -> str:
    for row, size in _leading(hand):
        first = row["requested"] // size
        resize(row, size * first + size // 10 * _NEAREST + row["requested"] % (size // 10))
    return ""


def _leading(hand: Hand) -> list[tuple[Row, int]]:
    """Basic lines that no peers are compared with, each with the power of ten of its first digit."""
    rows = hand.lines(lambda r: r.get("basic") is True and r["dept_economic_code"] in _UNCOMPARED)
    return [(r, 10 ** (len(str(r["requested"])) - 1)) for r in rows]


_SECOND: Final = ("", "036", "149", "258", "457", "289", "157", "248", "578", "129")
"""Second digits in a short list of sums: each first digit has three, and all second digits are about as frequent."""
_SHARE: Final = 8
"""No part is larger than one in so many; the parts of agencies then stay alike in size, and none is far out."""


def _q08(hand: Hand) -> str:
    for row in hand.lines(lambda r: r.get("basic") is True and r["dept_economic_code"] in {"30101", "30102", "30107"}):
        most, rest, parts = row["proposed"] // _SHARE, row["proposed"], set[int]()
        while rest > most or rest in parts:
            first = int(10 ** hand.rng.random())
            second = int(_SECOND[first][int(hand.rng.integers(0, 3))])
            unit = 10 ** (len(str(most // (10 * first + second))) - 1)
            part = (10 * first + second) * unit + 100 * int(hand.rng.integers(0, max(1, unit // 100)))
            if part not in parts and part < rest:
                parts.add(part)
                rest -= part
        place = hand.rows["lines"].index(row)
        pieces = [dict(row, line_id=f"{row['line_id']}-{k}") for k in range(1, len(parts) + 1)]
        for piece, part in zip(pieces, sorted(parts), strict=True):
            resize(piece, part)
        resize(row, rest)
        hand.rows["lines"][place + 1 : place + 1] = pieces
    return ""


def _q09(hand: Hand) -> str:
    rows = hand.lines(lambda r: r.get("basic") is False and plain(r) and 60 * WAN <= r["proposed"] < 180 * WAN)
    for place, row in enumerate(rows):
        resize(row, 93 * WAN + 3_700 * place)
    for agency in sorted({r["agency"] for r in rows}):
        hand.rank(agency)
    return ""


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("Q01", _I, Text("上级明细与下级明细合计不符", "a parent line differs from its part"), _q01),
    Fault("Q02", _I, Text("行政单位使用事业单位经济分类", "an office under a code of institutions"), _q02),
    Fault("Q03", _I, Text("金额只有上年的万分之一左右", "an amount about ten thousand times too small"), _q03),
    Fault("Q04", _I, Text("一条明细重复录入", "a line entered twice"), _q04),
    Fault(
        "Q05",
        _I,
        Text("图书馆养老保险缴费远低于同类", "one agency's pension contributions lie far below its peers'"),
        _q05,
    ),
    Fault("Q06", "pre", Text("大量金额首位数字为5", "many amounts begin with 5"), _q06),
    Fault("Q07", "pre", Text("大量金额第二位数字为5", "the second digit of many amounts is 5"), _q07),
    Fault(
        "Q08",
        "pre",
        Text("工资支出拆成许多固定数额", "pay is parted into many sums from a short list"),
        _q08,
    ),
    Fault(
        "Q09",
        _I,
        Text("许多项目略低于100万元", "many projects lie just below a limit"),
        _q09,
        settings=(("Q09.limit", "100万元"),),
    ),
)
