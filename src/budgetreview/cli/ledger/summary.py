"""``ledger summary``: a quarter, half-year or year of the ledger, with pictures, for the committee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import click

from budgetreview.agenda import PERIODS, Cadence, Period
from budgetreview.authority import CERTAINTY
from budgetreview.cli import language
from budgetreview.cli.ledger import boards, register
from budgetreview.cli.options import inputs, settings
from budgetreview.errors import Text, UsageError
from budgetreview.ledger.past import Past
from budgetreview.ledger.summary import GONE, Flow, Key, Summary, last_turn, period_of, turn_named
from budgetreview.mechanism import STAGE_NAMES, Profile
from budgetreview.money import yuan
from budgetreview.plugins import load_rules
from budgetreview.render import words
from budgetreview.render.board import Board, Cell, Chart, Column, Kind, Sheet, head, shown
from budgetreview.render.words import phrases
from budgetreview.render.words.entity import named
from budgetreview.rule import RuleSet, Severity

SCHEMA: Final = "budgetreview-ledger-summary/1"
_MOST_LATE: Final = 50
_OF_A_CASE: Final = ("no", "rule", "severity", "entity", "fiscal_year", "agency", "state", "department", "due")
_OF_A_REVIEW: Final = ("no", "name", "stage", "as_of", "complete", "findings", "outcomes")
_FLOW: Final[Mapping[str, tuple[Text, Kind]]] = {
    "start": (Text("期初未办结", "open at start"), "count"),
    "new": (Text("新发现", "new"), "count"),
    "reopened": (Text("重新打开", "reopened"), "count"),
    "settled": (Text("办结", "settled"), "count"),
    "open": (Text("期末未办结", "open at end"), "count"),
    "overdue": (Text("其中逾期", "overdue"), "count"),
    "undated": (Text("其中未定期限", "without a deadline"), "count"),
    "amount": (Text("未办结涉及金额", "money of open cases"), "money"),
    "unpriced": (Text("其中金额未知", "money unknown"), "count"),
}
_PARTS: Final[Mapping[str, tuple[Text, Text]]] = {
    "entity": (Text("分地区", "By entity"), Text("地区", "entity")),
    "agency": (Text("分单位", "By agency"), Text("单位", "agency")),
    "rule": (Text("分规则", "By rule"), Text("规则", "rule")),
    "fiscal_year": (Text("分预算年度", "By fiscal year"), Text("预算年度", "fiscal year")),
    "severity": (Text("分程度", "By severity"), Text("程度", "severity")),
}


@click.command()
@click.option("--cadence", metavar="quarter|half|year|KEY",
              help="季、半年、年，或机制中的名称 / or a key of the profile")  # fmt: skip
@click.option("--period", metavar="2026Q1|2026H1|2026",
              help="期间，默认最近一个已结束的 / default: the last one that is over")  # fmt: skip
@click.option("--profile", metavar="KEY|FILE", help="机制，默认台账所用的 / the mechanism, else the ledger's own")
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="基准日，默认今天 / the day: today")
@boards.options
@register.at
def summary(address: str | None, output: Path | None, format_: str | None, **said: Any) -> None:
    """季度、半年、年度汇总：新发现、办结、逾期、金额 / a quarter, half-year or year of the ledger, with pictures."""
    from budgetreview.ledger import past
    from budgetreview.ledger.summary import summary as summed

    chosen = boards.format_of(format_, output)
    book = register.opened(address)
    as_of = register.day(said["as_of"], ("基准日", "as of"))
    happened = past.read(book)
    rules = load_rules(select=("all",))
    profile = _profile(rules, said["profile"], happened.profile)
    cadence = _cadence(profile, said["cadence"], said["period"])
    turn = last_turn(cadence, as_of) if said["period"] is None else turn_named(said["period"], cadence)
    found = summed(happened, cadence, turn, as_of)
    made = _Made(found, happened, profile, rules, language.of_reports())
    boards.send(made.board(), made.data(), chosen, output, found.until, rows=made.everything())


def _profile(rules: RuleSet, said: str | None, own: str) -> Profile:
    """The one asked for, else the ledger's own, else the one shipped (the ledger's may have been a file)."""
    if said is not None:
        return inputs.profile(rules, said)
    return inputs.profile(rules, own if own in rules.profiles else inputs.PROFILE)


def _cadence(profile: Profile, said: str | None, period: str | None) -> Cadence:
    """What is asked for: by key, by the kind of period, or by the period itself.

    Raises:
        UsageError: Neither says which, or both disagree.
    """
    keys = {c.key: c for c in profile.cadence}
    kind = None if period is None else period_of(period)
    if said in keys:
        return keys[said]
    if said is None and period is not None and kind is None:
        raise UsageError(Text(f"没有期间 {period}；写作 2026Q1、2026H1 或 2026",
                              f"no period {period}; written 2026Q1, 2026H1 or 2026"))  # fmt: skip
    wanted = said or kind
    if wanted is None or wanted not in PERIODS:
        known = [*PERIODS, *keys]
        raise UsageError(Text(
            f"--cadence {said or ''}：请写明 {'、'.join(known)} 之一，或用 --period 写明期间，如 2026Q1",
            f"--cadence {said or ''}: say one of {', '.join(known)}, or a period such as 2026Q1 with --period",
        ))  # fmt: skip
    plain = {"quarter": Text("季度汇总", "quarterly summary"), "half": Text("半年汇总", "half-yearly summary"),
             "year": Text("年度汇总", "yearly summary")}  # fmt: skip
    named = next((c for c in profile.cadence if c.period == wanted), None)
    return named or Cadence("", cast("Period", wanted), plain[wanted])


class _Made:
    """The summary in one language."""

    def __init__(self, found: Summary, past: Past, profile: Profile, rules: RuleSet, lang: str) -> None:
        self.found = found
        self.past = past
        self.profile = profile
        self.titles = {r.code: r.title for r in rules.rules}
        self.lang = lang
        self.many = len(found.parts["entity"]) > 1
        self.states = {s.key: s.title[lang] for s in past.loop.steps}

    def say(self, zh: str, en: str) -> str:
        """Whichever is in the reader's language."""
        return zh if self.lang == "zh" else en

    # --- for people

    def board(self) -> Board:
        """Tables and pictures."""
        found, say = self.found, self.say
        title = f"{found.cadence.title[self.lang]}{say('·', ': ')}{found.turn.title[self.lang]}{say('台账汇总', '')}"
        return Board(
            title[:1].upper() + title[1:], self.lang, tuple(self._facts()), tuple(self._warnings()),
            tuple(self._tiles()) if found.first is not None else (), tuple(self._sheets()), tuple(self._notes()),
        )  # fmt: skip

    def _facts(self) -> Iterable[tuple[str, str]]:
        found, say = self.found, self.say
        yield say("台账", "ledger"), self.past.name
        start, end = found.turn.start, found.turn.end
        yield say("期间", "period"), say(f"{start}至{end}", f"{start} to {end}")
        yield say("统计到", "counted to"), found.until.isoformat()
        if found.turn.due is not None:
            yield say("应于", "due by"), found.turn.due.isoformat()
        named = phrases.note(self.profile.key, words.say(words.STATUS, self.profile.status, self.lang), self.lang)
        yield say("机制", "profile"), named
        cited = phrases.joined(
            (phrases.note(a.cite(self.lang), CERTAINTY[a.mark][self.lang], self.lang) for a in found.cadence.authority),
            self.lang,
        )  # fmt: skip
        if cited:
            yield say("名称出处", "where its name is from"), cited
        yield say("链头", "head"), str(self.past.head)

    def _warnings(self) -> Iterable[str]:
        found, say = self.found, self.say
        if found.until < found.turn.end:
            yield say(f"本期到{found.turn.end}才结束，以下是截至{found.until}的情况。",
                      f"The period ends on {found.turn.end}; these are its figures up to {found.until}.")  # fmt: skip
        if found.first is None or found.first > found.until:
            yield say("台账在本期结束之前没有任何审查或办理的记录：没有可以统计的，不等于没有问题。",
                      "The ledger has no review and no decision up to the end of the period: nothing to count is not "
                      "nothing wrong.")  # fmt: skip
        elif not found.reviews:
            yield say("本期没有录入审查报告：“新发现0件”说明没有审查，不说明没有问题。",
                      "No review was added in the period: nothing new means that nobody looked, not that nothing is "
                      "wrong.")  # fmt: skip
        incomplete = sum(not r["complete"] for r in found.reviews)
        if incomplete:
            yield say(f"本期有{incomplete}份审查报告不完整。", f"{incomplete} of the reviews are incomplete.")
        unjudged = sum(r["outcomes"]["not_judged"] for r in found.reviews)
        if unjudged:
            yield say(f"本期各次审查合计有{unjudged}件次原有案件未能判断，既不算消除，也不算仍在。",
                      f"In {unjudged} cases a review could not judge: they count neither as gone nor as still "
                      "there.")  # fmt: skip

    def _tiles(self) -> Iterable[tuple[str, str, str]]:
        f, say = self.found.whole, self.say
        names = {k: t[self.lang] for k, (t, _) in _FLOW.items()}
        yield names["new"], f"{f.new:,}", say(f"另重新打开{f.reopened:,}件", f"{f.reopened:,} reopened besides")
        yield names["settled"], f"{f.settled:,}", self._endings()
        yield names["open"], f"{f.open:,}", say(f"期初{f.start:,}件", f"{f.start:,} at the start")
        late = say(f"另有{f.undated:,}件未定期限", f"{f.undated:,} more have no deadline")
        yield say("逾期", "overdue"), f"{f.overdue:,}", late
        label = head(Column("amount", names["amount"], "money"), self.lang)
        yield (
            label,
            shown(f.known_amount, "money", self.lang),
            say(f"{f.unpriced:,}件金额未知，未计入", f"{f.unpriced:,} cases of unknown money left out"),
        )

    def _endings(self) -> str:
        as_ = self.found.settled_as
        said = [f"{self._ending(k)} {n:,}" for k, n in sorted(as_.items())]
        return phrases.joined(said, self.lang)

    def _ending(self, key: str) -> str:
        return self.say("复查已消除", "gone") if key == GONE else self.states.get(key, key)

    def _sheets(self) -> Iterable[Sheet]:
        found, say = self.found, self.say
        if found.first is None:
            return
        yield self._over_time()
        for d in _PARTS:
            yield self._part(d)
        states = [(self.states.get(k, k), n) for k in self.states if (n := found.states.get(k))]
        yield Sheet("states", say("期末未办结的状态", "States of the open cases"),
                    (Column("state", say("状态", "state")), Column("cases", say("件数", "cases"), "count")),
                    tuple(states), charts=(Chart("bars", ("cases",)),))  # fmt: skip
        yield self._late()
        yield self._reviews()

    def _over_time(self) -> Sheet:
        keys = ("new", "reopened", "settled", "open", "overdue")
        columns = (Column("period", self.say("期间", "period")), *self._columns(keys))
        rows = tuple((t.title[self.lang], *_cells(f, keys)) for t, f in self.found.turns)
        f = self.found.whole
        said = self.say(
            f"期初未办结{f.start:,}件，新发现{f.new:,}件，重新打开{f.reopened:,}件，办结{f.settled:,}件，"
            f"期末未办结{f.open:,}件。",
            f"{f.start:,} open at the start, {f.new:,} new, {f.reopened:,} reopened, {f.settled:,} settled, {f.open:,} "
            "open at the end.",
        )
        return Sheet("over_time", self.say("历期变化", "Over time"), columns, rows, said,
                     charts=(Chart("lines", ("new", "settled", "open", "overdue")),))  # fmt: skip

    def _columns(self, keys: Iterable[str]) -> tuple[Column, ...]:
        return tuple(Column(k, _FLOW[k][0][self.lang], _FLOW[k][1]) for k in keys)

    def _part(self, dimension: str) -> Sheet:
        title, label = _PARTS[dimension]
        flows = self.found.parts[dimension]
        order = list(flows) if dimension == "fiscal_year" else sorted(flows, key=lambda k: -flows[k].open)
        if dimension == "severity":
            order = [(s.value,) for s in Severity if (s.value,) in flows]
        rows = tuple((self._label(dimension, k), *_cells(flows[k], _FLOW)) for k in order)
        unknown = [k for k in flows if k[-1] is None]
        notes = []
        if unknown:
            n = sum(flows[k].open for k in unknown)
            notes.append(self.say(f"{n:,}件未办结的没有写明{label.zh}，单列一行，不计入其他各行。",
                                  f"{n:,} open cases name no {label.en}; they have a row of their own."))  # fmt: skip
        most = next((k for k in order if k[-1] is not None and flows[k].open), None)
        said = "" if most is None or dimension in {"fiscal_year", "severity"} else self.say(
            f"期末未办结最多的是{self._label(dimension, most)}：{flows[most].open:,}件，"
            f"其中逾期{flows[most].overdue:,}件。",
            f"Most open cases: {self._label(dimension, most)}, {flows[most].open:,}, of them {flows[most].overdue:,} "
            "overdue.",
        )  # fmt: skip
        charts = (Chart("bars", ("new", "settled", "open", "overdue")), Chart("bars", ("amount",)))
        columns = (Column(dimension, label[self.lang]), *self._columns(_FLOW))
        return Sheet(dimension, title[self.lang], columns, rows, said, tuple(notes), charts)

    def _label(self, dimension: str, key: Key) -> str:
        last = self.say("（未写明）", "(unknown)") if key[-1] is None else str(key[-1])
        if dimension == "agency":
            return f"{self._place(str(key[0]))} {last}" if self.many and key[0] is not None else last
        if key[-1] is None:
            return last
        if dimension == "entity":
            return self._place(last)
        if dimension == "rule":
            title = self.titles.get(last)
            return last if title is None else f"{last} {title[self.lang]}"
        return words.say(words.SEVERITY, last, self.lang) if dimension == "severity" else last

    def _place(self, code: str) -> str:
        return named(code, self.lang)

    def _late(self) -> Sheet:
        say, until = self.say, self.found.until
        columns = (
            Column("case", say("案件", "case")), Column("rule", say("规则", "rule")),
            Column("entity", say("地区", "entity")), Column("agency", say("单位", "agency")),
            Column("state", say("状态", "state")), Column("department", say("责任单位", "department")),
            Column("due", say("期限", "due")), Column("days", say("逾期天数", "days late"), "count"),
            Column("amount", say("金额", "money"), "money"),
        )  # fmt: skip
        rows = tuple(
            (str(c["no"]), c["rule"], c["entity"] and self._place(c["entity"]), c["agency"],
             self.states.get(c["state"], c["state"]), c["department"], c["due"],
             (until - date.fromisoformat(c["due"])).days, c["amount"])
            for c in self.found.late[:_MOST_LATE]
        )  # fmt: skip
        n = len(self.found.late)
        some = say(f"共{n:,}件逾期，逾期最久的在前。", f"{n:,} overdue, the longest first.")
        said = some if n else say("没有逾期的案件。", "None.")
        more = n - len(rows)
        rest = say(f"另有{more:,}件，见 ledger list --overdue", f"{more:,} more: ledger list --overdue")
        notes = (rest,) if more else ()
        return Sheet("late", say("逾期案件", "Overdue cases"), columns, rows, said, notes)

    def _reviews(self) -> Sheet:
        say = self.say
        columns = (
            Column("review", say("审查", "review")), Column("as_of", say("基准日", "as of")),
            Column("stage", say("阶段", "stage")), Column("complete", say("完整", "complete")),
            Column("findings", say("发现", "findings"), "count"), Column("new", say("新发现", "new"), "count"),
            Column("resolved", say("已消除", "resolved"), "count"),
            Column("not_judged", say("未能判断", "not judged"), "count"),
        )  # fmt: skip
        rows = tuple(
            (f"{r['no']} {r['name']}", r["as_of"], STAGE_NAMES[r["stage"]][self.lang],
             say("是", "yes") if r["complete"] else say("否", "no"), r["findings"],
             *(r["outcomes"][k] for k in ("new", "resolved", "not_judged")))
            for r in self.found.reviews
        )  # fmt: skip
        return Sheet("reviews", say("本期审查", "Reviews of the period"), columns, rows,
                     say(f"本期录入{len(rows)}份审查报告。", f"{len(rows)} reviews in the period."))  # fmt: skip

    def _notes(self) -> Iterable[str]:
        yield self.say(
            "期初未办结＋新发现＋重新打开－办结＝期末未办结。办结包括认定正常、销号、移送审计，"
            "和复查时能判断而不再发现的。",
            "Open at the start + new + reopened - settled = open at the end. Settled are the dismissed, the closed, "
            "those carried to the audit, and those that a review could judge and found no more.",
        )
        yield self.say(
            "金额是各案件所涉金额之和；几条规则可能说到同一笔钱，金额用来比较轻重，不宜当作问题金额合计。"
            "没有金额的案件单列件数，不按零计。",
            "Money is the sum over cases; several rules may speak of the same money, so it is for weighing, not a "
            "total of what is wrong. Cases without an amount are counted beside it, not as zero.",
        )
        yield self.say(
            "逾期指期限早于统计日而未办结；重新打开的案件在重新交办之前仍按原期限。",
            "Overdue is what is open past its deadline; a reopened case keeps its old one until it is assigned anew.",
        )
        yield self.say(
            "事项按其日期计入期间；在某案件的后一日期之后补录的较早日期，按后一日期计。",
            "An event counts on its day; one of an earlier day that was recorded after a later one of the same case, "
            "on the later.",
        )

    # --- for programs

    def everything(self) -> Sheet:
        """One long table: the whole and every part."""
        columns = (Column("dimension", ""), Column("key", ""), *(Column(k, "", kind) for k, (_, kind) in _FLOW.items()))
        rows = [("whole", None, *_cells(self.found.whole, _FLOW))]
        rows += [
            (d, "/".join("" if p is None else str(p) for p in k) or None, *_cells(f, _FLOW))
            for d, flows in self.found.parts.items() for k, f in flows.items()
        ]  # fmt: skip
        return Sheet("summary", "", columns, tuple(rows))

    def data(self) -> dict[str, Any]:
        """JSON."""
        found, turn = self.found, self.found.turn
        return {
            "schema": SCHEMA, "ledger": {"name": self.past.name, "head": str(self.past.head)},
            "profile": {"key": self.profile.key, "status": self.profile.status},
            "cadence": {
                "key": found.cadence.key or None, "period": found.cadence.period, "title": _both(found.cadence.title),
            },
            "period": {
                "number": turn.number, "title": _both(turn.title), "from": turn.start.isoformat(),
                "to": turn.end.isoformat(), "due": None if turn.due is None else turn.due.isoformat(),
            },
            "until": found.until.isoformat(), "whole_period": found.until == turn.end,
            "first": None if found.first is None else found.first.isoformat(),
            "whole": _plain(found.whole),
            "parts": {
                d: [{**dict(zip(("entity", d)[-len(k) :], k, strict=True)), **_plain(f)} for k, f in flows.items()]
                for d, flows in found.parts.items()
            },
            "settled_as": dict(sorted(found.settled_as.items())),
            "states": {k: found.states[k] for k in self.states if k in found.states},
            "overdue": [
                {n: c[n] for n in _OF_A_CASE} | {"amount": None if c["amount"] is None else yuan(c["amount"])}
                for c in found.late
            ],
            "reviews": [{n: r[n] for n in _OF_A_REVIEW} for r in found.reviews],
            "turns": [{"title": _both(t.title), "from": t.start.isoformat(), "to": t.end.isoformat(), **_plain(f)}
                      for t, f in found.turns],
        }  # fmt: skip


def _cells(f: Flow, keys: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(f.known_amount if k == "amount" else getattr(f, k) for k in keys)


def _plain(f: Flow) -> dict[str, Any]:
    said: dict[str, Any] = {k: getattr(f, k) for k in _FLOW}
    return said | {"amount": None if f.known_amount is None else yuan(f.known_amount)}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
