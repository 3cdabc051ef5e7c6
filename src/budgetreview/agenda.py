"""What a year awaits besides its reviews: duties with a last day, and what comes round every quarter or half-year.

All of it is data of a mechanism's profile. Nothing here asks for today's date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, Literal

import attrs

from budgetreview.authority import Authority, read_authority
from budgetreview.errors import Text
from budgetreview.fiscal import add_months


@attrs.frozen
class Body:
    """Who reviews, at the levels named."""

    levels: tuple[str, ...]
    title: Text
    authority: tuple[Authority, ...] = ()

    @classmethod
    def of(cls, raw: Mapping[str, Any], laws: Mapping[str, Authority]) -> Body:
        """Read one from TOML."""
        cited = tuple(read_authority(a, laws) for a in raw.get("authority", ()))
        return cls(tuple(raw["levels"]), Text(**raw["title"]), cited)


Period = Literal["quarter", "half", "year"]
PERIODS: Final[Mapping[str, Text]] = {
    "quarter": Text("每季度", "every quarter"),
    "half": Text("每半年", "every half-year"),
    "year": Text("每年", "every year"),
}
"""How often something of the cadence comes round; the fiscal year is the calendar year."""
_LENGTHS: Final[Mapping[str, int]] = {"quarter": 3, "half": 6, "year": 12}
_TURNS: Final[Mapping[str, tuple[Text, ...]]] = {
    "quarter": (
        Text("第一季度", "first quarter"),
        Text("第二季度", "second quarter"),
        Text("第三季度", "third quarter"),
        Text("第四季度", "fourth quarter"),
    ),
    "half": (Text("上半年", "first half"), Text("下半年", "second half")),
    "year": (Text("全年", "the whole year"),),
}


@attrs.frozen
class Turn:
    """One time that something of the cadence comes round, such as the second quarter of 2026.

    Attributes:
        number: Its place in the year, from 1.
        title: ``2026年第二季度``.
        start: The first day that it is about.
        end: The last day that it is about.
        due: By when it should be there; None: no document seen sets a day.
    """

    number: int
    title: Text
    start: date
    end: date
    due: date | None


@attrs.frozen
class Cadence:
    """A report or study that comes round every quarter, half-year or year.

    Attributes:
        key: Its name in the profile.
        period: ``quarter``, ``half`` or ``year``.
        title: Its name for people.
        authority: What it rests on, with its mark of certainty.
        days: Days after the end of the period by which it should be there; None: the place has set none.
    """

    key: str
    period: Period
    title: Text
    authority: tuple[Authority, ...] = ()
    days: int | None = None

    @classmethod
    def of(cls, raw: Mapping[str, Any], laws: Mapping[str, Authority]) -> Cadence:
        """Read one from TOML.

        Raises:
            ValueError: ``days`` is no whole number of days.
        """
        days = raw.get("days")
        if days is not None and (isinstance(days, bool) or not isinstance(days, int) or days < 0):
            msg = f"cadence {raw['key']}: days = {days!r}; expected a whole number of days"
            raise ValueError(msg)
        cited = tuple(read_authority(a, laws) for a in raw.get("authority", ()))
        return cls(raw["key"], raw["period"], Text(**raw["title"]), cited, days)

    def turns(self, fiscal_year: int) -> tuple[Turn, ...]:
        """Every turn of a fiscal year, in order."""
        length = _LENGTHS[self.period]
        found: list[Turn] = []
        for number, name in enumerate(_TURNS[self.period], start=1):
            start = date(fiscal_year, (number - 1) * length + 1, 1)
            end = add_months(start, length) - timedelta(days=1)
            due = None if self.days is None else end + timedelta(days=self.days)
            title = Text(f"{fiscal_year}年{name.zh}", f"{name.en} of {fiscal_year}")
            found.append(Turn(number, title, start, end, due))
        return tuple(found)

_FORMS: Final = ("days", "months", "first_month", "last_month", "times")
"""What of a duty names a parameter of its rule."""


@attrs.frozen
class Duty:
    """Something dated that a year awaits, and which figure of which rule gives its last day.

    No figure stands here: ``days``, ``months``, ``first_month``, ``last_month`` and ``times`` name parameters of the
    rule, whose values a place's package may change. One of four forms:

    * ``before`` an event by ``days``, or on its very day where no days are named;
    * ``after`` an event within ``days``, or within ``months`` and then not past ``last_month`` of the event's year;
    * in the months from ``first_month`` (January) to ``last_month`` of the fiscal year plus ``later``;
    * so many ``times`` within the fiscal year.

    Attributes:
        key: Its name in the profile.
        stage: A word of CONTRACT section 1.
        event: What has to happen, a word of the table ``calendar``.
        title: The same for people.
        rule: The code of the rule that judges it.
        bodies: Who has to act, and to whom, by level.
        before: The event that it must come before.
        after: The event from which its time runs.
        given: A further event without which nothing is awaited: an answer needs an opinion.
        days: The parameter with the days.
        months: The parameter with the months.
        first_month: The parameter with the first month of its window.
        last_month: The parameter with the last month.
        later: Years from the fiscal year to the window's.
        times: The parameter that says how often.
        occasional: Awaited only where there is occasion for it, such as an adjustment: never late by itself.
        authority: What it rests on, where that is narrower than the rule's; a value's own authority wins over both.
    """

    key: str
    stage: str
    event: str
    title: Text
    rule: str
    bodies: tuple[Body, ...] = ()
    before: str | None = None
    after: str | None = None
    given: str | None = None
    days: str | None = None
    months: str | None = None
    first_month: str | None = None
    last_month: str | None = None
    later: int = 0
    times: str | None = None
    occasional: bool = False
    authority: tuple[Authority, ...] = ()

    @classmethod
    def of(cls, key: str, raw: Any, laws: Mapping[str, Authority], base: Duty | None = None) -> Duty:
        """Read one from TOML; what it does not say is that of ``base``.

        Raises:
            ValueError: A word that no duty has, something missing, or none of the four forms.
            TypeError: A value of the wrong kind.
        """
        if not isinstance(raw, Mapping):
            msg = f"duties.{key}: a table is expected"
            raise TypeError(msg)
        known = [f.name for f in attrs.fields(cls) if f.name != "key"]
        odd = sorted(raw.keys() - set(known))
        if odd:
            msg = f"duties.{key}: no keys {', '.join(odd)} (known: {', '.join(known)})"
            raise ValueError(msg)
        given: dict[str, Any] = {k: raw[k] for k in known if k in raw}
        kinds = {"title": Mapping, "bodies": list, "authority": list, "later": int, "occasional": bool}
        wrong = [k for k, v in given.items() if not isinstance(v, kinds.get(k, str))]
        if wrong:
            msg = f"duties.{key}: {', '.join(wrong)} of the wrong kind"
            raise TypeError(msg)
        if "title" in raw:
            given["title"] = Text(**raw["title"])
        if "bodies" in raw:
            given["bodies"] = tuple(Body.of(b, laws) for b in raw["bodies"])
        if "authority" in raw:
            given["authority"] = tuple(read_authority(a, laws) for a in raw["authority"])
        if base is None:
            lacking = [n for n in ("stage", "event", "title", "rule") if n not in given]
            if lacking:
                msg = f"duties.{key}: {', '.join(lacking)} missing"
                raise ValueError(msg)
        made = cls(key, **given) if base is None else attrs.evolve(base, **given)
        made.check()
        return made

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of the rule that it reads."""
        return tuple(name for form in _FORMS if (name := getattr(self, form)) is not None)

    @property
    def events(self) -> tuple[str, ...]:
        """Every event that it names."""
        return tuple(e for e in (self.event, self.before, self.after, self.given) if e is not None)

    def check(self) -> None:
        """Refuse a duty that is of none of the four forms.

        Raises:
            ValueError: naming the four.
        """
        said = {f for f in ("before", "after", *_FORMS) if getattr(self, f) is not None}
        forms: tuple[tuple[set[str], set[str]], ...] = (
            ({"before"}, {"days"}),
            ({"after", "days"}, set()),
            ({"after", "months"}, {"last_month"}),
            ({"last_month"}, {"first_month"}),
            ({"times"}, set()),
        )
        if not any(needed <= said <= needed | more for needed, more in forms):
            msg = (
                f"duties.{self.key}: {', '.join(sorted(said)) or '-'}; expected before [days], after days, "
                "after months [last_month], [first_month] last_month, or times"
            )
            raise ValueError(msg)
