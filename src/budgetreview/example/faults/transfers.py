"""Faults in transfers, for the rules of ``rules/transfers.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, money
from budgetreview.example.lines import special_line
from budgetreview.example.planting import Fault, Hand


def _x01(hand: Hand) -> str:
    row = hand.book("general")
    row["transfers_general"], row["transfers_special"] = row["transfers_special"], row["transfers_general"]
    return "general"


def _transfer_line(hand: Hand) -> str:
    row = special_line("general", "2300313", ("39999", "51301"), 38 * WAN, 41 * WAN, "村级公共服务运行维护")
    row |= {"line_id": "S9001", "project": "43079926P900001", "region": "青竹乡"}
    row |= {"is_unallocated": False, "debt_funded": False}
    hand.rows["lines"].append(row)
    first = hand.rows["targets"][0]["project"]
    hand.rows["targets"] += [dict(t, project=row["project"]) for t in hand.rows["targets"] if t["project"] == first]
    return "S9001"


def _x02(hand: Hand) -> str:
    line = _transfer_line(hand)
    hand.rows["lines"][-1]["region"] = None
    return line


def _x03(hand: Hand) -> str:
    for row in hand.rows["transfers"]:
        if row["kind"] == "special":
            row["notified"] = money(row["expected"] * Fraction(58, 100))
    return "given_special"


def _transfer(kind: str, hand: Hand) -> int:
    return next(i for i, r in enumerate(hand.rows["transfers"]) if r["kind"] == kind and r["region"] == "双龙乡")


def _x04(hand: Hand) -> str:
    row = hand.rows["transfers"][_transfer("special", hand)]
    row["matching_required"] = True
    return "special/双龙乡/村级公共服务运行维护"


def _x05(hand: Hand) -> str:
    line = _transfer_line(hand)
    hand.rows["lines"][-1]["evaluation_score"] = 52.0
    return line


def _x06(hand: Hand) -> str:
    row = hand.rows["transfers"][_transfer("special", hand)]
    row["project"] = None
    return "special/双龙乡"


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("X01", _I, Text("对下专项转移支付多于一般性转移支付", "special transfers exceed general ones"), _x01),
    Fault("X02", _I, Text("一条专项转移支付没有地区", "a special transfer names no region"), _x02),
    Fault(
        "X03", _I, Text("专项转移支付提前下达只有58%", "only 58 % of special transfers were announced in advance"), _x03
    ),
    Fault("X04", _I, Text("一笔专项转移支付要求乡镇配套", "a transfer asks the town for matching money"), _x04),
    Fault("X05", _I, Text("绩效差的专项转移支付继续安排", "a special transfer with a poor result goes on"), _x05),
    Fault("X06", _I, Text("一笔专项转移支付没有项目", "a special transfer names no project"), _x06),
)
