"""``ledger evidence``: what other kinds of supervision said, kept beside the cases that it touches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from budgetreview.cli import language
from budgetreview.cli.ledger import register
from budgetreview.cli.options import inputs
from budgetreview.cli.output.columns import table
from budgetreview.errors import Text
from budgetreview.render.visible import one_line, visible
from budgetreview.tables import EVIDENCE_KINDS

if TYPE_CHECKING:
    from budgetreview.ledger import Ledger

_KINDS: Final[Mapping[str, Text]] = {
    "audit": Text("审计", "audit"),
    "inspection": Text("财会监督", "inspection"),
    "enforcement": Text("执法", "enforcement"),
    "judicial": Text("司法", "judicial"),
    "statistics": Text("统计", "statistics"),
}
_LINKS: Final[Mapping[str, Text]] = {
    "project": Text("同一项目", "same project"),
    "agency": Text("同一单位", "same agency"),
    "year": Text("同一年度", "same year"),
}


@click.group()
def evidence() -> None:
    """外部监督事项和统计数据（六贯通）/ evidence from other kinds of supervision, and statistics."""


@evidence.command("add")
@click.argument("files", nargs=-1, required=True, type=inputs.PATH, metavar="FILE...")
@click.option("--layout", metavar="KEY|FILE", help="布局，如 audit-rectification / how the file is read")
@click.option("--entity", metavar="CODE", help="未写明区划的行属于哪里 / entity of rows that name none")
@click.option("--year", type=int, help="未写明年度的行的年度 / fiscal year of rows that name none")
@click.option("--unit", metavar="元|万元|…", help="金额单位 / unit of money")
@register.acting
def add(
    address: str | None, files: tuple[Path, ...], by: str, on: date | None, **said: Any
) -> None:  # fmt: skip
    """录入外部监督事项或统计数据 / store evidence or statistics."""
    from budgetreview.intake import read
    from budgetreview.ledger import linkage

    book = register.opened(address)
    day = register.day(on)
    for file in files:
        kept = linkage.keep(book, read(file, **said), file.name, by=by, on=day)
        language.tell(f"{file.name}：新增{kept.new}项，更新{kept.changed}项，已有{kept.again}项",
                      f"{file.name}: {kept.new} new, {kept.changed} changed, {kept.again} known already")  # fmt: skip
        if kept.nameless:
            language.tell(
                f"注意：其中{kept.nameless}项没有单位代码和项目代码，不能对应到案件（规则仍按单位名称对应）；"
                "补上单位代码再录入一次即可",
                f"notice: {kept.nameless} name neither an agency's code nor a project's and are shown with no case "
                "(rules still match them by name); add the agency's code and store them again",
            )


@evidence.command("list")
@click.option("--entity", metavar="CODE", help="区划 / entity")
@click.option("--kind", type=click.Choice((*EVIDENCE_KINDS, "statistics")), help="类别 / kind")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@register.at
def list_(address: str | None, entity: str | None, kind: str | None, format_: str) -> None:
    """已录入的外部监督事项 / the evidence as it stands."""
    from budgetreview.ledger import linkage

    rows = linkage.evidence(register.opened(address), entity=entity, kind=kind)
    if format_ == "json":
        click.echo(json.dumps({"evidence": rows}, ensure_ascii=False, indent=2))
        return
    lang = language.of_messages()
    header = ("事件", "类别", "区划", "年度", "单位", "项目", "事项", "整改到位") if lang == "zh" else (
        "event", "kind", "entity", "year", "agency", "project", "matter", "put right")  # fmt: skip
    click.echo(visible(table(header, [_row(r, lang) for r in rows])))
    language.tell(f"共{len(rows)}项", f"{len(rows)} rows")


def _row(r: Mapping[str, Any], lang: str) -> tuple[str, ...]:
    said = (r["seq"], _kind(r, lang), r["entity"], r["fiscal_year"], r.get("agency") or r.get("agency_name"),
            r.get("project"), _matter(r), _mended(r, lang))  # fmt: skip
    return tuple("-" if x is None else one_line(str(x)) for x in said)


def _kind(r: Mapping[str, Any], lang: str) -> str | None:
    return _KINDS[r["kind"]][lang] if r["kind"] is not None else None


def _matter(r: Mapping[str, Any]) -> str | None:
    if r["table"] == "statistics":
        return f"{r['indicator'] or '-'} {r['value'] or '-'}{r['unit'] or ''}"
    return None if r["title"] is None else str(r["title"])


def _mended(r: Mapping[str, Any], lang: str) -> str | None:
    done = r.get("rectified")
    if done is None:
        return None
    word = ("是" if done else "否") if lang == "zh" else ("yes" if done else "no")
    return f"{word} {r['rectified_on']}" if r.get("rectified_on") else word


def links_of(book: Ledger, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The evidence that touches a case, each with how: ``project``, ``agency`` or ``year``."""
    from budgetreview.ledger import linkage

    if case["entity"] is None:
        return []
    return [{"link": how, **row} for how, row in linkage.linked(case, linkage.evidence(book, entity=case["entity"]))]


def told(links: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """The links of a case as lines of text."""
    if not links:
        return []
    zh = lang == "zh"
    out = ["", "外部监督事项和统计数据：" if zh else "Evidence from outside:"]
    for r in links:
        mended = _mended(r, lang)
        more = f"{'整改到位' if zh else 'put right'} {mended}" if mended else None
        parts = (_LINKS[r["link"]][lang], _kind(r, lang), r["fiscal_year"], r.get("document"), _matter(r), more)
        out.append("  " + " · ".join(one_line(str(x)) for x in parts if x is not None))
    return out
