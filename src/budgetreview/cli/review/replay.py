"""``replay``: the review of a written report once more, compared byte by byte."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import click

from budgetreview import render
from budgetreview.cli import exits, language
from budgetreview.cli.progress import Bar
from budgetreview.cli.review.check import reviewed
from budgetreview.cli.review.manifest import request_of
from budgetreview.errors import Text, UsageError
from budgetreview.report import ENGINE, SCHEMA

_SHOWN: Final = 80


@click.command()
@click.argument("report", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="REPORT.json")
@click.option("--root", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER",
              help="输入所在的文件夹，默认报告所在处 / folder of the inputs")  # fmt: skip
@click.option("--ledger", metavar="FILE|postgresql://…", help="审查时用的台账 / the ledger that the review read")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="并行线程 / threads")
@language.option
@click.pass_context
def replay(ctx: click.Context, report: Path, root: Path | None, ledger: str | None, jobs: int) -> None:
    """按报告重做同一审查，逐字节比较 / review again as the JSON report says, and compare byte by byte.

    \b
    退出状态 / exit status:
      0  逐字节相同 / the same bytes
      1  有差别，指出第一处 / there is a difference; the first is named
      2  用法有误，或输入找不到、已改动 / wrong usage, or an input is missing or has changed
      4  规则包缺失或损坏 / a package is missing or broken
    """  # noqa: D301 - click wants the control character itself
    data = report.read_bytes()
    old, form = _read(data, report.name)
    if old.get("engine") != ENGINE:
        _tell_difference("$.engine", old.get("engine"), ENGINE)
        ctx.exit(exits.FOUND)
    request = request_of(old, root or report.parent, ledger)
    rules = request.asked.rules()
    now = dict(sorted(rules.packs.items()))
    if now != old["packs"]:
        _tell_difference(*next(_differences("$.packs", old["packs"], now)))
        ctx.exit(exits.FOUND)
    with Bar() as bar:
        found = attrs.evolve(reviewed(request, rules, bar, jobs), asked=request.record())
    out = io.BytesIO()
    writer: render.Writer = render.writers(form)[""]
    writer(found, out)
    if out.getvalue() == data:
        language.tell("一致：重做的审查与报告逐字节相同", "the same: the review gives the report byte by byte")
        ctx.exit(exits.FINE)
    new, _ = _read(out.getvalue(), report.name)
    first = next(_differences("$", old, new), None)
    if first is None:
        language.tell("内容相同，只是写法（空白、换行、键的次序）不同",
                      "the content is the same, only blanks, line ends or the order of keys differ")  # fmt: skip
    else:
        _tell_difference(*first)
    ctx.exit(exits.FOUND)


def _read(data: bytes, name: str) -> tuple[dict[str, Any], str]:
    """The report as one object, and whether it was ``json`` or ``jsonl``.

    Raises:
        UsageError: It is no report.
    """
    try:
        text = data.decode("utf-8")
        first, _, rest = text.partition("\n")
        try:
            head = json.loads(first)
            form = "json" if "findings" in head else "jsonl"
        except ValueError:
            head, form = json.loads(text), "json"
        if form == "jsonl":
            head = {**head, "findings": [json.loads(line) for line in rest.splitlines()]}
        if head["schema"] == SCHEMA:
            return head, form
    except (ValueError, KeyError, TypeError):
        pass
    raise UsageError(Text(f"{name} 不是 check --format json 或 jsonl 写的报告",
                          f"{name} is no report written by check --format json or jsonl"))  # fmt: skip


def _differences(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ, in the order of the older one, as JSON paths."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(k for k in new if k not in old)]:
            if key not in old or key not in new:
                yield f"{path}.{key}", old.get(key), new.get(key)
            else:
                yield from _differences(f"{path}.{key}", old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list):
        for i, (a, b) in enumerate(zip(old, new, strict=False)):
            yield from _differences(f"{path}[{i}]", a, b)
        if len(old) != len(new):
            yield f"{path}.length", len(old), len(new)
    elif old != new:
        yield path, old, new


def _tell_difference(path: str, old: Any, new: Any) -> None:
    was, now = (_brief(v) for v in (old, new))
    language.tell(f"第一处差别 {path}：报告为 {was}，现为 {now}",
                  f"first difference {path}: the report has {was}, now {now}")  # fmt: skip


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
