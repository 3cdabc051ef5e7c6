"""What holds of each rule for an entity on a day, who says so, and what differs between two days or from the base.

``2027 = 2026 + added − removed ± modified``: the same comparison tells what packages make of the core and what a new
year makes of the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import attrs

from budgetreview.authority import Authority
from budgetreview.errors import Text
from budgetreview.layers import About, Change
from budgetreview.mechanism import LEVELS
from budgetreview.parameters import Bounds, DatedValue, Parameter, Unit, show
from budgetreview.rule import Override, Rule, RuleSet, Severity, covers


@attrs.frozen
class Figure:
    """A parameter as it stands: its value, the limits within which lower layers may move it, and who set each."""

    unit: Unit
    value: DatedValue | None
    bounds: Bounds

    @property
    def shown(self) -> object:
        """The value as JSON shows it, None where none is set."""
        return None if self.value is None else show(self.value.value, self.unit)

    @property
    def limits(self) -> tuple[object, object]:
        """The limits as JSON shows them."""
        least, most = self.bounds.least, self.bounds.most
        return (None if least is None else show(least, self.unit)), (None if most is None else show(most, self.unit))


@attrs.frozen(eq=False)
class Standing:
    """One rule for one entity on one day.

    Attributes:
        rule: The rule.
        runs: Whether it speaks of the entity that day; None: not known, because the entity is not.
        stopped: The package's change that retired it there, None if none did.
        switched: The package's change that switched it on there.
        severity: How grave its findings are there.
        graded: The package's change that says so, None: the rule itself.
        figures: Its parameters by name.
    """

    rule: Rule
    runs: bool | None
    stopped: Override | None
    switched: Override | None
    severity: Severity
    graded: Override | None
    figures: Mapping[str, Figure]


def standing(rules: Iterable[Rule], as_of: date, entity: str | None, level: str | None) -> dict[str, Standing]:
    """How each rule stands, by code.

    Args:
        rules: The rules, e.g. a rule set.
        as_of: The day.
        entity: The division code; None: what holds for the whole country.
        level: The entity's level of government, None where it is not known.
    """
    return {r.code: _stands(r, as_of, entity, level) for r in rules}


def _stands(rule: Rule, as_of: date, entity: str | None, level: str | None) -> Standing:
    here = [c for c in rule.changes if c.holds_on(as_of) and covers(c.territory, entity) is True]
    graded = rule.severity_at(entity, as_of)
    runs = rule.speaks_of(entity, as_of)
    if not rule.holds_on(as_of) or (level is not None and level not in rule.levels):
        runs = False
    return Standing(
        rule,
        runs,
        next((c for c in here if c.retired is not None), None),
        next((c for c in here if c.enabled), None) if rule.on_where_enabled else None,
        graded.severity if graded is not None and graded.severity is not None else rule.severity,
        graded,
        {n: _figure(p, as_of, entity, level) for n, p in sorted(rule.parameters.items())},
    )


def _figure(p: Parameter, as_of: date, entity: str | None, level: str | None) -> Figure:
    return Figure(p.unit, p.at(as_of, entity, level), p.within(as_of, entity))


def difference(
    old: Mapping[str, Standing], new: Mapping[str, Standing], about: Mapping[str, About]
) -> tuple[Change, ...]:
    """What was added, removed and modified from one standing to the other, by rule.

    Args:
        old: The standing of the base, or of the earlier day.
        new: The standing with all packages, or of the later day.
        about: What each package says of itself, for the layer.
    """
    out: list[Change] = []
    for code in sorted({*old, *new}):
        was, now = old.get(code), new.get(code)
        ran, runs = was is not None and was.runs is True, now is not None and now.runs is True
        if now is not None and runs and not ran:
            out.append(_added(now, about))
            own = {n: attrs.evolve(f, value=None, bounds=_OPEN) for n, f in now.figures.items() if _elsewhere(now, f)}
            out += [_valued(now.rule, n, old, now.figures[n], about) for n, old in own.items()]
        elif was is not None and ran and not runs:
            out.append(_removed(was, now, about))
        elif was is not None and now is not None and ran:
            out += _modified(was, now, about)
    return tuple(out)


_OPEN = Bounds(None, None, None, None)


def _elsewhere(now: Standing, f: Figure) -> bool:
    """Whether a package other than the rule's own set the value: of a rule switched on, what it runs with."""
    return f.value is not None and f.value.origin != now.rule.pack and now.switched is not None


def _layer(about: Mapping[str, About], pack: str) -> str:
    return about[pack].layer if pack in about else "county"


def _by(o: Override, what: str, aspect: str, before: object, after: object, about: Mapping[str, About]) -> Change:
    return Change(
        o.rule, what, aspect, before, after, o.origin, _layer(about, o.origin), o.territory,  # type: ignore[arg-type]
        start=o.start, end=o.end, authority=o.authority, reason=o.retired,
    )  # fmt: skip


def _itself(rule: Rule, what: str, before: object, after: object, about: Mapping[str, About]) -> Change:
    start, end = rule.in_force
    return Change(
        rule.code, what, "rule", before, after, rule.pack, _layer(about, rule.pack), rule.territory,  # type: ignore[arg-type]
        start=start, end=end, authority=rule.authority,
    )  # fmt: skip


def _added(now: Standing, about: Mapping[str, About]) -> Change:
    after = now.severity.value
    if now.switched is not None:
        return _by(now.switched, "added", "rule", None, after, about)
    return _itself(now.rule, "added", None, after, about)


def _removed(was: Standing, now: Standing | None, about: Mapping[str, About]) -> Change:
    before = was.severity.value
    if now is not None and now.stopped is not None:
        return _by(now.stopped, "removed", "rule", before, None, about)
    if was.switched is not None:
        return _by(was.switched, "removed", "rule", before, None, about)
    return _itself(was.rule, "removed", before, None, about)


def _modified(was: Standing, now: Standing, about: Mapping[str, About]) -> list[Change]:
    out: list[Change] = []
    code = now.rule.code
    if was.severity is not now.severity:
        said = now.graded or next((c for c in reversed(now.rule.changes) if c.severity is now.severity), was.graded)
        before, after = was.severity.value, now.severity.value
        if said is None:
            out.append(attrs.evolve(_itself(now.rule, "modified", before, after, about), aspect="severity"))
        else:
            out.append(_by(said, "modified", "severity", before, after, about))
    for name, figure in now.figures.items():
        old = was.figures.get(name)
        if old is None:
            continue
        if old.limits != figure.limits:
            pack = figure.bounds.least_by or figure.bounds.most_by or now.rule.pack
            where = next((x for x in reversed(now.rule.parameters[name].limits) if x.origin == pack), None)
            out.append(Change(
                code, "modified", f"parameters.{name}.limits", list(old.limits), list(figure.limits), pack,
                _layer(about, pack),
                where.territory if where else None, start=where.start if where else None,
                end=where.end if where else None, authority=where.authority if where else (),
            ))  # fmt: skip
        if old.shown != figure.shown:
            out.append(_valued(now.rule, name, old, figure, about))
    return out


def _valued(rule: Rule, name: str, old: Figure, new: Figure, about: Mapping[str, About]) -> Change:
    v = new.value or old.value
    pack = v.origin if v is not None else rule.pack
    authority: tuple[Authority, ...] = (v.authority if v is not None else ()) or rule.authority
    return Change(
        rule.code, "modified", f"parameters.{name}", old.shown, new.shown, pack, _layer(about, pack),
        v.territory if v is not None else None, v.level if v is not None else None,
        v.start if v is not None else None, v.end if v is not None else None, authority,
    )  # fmt: skip


@attrs.frozen(eq=False)
class Layers:
    """The layers for one entity on one day, resolved: the base, what holds, and the difference.

    Attributes:
        as_of: The day.
        entity: The division code, None: the whole country.
        level: Its level of government.
        base: How many rules of the core speak of the entity.
        rules: How each rule stands, by code.
        changes: What packages add to, remove from and modify in the base here.
    """

    as_of: date
    entity: str | None
    level: str | None
    base: int
    rules: Mapping[str, Standing]
    changes: tuple[Change, ...]

    @property
    def running(self) -> int:
        """How many rules speak of the entity: base + added − removed."""
        return sum(s.runs is True for s in self.rules.values())


def layers(rules: RuleSet, *, as_of: date, entity: str | None = None, level: str | None = None) -> Layers:
    """The layers of a rule set for an entity on a day."""
    if level is not None and level not in LEVELS:
        msg = f"no level {level!r}; known: {', '.join(LEVELS)}"
        raise ValueError(msg)
    base = standing(rules.base, as_of, entity, level)
    now = standing(rules, as_of, entity, level)
    return Layers(
        as_of, entity, level, sum(s.runs is True for s in base.values()), now, difference(base, now, rules.about)
    )


def since(rules: RuleSet, earlier: date, here: Layers) -> tuple[Layers, tuple[Change, ...]]:
    """The layers on an earlier day, and what has changed since: the year's delta."""
    then = layers(rules, as_of=earlier, entity=here.entity, level=here.level)
    return then, difference(then.rules, here.rules, rules.about)


SIGNS = {"added": "+", "removed": "−", "modified": "±"}
"""How the three kinds of change are written."""

KINDS = {
    "added": Text("新增", "added"),
    "removed": Text("停用", "removed"),
    "modified": Text("修改", "modified"),
}
"""How they are called."""
