"""Ask each rule about the rows in its scope, and bring its answers down to counts and flagged units at once.

The four answers are decided here, once for all rules: what lies outside a rule's scope is not applicable, what lacks an
input is not assessed, and only the rest is flagged or clear.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.authority import Authority
from budgetreview.errors import RuleError
from budgetreview.kernels import group as kernel
from budgetreview.mechanism import LEVELS, SIDES
from budgetreview.parameters import DatedValue, Parameter, show
from budgetreview.report import Flagged, RuleResult, Shown
from budgetreview.rule import ALL_BOOKS, Assessment, Context, Override, Rule, Severity, split_column
from budgetreview.submission import Submission
from budgetreview.table import Groups, Table
from budgetreview.tables import ACROSS_YEARS, TABLES
from budgetreview.values import Bools, Exact, Ints, Keys, Numbers, Truth
from budgetreview.wording import Figure

_SEVERITIES: Final = tuple(Severity)
PIECE: Final = 1 << 18
"""Lines that are judged in one go."""
_EVERYBODYS: Final = frozenset({"standards"})
"""Tables whose rows hold for all entities."""
MOST_GREY: Final = 1000
"""A report names at most this many units of a rule that it could not judge; else only their entities and years."""


@attrs.frozen
class _Scope:
    """Which rows a rule speaks about, apart from its own conditions."""

    books: tuple[str, ...]
    sides: tuple[str, ...]
    levels: tuple[str, ...]
    places: tuple[bool | None, ...] = ()
    """For each entity and year whether the rule speaks of the place, None where it is not known; empty: of all."""

    def of(self, table: Table, context: Context) -> Truth | None:
        """In scope, out of scope or not known, for each row; None: every row is in scope."""
        truth: Truth | None = None
        parts: list[Truth] = []
        if self.books != ALL_BOOKS and _has(table, "book"):
            parts.append(table.key("book").isin(self.books))
        if self.sides != SIDES and "side" in table.columns:  # expenditure where the column is absent (CONTRACT)
            parts.append(table.key("side").isin(self.sides))
        if self.levels != LEVELS:
            parts.append(context.level_is(table, *self.levels))
        if self.places:
            parts.append(_answers(self.places).take(table.period))
        for part in parts:
            truth = part if truth is None else truth & part
        return None if truth is None or truth.yes.all() else truth


def _answers(given: Sequence[bool | None]) -> Truth:
    return Truth(np.array([x is True for x in given], bool), np.array([x is False for x in given], bool))


def _has(table: Table, name: str) -> bool:
    return name in TABLES[table.name].columns


@attrs.frozen(eq=False)
class _View:
    """A table cut to a scope, with what was cut off."""

    table: Table
    scope: Truth | None
    outside: int


class _Piece:
    """Whole entities of a review, looked at in one go, and everything that the rules share about them.

    Hardly a rule compares one entity with another, so a large batch is judged piece by piece: what a piece needs stays
    near the processor, and several threads work at several pieces. Rules that do compare entities (``across``) look at
    all of them at once.
    """

    def __init__(self, tables: Callable[[str], Table], context: Context, mine: Bools | None) -> None:
        self.table = tables
        self.context = context
        self.mine = mine
        self._views: dict[tuple[str, _Scope], _View] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Let go of columns and groups once all rules have looked at them; findings ask anew for what they show."""
        for view in self._views.values():
            view.table.forget()
        self._views.clear()

    def view(self, name: str, scope: _Scope) -> _View:
        """A table cut to a scope, cut once for all rules that share the scope."""
        with self._lock:
            found = self._views.get((name, scope))
            if found is None:
                whole = self.table(name)
                truth = scope.of(whole, self.context) if len(whole) else None
                if truth is None:
                    found = _View(whole, None, 0)
                else:
                    keep = ~truth.no
                    cut = whole if keep.all() else whole.subset(keep)
                    found = _View(cut, truth.take(np.flatnonzero(keep)), int(np.count_nonzero(truth.no)))
                self._views[name, scope] = found
            return found


@attrs.frozen(eq=False)
class _Plan:
    """What is settled about a rule before any unit is looked at."""

    rule: Rule
    scope: _Scope
    main: str
    needed: tuple[tuple[str, str | None], ...]
    lacking: Bools
    missing: tuple[str, ...]
    spoken_of: Bools
    terms: tuple[tuple[_Terms, Bools | None], ...]
    no_data: bool = False
    elsewhere: bool = False


class Bench:
    """The tables of one review and everything that its rules share."""

    def __init__(self, submission: Submission, lines: Table, context: Context, most: int = PIECE) -> None:
        """Tables made ready for rules.

        Args:
            submission: What was read.
            lines: Its lines with the column ``amount``.
            context: What rules may know besides.
            most: Lines of a piece; an entity is never divided.
        """
        self._submission = submission
        self._lines = lines
        self._context = context
        self._most = most
        self._whole = _Piece(self.table, context, None)
        self._present: dict[str, Bools] = {}
        self._given: dict[tuple[str, str | None], Bools | None] = {}

    @property
    def levels(self) -> tuple[str | None, ...]:
        """Level of government of each entity and year."""
        return self._context.levels

    def table(self, name: str) -> Table:
        """A table of the submission; the lines with the column ``amount``."""
        return self._lines if name == "lines" else self._submission.table(name)

    def view(self, name: str, scope: _Scope) -> _View:
        """A table cut to a scope."""
        return self._whole.view(name, scope)

    def run(self, rule: Rule) -> RuleResult:
        """One rule's result; whatever the rule raises is recorded as a failure of the rule, never of the budget."""
        return self.run_all((rule,))[0]

    def run_all(
        self, rules: Sequence[Rule], jobs: int = 1, progress: Callable[[int, int], None] | None = None
    ) -> tuple[RuleResult, ...]:
        """The results of several rules; the same whatever ``jobs``.

        Args:
            rules: In the order of the results.
            jobs: Threads.
            progress: Called with rules done and rules in all.
        """
        ranges = self._ranges()
        total = len(rules) * len(ranges)
        done = 0
        lock = threading.Lock()

        def step() -> None:
            nonlocal done
            if progress is not None:
                with lock:
                    done += 1
                    progress(done * len(rules) // total, len(rules))

        plans = [self._plan_of(rule) for rule in rules]

        def one(rule: Rule, plan: _Plan | RuleResult, piece: _Piece) -> _Tally | RuleResult:
            started = time.perf_counter()
            found = self._looked_at(rule, plan, piece)
            if isinstance(found, _Tally):
                found.seconds += time.perf_counter() - started
            step()
            return found

        if len(ranges) == 1:
            with ThreadPoolExecutor(jobs) as pool:
                each = pool.map if jobs > 1 else map
                made: Iterable[_Tally | RuleResult | None] = each(
                    lambda i: one(rules[i], plans[i], self._whole), range(len(rules))
                )
                tallies = [list(made)]
        else:
            cut = self._cutter()

            def piece_of(bounds: tuple[int, int]) -> list[_Tally | RuleResult | None]:
                piece = cut(*bounds)
                found = [
                    None if _compares_entities(rule) else one(rule, plan, piece)
                    for rule, plan in zip(rules, plans, strict=True)
                ]
                piece.forget()
                return found

            with ThreadPoolExecutor(jobs) as pool:
                tallies = list((pool.map if jobs > 1 else map)(piece_of, ranges))
            together = [
                one(rule, plan, self._whole) if _compares_entities(rule) else None
                for rule, plan in zip(rules, plans, strict=True)
            ]
            tallies.append(together)
        return tuple(
            self._finished(plan, [found for t in tallies if (found := t[i]) is not None])
            for i, plan in enumerate(plans)
        )

    def _ranges(self) -> list[tuple[int, int]]:
        """Entities and years of the pieces, as ranges of their numbers."""
        n = len(self._lines)
        periods = self._submission.periods
        if n <= 2 * self._most or len(periods) < 2:  # noqa: PLR2004 - two pieces at least
            return [(0, len(periods))]
        sizes = np.bincount(self._lines.period, minlength=len(periods))
        out: list[tuple[int, int]] = []
        start, held = 0, 0
        for i, size in enumerate(sizes.tolist()):
            fresh = i == 0 or (periods[i].entity, periods[i].path) != (periods[i - 1].entity, periods[i - 1].path)
            if fresh and held and held + size > self._most:
                out.append((start, i))
                start, held = i, 0
            held += size
        return [*out, (start, len(periods))]

    def _cutter(self) -> Callable[[int, int], _Piece]:
        """What cuts a piece of all tables."""
        order: dict[str, Ints | None] = {}
        starts: dict[str, Ints] = {}
        everybody = np.arange(len(self._submission.periods) + 1)
        for name in TABLES:
            whole = self.table(name)
            sorted_already = bool((whole.period[1:] >= whole.period[:-1]).all())
            order[name] = None if sorted_already else np.argsort(whole.period, kind="stable")
            at = order[name]
            starts[name] = np.searchsorted(whole.period if at is None else whole.period[at], everybody)
        totals = self._context.total_rows

        def cut(first: int, last: int) -> _Piece:
            mine = np.zeros(len(everybody) - 1, bool)
            mine[first:last] = True
            made: dict[str, Table] = {}
            lock = threading.Lock()

            def table(name: str) -> Table:
                whole, at = self.table(name), order[name]
                rows = slice(int(starts[name][first]), int(starts[name][last]))
                if name in _EVERYBODYS or not len(whole):
                    return whole
                with lock:
                    if name not in made:
                        made[name] = whole.at(rows if at is None else at[rows])
                    return made[name]

            context = self._context if totals is None else attrs.evolve(
                self._context, total_rows=totals.subset(mine[totals.period])
            )
            return _Piece(table, context, mine)

        return cut

    def _shown(self, rule: Rule) -> dict[str, object]:
        """The parameter values as the report lists them: of the first entity."""
        entity = self._submission.periods[0].entity if self._submission.periods else None
        level = self._context.levels[0] if self._context.levels else None
        out: dict[str, object] = {}
        for name, p in sorted(rule.parameters.items()):
            value = p.at(self._context.as_of, entity, level)
            out[name] = None if value is None else show(value.value, p.unit)
        return out

    def _plan_of(self, rule: Rule) -> _Plan | RuleResult:
        try:
            return self._planned(rule)
        except Exception as error:  # noqa: BLE001 - a rule of anybody's package may raise anything
            return self._failed(rule, error)

    def _failed(self, rule: Rule, error: Exception) -> RuleResult:
        said = f"{type(error).__name__}: {error}"
        return RuleResult(rule, "failed", rule.severity, error=said, parameters=self._shown(rule))

    def _planned(self, rule: Rule) -> _Plan | RuleResult:
        """What is settled about a rule beforehand, or its result if nothing is left to look at."""
        if self._context.stage not in rule.stages:
            return RuleResult(rule, "not_in_stage", rule.severity, parameters=self._shown(rule))
        if not rule.holds_on(self._context.as_of):
            return RuleResult(rule, "not_in_force", rule.severity, parameters=self._shown(rule))
        scope = self._scope(rule)
        needed = self.needed(rule)
        lacking, missing = self._lacking(needed)
        main = rule.tables[0] if rule.tables else rule.optional_tables[0]
        spoken_of = self._in_scope(rule)
        if scope.places:
            elsewhere = _answers(scope.places).no
            lacking = lacking & ~elsewhere  # what other places lack is no gap of this rule
            missing = missing if lacking.any() else ()
            if elsewhere.all():
                return _Plan(rule, scope, main, needed, lacking, missing, spoken_of, (), elsewhere=True)
        if lacking.all() or not self._submission.periods:
            return _Plan(rule, scope, main, needed, lacking, missing, spoken_of, (), no_data=True)
        return _Plan(rule, scope, main, needed, lacking, missing, spoken_of, tuple(self._terms(rule)))

    def _looked_at(self, rule: Rule, plan: _Plan | RuleResult, piece: _Piece) -> _Tally | RuleResult:
        """What a rule says of a piece; whatever it raises is its failure."""
        if isinstance(plan, RuleResult):
            return plan
        try:
            return self._tally(plan, piece)
        except Exception as error:  # noqa: BLE001 - a rule of anybody's package may raise anything
            return self._failed(rule, error)

    def _tally(self, plan: _Plan, piece: _Piece) -> _Tally:
        rule = plan.rule
        tally = _Tally(rule)
        mine = np.ones(len(self._submission.periods), bool) if piece.mine is None else piece.mine
        if plan.elsewhere:
            tally.not_applicable += len(piece.table(plan.main)) if rule.per == "line" else int(mine.sum())
            return tally
        view = piece.view(plan.main, plan.scope)
        tally.not_applicable += view.outside if rule.per == "line" else 0
        if plan.no_data:
            spoken_of = plan.spoken_of & mine
            tally.not_assessed += len(view.table) if rule.per == "line" else int(spoken_of.sum())
            return tally
        for terms, members in plan.terms:
            unset = _unset(rule, terms.values)
            if unset:
                theirs = plan.spoken_of & mine & (members if members is not None else True)
                if theirs.any():
                    tally.not_assessed += int(theirs[view.table.period].sum() if rule.per == "line" else theirs.sum())
                    tally.missing |= {f"parameter:{u}" for u in unset}
                continue
            if members is not None and not (members & mine).any():
                continue
            a, judged, handed = self.assess(rule, terms.values, members, plan.lacking, piece, plan)
            tally.add(a, judged, terms, plan.needed, handed)
        return tally

    def _finished(self, plan: _Plan | RuleResult, found: Sequence[_Tally | RuleResult]) -> RuleResult:
        """The result of what a rule says of all pieces."""
        if isinstance(plan, RuleResult):
            return plan
        failed = next((f for f in found if isinstance(f, RuleResult)), None)
        if failed is not None:
            return failed
        rule = plan.rule
        tally = _Tally(rule)
        for part in found:
            if isinstance(part, _Tally):
                tally.join(part)
        if plan.elsewhere:
            return RuleResult(
                rule, "ran", rule.severity, not_applicable=tally.not_applicable, parameters=self._shown(rule),
                seconds=tally.seconds,
            )  # fmt: skip
        if plan.no_data:
            return RuleResult(
                rule, "no_data", rule.severity, not_assessed=tally.not_assessed, not_applicable=tally.not_applicable,
                missing=plan.missing, parameters=self._shown(rule), seconds=tally.seconds,
            )  # fmt: skip
        unset_in = np.zeros(len(plan.spoken_of), bool)
        for terms, members in plan.terms:
            if _unset(rule, terms.values):
                unset_in |= plan.spoken_of & (members if members is not None else True)
        tally.bare(plan.lacking & plan.spoken_of & ~self._with_rows(plan.main) & ~unset_in)
        tally.elsewhere(~plan.spoken_of)
        unjudged, unnamed = _greys(tally.greys, tally.grey, plan.lacking | ~plan.spoken_of | unset_in)
        names = sorted({*tally.missing, *(plan.missing if plan.lacking.any() else ())})
        return RuleResult(
            rule,
            "ran",
            tally.gravest,
            tally.flagged,
            tally.clear,
            tally.not_assessed,
            tally.not_applicable,
            tuple(names),
            self._shown(rule),
            seconds=tally.seconds,
            parts=tuple(tally.parts),
            greys=unjudged,
            not_assessed_in=unnamed,
        )

    def _in_scope(self, rule: Rule) -> Bools:
        """Entities and years that the rule speaks of, or may speak of: by their level and their place."""
        levels = np.array([lv is None or lv in rule.levels for lv in self._context.levels], bool)
        places = self._scope(rule).places
        return levels & ~_answers(places).no if places else levels

    def _scope(self, rule: Rule) -> _Scope:
        local = rule.territory is not None or any(c.retired is not None for c in rule.changes)
        local = local or rule.on_where_enabled
        day = self._context.as_of
        places = tuple(rule.speaks_of(p.entity, day) for p in self._submission.periods) if local else ()
        return _Scope(rule.books, rule.sides, rule.levels, () if all(places) else places)

    def _with_rows(self, name: str) -> Bools:
        """Which entities and years have a row in a table."""
        if name not in self._present:
            present = np.zeros(len(self._submission.periods), bool)
            present[self.table(name).period] = True
            self._present[name] = present
        return self._present[name]

    def needed(self, rule: Rule) -> tuple[tuple[str, str | None], ...]:
        """Tables and columns that the rule cannot do without; a rule of some books needs the column book."""
        columns: list[tuple[str, str | None]] = [split_column(c) for c in rule.reads]
        optional = set(rule.optional_tables)
        columns = [(t, c) for t, c in columns if t not in optional]
        named = {t for t, _ in columns}
        columns += [(t, None) for t in rule.tables if t not in named]
        if rule.books != ALL_BOOKS and "lines" in rule.tables:
            columns.append(("lines", "book"))
        return tuple(dict.fromkeys(columns))

    def _lacking(self, needed: Sequence[tuple[str, str | None]]) -> tuple[Bools, tuple[str, ...]]:
        """For each entity and year whether a needed table or column is absent there, and the names of those."""
        lacking = np.zeros(len(self._submission.periods), bool)
        missing: list[str] = []
        for name, column in needed:
            present = self._with(name, column)
            if present is not None and name in ACROSS_YEARS and any(t != name for t, _ in needed):
                present = self._any_year(present)
            if present is not None and not present.all():
                lacking |= ~present
                missing.append(label(name, column if len(self.table(name)) else None))
        return lacking, tuple(sorted(set(missing)))

    def _with(self, name: str, column: str | None) -> Bools | None:
        """Which entities and years have a table, or a column of one, None if all; standards hold for all of them."""
        if (name, column) not in self._given:
            table = self.table(name)
            present = self._with_rows(name)
            if name == "standards" and len(table):
                present = np.ones(len(present), bool)
            elif column is not None and len(table) and (absent := table.absent(column)) is not None:
                present = np.zeros(len(present), bool)
                present[table.period[~absent]] = True
            self._given[name, column] = None if present.all() else present
        return self._given[name, column]

    def _any_year(self, present: Bools) -> Bools:
        """The same for all years of an entity."""
        places = [p.entity or p.path for p in self._submission.periods]
        there = {places[i] for i in np.flatnonzero(present)}
        return np.array([p in there for p in places], bool)

    def _terms(self, rule: Rule) -> list[tuple[_Terms, Bools | None]]:
        """Entities and years that share one set of values and one severity; None stands for all of them."""
        names = sorted(rule.parameters)
        ruled = [rule.parameters[n] for n in names]
        graded = any(c.severity is not None for c in rule.changes)
        if not graded and all(len(p.values) <= 1 and _plain(p) for p in ruled):
            return [
                (_Terms({n: p.at(self._context.as_of, None, None) for n, p in zip(names, ruled, strict=True)}), None)
            ]
        everyone: list[tuple[_Terms, list[int]]] = []
        found: dict[tuple[str | None, str | None], _Terms] = {}
        for i, (period, level) in enumerate(zip(self._submission.periods, self._context.levels, strict=True)):
            place = (period.entity, level)
            if place not in found:
                values = {n: p.at(self._context.as_of, *place) for n, p in zip(names, ruled, strict=True)}
                found[place] = _Terms(values, rule.severity_at(period.entity, self._context.as_of))
            for terms, members in everyone:
                if terms == found[place]:
                    members.append(i)
                    break
            else:
                everyone.append((found[place], [i]))
        if len(everyone) == 1:
            return [(everyone[0][0], None)]
        out: list[tuple[_Terms, Bools | None]] = []
        for terms, members in everyone:
            mask = np.zeros(len(self._submission.periods), bool)
            mask[members] = True
            out.append((terms, mask))
        return out

    def assess(
        self,
        rule: Rule,
        values: Mapping[str, DatedValue | None],
        members: Bools | None,
        lacking: Bools,
        piece: _Piece | None = None,
        plan: _Plan | None = None,
    ) -> tuple[Assessment, Judged, dict[str, Any]]:
        """Call the rule's function once and judge its answers.

        Args:
            rule: The rule.
            values: One set of parameter values.
            members: The entities and years that these values are for; None: all.
            lacking: The entities and years for which a needed input is absent.
            piece: The entities to look at; None: all.
            plan: What is settled about the rule, where it is at hand.

        Returns:
            The assessment, the four answers, and the tables handed to the function.

        Raises:
            RuleError: The function returned something else than an assessment.
        """
        piece = piece or self._whole
        scope = plan.scope if plan is not None else self._scope(rule)
        needed = plan.needed if plan is not None else self.needed(rule)
        spoken_of = plan.spoken_of if plan is not None else self._in_scope(rule)
        handed: dict[str, Any] = {}
        scopes: dict[str, Truth | None] = {}
        for name in (*rule.tables, *rule.optional_tables):
            view = piece.view(name, scope)
            table, truth = view.table, view.scope
            if members is not None and len(table) and name not in _EVERYBODYS:
                keep = members[table.period]
                table, truth = table.subset(keep), None if truth is None else truth.take(np.flatnonzero(keep))
            reads, uses = rule.columns_of(name)
            handed[name] = table.restricted((*reads, *uses, "book", "side"))
            scopes[name] = truth
        if "p" in rule.takes:
            handed["p"] = _record(rule, values)
        if "context" in rule.takes:
            handed["context"] = piece.context
        a: Any = rule.function(**handed)
        if not isinstance(a, Assessment):
            msg = f"{rule.code} returned {type(a).__name__}, not an Assessment"
            raise RuleError(msg)
        if piece.mine is not None:
            members = piece.mine if members is None else members & piece.mine
        judged = judge(a, scopes[a.units.table.name], lacking, members, needed)
        return a, judged.within(a.units.period, spoken_of, scope.places), handed

    def assessments(self, rule: Rule) -> Iterator[tuple[Assessment, Judged]]:
        """The rule's answers unit by unit, one pair for each set of parameter values (for tests of rules)."""
        lacking, _ = self._lacking(self.needed(rule))
        for terms, members in self._terms(rule):
            if not _unset(rule, terms.values):
                a, judged, _ = self.assess(rule, terms.values, members, lacking)
                yield a, judged


def _compares_entities(rule: Rule) -> bool:
    return "entities" in rule.across


@attrs.frozen
class _Terms:
    """On what terms a rule judges some entities: its parameter values there, and the severity that a package set."""

    values: Mapping[str, DatedValue | None]
    change: Override | None = None


def _plain(parameter: Parameter) -> bool:
    return all(v.territory is None and v.level is None for v in parameter.values)


def _optional(rule: Rule) -> set[str]:
    """Parameters that the rule can do without: their attribute's type admits None."""
    return {f.name for f in attrs.fields(rule.record) if "None" in str(f.type)} if rule.record is not None else set()


def _unset(rule: Rule, values: Mapping[str, DatedValue | None]) -> list[str]:
    """Parameters that have no value here, and that the rule cannot do without."""
    return [n for n, v in values.items() if v is None and n not in _optional(rule)]


def _record(rule: Rule, values: Mapping[str, DatedValue | None]) -> Any:
    """The rule's parameter record."""
    if rule.record is None:
        return None
    return rule.record(**{n: None if v is None else v.value for n, v in values.items()})


def label(table: str, column: str | None) -> str:
    """How a report names an input: a column of lines by its name, others as ``table.column``."""
    if column is None:
        return table
    return column if table == "lines" else f"{table}.{column}"


class _Tally:
    """Counts and flagged units of one rule, added up over its sets of parameter values."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self.flagged = self.clear = self.not_assessed = self.not_applicable = 0
        self.missing: set[str] = set()
        self.parts: list[Flagged] = []
        self.greys: list[Flagged] = []
        self.grey: Ints | int = 0
        """How many units of each entity and year could not be judged; 0 where all could."""
        self.seconds = 0.0
        self._seen: set[int] = set()
        self._stated: set[int] = set()

    def join(self, other: _Tally) -> None:
        """Add what was counted of other entities."""
        self.flagged += other.flagged
        self.clear += other.clear
        self.not_assessed += other.not_assessed
        self.not_applicable += other.not_applicable
        self.seconds += other.seconds
        self.missing |= other.missing
        self.parts += other.parts
        self.greys += other.greys
        self.grey = self.grey + other.grey
        self._seen |= other._seen
        self._stated |= other._stated

    def bare(self, without: Bools) -> None:
        """Count the entities that brought nothing to look at where none of their units were counted."""
        if self._rule.per != "line":
            self.not_assessed += len(set(np.flatnonzero(without).tolist()) - self._seen)

    def elsewhere(self, outside: Bools) -> None:
        """Count the entities that the rule does not speak of where none of their units were counted."""
        if self._rule.per != "line":
            self.not_applicable += len(set(np.flatnonzero(outside).tolist()) - self._seen)

    @property
    def gravest(self) -> Severity:
        """The gravest step: as the rule states it or a package changed it, whatever was found this time."""
        ranks = [int(part.ranks.min()) for part in self.parts if len(part.ranks)]
        return _SEVERITIES[min([*ranks, *self._stated])] if ranks or self._stated else self._rule.severity

    def add(
        self,
        a: Assessment,
        judged: Judged,
        terms: _Terms,
        needed: Sequence[tuple[str, str | None]],
        handed: Mapping[str, Any],
    ) -> None:
        if self._rule.per != "line":
            self._seen.update(np.flatnonzero(np.bincount(a.units.period)).tolist())
        changed = terms.change.severity if terms.change is not None else None
        self._stated.add((changed or self._rule.severity).rank)
        self.flagged += int(np.count_nonzero(judged.flagged))
        self.clear += int(np.count_nonzero(judged.clear))
        self.not_applicable += int(np.count_nonzero(judged.not_applicable))
        self.not_assessed += int(np.count_nonzero(judged.not_assessed))
        if judged.not_assessed.any():
            self.missing |= _blamed(a, judged.not_assessed, needed, handed)
            self._add_greys(a, judged.not_assessed)
        at = np.flatnonzero(judged.flagged)
        if len(at):
            self.parts.append(_flagged(self._rule, a, at, terms))


    def _add_greys(self, a: Assessment, unknown: Bools) -> None:
        """Count the units that could not be judged, and keep those of entities that a report may name them for."""
        period = a.units.period
        counts = kernel.counts(unknown, period, len(a.units.table.periods))
        self.grey = self.grey + counts
        few = (counts > 0) & (counts <= MOST_GREY)
        if few.any():
            self.greys.append(_grey(a, np.flatnonzero(unknown if few[counts > 0].all() else unknown & few[period])))


@attrs.frozen(eq=False)
class Judged:
    """The four answers of a rule: for each unit one of the masks holds (none for units of other parameter values)."""

    flagged: Bools
    clear: Bools
    not_assessed: Bools
    not_applicable: Bools

    def within(self, period: Ints, spoken_of: Bools, places: Sequence[bool | None]) -> Judged:
        """The same answers, but no judgement of entities that the rule does not speak of, or may not speak of."""
        if not places and spoken_of.all():
            return self
        away = ~spoken_of[period]
        unsure = _answers(places).open[period] & ~away if places else np.zeros(len(period), bool)
        if not (away.any() or unsure.any()):
            return self
        counted = self.flagged | self.clear | self.not_assessed | self.not_applicable
        judged = ~(away | unsure)
        return Judged(
            self.flagged & judged,
            self.clear & judged,
            (self.not_assessed & judged) | (unsure & counted),
            (self.not_applicable & judged) | (away & counted),
        )


def judge(
    a: Assessment,
    scope: Truth | None,
    lacking: Bools,
    members: Bools | None,
    needed: Sequence[tuple[str, str | None]],
) -> Judged:
    """Bring a rule's assessment, its scope and the inputs that are absent down to one answer a unit."""
    units, applies = a.units, a.applies
    if scope is not None and len(scope) != len(units.table):  # a table that holds its rows twice, see by_and_whole
        scope = scope.take(np.arange(len(units.table)) % len(scope))
    if scope is not None and not isinstance(units, Groups):
        applies = applies & scope
    grey = _absent(units, lacking, needed)
    if scope is not None and isinstance(units, Groups):
        unsure = units.any(Truth(scope.open, ~scope.open)).yes
        grey = unsure if grey is None else grey | unsure
    flagged, away = applies.yes & a.condition.yes, applies.no
    clear = a.condition.no & ~away
    if grey is not None:
        flagged, clear = flagged & ~grey, clear & ~grey
    unknown = ~(flagged | clear | away)
    if isinstance(units, Groups) and members is not None:
        mine = members[units.period]
        flagged, clear, unknown, away = flagged & mine, clear & mine, unknown & mine, away & mine
    return Judged(flagged, clear, unknown, away)


def _absent(units: Table | Groups, lacking: Bools, needed: Sequence[tuple[str, str | None]]) -> Bools | None:
    """Units that cannot be judged because a needed table or column is absent for them."""
    mask = lacking[units.period] if lacking.any() else None
    if isinstance(units, Groups):
        return mask
    for name, column in needed:
        if name == units.name and column is not None:
            absent = units.absent(column)
            if absent is not None:
                mask = absent if mask is None else mask | absent
    return mask


def _blamed(
    a: Assessment, unknown: Bools, needed: Sequence[tuple[str, str | None]], handed: Mapping[str, Any]
) -> set[str]:
    """Which inputs were absent or blank where the answer is not known."""
    names = {n for n, mask in a.lacks.items() if (mask & unknown).any()}
    units, own = a.units, a.units.table
    ours = np.append(unknown, False)[units.index] if isinstance(units, Groups) else unknown
    for name, column in needed:
        table: Table = handed[name]
        if column is None:
            continue
        rows = ours
        if table.name != own.name:
            touched = np.zeros(len(own.periods), bool)
            touched[units.period[unknown]] = True
            rows = touched[table.period]
        asked = own if table.name == own.name else table
        if (rows > asked.known(column)).any():  # some row without a value
            names.add(label(name, column))
    return names


def _flagged(rule: Rule, a: Assessment, at: npt.NDArray[np.int64], terms: _Terms) -> Flagged:
    """The figures of the flagged units, taken out of the columns."""
    n = len(at)
    units = a.units
    ranks = np.full(n, rule.severity.rank, np.int8)
    if a.severity is not None:
        ranks = np.minimum(a.severity[at], len(_SEVERITIES) - 1).astype(np.int8)
    change = terms.change
    if change is not None and change.severity is not None:
        ranks = np.full(n, change.severity.rank, np.int8)
    kind = a.measure.kind if a.measure is not None and hasattr(a.measure, "kind") else "count"
    parameters = {
        name: Figure(_figure_kind(rule.parameters[name].unit), _scalar(v.value))
        for name, v in sorted(terms.values.items())
        if v is not None
    }
    amount = a.amount
    table = units.table
    members: npt.NDArray[np.int64] | None = None
    if isinstance(units, Groups) and table.name == "lines":
        chosen = np.zeros(units.n + 1, bool)
        chosen[at] = True
        inside = chosen[units.index]  # -1, of no group, is the last
        members = np.flatnonzero(inside if a.members is None else inside & a.members.yes)
    if amount is None and table.name == "lines":
        whole = table.columns.get("amount")
        if isinstance(whole, Exact):
            amount = _summed(units, np.flatnonzero(inside), whole) if isinstance(units, Groups) else whole
    return Flagged(
        units=units,
        at=at,
        ranks=ranks,
        measure=_taken(a.measure, at),
        limit=_taken(a.limit, at),
        kind=kind,
        values={name: _taken(v, at) for name, v in a.values.items()},
        parameters=parameters,
        about=a.about.take(at) if isinstance(a.about, Keys) else a.about,
        subject={name: _taken(v, at) for name, v in a.subject.items()},
        amount=amount,
        members=members,
        authority=_changed_by(rule, terms),
    )


def _summed(groups: Groups, rows: Ints, whole: Exact) -> Exact:
    """Sums of groups, made of all their rows; unknown where one is, or a group holds revenue and expenditure.

    The sum of both sides means nothing.
    """
    index, n, known = groups.index[rows], groups.n, whole.known[rows]
    held = (kernel.counts(known, index, n) > 0) & (kernel.counts(~known, index, n) == 0)
    side = groups.table.columns.get("side")
    if isinstance(side, Keys) and len(side.words) > 1:
        income = side.take(rows).is_("revenue")
        held &= (kernel.counts(income.yes, index, n) == 0) | (kernel.counts(income.no, index, n) == 0)
    return Exact.of(kernel.sums(np.where(known, whole.values[rows], 0), index, n), held)


def _changed_by(rule: Rule, terms: _Terms) -> tuple[Authority, ...]:
    """What a package's severity and values rest on: a finding against a place's own figure names the place's law."""
    said = [a for v in terms.values.values() if v is not None and v.origin != rule.pack for a in v.authority]
    if terms.change is not None:
        said += terms.change.authority
    own = {(a.document, a.article) for a in rule.authority}
    return tuple(dict.fromkeys(a for a in said if (a.document, a.article) not in own))


def _grey(a: Assessment, at: npt.NDArray[np.int64]) -> Flagged:
    """What says which units could not be judged: enough for their fingerprints, without figures."""
    return Flagged(
        units=a.units, at=at, ranks=np.zeros(len(at), np.int8), measure=None, limit=None, kind="count", values={},
        parameters={}, about=None, subject={n: v if isinstance(v, int | Fraction | str) or v is None else v.take(at)
                                            for n, v in a.subject.items()}, amount=None, members=None,
    )  # fmt: skip


def _greys(
    parts: Sequence[Flagged], found: Ints | int, unnamed: Bools
) -> tuple[tuple[Flagged, ...], tuple[int, ...]]:
    """The grey units that a report names one by one, and the entities and years where it cannot.

    At most :data:`MOST_GREY` for a rule, those of the entities with the fewest first: a ledger of earlier findings
    must know which of them this review could not judge.
    """
    counts = np.where(unnamed, 0, found)
    order = np.lexsort((np.arange(len(counts)), counts))
    named = np.zeros(len(counts), bool)
    named[order] = np.cumsum(counts[order]) <= MOST_GREY
    named &= counts > 0
    kept: list[Flagged] = []
    for part in parts if named.any() else ():
        mine = np.flatnonzero(named[part.units.period[part.at]])
        if len(mine):
            subject = {n: v if isinstance(v, int | Fraction | str) or v is None else v.take(mine)
                       for n, v in part.subject.items()}  # fmt: skip
            kept.append(attrs.evolve(part, at=part.at[mine], ranks=part.ranks[mine], subject=subject))
    gaps = unnamed | ((counts > 0) & ~named)
    return tuple(kept), tuple(np.flatnonzero(gaps).tolist())


def _taken(shown: Shown, at: npt.NDArray[np.int64]) -> Shown:
    """The flagged units of a column; a figure that is the same for all units as it is.

    Raises:
        RuleError: A number that the rule calls known is no finite number.
    """
    if isinstance(shown, Numbers) and not np.isfinite(shown.values[at])[shown.known[at]].all():
        msg = "the rule shows a number that is not finite (nan or inf) as a known figure"
        raise RuleError(msg)
    return shown if shown is None or isinstance(shown, int | Fraction | str) else shown.take(at)


def _figure_kind(unit: str) -> str:
    return {"codes": "text", "words": "text", "years": "count"}.get(unit, unit)


def _scalar(value: Fraction | int | tuple[str, ...]) -> int | float | str:
    if isinstance(value, tuple):
        return "、".join(value)
    return float(value) if isinstance(value, Fraction) else value
