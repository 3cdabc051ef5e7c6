"""``python -m budgetreview_pefa PATH…``: the scorecard of files that hold three years."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import budgetreview as br
from budgetreview_pefa import FORMATS, Reading, scorecard

FINE, USAGE, UNREADABLE = 0, 2, 3


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m budgetreview_pefa", description="PEFA 2016 PI-1、PI-2、PI-3 评分卡 / scorecard of three years"
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="含三年数据的文件 / files with three years")
    parser.add_argument("--entity", help="区划代码或地名 / entity")
    parser.add_argument("--years", type=int, nargs="+", metavar="YEAR", help="三个已完成的年度 / the completed years")
    parser.add_argument("--unit", help="金额单位 / unit of money")
    parser.add_argument("--layout", help="布局 / layout")
    parser.add_argument("--head", default="function_code", metavar="COLUMN", help="PI-2.1 的科目列 / heads of PI-2.1")
    parser.add_argument("--head-digits", type=int, default=3, metavar="N", help="科目取前几位，0为全部 / 0: all of it")
    parser.add_argument("--economic", metavar="COLUMN", help="PI-2.2 的科目列 / heads of PI-2.2")
    parser.add_argument("--economic-digits", type=int, default=3, metavar="N", help="科目取前几位 / digits of a head")
    for name, zh in (
        ("contingency", "预备费"),
        ("interest", "利息"),
        ("outside", "不算支出的"),
        ("suspense", "暂付款"),
    ):
        parser.add_argument(f"--{name}", metavar="CODES", help=f"{zh}科目，逗号分隔 / codes, comma separated")
    parser.add_argument("--no-contingency", action="store_true", help="预算没有预备费 / the budget has no reserve")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="格式 / format")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 / language")
    parser.add_argument("--output", type=Path, metavar="FILE", help="写入文件 / write to a file")
    return parser


def _codes(said: str | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    return usual if said is None else tuple(c.strip() for c in said.split(",") if c.strip())


def main(arguments: list[str] | None = None) -> int:
    """Read, score, print; the exit status is 0, 2 for wrong usage, 3 where the files cannot be read."""
    said = _arguments().parse_args(arguments)
    plain = Reading()
    reading = Reading(
        head=said.head,
        head_digits=said.head_digits,
        economic=said.economic,
        economic_digits=said.economic_digits,
        no_contingency=said.no_contingency,
        contingency=_codes(said.contingency, plain.contingency),
        interest=_codes(said.interest, plain.interest),
        outside=_codes(said.outside, plain.outside),
        suspense=_codes(said.suspense, plain.suspense),
    )
    try:
        submission = br.read(*said.paths, unit=said.unit, entity=said.entity, layout=said.layout)
        several = len({p.entity for p in submission.periods}) > 1
        card = scorecard(submission, entity=said.entity if several else None, years=said.years, reading=reading)
    except br.IntakeError as error:
        sys.stderr.write(f"{error}\n")
        return UNREADABLE
    except br.UsageError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    text = FORMATS[said.format](card, said.lang)
    if said.output is None:
        sys.stdout.write(text)
    else:
        said.output.write_text(text, encoding="utf-8", newline="\n")
    return FINE


if __name__ == "__main__":
    sys.exit(main())
