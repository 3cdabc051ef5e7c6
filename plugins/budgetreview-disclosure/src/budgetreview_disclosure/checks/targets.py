"""Performance targets: whether there are any, and whether they can be measured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from budgetreview_disclosure.checks.figures import cell_of, is_blank, is_template, name_of, undone
from budgetreview_disclosure.checks.statement import Statement
from budgetreview_disclosure.titles import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetreview_disclosure.document import Document

MISSING: Final = "targets-missing"
UNMEASURED: Final = "target-not-measurable"
_SINCE: Final = 2021
_EMPTY_WORDS: Final = re.compile(r"^(?:待定|无|暂无|视情况|按需|若干|适量|/|[xX×]+)$")


def check(document: Document) -> Iterator[Statement]:
    """Whether projects have targets, and indicators values."""
    tables = [t for t in document.tables if t.kind == "targets" and not is_template(t)]
    projects = [
        t for t in document.tables if t.kind in {"projects", "general_project"} and not is_template(t)
    ]
    spending = any(c.fen for t in projects for p in t.panels for r in p.rows for c in r.cells)
    if document.stage == "budget" and document.year is not None and document.year >= _SINCE and spending:
        place = projects[0].place
        mentioned = any("绩效目标" in p.text for p in document.paragraphs)
        if tables:
            yield Statement(MISSING, "项目支出绩效目标", place, holds=True)
        elif mentioned or document.unread or len(document.paragraphs) < 20:  # noqa: PLR2004 - tables only
            yield undone(
                MISSING, "项目支出绩效目标", place, "文字说明提到绩效目标，或绩效目标表在另一文件，不能确定"
            )
        else:
            yield Statement(MISSING, "项目支出绩效目标", place, holds=False, quote=name_of(projects[0]))
    for table in tables:
        if table.doubts:
            continue
        for panel in table.panels:
            at = {c.role: i for i, c in enumerate(panel.columns)}
            if "indicator_3" not in at or "indicator_value" not in at:
                continue
            for row in panel.rows:
                name, value = cell_of(row, at["indicator_3"]), cell_of(row, at["indicator_value"])
                if is_blank(name) or plain(name.text) in {"三级指标", "指标名称"}:
                    continue
                said = plain(value.text)
                good = not is_blank(value) and not _EMPTY_WORDS.match(said)
                place = value.place if value.place.page or value.place.cell else name.place
                yield Statement(
                    UNMEASURED, f"{name_of(table)}·{plain(name.text)}", place, holds=good,
                    quote=f"{plain(name.text)}：{said or '（未填）'}",
                )  # fmt: skip
