"""Sentences with figures in them, one for each unit of a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from budgetreview.errors import Text
from budgetreview.recording.columns import Column
from budgetreview.recording.naming import Texts
from budgetreview.wording import Figure, in_both, parsed, word_in_both

Said = tuple[list[str], list[str]]
"""Texts in Chinese and in English, one a unit."""
Sentences = tuple[Sequence[str], Sequence[str]] | Text
"""A sentence for each unit in both languages, or one for all of them."""


class Named:
    """What a sentence may name: values, parameters, subject, measure, limit and labels, the first that is known."""

    def __init__(
        self,
        n: int,
        values: Mapping[str, Column],
        parameters: Mapping[str, Figure],
        subject: Mapping[str, Sequence[str | int | None]],
        single: Mapping[str, Column | None],
        labels: Mapping[str, Texts],
    ) -> None:
        self._n = n
        self._values, self._parameters, self._subject = values, parameters, subject
        self._single, self._labels = single, labels
        self._made: dict[str, Said] = {}

    def sentences(self, template: Text) -> Sentences:
        """One sentence for each unit in both languages; a name without a figure stays visible as ``{name}``."""
        zh, en = parsed(template.zh), parsed(template.en)
        if not any(self._differs(name) for name in (*zh[1], *en[1])):
            return Text(self._one(*zh, 0), self._one(*en, 1))
        return self._each(*zh, 0), self._each(*en, 1)

    def _differs(self, name: str) -> bool:
        """Whether units may have different texts for a name."""
        return name in self._values or name not in self._parameters

    def _one(self, literals: tuple[str, ...], names: tuple[str, ...], lang: int) -> str:
        said = [in_both(f.kind, f.value)[lang] for f in map(self._parameters.__getitem__, names)]
        return "".join(t for pair in zip(literals, [*said, ""], strict=True) for t in pair)

    def _each(self, literals: tuple[str, ...], names: tuple[str, ...], lang: int) -> list[str]:
        if not names:
            return ["".join(literals)] * self._n
        frame = "%s".join(t.replace("%", "%%") for t in literals)
        columns = [self._texts(name)[lang] for name in names]
        if len(columns) == 1:
            return [frame % t for t in columns[0]]
        return [frame % row for row in zip(*columns, strict=True)]

    def _texts(self, name: str) -> Said:
        """The text of a name for each unit."""
        if name not in self._made:
            self._made[name] = self._said(name)
        return self._made[name]

    def _said(self, name: str) -> Said:
        n = self._n
        if name in self._values:
            return self._values[name].texts
        if name in self._parameters:
            figure = self._parameters[name]
            zh, en = in_both(figure.kind, figure.value)
            return [zh] * n, [en] * n
        sources: list[tuple[Texts, Texts]] = []
        if name in self._subject:
            sources.append(_spoken(self._subject[name]))
        column = self._single.get(name)
        if column is not None:
            sources.append(column.texts)
        if name in self._labels:
            sources.append(_spoken(self._labels[name]))
        unsaid = [f"{{{name}}}"] * n
        return _first([zh for zh, _ in sources], unsaid), _first([en for _, en in sources], unsaid)


def _first(columns: Sequence[Texts], otherwise: Sequence[str]) -> list[str]:
    """For each unit the first text there is."""
    out = list(otherwise)
    for texts in reversed(columns):
        out = [o if t is None else t for t, o in zip(texts, out, strict=True)]
    return out


def _spoken(texts: Sequence[str | int | None]) -> tuple[Texts, Texts]:
    said = [None if t is None else str(t) for t in texts]
    both = {t: (None, None) if t is None else word_in_both(t) for t in dict.fromkeys(said)}
    return [both[t][0] for t in said], [both[t][1] for t in said]
