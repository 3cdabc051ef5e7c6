"""From an entry to a rule: every field read, every expression compiled, every problem named with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import attrs

from budgetreview.authority import Authority
from budgetreview.errors import ParameterError, Problem, Text
from budgetreview.expressions import Environment, ExpressionError, Typed, compile_condition, compile_value
from budgetreview.expressions.columns import AMOUNT, columns_of, find, near, plain
from budgetreview.fiscal import parse_date
from budgetreview.mechanism import FOCUSES, LEVELS, SIDES, STAGES
from budgetreview.parameters import DatedValue, Parameter, Status, Unit, Value, read_value
from budgetreview.rule import ALL_BOOKS, PAGE_PARTS, Rule, Severity
from budgetreview.rulefile.fields import ALL, RULE, Field
from budgetreview.rulefile.judging import PER_ROW, DeclaredSum, Judge
from budgetreview.rulefile.words import asks, guilt_in
from budgetreview.rulefile.written import Entry, problem
from budgetreview.tables import TABLES

CHINESE_ONLY: Final = "[Chinese only] "
"""Stands before a Chinese text where English was asked for and the file has none."""
LIMIT: Final = "limit"
_FIELD: Final[Mapping[str, Field]] = MappingProxyType({f.key: f for f in RULE})
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
_LONGEST_CODE: Final = 24
_SEPARATORS: Final = re.compile(r"[、，,;；\s]+")
_SUM: Final = re.compile(
    r"\s*(?P<name>[^=＝]+?)\s*[=＝]\s*(?P<column>.+?)(?:\s+(?:当|where|其中)\s+(?P<where>.+))?\s*",
    re.DOTALL | re.IGNORECASE,
)
_ROWS: Final = frozenset({"行数", "笔数", "条数", "rows"})
_PLACE: Final = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_FOCUS: Final = {
    "totals": "totals",
    "funds": "totals",
    "transfers": "transfers",
    "calendar": "process",
    "cases": "process",
    "evidence": "process",
    "statistics": "revenue",
}
_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "agency": ("agency",),
    "department": ("department",),
    "project": ("project",),
    "book": ("book",),
    "fund": ("fund",),
    "entity": (),
}
_GROUPS: Final[Mapping[tuple[str, ...], str]] = {
    ("agency",): "一个单位", ("department",): "一个部门", ("project",): "一个项目", ("book",): "一本预算",
    ("fund",): "一项基金", (): "一个地区一个年度",
}  # fmt: skip
_NAMES: Final[Mapping[str, str]] = {"agency": "agency_name", "project": "project_name"}
"""What people call the unit that rows are grouped by; a message may name it."""
_ENDINGS: Final[tuple[tuple[str, Unit], ...]] = (
    ("个工作日", "days"),
    ("天", "days"),
    ("日", "days"),
    ("个月", "months"),
    ("月", "months"),
    ("年", "years"),
    ("个", "count"),
    ("人", "count"),
    ("次", "count"),
    ("项", "count"),
    ("条", "count"),
    ("辆", "count"),
)


@attrs.frozen
class _Limited:
    """The figure of a rule that has one."""

    limit: Fraction | int


class Builder:
    """Reads one entry; problems are collected, not raised."""

    def __init__(
        self, entry: Entry, name: str, pack: str, *, english: bool, fields: Mapping[str, Field] = _FIELD
    ) -> None:
        self.entry = entry
        self.name = name
        self.pack = pack
        self.english = english
        self.fields = fields
        self.problems: list[Problem] = []

    # reading fields

    def wrong(self, key: str, kind: str, zh: str, en: str) -> None:
        """Note a problem of a field."""
        code = f"{self.entry.get('code')} " if self.entry.get("code") else ""
        self.problems.append(
            problem(kind, f"{self._label(key)}：{zh}", f"{code}{key}: {en}", self.name, self.entry.where(key))
        )

    def _label(self, key: str) -> str:
        code = self.entry.get("code")
        return f"{code} 的“{self.fields[key].zh[0]}”" if code else f"“{self.fields[key].zh[0]}”"

    def needed(self, key: str) -> str:
        """A field that must be there."""
        text = self.entry.get(key)
        if not text:
            help_ = self.fields[key].help
            self.wrong(key, "field-missing", f"没有填写；应为 {help_.zh}", f"is missing; expected: {help_.en}")
        return text

    def chosen(self, key: str, otherwise: Sequence[str], everything: Sequence[str] = ()) -> tuple[str, ...]:
        """The choices named in a field."""
        text = self.entry.get(key)
        if not text:
            return tuple(otherwise)
        field = self.fields[key]
        items = [t for t in _SEPARATORS.split(text) if t] if field.several else [text]
        found = []
        for item in items:
            word = field.words.get(plain(item))
            if word is None:
                zh = "、".join(field.printed)
                en = ", ".join(dict.fromkeys(field.words.values()))
                self.wrong(key, "bad-choice", f"读到“{item}”；应为 {zh}", f"{item!r} was read; expected one of {en}")
            elif word == ALL:
                return tuple(everything)
            else:
                found.append(word)
        return tuple(dict.fromkeys(found)) or tuple(otherwise)

    def day(self, key: str) -> date | None:
        """A date."""
        text = self.entry.get(key)
        if not text:
            return None
        found = parse_date(text)
        if found is None:
            self.wrong(
                key,
                "bad-date",
                f"读到“{text}”；应为日期，如 2026-01-01",
                f"{text!r} was read; expected a date, e.g. 2026-01-01",
            )
        return found

    def territory(self) -> str | None:
        """The prefix of division codes."""
        text = self.entry.get("territory").removesuffix(".0")
        if text and not re.fullmatch(r"\d{2,9}", text):
            self.wrong(
                "territory",
                "bad-territory",
                f"读到“{text}”；应为区划代码或其前几位，如 430702 或 43",
                f"{text!r} was read; expected a division code or its first digits, e.g. 430702 or 43",
            )
            return None
        return text or None

    def authority(self) -> tuple[Authority, ...]:
        """What the entry rests on."""
        document = self.entry.get("document").strip("《》 ")
        (mark,) = self.chosen("mark", ("K",))
        if not document:
            for key in ("article", "number"):
                if self.entry.get(key):
                    self.wrong(
                        "document",
                        "field-missing",
                        "写了条款或文号，没有写文件名称",
                        "an article or number without its document",
                    )
                    break
            return ()
        article = re.sub(r"^第|条$", "", self.entry.get("article")) or None
        return (Authority(document, article, self.entry.get("number") or None, mark, self.territory()),)  # type: ignore[arg-type]

    def bilingual(self, key: str, zh: str | None = None, en: str | None = None) -> Text:
        """A text in two languages; where English is missing, the Chinese with a mark, or what was made up."""
        said = self.entry.get(f"{key}_zh") or zh or ""
        other = self.entry.get(f"{key}_en") or (en if not self.entry.get(f"{key}_zh") else None)
        if not other:
            if self.english and self.entry.get(f"{key}_zh"):
                self.wrong(
                    f"{key}_en",
                    "english-missing",
                    "规则包的文字须有中英文，这里缺英文",
                    "a package speaks two languages; the English is missing",
                )
            other = CHINESE_ONLY + said
        return Text(said or "?", other)

    # expressions

    def compiled(
        self, key: str, text: str, environment: Environment, *, blanks: str = "no", value: bool = False
    ) -> Typed | None:
        """An expression of a field."""
        try:
            if value:
                return compile_value(text, environment)
            return compile_condition(text, environment, blanks=blanks)  # type: ignore[arg-type]
        except ExpressionError as error:
            at = error.parameter if error.parameter in self.fields else None
            said = f"“{self.entry.get(at)}”" if at is not None else ""
            self.wrong(at or key, "bad-expression", said + error.text.zh, f"{said} {error.text.en}".strip())
            return None

    def about(self, table: str) -> tuple[str, ...]:
        """The columns that the rule is about."""
        found = []
        for said in (s.strip("[]【】") for s in re.split(r"[、，,;；\n]+", self.entry.get("about"))):
            if said.strip():
                column = find(table, said)
                if column is None:
                    self.unknown_column("about", table, said)
                else:
                    found.append(column.name)
        return tuple(found)

    def unknown_column(self, key: str, table: str, said: str) -> None:
        """Note a column that is not there, with the nearest names."""
        close = near(table, said)
        zh = f"；相近的有：{'、'.join(close)}" if close else ""
        en = f"; near: {', '.join(close)}" if close else ""
        self.wrong(
            key,
            "unknown-column",
            f"表“{TABLES[table].zh[0]}”没有列“{said}”{zh}",
            f"the table {table} has no column {said!r}{en}",
        )

    def sums(self, table: str, units: Mapping[str, Unit]) -> tuple[DeclaredSum, ...]:
        """The declared sums."""
        found: list[DeclaredSum] = []
        for text in re.split(r"[\n；;]+", self.entry.get("sums")):
            if not text.strip():
                continue
            hit = _SUM.fullmatch(text)
            name = re.sub(r"\s", "", hit["name"]) if hit else ""
            if (
                hit is None
                or not name.isidentifier()
                or name in {s.name for s in found}
                or name in {*units, LIMIT, "限额"}
            ):
                self.wrong(
                    "sums",
                    "bad-sum",
                    f"读到“{text.strip()}”；应为 名称 = 列 当 条件，名称不重复，如 接待费 = 预算数 当 "
                    "部门预算经济分类 形如 '30217%'",
                    f"{text.strip()!r} was read; expected name = column where condition, "
                    "each name once, e.g. reception = proposed where dept_economic_code like '30217%'",
                )
                continue
            rows = Environment(table)
            column: Typed | None = None
            if plain(hit["column"]) not in _ROWS:
                known = find(table, hit["column"].strip("[]【】 "))
                if known is None:
                    self.unknown_column("sums", table, hit["column"].strip())
                    continue
                if known.kind not in {"money", "count"}:
                    self.wrong(
                        "sums",
                        "bad-sum",
                        f"“{hit['column']}”不是金额或整数列，不能加总",
                        f"{known.name} is no column of money or counts",
                    )
                    continue
                column = self.compiled("sums", f"[{known.name}]", rows, value=True)
            where = None
            if hit["where"]:
                where = self.compiled("sums", hit["where"], rows)
                if where is None:
                    continue
            found.append(DeclaredSum(name, column, where))
        return tuple(found)

    def limits(self) -> list[tuple[Unit, Value]]:
        """What the limit may be, the likeliest first."""
        text = self.entry.get("limit").replace("％", "%").replace(" ", "")
        if not text:
            return []
        tries: list[tuple[Unit, str]] = []
        ending = next(((e, u) for e, u in _ENDINGS if text.endswith(e)), None)
        if text.endswith("元"):
            tries = [("money", text)]
        elif text.endswith(("万", "亿")):
            tries = [("money", text + "元")]
        elif text.endswith("%"):
            tries = [("share", text)]
        elif ending is not None:
            tries = [(ending[1], text.removesuffix(ending[0]))]
        else:
            tries = [("count", text), ("share", text), ("score", text)]
        found: list[tuple[Unit, Value]] = []
        for unit, said in tries:
            try:
                value = read_value(said, unit)
            except ParameterError:
                continue
            if "/" not in said and not (unit == "share" and abs(Fraction(value)) > 1 and "%" not in said):  # type: ignore[arg-type]
                found.append((unit, value))
        if not found and tries[0][0] == "money" and re.fullmatch(r"[\d,]*\.\d+\D{1,3}", text):
            self.wrong(
                LIMIT,
                "bad-limit",
                f"读到“{text}”；金额须写到分为止，如 0.01元、50万元",
                f"{text!r} was read; money goes down to the 分, as 0.01元 or 50万元",
            )
        elif not found:
            self.wrong(
                LIMIT,
                "bad-limit",
                f"读到“{text}”；应带单位，如 50万元、20%、30天、3个",
                f"{text!r} was read; expected a figure with its unit: 50万元, 20%, 30天, 3个",
            )
        return found

    def bound(self, key: str, unit: Unit) -> Value | None:
        """The least or the most that a limit may be."""
        text = self.entry.get(key)
        if not text:
            return None
        try:
            return read_value(
                text.removesuffix(next((e for e, u in _ENDINGS if u == unit and text.endswith(e)), "")), unit
            )
        except ParameterError:
            self.wrong(
                key,
                "bad-limit",
                f"读到“{text}”；应与限额单位相同",
                f"{text!r} was read; expected the unit of the limit",
            )
            return None

    # the rule

    def rule(self) -> Rule | None:
        """The rule; None where the entry has problems."""
        code = self.needed("code")
        if code and (not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE):
            self.wrong(
                "code",
                "bad-code",
                f"读到“{code}”；应为字母和数字，如 CD-JD1",
                f"{code!r} was read; expected letters and digits, e.g. CD-JD1",
            )
        (table,) = self.chosen("table", ("lines",))
        (per,) = self.chosen("per", ("line",))
        title = self.needed("title_zh")
        if not self.entry.get("severity"):
            self.needed("severity")
        (severity,) = self.chosen("severity", ("yellow",))
        about = self.about(table)
        by, sums = self._groups(table, per)
        text = self.needed("condition")
        if any(p.cell == self.entry.where("sums")[1] for p in self.problems):
            text = ""  # what is wrong with the sums would only be said once more
        parts = self._expressions(table, by, sums, about, text)
        start, end = self.day("from"), self.day("until")
        if start is not None and end is not None and end < start:
            self.wrong(
                "until",
                "bad-date",
                f"废止日期 {end} 早于施行日期 {start}",
                f"ends on {end}, before it starts on {start}",
            )
        authority, status = self._basis()
        scopes: dict[str, tuple[str, ...]] = {
            "stages": self.chosen("stages", ("pre", "preliminary"), STAGES),
            "books": self.chosen("books", ALL_BOOKS, ALL_BOOKS),
            "sides": self.chosen("sides", ("expenditure",), SIDES),
            "levels": self.chosen("levels", LEVELS, LEVELS),
            "focus": self.chosen("focus", (_FOCUS.get(table, "departmental"),), FOCUSES),
        }
        territory = self.territory()
        (default,) = self.chosen("default", ("yes",))
        if parts is None:
            self._words(None, table, title)
            return None
        judge, parameter = parts
        words = self._words(judge, table, title)
        if words is None or self.problems:
            return None
        judge, message, question, page = words
        reads, uses = _columns(judge, table)
        return Rule(
            code=code,
            pack=self.pack,
            name=code.lower(),
            title=self.bilingual("title"),
            severity=Severity(severity),
            status=status,
            authority=authority,
            per=PER_ROW[table] if per == "line" else per,
            tables=(table,),
            optional_tables=(),
            stages=scopes["stages"],
            books=scopes["books"],
            sides=scopes["sides"],
            levels=scopes["levels"],
            focus=scopes["focus"],
            reads=reads,
            uses=uses,
            parameters=MappingProxyType(
                {} if parameter is None else {LIMIT: self._dated(parameter, authority, status)}
            ),
            record=None if parameter is None else _Limited,
            function=judge,
            takes=(table,) if parameter is None else (table, "p"),
            formula=judge.condition.formula,
            message=message,
            question=question,
            page=MappingProxyType(page),
            in_force=(start, end),
            territory=territory,
            default=default == "yes",
        )

    def _groups(self, table: str, per: str) -> tuple[tuple[str, ...] | None, tuple[DeclaredSum, ...]]:
        """What rows are grouped by, None for rules about rows, and the sums over the groups."""
        by = None if per == "line" else _BY[per]
        for name in by or ():
            if name not in TABLES[table].columns:
                self.wrong(
                    "per",
                    "bad-per",
                    f"表“{TABLES[table].zh[0]}”没有列“{name}”，不能按它分组",
                    f"the table {table} has no column {name}",
                )
        if by is None and self.entry.get("sums"):
            self.wrong(
                "sums",
                "sums-of-rows",
                "逐行判断的规则没有合计；“判断对象”请写 单位、项目 等",
                "a rule about rows has no sums; name a group in per",
            )
        if by is not None and not self.entry.get("sums"):
            self.wrong(
                "sums",
                "field-missing",
                "按组判断的规则须写合计，如 接待费 = 预算数 当 部门预算经济分类 形如 '30217%'",
                "a rule about groups needs its sums, e.g. reception = proposed where dept_economic_code like '30217%'",
            )
        return by, self.sums(table, {}) if by is not None else ()

    def _basis(self) -> tuple[tuple[Authority, ...], Status]:
        """What the rule rests on, and what kind of ground that is."""
        authority = self.authority()
        (status,) = self.chosen("status", ("local" if authority else "heuristic",))
        if status == "statutory" and not any(a.mark == "S" for a in authority):
            self.wrong(
                "status",
                "not-read",
                "“法律法规”须写依据文件，且“核对”为“已查原文”",
                "statutory needs a document that was read (mark S)",
            )
        if status in {"policy", "local"} and not authority:
            self.wrong(
                "status",
                "field-missing",
                "须写依据文件；没有文件的写“经验判断”",
                "needs its document; without one it is heuristic",
            )
        return authority, status  # type: ignore[return-value]

    def _dated(self, parameter: Parameter, authority: tuple[Authority, ...], status: Status) -> Parameter:
        value = attrs.evolve(parameter.values[0], authority=authority, status=status)
        return attrs.evolve(parameter, values=(value,))

    def _expressions(
        self, table: str, by: tuple[str, ...] | None, sums: tuple[DeclaredSum, ...], about: tuple[str, ...], text: str
    ) -> tuple[Judge, Parameter | None] | None:
        """The compiled condition, scope and measure, with the limit in the unit in which they make sense."""
        before = len(self.problems)
        choices: list[tuple[Unit, Value] | None] = [*self.limits()] or [None]
        if not text or len(self.problems) > before:
            return None
        first: list[Problem] = []
        for choice in choices:
            del self.problems[before:]
            parameters: dict[str, Unit] = {} if choice is None else {LIMIT: choice[0]}
            kinds = None if by is None else {s.name: s.column.kind if s.column is not None else "number" for s in sums}
            own = Environment(table, parameters, kinds, by or (), about, {"限额": LIMIT})
            condition = self.compiled("condition", text, own, blanks="flag")
            scope_text, measure_text = self.entry.get("scope"), self.entry.get("measure")
            scope = self.compiled("scope", scope_text, own, blanks="any") if scope_text else None
            measured = self.compiled("measure", measure_text, own, value=True) if measure_text else None
            if condition is not None and len(self.problems) == before:
                return self._judge(table, by, sums, about, scope, condition, measured, choice)
            first = first or self.problems[before:]
        self.problems[before:] = first  # of the unit that the figure most likely has
        return None

    def _judge(
        self,
        table: str,
        by: tuple[str, ...] | None,
        sums: tuple[DeclaredSum, ...],
        about: tuple[str, ...],
        scope: Typed | None,
        condition: Typed,
        measured: Typed | None,
        choice: tuple[Unit, Value] | None,
    ) -> tuple[Judge, Parameter | None] | None:
        parameter = None
        if choice is not None:
            unit, value = choice
            if LIMIT not in condition.parameters:
                self.wrong(
                    LIMIT,
                    "limit-unused",
                    "条件里没有用到；请在条件里写 限额",
                    "the condition does not use it; write limit there",
                )
                return None
            help_ = Text("本规则的限额", "the limit of this rule")
            parameter = Parameter(
                LIMIT,
                unit,
                help_,
                (DatedValue(value, origin=self.pack),),
                self.bound("least", unit),
                self.bound("most", unit),
            )
            try:
                parameter.checked(value, LIMIT)
            except ParameterError as error:
                zh, _, en = str(error).partition(" / ")
                self.wrong(LIMIT, "bad-limit", zh, en)
        measure, limit = measured, None
        if condition.parts is not None:
            left, right = condition.parts
            if not left.columns and not left.shown:
                left, right = right, left
            if left.kind != "date" and left.shown:
                measure, limit = measured or left, right
                if measured is not None and measured.formula != left.formula:
                    limit = None
        pointed = about[0] if about else None
        if pointed is None and by is None:
            pointed = next(iter(condition.columns), None)
        elif pointed is None:
            pointed = next((s.column.columns[0] for s in sums if s.column is not None), None)
        amount = AMOUNT if by is None and table in {"transfers", "payments"} else None
        return Judge(table, by, sums, scope, condition, measure, limit, (), pointed, amount), parameter

    # words

    def _words(self, judge: Judge | None, table: str, title: str) -> tuple[Judge, Text, Text, dict[str, Text]] | None:
        """Message, question and page; what the file does not say is made from the condition."""
        for key in ("title_zh", "title_en", "message_zh", "message_en", "question_zh", "question_en"):
            word = guilt_in(self.entry.get(key))
            if word is not None:
                self.wrong(
                    key,
                    "word-of-guilt",
                    f"有“{word}”；规则只陈述事实并提问，不下结论，请改写",
                    f"says {word!r}; a rule states facts and asks, it does not accuse; put it otherwise",
                )
        for key in ("question_zh", "question_en"):
            if self.entry.get(key) and not asks(self.entry.get(key)):
                self.wrong(
                    key, "no-question", "应是问句（以？结尾）或以“请”开头", "should be a question or begin with Please"
                )
        if judge is None:
            return None
        more: dict[str, Typed] = {}
        texts = {}
        for key in ("message_zh", "message_en"):
            texts[key] = self._placed(key, judge, table, more)
        if self.problems:
            return None
        judge = attrs.evolve(judge, more=tuple(more.values()))
        said_zh = texts["message_zh"] or f"{title}：{_told(judge, table, 'zh')}"
        en_title = self.entry.get("title_en") or CHINESE_ONLY + title
        said_en = texts["message_en"] or (
            CHINESE_ONLY + texts["message_zh"] if texts["message_zh"] else f"{en_title}: {_told(judge, table, 'en')}"
        )
        if self.english and texts["message_zh"] and not texts["message_en"]:
            self.wrong(
                "message_en",
                "english-missing",
                "规则包的文字须有中英文，这里缺英文",
                "a package speaks two languages; the English is missing",
            )
        if self.english and not self.entry.get("title_en"):
            self.wrong(
                "title_en",
                "english-missing",
                "规则包的文字须有中英文，这里缺英文",
                "a package speaks two languages; the English is missing",
            )
        question = self.bilingual(
            "question",
            f"请问“{title}”的原因是什么？请提供依据文件。",
            f"What is the reason for this: {en_title}? Please give the document.",
        )
        condition, scope = self.entry.get("condition"), self.entry.get("scope")
        cite = "、".join(a.cite("zh") for a in self.authority())
        cited = ", ".join(a.cite("en") for a in self.authority())
        inputs = "、".join(_label(table, c.rpartition(".")[2]) for c in _columns(judge, table)[0])
        within_zh, within_en = (f"（适用于：{scope}）", f" (where {scope})") if scope else ("", "")
        unit = TABLES[table].row_zh if judge.by is None else _GROUPS[judge.by]
        declared = "；".join(s.strip() for s in re.split(r"[\n；;]+", self.entry.get("sums")) if s.strip())
        sums, sums_en = (f"，其中{declared}", f", where {declared}") if declared else ("", "")
        made = {
            "flags": (
                f"{unit}满足条件“{condition}”{within_zh}{sums}。",
                f"A unit for which this holds: {condition}{within_en}{sums_en}.",
            ),
            "why": (
                f"依据{cite}。" if cite else "由规则文件的编写单位设定。",
                f"Under {cited}." if cited else "Set by those who wrote the rule file.",
            ),
            "fine": (
                "条件不成立的；适用条件以外的不适用。",
                "Where the condition does not hold; outside its scope the rule does not apply.",
            ),
            "cannot": (
                f"{inputs}缺失或空白，因而条件真假不能确定的，不作判断。",
                "Not assessed where a column is absent or a blank leaves the condition open.",
            ),
        }
        page = {part: self.bilingual(part, *made[part]) for part in PAGE_PARTS}
        return judge, Text(said_zh, said_en), question, page

    def _placed(self, key: str, judge: Judge, table: str, more: dict[str, Typed]) -> str:
        """A message with its places under canonical names; columns that only it names are added to what is shown."""
        sums = {s.name for s in judge.sums}
        known = {*judge.condition.shown, *sums, LIMIT, "measure"}

        def place(hit: re.Match[str]) -> str:
            said = hit[1].strip()
            name = {"限额": LIMIT, "计量": "measure"}.get(said, said)
            if name == LIMIT and judge.limit is None and LIMIT not in judge.condition.parameters:
                self.wrong(key, "unknown-place", "用了 {限额}，但没有填写限额", "names {limit}, but there is none")
            elif name == "measure" and judge.measure is None:
                self.wrong(key, "unknown-place", "用了 {计量}，但没有计量", "names {measure}, but there is none")
            if name in known:
                return f"{{{name}}}"
            column = find(table, said)
            grouped = judge.by is not None
            told = {*(judge.by or ()), "entity", "fiscal_year", *(_NAMES[b] for b in judge.by or () if b in _NAMES)}
            if column is not None and (not grouped or column.name in told):
                environment = Environment(table, sums={} if grouped else None, per=tuple(told) if grouped else ())
                shown = self.compiled(key, f"[{said}] = [{said}]", environment)
                if shown is not None:
                    more[column.name] = shown
                return f"{{{column.name}}}"
            near_ = "、".join(_label(table, n) for n in judge.condition.shown)
            self.wrong(
                key,
                "unknown-place",
                f"“{{{said}}}”不是这条规则的列或合计；可用：{near_}、限额、计量",
                f"{{{said}}} is no column or sum of this rule; known: {', '.join(judge.condition.shown)}, limit, "
                "measure",
            )
            return hit[0]

        return _PLACE.sub(place, self.entry.get(key))


def _label(table: str, name: str) -> str:
    column = columns_of(table).get(name)
    return column.label if column is not None else name


def _told(judge: Judge, table: str, lang: str) -> str:
    """The values of a finding in a row, where no message was written."""
    names = list(judge.condition.shown)
    if LIMIT in judge.condition.parameters:
        names.append(LIMIT)
    if lang == "zh":
        return "，".join(
            f"{'限额' if n == LIMIT else _label(table, n)}{{{n}}}" for n in names if not n.startswith("matches_")
        )
    return ", ".join(f"{n} {{{n}}}" for n in names if not n.startswith("matches_"))


def _columns(judge: Judge, table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the rule reads and what it can do without, as the engine names it."""
    parts = [p for p in (judge.condition, judge.scope, judge.measure, judge.limit) if p is not None]
    parts += [t for s in judge.sums for t in (s.column, s.where) if t is not None]
    reads = dict.fromkeys(c for p in parts for c in p.columns)
    reads |= dict.fromkeys(judge.by or ())
    uses = dict.fromkeys(c for p in (*parts, *judge.more) for c in (*p.uses, *p.columns) if c not in reads)
    if judge.amount is not None and judge.amount not in reads:
        uses[judge.amount] = None
    own = "" if table == "lines" else f"{table}."
    return tuple(own + c for c in reads), tuple(own + c for c in uses)
