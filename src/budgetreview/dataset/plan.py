"""Which entities are reviewed together: parts of whole entities, none larger than the memory that the user allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs
import polars as pl

from budgetreview.dataset.store import Stored, problem
from budgetreview.dataset.survey import Surveyed, candidates
from budgetreview.errors import IntakeError, Problem, Text, UsageError
from budgetreview.intake.coerce import coerce_column
from budgetreview.intake.part import Part as Sheet
from budgetreview.judging import PIECE
from budgetreview.money import FEN
from budgetreview.tables import TABLES

MEMORY: Final = 2 << 30
"""Bytes that one process may use where the user names none."""
BASE: Final = 400 << 20
"""Bytes that a process takes before the first line: the libraries, the rules, the tables of codes."""
_HELD: Final = 1.0
_JUDGED: Final = 5.0
_AT_ONCE: Final = 2 * PIECE
"""What a line takes, in times its decoded bytes: as long as its part is there, and while it is judged, which of a large
part happens to so many lines at once. Measured, see docs/zh/how-to/cluster.md."""
MOST_LINES: Final = 1_000_000
"""A part has no more lines, however much memory there is: a lost part is soon done again."""
_REREAD: Final = 2.0
"""Row groups may be read so many times over before it is cheaper to divide the lines first."""
_NAMED: Final = 5


@attrs.frozen
class Origin:
    """An input as the lines of a part know it, with what was settled over the whole input.

    Attributes:
        number: Its place among the files of the dataset.
        name: As the report names it.
        amount: Its amount column; None: it has none.
        presented: Money of one presentation unit, in 分.
    """

    number: int
    name: str
    amount: str | None
    presented: int


@attrs.frozen
class Piece:
    """Row groups of one file.

    Attributes:
        file: The file; one of divided lines says for each line which file and row it is from.
        origin: Number of the file among those of the dataset; None for divided lines.
        groups: Numbers of the row groups, each with the rows of the dataset before it.
        entities: The entities to take, spelt as in the file; None: all lines.
    """

    file: Stored
    origin: int | None
    groups: tuple[tuple[int, int], ...]
    entities: tuple[str, ...] | None


@attrs.frozen
class Part:
    """Whole entities that are reviewed in one go.

    Attributes:
        number: From 0, in the order of entities.
        entities: Their codes.
        lines: How many lines they have.
        pieces: Where these are.
        origins: The inputs that they are from.
        header: The header of the entity.
        marks: Headers that may mean marks or money, and whether they hold marks in the dataset.
    """

    number: int
    entities: tuple[str, ...]
    lines: int
    pieces: tuple[Piece, ...]
    origins: tuple[Origin, ...]
    header: str
    marks: tuple[tuple[str, bool], ...] = ()


@attrs.frozen
class Plan:
    """What is to be done.

    Attributes:
        parts: In the order of entities.
        spelt: Each entity as the files spell it, and the number of its part.
        scattered: Whether the lines of an entity lie about so widely that they must be divided first.
    """

    parts: tuple[Part, ...]
    spelt: Mapping[str, int]
    scattered: bool


def planned(files: Sequence[Surveyed], stage: str, memory: int) -> Plan:
    """Divide a dataset into parts.

    Args:
        files: What is known of its files, in order.
        stage: Of the review.
        memory: Bytes that one process may use.

    Raises:
        IntakeError: The files do not have the same columns, or lines name no entity.
        UsageError: The memory is too small for an entity; it is named.
    """
    _agree(files)
    code = _codes(files)
    counts: Counter[str] = Counter()
    for _, _, group in _groups(files):
        for name, n in group.items():
            counts[code[name]] += n
    width = max(f.width for f in files)
    fits = fitting(memory, width)
    _refuse_large(counts, fits, width)
    of_part = _packed(counts, min(fits, MOST_LINES))
    part_of = {s: of_part[c] for s, c in code.items()}
    names: dict[int, list[str]] = {}
    for entity, k in of_part.items():
        names.setdefault(k, []).append(entity)
    held: dict[int, dict[int, list[tuple[int, int, bool]]]] = {}
    read = 0
    for i, (g, before), group in _groups(files):
        mine = {part_of[s] for s in group}
        read += len(mine) * sum(group.values())
        for k in mine:
            held.setdefault(k, {}).setdefault(i, []).append((g, before, len(mine) == 1))
    origins = _origins(files, stage)
    by_part: dict[int, set[str]] = {}
    for s, k in part_of.items():
        by_part.setdefault(k, set()).add(s)
    marks = tuple((h, all(f.marks[h] for f in files)) for h in sorted(files[0].marks))
    parts = tuple(
        Part(
            number=k,
            entities=tuple(sorted(names[k])),
            lines=sum(counts[e] for e in names[k]),
            pieces=tuple(
                Piece(files[i].file, i, tuple((g, b) for g, b, _ in groups),
                      None if all(only for *_, only in groups) else tuple(sorted(by_part[k])))
                for i, groups in sorted(held[k].items())
            ),
            origins=tuple(origins[i] for i in sorted(held[k])),
            header=files[0].entity,
            marks=marks,
        )
        for k in sorted(names)
    )  # fmt: skip
    return Plan(parts, part_of, read > _REREAD * sum(counts.values()))


def _groups(files: Sequence[Surveyed]) -> Iterator[tuple[int, tuple[int, int], Mapping[str, int]]]:
    """File, row group with the rows of the dataset before it, and the lines of each entity there."""
    before = 0
    for i, file in enumerate(files):
        for g, (start, group) in enumerate(zip(file.starts, file.groups, strict=True)):
            yield i, (g, before + start), {s: n for s, n in group.items() if s is not None}
        before += file.lines


def _agree(files: Sequence[Surveyed]) -> None:
    """Refuse files that are not pieces of one table.

    Raises:
        IntakeError: naming the file and its columns that differ.
    """
    first = files[0]
    known = dict(first.columns)
    wrong: list[Problem] = []
    for file in files[1:]:
        own = dict(file.columns)
        for column in sorted(known.keys() ^ own.keys()):
            lacks, has = (file, first) if column in known else (first, file)
            wrong.append(problem(
                "mixed-columns", f"列“{column}”只在 {has.file.name} 中有，{lacks.file.name} 中没有；各文件的列应当一致",
                f"the column {column} is in {has.file.name} and not in {lacks.file.name}; all files must have the same",
                file.file.name,
            ))  # fmt: skip
        for column in sorted(known.keys() & own.keys()):
            kinds = {known[column], own[column]} - {"null"}
            if len(kinds) > 1:
                wrong.append(problem(
                    "mixed-kinds",
                    f"列“{column}”在此是 {own[column]}，在 {first.file.name} 中是 {known[column]}；各文件应当一致",
                    f"the column {column} is {own[column]} here and {known[column]} in {first.file.name}; all files "
                    "must agree",
                    file.file.name,
                ))  # fmt: skip
            elif known[column] == "null":
                known[column] = own[column]
    if wrong:
        raise IntakeError(wrong)


def _codes(files: Sequence[Surveyed]) -> dict[str, str]:
    """The code of each entity by its spelling.

    Raises:
        IntakeError: Lines name none, or what they name is no code.
    """
    wrong: list[Problem] = []
    spelt: dict[str, str] = {}
    for file in files:
        blank = sum(group.get(None, 0) for group in file.groups)
        if blank:
            wrong.append(problem(
                "no-entity", f"有{blank}行没有写明财政区划（{file.entity}）；数据集的每一行都应写明，合计行请删去",
                f"{blank} rows name no entity ({file.entity}); every line of a dataset must, and total rows must go",
                file.file.name,
            ))  # fmt: skip
        for name in {s for group in file.groups for s in group if s is not None}:
            spelt.setdefault(name, file.file.name)
    names = sorted(spelt)
    if not names:
        wrong.append(problem("no-rows", "数据集没有任何一行明细", "the dataset has no line", files[0].file.name))
    about = TABLES["lines"].columns["entity"]
    sheet = Sheet("", "", "lines", pl.DataFrame())
    read = coerce_column(pl.Series("entity", names, dtype=pl.String), about, sheet, "元")
    found = dict(zip(names, read.values.to_list(), strict=True))
    bad = dict(zip(names, read.bad.to_list(), strict=True)) if read.bad is not None else {}
    wrong += [
        problem("bad-entity", f"“{s}”不是财政区划代码", f"{s!r} is no code of an entity", spelt[s])
        for s in names if found[s] is None or bad.get(s)
    ]  # fmt: skip
    if wrong:
        raise IntakeError(wrong)
    return {s: str(c) for s, c in found.items()}


def needed(lines: int, width: float) -> int:
    """Bytes that a process must have for so many lines."""
    return int(BASE + width * (lines * _HELD + min(lines, _AT_ONCE) * _JUDGED))


def fitting(memory: int, width: float) -> int:
    """How many lines a process with so many bytes can review at once."""
    free = (memory - BASE) / width if width else MOST_LINES
    few = free / (_HELD + _JUDGED)
    return int(few if few <= _AT_ONCE else (free - _AT_ONCE * _JUDGED) / _HELD)


def spoken(size: int) -> str:
    """Bytes as ``--memory`` takes them, rounded up."""
    mib = -(-size // (1 << 20))
    return f"{mib}MiB"


def _refuse_large(counts: Mapping[str, int], fits: int, width: float) -> None:
    large = sorted((e for e, n in counts.items() if n > fits), key=lambda e: (-counts[e], e))
    if not large:
        return
    said = "、".join(f"{e}（{counts[e]}行）" for e in large[:_NAMED])
    told = ", ".join(f"{e} ({counts[e]} lines)" for e in large[:_NAMED])
    more = len(large) - _NAMED
    zh, en = (f" 等{len(large)}个地区", f" and {more} more") if more > 0 else ("", "")
    enough = spoken(needed(counts[large[0]], width))
    raise UsageError(Text(
        f"内存上限太小：一个地区的明细须一并审查，{said}{zh}放不下；请用 --memory {enough} 以上",
        f"the memory is too small: the lines of an entity are reviewed together, and {told}{en} do not fit; use "
        f"--memory {enough} or more",
    ))  # fmt: skip


def _packed(counts: Mapping[str, int], most: int) -> dict[str, int]:
    """Entities in order, as many to a part as fit; one that is larger than a part is alone in it."""
    out: dict[str, int] = {}
    number, held = 0, 0
    for entity in sorted(counts):
        if held and held + counts[entity] > most:
            number, held = number + 1, 0
        out[entity] = number
        held += counts[entity]
    return out


def _origins(files: Sequence[Surveyed], stage: str) -> list[Origin]:
    """What is settled once for an input: for each file, or for all where the files are partitions of one table."""
    if files[0].file.folders:
        having = {a for f in files for a in f.amounts}
        amount = next((a for a in candidates(stage) if a in having), None)
        decimals = max(f.decimals for f in files)
        settled = [(amount, decimals)] * len(files)
    else:
        settled = [(f.amounts[0] if f.amounts else None, f.decimals) for f in files]
    return [
        Origin(i, f.file.name, amount, max(FEN[f.unit] // 10**decimals, 1))
        for i, (f, (amount, decimals)) in enumerate(zip(files, settled, strict=True))
    ]
