"""The findings of a block as JSON texts, field by field, in the form of ``records.finding``.

What several findings share is written once: a field is one text for all findings of the block, or a text for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

import attrs

from budgetreview.errors import Text
from budgetreview.finding import UNIT_OF, Place
from budgetreview.money import yuan
from budgetreview.recording import Block
from budgetreview.recording.sentences import Sentences
from budgetreview.recording.texts import each
from budgetreview.render import records
from budgetreview.render.records.layout import COMPACT, Form
from budgetreview.report import Run
from budgetreview.rule import Severity

Field = str | list[str]
_SEVERITIES: Final = tuple(f'"{s.value}"' for s in Severity)


def written(run: Run, waived: Mapping[str, str], form: Form) -> list[str]:
    """Each finding of a run as one JSON text."""
    said: list[tuple[Any, list[str]]] = [(mine, _records(block, waived, form)) for mine, block in run]
    return in_order(said)


def in_order(parts: Sequence[tuple[Any, Sequence[Any]]]) -> list[Any]:
    """The elements of several blocks in the order of the run that the blocks make up."""
    if len(parts) == 1:
        return list(parts[0][1])
    out: list[Any] = [None] * sum(len(mine) for mine, _ in parts)
    for mine, elements in parts:
        for i, element in zip(mine.tolist(), elements, strict=True):
            out[i] = element
    return out


def _records(block: Block, waived: Mapping[str, str], form: Form) -> list[str]:
    """The record of each finding: a frame of what all share, and the rest put into its places."""
    frame: list[str] = []
    columns: list[list[str]] = []
    for name, field in _fields(block, waived, form).items():
        said = "%s"
        if isinstance(field, str):
            said = field.replace("%", "%%")
        else:
            columns.append(field)
        frame.append(f"{encode_basestring(name)}{form.colon}{said}")
    columns.append(_tails(block, form))
    text = f"{{{form.record}{f',{form.record}'.join(frame)}%s{form.start}}}"
    return [text % row for row in zip(*columns, strict=True)]


def _fields(block: Block, waived: Mapping[str, str], form: Form) -> dict[str, Field]:
    """All fields but those of groups only, in their order."""
    rule = block.rule
    periods = block.table.periods
    measured = block.measure or block.limit
    return {
        "fingerprint": [f'"{p}"' for p in block.fingerprints],
        "facts": [f'"{f}"' for f in block.facts],
        "rule": encode_basestring(rule.code),
        "severity": _each(block.ranks, _SEVERITIES.__getitem__),
        "table": encode_basestring(block.table.name),
        "line_id": _each(block.line_ids, _text),
        "row": _each(block.rows, lambda row: "null" if row is None else str(row)),
        "entity": _each(block.period, lambda p: _text(periods[p].entity)),
        "fiscal_year": _each(block.period, lambda p: form.value(periods[p].fiscal_year, 1)),
        "book": _each(block.books, _text),
        "agency": _each(block.agencies, _text),
        "project": _each(block.projects, _text),
        "subject": subjects(block, form),
        "amount": _each(block.amounts, lambda a: "null" if a is None else f'"{yuan(a)}"'),
        "measure": "null" if block.measure is None else block.measure.json,
        "limit": "null" if block.limit is None else block.limit.json,
        "unit": _text(None if measured is None else UNIT_OF.get(measured.kind)),
        "values": values(block, form),
        "formula": encode_basestring(rule.formula),
        "parameters": parameters(block, form),
        "message": _sentences(block.messages, form),
        "question": _sentences(block.questions, form),
        "authority": authority(block, form),
        "source": sources(block, form),
        "waived": _each([waived.get(p) for p in block.fingerprints], _text) if waived else "null",
    }


def _text(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


def _each(values: Sequence[Any], form: Callable[[Any], str]) -> Field:
    """The text of each value, made once for each distinct one; one text where all are the same."""
    made = {value: form(value) for value in dict.fromkeys(values)}
    if len(made) == 1:
        return next(iter(made.values()))
    return list(made.values()) if len(made) == len(values) else [made[v] for v in values]


def subjects(block: Block, form: Form = COMPACT) -> list[str]:
    """What each finding is about."""
    return form.objects({name: each(texts) for name, texts in block.subject.items()}, len(block))


def values(block: Block, form: Form = COMPACT) -> list[str]:
    """The figures used."""
    return form.objects({name: c.json for name, c in block.values.items()}, len(block))


def parameters(block: Block, form: Form = COMPACT) -> str:
    """The parameter values of all findings of the block."""
    return form.value(records.figures(block.part.parameters), 1)


def authority(block: Block, form: Form = COMPACT) -> str:
    """What all findings of the block rest on."""
    return form.value([records.authority(a) for a in (*block.rule.authority, *block.part.authority)], 1)


def sources(block: Block, form: Form = COMPACT) -> list[str]:
    """Where each finding points."""
    fronts: dict[int, tuple[str, str, str]] = {}
    out: list[str] = []
    for place, cell in zip(block.places.shared, block.places.cells, strict=True):
        made = fronts.get(id(place))
        if made is None:
            made = fronts[id(place)] = (form.value(records.place(place), 1), *_around_cell(place, form))
        out.append(made[0] if cell is None else f'{made[1]}"{cell}"{made[2]}')
    return out


def _around_cell(place: Place, form: Form) -> tuple[str, str]:
    """The text of a place up to its cell and from there on."""
    given = form.value(records.place(attrs.evolve(place, cell=None)), 1)
    name, _, rest = given.rpartition(f'"cell"{form.colon}null')
    return f'{name}"cell"{form.colon}', rest


def lines(block: Block, form: Form = COMPACT) -> list[str | None]:
    """The ids of the lines that each finding about a group names."""
    return [None if found is None else form.value(list(found[0]), 1) for found in block.lines]


def _tails(block: Block, form: Form) -> list[str]:
    """What only a finding about a group of lines says: its lines, and how many they are."""
    comma = f",{form.record}"
    return [
        "" if found is None else
        f'{comma}"lines"{form.colon}{form.value(list(found[0]), 1)}{comma}"lines_total"{form.colon}{found[1]}'
        for found in block.lines
    ]  # fmt: skip


def _sentences(said: Sentences, form: Form) -> Field:
    if isinstance(said, Text):
        return form.value(records.text(said), 1)
    zh, en = (map(encode_basestring, texts) for texts in said)
    frame = form.objects({"zh": ["%s"], "en": ["%s"]}, 1)[0]
    return [frame % row for row in zip(zh, en, strict=True)]
