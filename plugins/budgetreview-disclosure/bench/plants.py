"""Plant faults in real documents and count which are found; writes docs/measured.md.

    python bench/plants.py FOLDER_OF_PDFS

Each plant changes one thing in one document as it was read (an amount, a word, a table) and asks whether a check fails
that held before. An amount is covered where changing it changes any check at all. Nothing is drawn by chance: every
amount of every document is changed, one at a time, up by a tenth.
"""

from __future__ import annotations

import multiprocessing
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from budgetreview_disclosure.checks import examine
from budgetreview_disclosure.document import Cell, Document, PrintedTable
from budgetreview_disclosure.reading import read_documents
from budgetreview_disclosure.titles import KINDS, REQUIRED_BUDGET, REQUIRED_FINAL

if TYPE_CHECKING:
    from budgetreview_disclosure.checks import Statement

HERE = Path(__file__).resolve().parent.parent
Plant = tuple[str, str, Document]
"""Kind, what was changed, the changed document."""


def statements(documents: Sequence[Document]) -> list[Statement]:
    """All checks of one disclosure."""
    return [c.statement for c in examine(documents)]


def faults(made: Sequence[Statement]) -> Counter[tuple[str, str, str]]:
    """What does not hold."""
    return Counter((s.check, s.subject, s.quote) for s in made if s.faulty)


def with_table(document: Document, number: int, table: PrintedTable | None) -> Document:
    """The document with one table replaced, or without it."""
    tables = list(document.tables)
    tables[number : number + 1] = [] if table is None else [table]
    return attrs.evolve(document, tables=tuple(tables))


def with_cell(document: Document, at: tuple[int, int, int, int], cell: Cell) -> Document:
    """The document with one cell replaced."""
    t, p, r, c = at
    table = document.tables[t]
    panel = table.panels[p]
    row = panel.rows[r]
    cells = tuple(cell if k == c else one for k, one in enumerate(row.cells))
    rows = tuple(attrs.evolve(row, cells=cells) if k == r else one for k, one in enumerate(panel.rows))
    panels = tuple(attrs.evolve(panel, rows=rows) if k == p else one for k, one in enumerate(table.panels))
    return with_table(document, t, attrs.evolve(table, panels=panels))


def amounts(document: Document) -> Iterator[tuple[tuple[int, int, int, int], Cell]]:
    """Every amount that is not zero, with its place."""
    for t, table in enumerate(document.tables):
        for p, panel in enumerate(table.panels):
            for r, row in enumerate(panel.rows):
                for c, cell in enumerate(row.cells):
                    if cell.fen:
                        yield (t, p, r, c), cell


def tenth(cell: Cell) -> Cell | None:
    """The amount up by a tenth, to its printed step; None where that is no change."""
    fen = cell.fen or 0
    more = (fen * 11 // 10) // cell.step * cell.step
    return (
        None
        if abs(more - fen) < cell.step
        else attrs.evolve(cell, fen=more, text=f"{more / cell.step:.0f}步")
    )


def with_text(document: Document, number: int, text: str) -> Document:
    """The document with one paragraph replaced."""
    paragraphs = list(document.paragraphs)
    paragraphs[number] = attrs.evolve(paragraphs[number], text=text)
    return attrs.evolve(document, paragraphs=tuple(paragraphs))


_MONEY = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)(?=\s*万?元)")
_PERCENT = re.compile(r"(?<![\d.,])(\d+(?:\.\d+)?)(?=\s*[%％])")
_DIRECTION = re.compile(
    r"(?:与上年(?:预算)?(?:数)?相比|较上年|比上年(?:预算)?(?:数)?)[^。；，]{0,12}?(增加|减少)"
)
_SWAP = {"增加": "减少", "减少": "增加"}


def in_text(document: Document) -> Iterator[Plant]:
    """Plants in sentences."""
    for n, paragraph in enumerate(document.paragraphs):
        text = paragraph.text
        for found in _MONEY.finditer(text):
            value = found.group(1).replace(",", "")
            digits = len(value.partition(".")[2])
            changed = f"{float(value) * 1.1:.{digits}f}"
            if changed != value:
                yield (
                    "文字金额改动一成",
                    text[:40],
                    with_text(document, n, text[: found.start()] + changed + text[found.end() :]),
                )
        for found in _PERCENT.finditer(text):
            changed = f"{float(found.group(1)) + 3:.{len(found.group(1).partition('.')[2])}f}"
            yield (
                "百分比改动",
                text[:40],
                with_text(document, n, text[: found.start()] + changed + text[found.end() :]),
            )
        for found in _DIRECTION.finditer(text):
            if not re.match(r"[\s了]*0(?:\.0*)?万?元", text[found.end(1) :]):
                swapped = text[: found.start(1)] + _SWAP[found.group(1)] + text[found.end(1) :]
                yield "增减方向写反", text[:40], with_text(document, n, swapped)


def in_words(document: Document) -> Iterator[Plant]:
    """Placeholders, blanks and years in sentences: one paragraph in ten."""
    year = document.year
    for n, paragraph in enumerate(document.paragraphs):
        text = paragraph.text
        found = _MONEY.search(text)
        if found and n % 5 == 0:
            yield (
                "文字金额成占位符",
                text[:40],
                with_text(document, n, text[: found.start()] + "XX" + text[found.end() :]),
            )
            yield (
                "文字金额没有填",
                text[:40],
                with_text(document, n, text[: found.start()] + text[found.end() :]),
            )
        if year is not None and n % 5 == 0 and f"{year}年" in text and found:
            yield (
                "文字年度写成前年",
                text[:40],
                with_text(document, n, text.replace(f"{year}年", f"{year - 2}年", 1)),
            )


def in_tables(document: Document) -> Iterator[Plant]:
    """Plants in whole tables and rows."""
    required = REQUIRED_FINAL if document.stage == "final_accounts" else REQUIRED_BUDGET
    for t, table in enumerate(document.tables):
        name = table.title
        if table.kind in required:
            yield "整张表删去", name, with_table(document, t, None)
        if document.year is not None and table.year is not None:
            yield "表的年度写错", name, with_table(document, t, attrs.evolve(table, year=table.year - 1))
        if table.unit_name is not None:
            yield (
                "表的单位名称写成别家",
                name,
                with_table(document, t, attrs.evolve(table, unit_name="海宁市档案馆")),
            )
        if table.unit and not table.unit_assumed:
            yield "金额单位错一万倍", name, with_table(document, t, scaled(table))
        for p, panel in enumerate(table.panels):
            coded = [
                r for r, row in enumerate(panel.rows) if row.code and row.scheme in {"function", "economic"}
            ]
            for a, b in zip(coded, coded[3:], strict=False):
                if a % 5 == 0 and len(panel.rows[a].code or "") == len(panel.rows[b].code or ""):
                    yield "两个科目名称对调", name, swapped_names(document, t, p, a, b)
            leaves = [r for r in coded if any(c.fen for c in panel.rows[r].cells)]
            for r in leaves[2::6]:
                rows = tuple(row for k, row in enumerate(panel.rows) if k != r)
                panels = tuple(
                    attrs.evolve(panel, rows=rows) if k == p else one for k, one in enumerate(table.panels)
                )
                yield "漏一行", name, with_table(document, t, attrs.evolve(table, panels=panels))


def scaled(table: PrintedTable) -> PrintedTable:
    """The table as read with a unit ten thousand times smaller."""
    panels = tuple(
        attrs.evolve(p, rows=tuple(
            attrs.evolve(r, cells=tuple(
                c if c.fen is None else attrs.evolve(c, fen=c.fen // 10_000, step=max(c.step // 10_000, 1))
                        for c in r.cells
            )) for r in p.rows
        )) for p in table.panels
    )  # fmt: skip
    return attrs.evolve(table, panels=panels, unit=(table.unit or 10_000) // 10_000 or 1)


def swapped_names(document: Document, t: int, p: int, a: int, b: int) -> Document:
    """Two rows with each other's names."""
    table = document.tables[t]
    rows = list(table.panels[p].rows)
    rows[a], rows[b] = attrs.evolve(rows[a], label=rows[b].label), attrs.evolve(rows[b], label=rows[a].label)
    panels = tuple(
        attrs.evolve(one, rows=tuple(rows)) if k == p else one for k, one in enumerate(table.panels)
    )
    return with_table(document, t, attrs.evolve(table, panels=panels))


@attrs.define
class Count:
    """Plants of one kind."""

    planted: int = 0
    covered: int = 0
    found: int = 0


def measure(groups: Sequence[Sequence[Document]]) -> tuple[dict[str, Count], dict[str, Count], Counter[str]]:
    """Counts by kind of plant, by kind of table for amounts, and the checks that do not hold in the untouched ones."""
    kinds: dict[str, Count] = defaultdict(Count)
    tables: dict[str, Count] = defaultdict(Count)
    natural: Counter[str] = Counter()
    for group in groups:
        before = statements(group)
        base, whole = faults(before), Counter(before)
        natural.update(s.check for s in before if s.faulty)
        for number, document in enumerate(group):

            def ask(changed: Document) -> tuple[bool, bool]:
                after = statements([changed if k == number else one for k, one in enumerate(group)])  # noqa: B023
                return Counter(after) != whole, bool(faults(after) - base)  # noqa: B023

            plants = [*in_text(document), *in_words(document), *in_tables(document)]
            for kind, _, changed in plants:
                covered, found = ask(changed)
                add(kinds[kind], covered, found)
            for at, cell in amounts(document):
                more = tenth(cell)
                if more is None:
                    continue
                covered, found = ask(with_cell(document, at, more))
                add(kinds["表中金额改动一成"], covered, found)
                add(
                    tables[KINDS[k].zh if (k := document.tables[at[0]].kind) else "（未认出）"],
                    covered,
                    found,
                )
    return dict(kinds), dict(tables), natural


def measure_one(group: Sequence[Document]) -> tuple[dict[str, Count], dict[str, Count], Counter[str]]:
    """The counts of one disclosure."""
    return measure([group])


def added(parts: Sequence[dict[str, Count]]) -> dict[str, Count]:
    """Counts of several disclosures together."""
    whole: dict[str, Count] = {}
    for part in parts:
        for name, c in part.items():
            count = whole.setdefault(name, Count())
            count.planted += c.planted
            count.covered += c.covered
            count.found += c.found
    return whole


def add(count: Count, covered: bool, found: bool) -> None:  # noqa: FBT001 - two answers of one trial
    """Count one plant."""
    count.planted += 1
    count.covered += covered or found
    count.found += found


def main() -> None:
    """Measure and write the page's table."""
    paths = sorted(Path(sys.argv[1]).glob("*.pdf"))
    only = sys.argv[2:]
    paths = [p for p in paths if not only or any(o in p.name for o in only)]
    documents = [d for d in read_documents(paths, jobs=2) if isinstance(d, Document)]
    groups: dict[str, list[Document]] = defaultdict(list)
    for d in documents:
        groups[re.sub(r"_(?:tables|text)$", "", Path(d.name).stem)].append(d)
    started = time.perf_counter()
    with multiprocessing.Pool() as pool:  # a disclosure a process: some ten thousand trials in minutes
        parts = pool.map(measure_one, list(groups.values()), chunksize=1)
    kinds, tables = (added([p[i] for p in parts]) for i in (0, 1))
    natural = sum((p[2] for p in parts), Counter[str]())
    lines = [
        "| 种下的错误 | 个数 | 有核对涉及 | 发现 | 涉及者中发现 | 全部中发现 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, c in [*kinds.items(), *(("　" + k, v) for k, v in sorted(tables.items()))]:
        lines.append(
            f"| {name} | {c.planted} | {c.covered} | {c.found} | {share(c.found, c.covered)} "
            f"| {share(c.found, c.planted)} |"
        )
    text = "\n".join(lines)
    print(text, "\n", dict(natural), f"{time.perf_counter() - started:.0f}s")  # noqa: T201 - a script
    page = HERE / "docs" / "measured.md"
    if page.exists() and not only:
        body = page.read_text(encoding="utf-8")
        marked = re.compile(r"(<!-- plants -->\n).*?(\n<!-- /plants -->)", re.DOTALL)
        page.write_text(marked.sub(lambda m: m[1] + text + m[2], body), encoding="utf-8")


def share(a: int, b: int) -> str:
    """A share in per cent."""
    return f"{100 * a / b:.1f}%" if b else "—"


if __name__ == "__main__":
    main()
