"""The flagged units of a rule made into findings, column by column.

A review of a province may flag a million lines, so nothing here is done line by line that can be done once for a
column: texts, figures and sentences are made once for each distinct value of a block and then put in their places.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import repeat
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.authority import Authority
from budgetreview.errors import Text
from budgetreview.finding import Finding, Place
from budgetreview.money import readable_in_both
from budgetreview.readers import PLACES
from budgetreview.rule import Rule, Severity
from budgetreview.table import Groups, Source, Table
from budgetreview.tables import NO_BOOK, TABLES
from budgetreview.values import Exact, Ints, Keys, Numbers, Ratio, Scaled, Truth, Values
from budgetreview.wording import Figure, figure, parsed, quotient, word

MOST_LINES: Final = 100
"""A finding about a group names at most this many of its lines."""
BLOCK: Final = 2048
"""Findings that are made at a time."""

_SEVERITIES: Final = tuple(Severity)
_EXACT_IN_FLOAT: Final = 2**53
_SOURCE: Final = 42
"""Rows of a source, wholes beside their parts counted (``table.AFTER``), stay below two to this power."""

Shown = Values | Fraction | int | str | None
"""A column of figures, one for each flagged unit, or one figure for all of them."""
_Texts = Sequence[str | None]


@attrs.frozen(eq=False)
class Flagged:
    """The flagged units of one rule under one set of parameter values, before they become findings."""

    units: Table | Groups
    at: Ints
    ranks: npt.NDArray[np.int8]
    measure: Shown
    limit: Shown
    kind: str
    """What a measure or limit is that is one number for all units."""
    values: Mapping[str, Shown]
    parameters: Mapping[str, Figure]
    about: str | Keys | None
    subject: Mapping[str, Shown]
    amount: Exact | None
    members: Ints | None
    """Rows of the grouped table that belong to flagged groups and are named, in order."""
    authority: tuple[Authority, ...] = ()
    """What a package's change of severity rests on, besides the rule's own authority."""
    _sorted: list[tuple[Ints, Ints]] = attrs.field(factory=list, init=False, repr=False)
    _rows: list[Ints] = attrs.field(factory=list, init=False, repr=False)

    @property
    def severity(self) -> tuple[Severity, ...]:
        """The severity of each flagged unit."""
        return tuple(_SEVERITIES[r] for r in self.ranks)

    @property
    def amounts(self) -> Exact:
        """The money of each flagged unit, unknown where the rule speaks of none."""
        if self.amount is None:
            nowhere = np.zeros(len(self.at), bool)
            return Exact(np.zeros(len(self.at), np.int64), nowhere, nowhere, "money", 0)
        known = self.amount.known[self.at]
        return Exact(self.amount.values[self.at], known, known, "money", self.amount.bound)

    @property
    def rows(self) -> Ints:
        """The row that each flagged unit stands at: of a group the first that is named; beyond the table for none."""
        if not self._rows:
            self._rows.append(self._first_named())
        return self._rows[0]

    def _first_named(self) -> Ints:
        first = self.units.first[self.at]
        if self.members is None or not isinstance(self.units, Groups):
            return first
        n = len(self.units.table)
        named = np.full(self.units.n, n, np.int64)
        named[self.units.index[self.members][::-1]] = self.members[::-1]  # of several the last assignment stays
        return np.where(named[self.at] < n, named[self.at], first)

    @property
    def places(self) -> Ints:
        """Where each flagged unit stands in the input, -1 if at no row; findings come in the order of these."""
        table, first = self.units.table, self.rows
        if not len(table):
            return np.full(len(first), -1, np.int64)
        inside = first < len(table)
        rows = np.where(inside, first, 0)
        return np.where(inside, (table.source[rows].astype(np.int64) << _SOURCE) + table.row[rows], -1)


# --- columns of figures


@attrs.frozen(eq=False)
class _Column:
    """Figures of a block of units: for each unit a token, for each distinct token its figure."""

    tokens: Sequence[Hashable]
    figures: Mapping[Any, Figure]

    def each(self, form: Callable[[Figure], Any]) -> list[Any]:
        """What ``form`` makes of each unit's figure, made once for each distinct one."""
        if len(self.figures) == len(self.tokens):  # all distinct, and in the order of the units
            return list(map(form, self.figures.values()))
        made = {token: form(f) for token, f in self.figures.items()}
        return [made[token] for token in self.tokens]

    def all(self) -> Iterable[Figure]:
        """Each unit's figure."""
        return map(self.figures.__getitem__, self.tokens)

    def texts(self) -> tuple[list[str], list[str]]:
        """Each unit's figure in a Chinese and an English sentence."""
        said = self.each(_said)
        return [zh for zh, _ in said], [en for _, en in said]


def _said(figure: Figure) -> tuple[str, str]:
    if figure.kind == "money" and figure.value is not None:
        return readable_in_both(int(figure.value))
    return figure.text("zh"), figure.text("en")


def _shown(part: Flagged, shown: Shown, ks: Ints) -> _Column | None:
    """A measure, limit or subject: one number for all units is of the part's kind."""
    if isinstance(shown, Fraction) and part.kind in {"score", "number", "months"}:
        return _Column([0] * len(ks), {0: Figure(part.kind, float(shown))})
    return _column(shown, ks, part.kind)


def _column(shown: Shown, ks: Ints, kind: str = "count") -> _Column | None:
    """The figures of the units ``ks``: what :func:`budgetreview.wording.figure` says of each of them."""
    if shown is None:
        return None
    if isinstance(shown, Scaled):
        tokens = _exact_tokens(shown.exact, ks)
        places = dict(zip(tokens, ks.tolist(), strict=True))
        return _Column(tokens, {token: figure(shown, k) for token, k in places.items()})
    if isinstance(shown, Exact):
        tokens = _exact_tokens(shown, ks)
        return _Column(tokens, {token: Figure(shown.kind, token) for token in dict.fromkeys(tokens)})
    if isinstance(shown, Numbers):
        return _floats(shown.kind, shown.values[ks], shown.known[ks])
    if isinstance(shown, Ratio):
        return _floats("share", *_quotients(shown, ks))
    if isinstance(shown, Keys):
        codes = shown.codes[ks].tolist()
        words = shown.words
        return _Column(codes, {c: Figure("text", words[c] if c >= 0 else None) for c in dict.fromkeys(codes)})
    if isinstance(shown, Truth):
        answers = np.where(shown.yes[ks], 1, np.where(shown.no[ks], 0, -1)).tolist()
        said = {1: True, 0: False, -1: None}
        return _Column(answers, {t: Figure("mark", said[t]) for t in dict.fromkeys(answers)})
    return _Column([0] * len(ks), {0: figure(shown, 0, kind)})


def _exact_tokens(x: Exact, ks: Ints) -> list[int | None]:
    known = x.low[ks] | x.high[ks]
    values: list[int | None] = x.values[ks].tolist()
    if not known.all():
        for i in np.flatnonzero(~known).tolist():
            values[i] = None
    return values


def _floats(kind: str, values: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]) -> _Column:
    """Tokens are the bits: 0.0 and -0.0 are equal, and written differently."""
    tokens: list[int | None] = values.view(np.int64).tolist()
    for i in np.flatnonzero(~known).tolist():
        tokens[i] = None
    of = dict(zip(tokens, values.tolist(), strict=True))
    return _Column(tokens, {t: Figure(kind, None if t is None else x) for t, x in of.items()})


def _quotients(ratio: Ratio, ks: Ints) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The shares, each divided once and rounded correctly, and where they are known."""
    num, den = ratio.num.values[ks], ratio.den.values[ks]
    known = ratio.num.known[ks] & ratio.den.known[ks] & np.asarray(den != 0, bool)
    out = np.zeros(len(ks))
    if object not in {num.dtype, den.dtype}:
        small = known & (np.abs(num) <= _EXACT_IN_FLOAT) & (np.abs(den) <= _EXACT_IN_FLOAT)
        sign = np.sign(den)
        np.divide((num * sign).astype(float), (den * sign).astype(float), out=out, where=small)
        rest = known & ~small
    else:
        rest = known
    for i in np.flatnonzero(rest).tolist():
        out[i] = quotient(int(num[i]), int(den[i]))
    return out, known


# --- texts that say which unit it is


def _texts(data: object, rows: Ints) -> list[str | None] | None:
    """The texts of some rows; None where there is no such column of texts."""
    return data.texts(rows) if isinstance(data, Keys) else None


_LINE_IDENTITY: Final = ("agency", "project", "function_code", "dept_economic_code", "gov_economic_code", "fund_source")
_LINE_SUBJECT: Final = ("project", "project_name", "agency", "function_code", "line_id")
_ROW_IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "transfers": ("kind", "region", "project"),
    "payments": ("agency", "project", "payee", "purpose"),
    "targets": ("project", "level1", "level2", "level3"),
    "calendar": ("event",),
    "cases": ("rule", "agency", "project"),
    "evidence": ("kind", "agency", "agency_name", "project", "title"),
    "statistics": ("indicator",),
    "standards": ("code",),
    "statements": ("agency_name", "subject"),
}


def _columns(table: Table, names: Iterable[str], rows: Ints) -> dict[str, _Texts]:
    found = {n: _texts(table.columns.get(n), rows) for n in names}
    return {n: t for n, t in found.items() if t is not None}


def _identity(table: Table, rows: Ints) -> dict[str, _Texts]:
    """What says which rows these are, whatever file, sheet or place they stand in."""
    if table.name != "lines":
        names = _ROW_IDENTITY.get(table.name) or tuple(
            k for k in TABLES[table.name].key if k not in {"entity", "fiscal_year"}
        )
        return _columns(table, names, rows)
    own = _columns(table, _LINE_IDENTITY, rows)
    nothing: _Texts = [None] * len(rows)
    unnamed = _texts(table.columns.get("project_name"), rows)
    if unnamed is not None:
        projects = own.get("project", nothing)
        own["project_name"] = [n if p is None else None for p, n in zip(projects, unnamed, strict=True)]
    given = _texts(table.columns.get("given_id"), rows)
    if given is not None and any(g is not None for g in given):
        own = {n: [t if g is None else None for g, t in zip(given, texts, strict=True)] for n, texts in own.items()}
        own["line_id"] = given
    return own


def _line_subject(table: Table, rows: Ints) -> dict[str, _Texts]:
    """The first of project, its name, agency, function and line that is known, for each line."""
    found = _columns(table, _LINE_SUBJECT, rows)
    taken = [False] * len(rows)
    out: dict[str, _Texts] = {}
    for name, texts in found.items():
        out[name] = [None if done else t for done, t in zip(taken, texts, strict=True)]
        taken = [done or t is not None for done, t in zip(taken, texts, strict=True)]
        if all(taken):
            break
    return out


def _plain(figure: Figure) -> str | int:
    value = figure.json()
    return value if isinstance(value, int) else str(value)


class _Block:
    """Some flagged units of a rule: what says which they are, and what was seen."""

    def __init__(self, rule: Rule, part: Flagged, ks: Ints) -> None:
        self.rule, self.part, self.ks = rule, part, ks
        units = part.units
        self.table: Table = units.table
        self.grouped = isinstance(units, Groups)
        self.at = part.at[ks]
        first = part.rows[ks]
        self.inside = first < len(self.table)
        self.first = np.where(self.inside, first, 0) if not self.inside.all() else first
        self.period: list[int] = units.period[self.at].tolist()
        columns = {n: _shown(part, v, ks) for n, v in part.subject.items()}
        self.extra: dict[str, list[str | int]] = {n: c.each(_plain) for n, c in columns.items() if c is not None}
        self.values = {n: c for n, v in part.values.items() if (c := _column(v, ks)) is not None}
        self.limit = _shown(part, part.limit, ks)

    def __len__(self) -> int:
        return len(self.ks)

    @cached_property
    def identity(self) -> dict[str, Sequence[str | int | None]]:
        """What says which unit each is."""
        own = _group_keys(self.part.units, self.at) if self.grouped else _identity(self.table, self.first)
        return {**own, **self.extra}

    def texts(self, name: str) -> list[str | None]:
        """A column of texts at the rows that the units stand at; None where a unit stands at none."""
        found = _texts(self.table.columns.get(name), self.first) if len(self.table) else None
        if found is None:
            return [None] * len(self)
        if not self.inside.all():
            return [t if i else None for t, i in zip(found, self.inside.tolist(), strict=True)]
        return found

    def books(self) -> list[str | None]:
        """The book of each unit: its own, its line's, or the only one that the rule speaks of."""
        if not self.grouped:
            books = [None if b == NO_BOOK else b for b in self.texts("book")]
        else:
            books = [self.rule.books[0] if len(self.rule.books) == 1 else None] * len(self)
        # a line's identity has no book in it, so it need not be made for this
        said = self.extra.get("book") if self.table.name == "lines" and not self.grouped else self.identity.get("book")
        return books if said is None else [b if s is None else str(s) for s, b in zip(said, books, strict=True)]

    def fingerprints(self) -> list[str]:
        """Which findings these are (CONTRACT section 5, Identity): rule, entity, year, book and subject."""
        keys = list(zip(self.period, self.books(), strict=True))
        fronts = {key: self._front(*key) for key in dict.fromkeys(keys)}
        pieces = _joined([_pairs(n, t, mixed=n in self.extra) for n, t in sorted(self.identity.items())], len(self))
        return [_digest(f"{fronts[key]}{{{said}}}]") for key, said in zip(keys, pieces, strict=True)]

    def _front(self, period: int, book: str | None) -> str:
        p = self.table.periods[period]
        return _json([self.rule.code, p.entity, p.fiscal_year, book]).removesuffix("]") + ","

    def facts(self) -> list[str]:
        """What was seen: the values and the limit."""
        pieces = _joined([_facts(n, c) for n, c in sorted(self.values.items())], len(self))
        limits = ["null"] * len(self) if self.limit is None else self.limit.each(lambda f: _json(f.json()))
        return [_digest(f"[{{{said}}},{limit}]") for said, limit in zip(pieces, limits, strict=True)]


def _group_keys(units: Table | Groups, at: Ints) -> dict[str, _Texts]:
    if not isinstance(units, Groups):
        return {}
    found = {n: _texts(units.key(n), at) for n in units.names}
    return {n: t for n, t in found.items() if t is not None}


# --- canonical texts: the bytes of json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_json: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


def _digest(text: str) -> str:
    """Sixteen hexadecimal digits of a canonical JSON text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _pairs(name: str, texts: Sequence[str | int | None], *, mixed: bool) -> list[str]:
    """``"name":"text",`` for each unit, nothing where it is not known; ``mixed``: not texts only."""
    front = f"{_json(name)}:"
    # A mark is an int that equals 1 or 0 and is written differently, so the type belongs to what is told apart.
    tokens: Sequence[Hashable] = [(type(t), t) for t in texts] if mixed else texts
    of = dict(zip(tokens, texts, strict=True))
    made = {token: "" if t is None else f"{front}{_json(t)}," for token, t in of.items()}
    return [made[token] for token in tokens]


def _facts(name: str, column: _Column) -> list[str]:
    front = f"{_json(name)}:"
    made: list[str] = column.each(lambda f: f"{front}{_json(f.json())},")
    return made


def _joined(columns: Sequence[Sequence[str]], n: int) -> Iterable[str]:
    if not columns:
        return repeat("", n)
    return ["".join(row)[:-1] for row in zip(*columns, strict=True)]


# --- sentences


def _sentences(template: str, lang: str, block: _Block, named: _Named) -> list[str]:
    """One sentence for each unit; a name without a figure stays visible as ``{name}``."""
    literals, names = parsed(template)
    if not names:
        return [template] * len(block)
    frame = "%s".join(t.replace("%", "%%") for t in literals)
    columns = [named.column(n, lang) for n in names]
    if len(columns) == 1:
        return [frame % t for t in columns[0]]
    return [frame % row for row in zip(*columns, strict=True)]


class _Named:
    """What a sentence may name: values, parameters, subject, measure, limit and labels, the first that is known."""

    def __init__(
        self, block: _Block, measure: _Column | None, subject: Mapping[str, Sequence[str | int | None]],
        labels: Mapping[str, _Texts],
    ) -> None:  # fmt: skip
        self._block, self._measure, self._subject, self._labels = block, measure, subject, labels
        self._made: dict[str, tuple[list[str], list[str]]] = {}

    def differs(self, name: str) -> bool:
        """Whether units may have different texts for a name."""
        return name in self._block.values or name not in self._block.part.parameters

    def column(self, name: str, lang: str) -> list[str]:
        """The text of a name for each unit."""
        if name not in self._made:
            self._made[name] = self._column(name)
        zh, en = self._made[name]
        return zh if lang == "zh" else en

    def _column(self, name: str) -> tuple[list[str], list[str]]:
        block = self._block
        n = len(block)
        if name in block.values:
            return block.values[name].texts()
        if name in block.part.parameters:
            zh, en = _said(block.part.parameters[name])
            return [zh] * n, [en] * n
        sources: list[tuple[_Texts, _Texts]] = []
        if name in self._subject:
            sources.append(_spoken(self._subject[name]))
        for key, column in (("measure", self._measure), ("limit", block.limit)):
            if name == key and column is not None:
                sources.append(column.texts())
        if name in self._labels:
            sources.append(_spoken(self._labels[name]))
        unsaid = [f"{{{name}}}"] * n
        return _first([zh for zh, _ in sources], unsaid), _first([en for _, en in sources], unsaid)


def _first(columns: Sequence[_Texts], otherwise: Sequence[str]) -> list[str]:
    """For each unit the first text there is."""
    out = list(otherwise)
    for texts in reversed(columns):
        out = [o if t is None else t for t, o in zip(texts, out, strict=True)]
    return out


def _spoken(texts: Sequence[str | int | None]) -> tuple[list[str | None], list[str | None]]:
    said = [None if t is None else str(t) for t in texts]
    zh, en = ({t: None if t is None else word(t, lang) for t in dict.fromkeys(said)} for lang in ("zh", "en"))
    return [zh[t] for t in said], [en[t] for t in said]


# --- findings


def fingerprints(rule: Rule, part: Flagged) -> list[str]:
    """Which units these are, before equal ones are numbered."""
    return _Block(rule, part, np.arange(len(part.at))).fingerprints()


def books(rule: Rule, part: Flagged, ks: Ints) -> list[str | None]:
    """The book of some flagged units, None where no single book is meant."""
    return _Block(rule, part, ks).books()


def prints(rule: Rule, part: Flagged, ks: Ints) -> tuple[list[str], list[str]]:
    """Which findings some flagged units are, before equal ones are numbered, and what was seen of them."""
    block = _Block(rule, part, ks)
    return block.fingerprints(), block.facts()


def units(rule: Rule, part: Flagged, ks: Ints) -> list[tuple[str | int | None, ...]]:
    """What names some flagged units: entity, year and a line's id, or what its subject says and its number of lines."""
    block = _Block(rule, part, ks)
    places = [(block.table.periods[p].entity, block.table.periods[p].fiscal_year) for p in block.period]
    if block.table.name == "lines" and not block.grouped:
        return [(*place, line) for place, line in zip(places, block.texts("line_id"), strict=True)]
    said = zip(*_subject(block).values(), strict=True)
    if part.members is None or not isinstance(part.units, Groups):
        return [(*place, *row) for place, row in zip(places, said, strict=True)]
    sizes = np.bincount(part.units.index[part.members], minlength=part.units.n)[block.at].tolist()
    return [(*place, *row, size) for place, row, size in zip(places, said, sizes, strict=True)]


def findings(
    rule: Rule, part: Flagged, ks: Ints, known: tuple[Sequence[str], Sequence[str]] | None, waived: Mapping[str, str]
) -> Iterator[Finding]:
    """The findings of some flagged units.

    Args:
        rule: The rule.
        part: Its flagged units.
        ks: Which of them.
        known: Their fingerprints and facts; None: those of :func:`prints`.
        waived: Reasons by fingerprint.
    """
    block = _Block(rule, part, ks)
    n = len(block)
    table = block.table
    single = not block.grouped
    subject = _subject(block)
    labels = _labels(block, subject)
    measure = _shown(part, part.measure, ks)
    named = _Named(block, measure, subject, labels)
    lines = _named_lines(part, block.at) if block.grouped and table.name == "lines" else None
    nothing = [None] * n
    columns = zip(
        *(known or (block.fingerprints(), block.facts())),
        part.ranks[ks].tolist(),
        block.texts("line_id") if single and table.name == "lines" else nothing,
        table.row[block.first].tolist() if single else nothing,
        block.period,
        block.books(),
        block.texts("agency") if single else _strings(subject.get("agency"), n),
        block.texts("project") if single else _strings(subject.get("project"), n),
        _rows(subject, n) if block.grouped or table.name != "lines" else _line_rows(block, subject),
        _amounts(part, block.at),
        _each(measure, n),
        _each(block.limit, n),
        _rows({name: c.all() for name, c in block.values.items()}, n, whole=True),
        _texts_of(rule.message, block, named),
        _texts_of(rule.question, block, named),
        _places(block),
        nothing if lines is None else lines,
        _rows(labels, n),
        strict=True,
    )
    authority = (*rule.authority, *part.authority)
    for (
        fingerprint, facts, rank, line_id, row, p, book, agency, project, about, amount, seen, limit, values, message,
        question, source, of_group, label,
    ) in columns:  # fmt: skip
        period = table.periods[p]
        yield Finding(
            fingerprint=fingerprint,
            facts=facts,
            rule=rule.code,
            severity=_SEVERITIES[rank],
            table=table.name,
            line_id=line_id,
            row=row,
            entity=period.entity,
            fiscal_year=period.fiscal_year,
            book=book,
            agency=agency,
            project=project,
            subject=about,
            amount=amount,
            measure=seen,
            limit=limit,
            values=values,
            parameters=part.parameters,
            formula=rule.formula,
            message=message,
            question=question,
            source=source,
            title=rule.title,
            lines=None if of_group is None else of_group[0],
            lines_total=None if of_group is None else of_group[1],
            waived=waived.get(fingerprint),
            authority=authority,
            labels=label,
        )


def _texts_of(template: Text, block: _Block, named: _Named) -> Iterable[Text]:
    if not any(named.differs(n) for lang in ("zh", "en") for n in parsed(template[lang])[1]):
        return [Text(*(_sentences(template[lang], lang, block, named)[0] for lang in ("zh", "en")))] * len(block)
    zh, en = (_sentences(template[lang], lang, block, named) for lang in ("zh", "en"))
    return map(Text, zh, en)


def _each(column: _Column | None, n: int) -> Iterable[Figure | None]:
    return repeat(None, n) if column is None else column.all()


def _strings(texts: Sequence[str | int | None] | None, n: int) -> Iterable[str | None]:
    return repeat(None, n) if texts is None else [None if t is None else str(t) for t in texts]


def _rows(columns: Mapping[str, Iterable[Any]], n: int, *, whole: bool = False) -> Iterable[dict[str, Any]]:
    """A record for each unit of what is known of it; ``whole``: there is nothing that is not known."""
    if not columns:
        return ({} for _ in range(n))
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    if whole or not any(None in texts for texts in columns.values()):
        return (dict(zip(names, row, strict=True)) for row in rows)
    return ({name: t for name, t in zip(names, row, strict=True) if t is not None} for row in rows)


def _line_rows(block: _Block, subject: Mapping[str, Sequence[Any]]) -> Iterable[dict[str, Any]]:
    """The same for lines: a line is called by one name, so the others need not be looked at one by one."""
    n = len(block)
    own = {name: texts for name, texts in subject.items() if name not in block.extra}
    if set(block.extra) & set(_LINE_SUBJECT):
        return _rows(subject, n)
    nothing: dict[str, Any] = {}
    rows = [nothing] * n
    for name, texts in own.items():
        rows = [row if t is None else {name: t} for row, t in zip(rows, texts, strict=True)]
    if block.extra:
        return ({**row, **more} for row, more in zip(rows, _rows(block.extra, n, whole=True), strict=True))
    return rows


def _subject(block: _Block) -> Mapping[str, Sequence[str | int | None]]:
    """What each unit is called in its finding; a finding about an entity and year as a whole is about its year."""
    if not block.grouped:
        if block.table.name != "lines":
            return block.identity
        return {**_line_subject(block.table, block.first), **block.extra}
    told = list(block.identity.values())
    bare = [all(t is None for t in row) for row in zip(*told, strict=True)] if told else [True] * len(block)
    if not any(bare):
        return block.identity
    years = [block.table.periods[p].fiscal_year if b else None for p, b in zip(block.period, bare, strict=True)]
    own = block.identity.get("fiscal_year")
    if own is not None:
        years = [y if b else o for y, b, o in zip(years, bare, own, strict=True)]  # type: ignore[misc]
    return {**block.identity, "fiscal_year": years}


def _labels(block: _Block, subject: Mapping[str, Sequence[str | int | None]]) -> dict[str, _Texts]:
    """Names for people, of what the finding is about."""
    out: dict[str, _Texts] = {}
    for name in ("agency_name", "project_name"):
        key = name.split("_")[0]
        if block.grouped and key not in subject:
            continue
        texts = block.texts(name)
        if block.grouped:
            texts = [None if s is None else t for s, t in zip(subject[key], texts, strict=True)]
        if any(t is not None for t in texts):
            out[name] = texts
    return out


def _amounts(part: Flagged, at: Ints) -> Iterable[int | None]:
    if part.amount is None:
        return repeat(None, len(at))
    known = part.amount.known[at].tolist()
    return [v if k else None for v, k in zip(part.amount.values[at].tolist(), known, strict=True)]


def _places(block: _Block) -> list[Place]:
    """The cell of each unit, or its input where the cell has no address or the unit no row."""
    table, about = block.table, block.part.about
    asked = about.texts(block.ks) if isinstance(about, Keys) else [about] * len(block)
    spots = {a: [_spot(s, a) for s in table.sources] for a in dict.fromkeys(asked)}
    out: list[Place] = []
    if len(table):
        where = zip(asked, table.source[block.first].tolist(), table.record[block.first].tolist(), strict=True)
        for a, s, record in where:
            plain, source, letters = spots[a][s]
            out.append(plain if source is None else Place(source.name, source.sheet, f"{letters}{record}"))
    out = _on_pages(block, out)
    if block.inside.all():
        return out
    outside = [Place(table.periods[p].path) for p in block.period]
    return [a if i else b for a, b, i in zip(out or outside, outside, block.inside.tolist(), strict=True)]


def _on_pages(block: _Block, places: list[Place]) -> list[Place]:
    """The same places with page and box, where the rows come from a document."""
    table = block.table
    found = {name: table.columns[name] for name in PLACES if isinstance(table.columns.get(name), Keys)}
    if "page" not in found or all(s.addressed for s in table.sources):
        return places
    first = np.where(block.inside, block.first, 0)
    texts = {name: keys.texts(first) for name, keys in found.items() if isinstance(keys, Keys)}
    nothing = [None] * len(places)
    rows = zip(places, *(texts.get(name, nothing) for name in PLACES), strict=True)
    return [
        attrs.evolve(
            place, sheet=sheet or place.sheet, cell=cell or place.cell, page=_page(page), box=_box(box),
            column=None if page or cell else place.column,
        )
        for place, page, box, sheet, cell in rows
    ]  # fmt: skip


def _page(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    parts = (text or "").split()
    if len(parts) != 4 or not all(re.fullmatch(r"-?\d+(\.\d+)?", p) for p in parts):  # noqa: PLR2004 - four sides
        return None
    x0, top, x1, bottom = (float(p) for p in parts)
    return x0, top, x1, bottom


_NAMING: Final = ("project_name", "project", "agency_name", "agency", "function_code", "line_id")
"""Columns whose cell names a row, where the column that a finding is about is not in its sheet."""


def _spot(source: Source, about: str | None) -> tuple[Place, Source | None, str]:
    """The place of all rows of a source; where rows have cells of their own, also the source and the letters.

    Where the sheet does not have the column (counts taken from another table), the cell that names the row stands in.
    """
    letters = next((source.columns[c] for c in (about, *_NAMING) if c in source.columns), None) if about else None
    column = None if about is None or source.addressed else about
    plain = Place(source.name, source.sheet, None, column)
    return (plain, source, letters) if source.addressed and letters is not None else (plain, None, "")


def _named_lines(part: Flagged, at: Ints) -> list[tuple[tuple[str, ...], int] | None] | None:
    """The ids of the first lines that each group is about, and how many lines those are."""
    if part.members is None or not isinstance(part.units, Groups):
        return None
    ids = part.units.table.columns.get("line_id")
    if not isinstance(ids, Keys):
        return None
    index = part.units.index[part.members]
    if not part._sorted:  # noqa: SLF001 - once for all blocks
        order = np.argsort(index, kind="stable")
        part._sorted.append((part.members[order], index[order]))  # noqa: SLF001
    rows, groups = part._sorted[0]  # noqa: SLF001
    starts, ends = np.searchsorted(groups, at, "left"), np.searchsorted(groups, at, "right")
    known = ids.known[rows]
    identified = np.concatenate([[0], np.cumsum(known)])
    out: list[tuple[tuple[str, ...], int] | None] = []
    for s, e in zip(starts.tolist(), ends.tolist(), strict=True):
        total = int(identified[e] - identified[s])
        last = int(np.searchsorted(identified, identified[s] + MOST_LINES, "left")) if total > MOST_LINES else e
        found = tuple(t for t in ids.texts(rows[s : min(e, last)]) if t is not None)
        out.append((found, total) if e > s else None)
    return out
